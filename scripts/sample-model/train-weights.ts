import { existsSync } from 'node:fs';
import type { LlamaLibrary } from '../../main/engine/native/llama-library.ts';
import type { NativeLog } from '../../main/engine/native/native-log.ts';
import { learningRateAt } from '../../main/engine/native/training/learning-rate.ts';
import { openTrainer } from '../../main/engine/native/training/trainer.ts';
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
}

const smoothing = 0.98;
const saidEverySteps = 100;

/** One pass over the windows, one step for each; then the model as a file. */
export async function trainWeights(library: LlamaLibrary, log: NativeLog, order: TrainingOrder): Promise<TrainingOutcome> {
  const { recipe, windows, validation, checkpointPath, checkpointSteps, say } = order;
  const trainer = await openTrainer(library, log, { modelPath: order.initialPath, contextSize: recipe.windowTokens, threads: order.threads, trainable: () => true });
  try {
    const { learningRate, optimizer } = recipe;
    const plan = { shape: 'cosine', ...learningRate, totalSteps: windows.length } as const;
    const recipeText = JSON.stringify(recipe);
    let kept: Kept = { recipe: recipeText, seconds: 0, firstLoss: Number.NaN };
    if (existsSync(checkpointPath)) {
      const found = (await trainer.restoreCheckpoint(checkpointPath)) as Kept;
      if (found.recipe !== recipeText) throw new Error(`${checkpointPath} belongs to another recipe: choose another folder`);
      kept = found;
      say(`goes on after step ${trainer.stepCount}`);
    }
    const validationLoss = (): number => validation.reduce((sum, window) => sum + trainer.evaluate(window).loss, 0) / validation.length;
    const started = performance.now();
    const seconds = (): number => kept.seconds + (performance.now() - started) / 1000;
    let loss = Number.NaN;
    let { firstLoss } = kept;
    const startedAt = trainer.stepCount;
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
      if ((step + 1) % checkpointSteps === 0) {
        const extra: Kept = { recipe: recipeText, seconds: seconds(), firstLoss };
        await trainer.saveCheckpoint(checkpointPath, extra);
        say(`step ${step + 1} validation loss ${validationLoss().toFixed(4)}`);
      }
    }
    await trainer.saveModel(order.trainedPath);
    return {
      steps: windows.length,
      tokens: windows.length * recipe.windowTokens,
      seconds: Math.round(seconds()),
      firstLoss,
      lastLoss: loss,
      validationLoss: validationLoss(),
      parameterCount: trainer.parameterCount,
    };
  } finally {
    trainer.free();
  }
}
