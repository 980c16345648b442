import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { LlamaLibrary } from '../../main/engine/native/llama-library.ts';
import type { NativeLog } from '../../main/engine/native/native-log.ts';
import { learningRateAt } from '../../main/engine/native/training/learning-rate.ts';
import { openTrainer, type Trainer } from '../../main/engine/native/training/trainer.ts';
import type { TrainingWindow } from '../../main/engine/native/training/window-io.ts';
import type { Recipe } from './recipe.ts';

export interface TrainingOrder {
  readonly recipe: Recipe;
  readonly initialPath: string;
  /** Written every `checkpointSteps`; a run that finds one of the same recipe goes on from it. */
  readonly checkpointPath: string;
  readonly checkpointSteps: number;
  readonly trainedPath: string;
  readonly windows: readonly TrainingWindow[];
  readonly validation: readonly TrainingWindow[];
  readonly threads: number;
  readonly say: (line: string) => void;
}

export interface TrainingOutcome {
  readonly steps: number;
  readonly tokens: number;
  /** Of every run that led here. */
  readonly seconds: number;
  readonly firstLoss: number;
  readonly lastLoss: number;
  readonly validationLoss: number;
  readonly parameterCount: number;
}

/** What a checkpoint holds beside the weights. */
interface Kept {
  readonly recipe: string;
  readonly seconds: number;
  readonly firstLoss: number;
  /** Smoothed. */
  readonly loss: number;
}

const smoothing = 0.98;
const saidEverySteps = 100;
/** Windows of validation text looked at on the way; all of them at the end. */
const glanceWindows = 24;

/** One pass over the windows, one step for each; then the model as a file. */
export async function trainWeights(library: LlamaLibrary, log: NativeLog, order: TrainingOrder): Promise<TrainingOutcome> {
  const { recipe, windows, validation, checkpointPath, checkpointSteps, say } = order;
  let threads = order.threads;
  const open = (): Promise<Trainer> => openTrainer(library, log, { modelPath: order.initialPath, contextSize: recipe.windowTokens, threads, trainable: () => true });
  let trainer = await open();
  try {
    const { learningRate, optimizer } = recipe;
    const plan = { shape: 'cosine', ...learningRate, totalSteps: windows.length } as const;
    const recipeText = fingerprint(recipe, windows);
    let kept: Kept = { recipe: recipeText, seconds: 0, firstLoss: Number.NaN, loss: Number.NaN };
    if (existsSync(checkpointPath)) {
      const found = (await trainer.restoreCheckpoint(checkpointPath)) as Kept;
      if (found.recipe !== recipeText) throw new Error(`${checkpointPath} belongs to another recipe: choose another folder`);
      kept = found;
      say(`goes on after step ${trainer.stepCount}`);
    }
    const validationLoss = (list: readonly TrainingWindow[]): number => list.reduce((sum, window) => sum + trainer.evaluate(window).loss, 0) / list.length;
    const started = performance.now();
    const seconds = (): number => kept.seconds + (performance.now() - started) / 1000;
    let { firstLoss, loss } = kept;
    const startedAt = trainer.stepCount;
    const pace = createPace(order.threads);
    while (trainer.stepCount < windows.length) {
      const step = trainer.stepCount;
      const window = windows[step];
      if (window === undefined) break;
      const result = trainer.step(window, { ...optimizer, learningRate: learningRateAt(plan, step) });
      if (!Number.isFinite(result.loss)) throw new Error(`the loss is ${result.loss} at step ${step}: lower the learning rate`);
      if (Number.isNaN(firstLoss)) firstLoss = result.loss;
      loss = Number.isNaN(loss) ? result.loss : smoothing * loss + (1 - smoothing) * result.loss;
      if ((step + 1) % saidEverySteps === 0) {
        const rate = ((step + 1 - startedAt) * recipe.windowTokens * 1000) / (performance.now() - started);
        say(`step ${step + 1}/${windows.length} loss ${loss.toFixed(4)} ${rate.toFixed(0)} tokens/s ${seconds().toFixed(0)} s`);
      }
      const better = pace.threadsAfterStep();
      if ((step + 1) % checkpointSteps === 0 || better !== threads) {
        const extra: Kept = { recipe: recipeText, seconds: seconds(), firstLoss, loss };
        await trainer.saveCheckpoint(checkpointPath, extra);
      }
      if ((step + 1) % checkpointSteps === 0) say(`step ${step + 1} validation loss ${validationLoss(validation.slice(0, glanceWindows)).toFixed(4)}`);
      if (better !== threads) {
        trainer.free();
        threads = better;
        trainer = await open();
        await trainer.restoreCheckpoint(checkpointPath);
        say(`step ${step + 1} ${threads} threads`);
      }
    }
    await trainer.saveModel(order.trainedPath);
    return {
      steps: windows.length,
      tokens: windows.length * recipe.windowTokens,
      seconds: Math.round(seconds()),
      firstLoss,
      lastLoss: loss,
      validationLoss: validationLoss(validation),
      parameterCount: trainer.parameterCount,
    };
  } finally {
    trainer.free();
  }
}

const pacedSteps = 40;
const stepsWithOne = 400;

/**
 * Threads wait for each other by spinning: beside one busy foreign process two of them are ten times slower than alone, and slower than
 * one. Where that happens, one thread works for a while, then all are tried again. The weights do not depend on it beyond rounding.
 */
function createPace(most: number): { threadsAfterStep(): number } {
  let threads = most;
  let steps = 0;
  let since = performance.now();
  let bestMs = Number.POSITIVE_INFINITY;
  return {
    threadsAfterStep() {
      steps += 1;
      if (steps % (threads === most ? pacedSteps : stepsWithOne) !== 0) return threads;
      const stepMs = (performance.now() - since) / steps;
      if (threads === most) {
        bestMs = Math.min(bestMs, stepMs);
        if (stepMs > bestMs * 2) threads = 1;
      } else threads = most;
      steps = 0;
      since = performance.now();
      return threads;
    },
  };
}

/** Of the recipe and of the text it leads to, which changes when the wording does. */
function fingerprint(recipe: Recipe, windows: readonly TrainingWindow[]): string {
  const hash = createHash('sha256').update(JSON.stringify(recipe));
  for (const { tokens } of windows) hash.update(tokens);
  return hash.digest('hex');
}
