import { copyFile, link, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { trainingPointSchema } from '../contract/training.contract.ts';
import type { TrainingPoint, TrainingSettings, ValidationFigure } from '../contract/training.contract.ts';
import { learningRateAt } from '../engine/native/training/learning-rate.ts';
import { shuffled } from '../engine/native/training/pack-windows.ts';
import type { OptimizerSettings, StepResult, TrainingWindow } from '../engine/native/training/window-io.ts';
import { cancelled, ExpectedError, systemCodeOf } from '../kernel/errors.ts';
import { freeBytesAt, syncFolder } from '../kernel/files.ts';
import { CHECKPOINTS, trainingStateSchema } from './training-task.ts';
import type { TrainingStateNow } from './training-task.ts';

/** What the loop needs of the trainer (engine/native/training/trainer.ts). */
export interface LoopTrainer {
  readonly stepCount: number;
  readonly contextSize: number;
  stepAside(window: TrainingWindow, settings: OptimizerSettings): Promise<StepResult>;
  evaluateAside(window: TrainingWindow): Promise<StepResult>;
  saveCheckpoint(path: string, extra?: unknown): Promise<void>;
  restoreCheckpoint(path: string): Promise<unknown>;
}

export interface LoopData {
  readonly train: readonly TrainingWindow[];
  readonly old: readonly TrainingWindow[];
  /** How many of `old` are drawn each epoch. */
  readonly oldPerEpoch: number;
  readonly validation: readonly TrainingWindow[];
  readonly trainTokens: number;
  readonly validationTokens: number;
}

export interface LoopOrder {
  readonly trainer: LoopTrainer;
  readonly data: LoopData;
  readonly settings: TrainingSettings;
  readonly folder: string;
  /** File name of the checkpoint to go on from. */
  readonly checkpoint: string | null;
  readonly signal: AbortSignal;
  readonly pauseWanted: () => boolean;
  /** Told of every change worth showing; `points` are new ones, or with `whole` all of them. */
  readonly tell: (state: TrainingStateNow, told: { points: TrainingPoint[]; whole: boolean; secondsPerStep: number | null }) => void;
  readonly phase: (name: 'before' | 'train') => void;
  readonly nowMs: () => number;
}

/** Adam's usual constants (Kingma & Ba 2015, algorithm 1); the decay is decoupled (Loshchilov & Hutter 2019). */
const ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;
/** A falling rate ends at this share of the peak. */
const floorShare = 0.05;
/** The curve has about so many points, however long the run. */
const mostPoints = 1500;
/** Evaluations add theirs: beyond this, points are joined in pairs. */
const tooManyPoints = 2000;
/** What a crash may cost; longer where writing takes more than a twentieth of the time. */
const checkpointEveryMs = 60_000;
const checkpointCostShare = 20;
const tellEveryMs = 1000;
/** The loss of a single window jumps: divergence is judged by a mean that forgets with this weight. */
const lossMemory = 0.8;

/** All that a run needs to go on as if nothing had happened, kept in its checkpoints. */
const extraSchema = z.object({
  state: trainingStateSchema,
  points: z.array(trainingPointSchema),
  sinceLastPoint: z.object({ loss: z.number(), tokens: z.number() }),
  firstLoss: z.number().nullable(),
  recentLoss: z.number().nullable(),
  withoutImprovement: z.number().int(),
});
type Progress = z.infer<typeof extraSchema>;

/** Whether step number `index` of an epoch ends one of its evaluations' stretches; the last always does. */
function endsStretch(index: number, perEpoch: number, evaluations: number): boolean {
  return Math.floor(((index + 1) * evaluations) / perEpoch) > Math.floor((index * evaluations) / perEpoch);
}

/** The window of a step: all windows once an epoch in an order of its own, older ones drawn anew. Depends on seed and step alone. */
export function windowOrder({ train, old, oldPerEpoch }: Pick<LoopData, 'train' | 'old' | 'oldPerEpoch'>, seed: number): (step: number) => TrainingWindow {
  const perEpoch = train.length + oldPerEpoch;
  let known = -1;
  let order: Uint32Array = new Uint32Array();
  let drawn: Uint32Array = new Uint32Array();
  return (step) => {
    const epoch = Math.floor(step / perEpoch);
    if (epoch !== known) {
      order = shuffled(perEpoch, seed, epoch);
      drawn = oldPerEpoch === 0 ? drawn : shuffled(old.length, (seed ^ 0x5bd1e995) >>> 0, epoch);
      known = epoch;
    }
    const slot = order[step % perEpoch] ?? 0;
    const window = slot < train.length ? train[slot] : old[drawn[(slot - train.length) % drawn.length] ?? 0];
    if (window === undefined) throw new RangeError(`no window for step ${step}`);
    return window;
  };
}

/**
 * Trains until the last step, an early stop, or a wish to pause, and leaves in `folder` the newest checkpoint and the best one (lowest
 * loss on the validation windows; before the first step the base itself). Taken up again from a checkpoint it gives the same steps,
 * rates and points as without the stop. Raises TRAINING_DIVERGED with the best checkpoint kept, DISK_FULL with the older checkpoint
 * kept, CANCELLED, TrainingRefusal ('checkpoint-damaged', 'checkpoint-foreign').
 */
export async function trainToEnd(order: LoopOrder): Promise<{ end: 'paused' | 'done'; state: TrainingStateNow }> {
  const { trainer, data, settings } = order;
  const perEpoch = data.train.length + data.oldPerEpoch;
  const stepCount = perEpoch * settings.epochs;
  const windowOf = windowOrder(data, settings.seed);
  const ratePlan = { shape: settings.schedule, peak: settings.learningRate, floorShare, warmupSteps: Math.round(stepCount * settings.warmupShare), totalSteps: stepCount };
  const pointEvery = Math.max(1, Math.ceil(stepCount / mostPoints));
  const progress = await begin(order, stepCount);
  const { state } = progress;

  let told = progress.points.length;
  let toldAtMs = 0;
  let checkpointAtMs = performance.now();
  let checkpointMs = 0;
  const activeBefore = state.activeMs;
  const sittingFrom = { atMs: performance.now(), step: state.step };
  const tell = (): void => {
    const sitting = performance.now() - sittingFrom.atMs;
    state.activeMs = Math.round(activeBefore + sitting);
    const steps = state.step - sittingFrom.step;
    const whole = progress.points.length > tooManyPoints;
    if (whole) progress.points = inPairs(progress.points);
    order.tell(state, { points: whole ? progress.points : progress.points.slice(told), whole, secondsPerStep: steps === 0 ? null : sitting / 1000 / steps });
    told = progress.points.length;
    toldAtMs = performance.now();
  };
  const checkpoint = async (isBest: boolean): Promise<void> => {
    const from = performance.now();
    await saveCheckpoints(order, progress, isBest);
    checkpointAtMs = performance.now();
    checkpointMs = checkpointAtMs - from;
    tell();
  };
  const addPoint = (validation: number | null, learningRate: number): void => {
    const { loss, tokens } = progress.sinceLastPoint;
    progress.points.push({ step: state.step, epoch: state.step / perEpoch, tokens: state.step * trainer.contextSize, atMs: order.nowMs(), train: tokens === 0 ? null : loss / tokens, validation, learningRate });
    progress.sinceLastPoint = { loss: 0, tokens: 0 };
  };
  const diverged = (): ExpectedError => {
    tell();
    return new ExpectedError('TRAINING_DIVERGED', { step: state.step, goodStep: state.bestStep });
  };

  if (order.checkpoint === null) {
    order.phase('before');
    const figure = await evaluate(order);
    Object.assign(state, { before: figure, best: figure, bestStep: 0 });
    addPoint(figure.loss, 0);
    await checkpoint(true);
  } else order.tell(state, { points: progress.points, whole: true, secondsPerStep: null });

  order.phase('train');
  while (state.step < stepCount && !state.stoppedEarly) {
    if (order.signal.aborted) throw cancelled();
    if (order.pauseWanted()) {
      await checkpoint(false);
      return { end: 'paused', state };
    }
    const learningRate = learningRateAt(ratePlan, state.step);
    const index = state.step % perEpoch;
    const { loss, scoredTokens } = await trainer.stepAside(windowOf(state.step), { ...ADAM, learningRate, weightDecay: settings.weightDecay });
    state.step = trainer.stepCount;
    progress.firstLoss ??= loss;
    progress.recentLoss = progress.recentLoss === null ? loss : lossMemory * progress.recentLoss + (1 - lossMemory) * loss;
    if (hasDiverged(progress)) throw diverged();
    progress.sinceLastPoint.loss += loss * scoredTokens;
    progress.sinceLastPoint.tokens += scoredTokens;

    if (endsStretch(index, perEpoch, settings.evaluationsPerEpoch) || index === perEpoch - 1) {
      const figure = await evaluate(order);
      addPoint(Number.isFinite(figure.loss) ? figure.loss : null, learningRate);
      if (!Number.isFinite(figure.loss)) throw diverged();
      const isBest = state.best === null || figure.loss < state.best.loss;
      if (isBest) Object.assign(state, { best: figure, bestStep: state.step });
      progress.withoutImprovement = isBest ? 0 : progress.withoutImprovement + 1;
      state.stoppedEarly = settings.patience !== null && progress.withoutImprovement >= settings.patience && state.step < stepCount;
      await checkpoint(isBest);
      continue;
    }
    if (state.step % pointEvery === 0) addPoint(null, learningRate);
    if (performance.now() - checkpointAtMs > Math.max(checkpointEveryMs, checkpointMs * checkpointCostShare)) await checkpoint(false);
    else if (performance.now() - toldAtMs > tellEveryMs) tell();
  }
  return { end: 'done', state };
}

/** Half as many points: what was learnt between them is the mean of both, everything else is the later one's. */
function inPairs(points: readonly TrainingPoint[]): TrainingPoint[] {
  const joined: TrainingPoint[] = [];
  for (let index = 0; index < points.length; index += 2) {
    const [first, second] = [points[index], points[index + 1]];
    if (first === undefined) continue;
    // The first has the figure from before training.
    if (second === undefined || index === 0) joined.push(first, ...(second === undefined ? [] : [second]));
    else joined.push({ ...second, train: first.train === null ? second.train : second.train === null ? first.train : (first.train + second.train) / 2, validation: second.validation ?? first.validation });
  }
  return joined;
}

async function begin({ trainer, data, folder, checkpoint }: LoopOrder, stepCount: number): Promise<Progress> {
  if (checkpoint !== null) return extraSchema.parse(await trainer.restoreCheckpoint(join(folder, checkpoint)));
  const { trainTokens, validationTokens } = data;
  return {
    state: { step: 0, stepCount, trainTokens, validationTokens, activeMs: 0, before: null, best: null, bestStep: null, checkpointStep: null, stoppedEarly: false },
    points: [],
    sinceLastPoint: { loss: 0, tokens: 0 },
    firstLoss: null,
    recentLoss: null,
    withoutImprovement: 0,
  };
}

/** A loss that is no number, or three times the first and well above the best: what follows would only be worse. */
function hasDiverged({ firstLoss, recentLoss, state }: Progress): boolean {
  if (recentLoss === null || !Number.isFinite(recentLoss)) return true;
  return recentLoss > 3 * (firstLoss ?? recentLoss) && recentLoss > (state.best?.loss ?? 0) + 2;
}

/** The weights as they are, on the validation windows. Raises CANCELLED. */
async function evaluate({ trainer, data, signal }: LoopOrder): Promise<ValidationFigure> {
  let loss = 0;
  let tokens = 0;
  let correct = 0;
  for (const window of data.validation) {
    if (signal.aborted) throw cancelled();
    const result = await trainer.evaluateAside(window);
    loss += result.loss * result.scoredTokens;
    tokens += result.scoredTokens;
    correct += result.correct;
  }
  const mean = tokens === 0 ? 0 : loss / tokens;
  return { loss: mean, perplexity: Math.exp(mean), accuracy: tokens === 0 ? 0 : correct / tokens, tokens };
}

/** The newest, and where it is the best so far that too; both are the old file or the new one at any moment. */
async function saveCheckpoints({ trainer, folder }: LoopOrder, progress: Progress, isBest: boolean): Promise<void> {
  const { state } = progress;
  const before = state.checkpointStep;
  state.checkpointStep = state.step;
  const newest = join(folder, CHECKPOINTS.newest);
  const best = join(folder, CHECKPOINTS.best);
  try {
    // The best first: a stop in between leaves an older newest one, which comes by here again.
    await trainer.saveCheckpoint(isBest ? best : newest, progress);
    if (isBest) await alsoAs(best, newest, folder);
  } catch (error) {
    state.checkpointStep = before;
    const code = systemCodeOf(error);
    if (code === 'ENOSPC' || code === 'EDQUOT') throw new ExpectedError('DISK_FULL', { path: folder, neededBytes: null, freeBytes: await freeBytesAt(folder) }, { cause: error });
    throw error;
  }
}

/** A second name for the same bytes where the file system has such; the newest is replaced and never written into. */
async function alsoAs(path: string, target: string, folder: string): Promise<void> {
  const temporary = `${target}.part`;
  await rm(temporary, { force: true });
  try {
    await link(path, temporary);
  } catch (error) {
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV'].includes(systemCodeOf(error))) throw error;
    await copyFile(path, temporary);
  }
  await rename(temporary, target);
  syncFolder(folder);
}
