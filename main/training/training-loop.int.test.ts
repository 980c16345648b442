import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TrainingPoint } from '../contract/training.contract.ts';
import { findLibraryFiles } from '../engine/native/library-files.ts';
import { openLlamaLibrary } from '../engine/native/llama-library.ts';
import { listenToLog } from '../engine/native/native-log.ts';
import { openTrainer } from '../engine/native/training/trainer.ts';
import type { Trainer } from '../engine/native/training/trainer.ts';
import type { TrainingWindow } from '../engine/native/training/window-io.ts';
import { SMALL_RANDOM_MODEL, writeRandomModel } from '../engine/testing/random-model.ts';
import { seededRandom } from '../engine/testing/seeded-random.ts';
import { temporaryFolder } from '../kernel/testing/temporary-house.ts';
import { QUICK_SETTINGS } from './testing/training-fixture.ts';
import { trainToEnd, windowOrder } from './training-loop.ts';
import type { LoopData, LoopOrder, LoopTrainer } from './training-loop.ts';
import { CHECKPOINTS } from './training-task.ts';
import type { TrainingStateNow } from './training-task.ts';

const contextSize = 32;
const folder = temporaryFolder('loop');
const modelPath = join(folder.path, 'model.gguf');
const opened: Trainer[] = [];
beforeAll(async () => {
  await writeRandomModel(modelPath, SMALL_RANDOM_MODEL);
});
afterAll(() => {
  for (const trainer of opened) trainer.free();
  folder.remove();
});

async function newTrainer(): Promise<Trainer> {
  const library = openLlamaLibrary(findLibraryFiles('cpu'));
  const trainer = await openTrainer(library, listenToLog(library), { modelPath, contextSize, threads: 1, trainable: () => true });
  opened.push(trainer);
  return trainer;
}

/** Every token is followed by the next number, so that there is something to learn. */
function countingWindows(count: number, seed: number): TrainingWindow[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => {
    const start = random.below(200);
    const tokens = Int32Array.from({ length: contextSize }, (_, index) => 20 + ((start + index) % 250));
    return { tokens, labels: Int32Array.from(tokens, (token) => 20 + ((token - 19) % 250)), weights: new Float32Array(contextSize).fill(1).fill(0, -1) };
  });
}
const noise = (count: number, seed: number): TrainingWindow[] => {
  const random = seededRandom(seed);
  return countingWindows(count, seed).map((window) => ({ ...window, tokens: window.tokens.map(() => random.below(300)), labels: window.labels.map(() => random.below(300)) }));
};
const data: LoopData = { train: countingWindows(10, 1), old: [], oldPerEpoch: 0, validation: countingWindows(2, 2), trainTokens: 320, validationTokens: 64 };

const fail = (what: string): never => {
  throw new Error(`${what} is missing`);
};

interface Heard {
  points: TrainingPoint[];
  state: TrainingStateNow | null;
}
let runs = 0;
async function run(trainer: LoopTrainer, changes: Partial<LoopOrder> = {}, heard: Heard = { points: [], state: null }) {
  runs += 1;
  const own = temporaryFolder(`run-${runs}`);
  const end = await trainToEnd({
    trainer,
    data,
    settings: { ...QUICK_SETTINGS, contextSize: 256, epochs: 4, evaluationsPerEpoch: 2, learningRate: 0.01 },
    folder: own.path,
    checkpoint: null,
    signal: new AbortController().signal,
    pauseWanted: () => false,
    phase: () => undefined,
    nowMs: () => 0,
    tell(state, { points, whole }) {
      heard.state = structuredClone(state);
      if (whole) heard.points.length = 0;
      heard.points.push(...points);
    },
    ...changes,
  });
  own.remove();
  return { ...end, heard };
}

describe('the loop', () => {
  it('learns, keeps the best, and says every step once', async () => {
    const { end, state, heard } = await run(await newTrainer());
    expect(end).toBe('done');
    expect(state).toMatchObject({ step: 40, stepCount: 40, stoppedEarly: false, checkpointStep: 40 });
    expect(heard.points.map(({ step }) => step)).toEqual(Array.from({ length: 41 }, (_, step) => step));
    expect(heard.points.filter(({ validation }) => validation !== null).map(({ step }) => step)).toEqual([0, 5, 10, 15, 20, 25, 30, 35, 40]);
    expect(state.best?.loss).toBeLessThan((state.before?.loss ?? 0) - 1);
    expect(heard.points.at(-1)?.train).toBeLessThan((heard.points[1]?.train ?? 0) - 1);
  });

  it('paused and taken up again in another process it ends at the very same numbers', async () => {
    const whole = await run(await newTrainer());
    const own = temporaryFolder('paused');
    const heard: Heard = { points: [], state: null };
    const first = await newTrainer();
    const paused = await run(first, { folder: own.path, pauseWanted: () => first.stepCount >= 13 }, heard);
    expect(paused).toMatchObject({ end: 'paused', state: { step: 13, checkpointStep: 13 } });
    const rest = await run(await newTrainer(), { folder: own.path, checkpoint: CHECKPOINTS.newest }, heard);
    expect(rest.end).toBe('done');
    const numbers = (points: TrainingPoint[]) => points.map(({ step, train, validation, learningRate }) => [step, train, validation, learningRate]);
    expect(numbers(heard.points)).toEqual(numbers(whole.heard.points));
    expect(rest.state.best).toEqual(whole.state.best);
    own.remove();
  });

  it('goes back to its newest checkpoint after a kill and does no step twice', async () => {
    const whole = await run(await newTrainer());
    const own = temporaryFolder('killed');
    const heard: Heard = { points: [], state: null };
    const killed = await newTrainer();
    const dying: LoopTrainer = { ...killed, get stepCount() { return killed.stepCount; }, stepAside: (...step) => (killed.stepCount === 18 ? Promise.reject(new Error('killed')) : killed.stepAside(...step)) };
    await expect(run(dying, { folder: own.path }, heard)).rejects.toThrow('killed');
    // Of the last words before a kill some were not kept, others came from behind the checkpoint.
    const stale = heard.points.splice(-3).at(-1) ?? fail('a point');
    heard.points.push({ ...stale, step: 17, train: 99 });
    const rest = await run(await newTrainer(), { folder: own.path, checkpoint: CHECKPOINTS.newest }, heard);
    expect(heard.points.map(({ step, train }) => [step, train])).toEqual(whole.heard.points.map(({ step, train }) => [step, train]));
    expect(rest.state.best).toEqual(whole.state.best);
    own.remove();
  });

  it('stops early when the validation split no longer gains, with the best kept', async () => {
    const { state, heard } = await run(await newTrainer(), { data: { ...data, validation: noise(2, 9) }, settings: { ...QUICK_SETTINGS, epochs: 30, patience: 2 } });
    expect(state.stoppedEarly).toBe(true);
    expect(state.step).toBeLessThan(state.stepCount);
    expect(state.bestStep).toBe(state.step - 20);
    expect(heard.state?.stoppedEarly).toBe(true);
  });

  it('stops a training that diverges, and keeps the checkpoint from before', async () => {
    const own = temporaryFolder('diverged');
    const heard: Heard = { points: [], state: null };
    const trainer = await newTrainer();
    const refusal = await run(trainer, { folder: own.path, settings: { ...QUICK_SETTINGS, epochs: 20, learningRate: 5, schedule: 'constant', warmupShare: 0 } }, heard).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'TRAINING_DIVERGED', data: { goodStep: heard.state?.bestStep } });
    const kept = (await trainer.restoreCheckpoint(join(own.path, CHECKPOINTS.best))) as { state: TrainingStateNow };
    expect(kept.state.step).toBe(heard.state?.bestStep);
    const { loss } = await trainer.evaluateAside(data.validation[0] ?? fail('a window'));
    expect(loss).toBeLessThan(10);
    own.remove();
  });

  const canMount = process.platform === 'linux' && process.getuid?.() === 0;
  it.skipIf(!canMount)('ends on a full disk with the older checkpoint whole and nothing half-written (needs Linux and root for a small volume)', async () => {
    const volume = temporaryFolder('full-checkpoint');
    const trainer = await newTrainer();
    // Weights and two moments: one checkpoint fits, and no second beside it.
    const sizeBytes = trainer.trainableCount * 12;
    expect(spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${Math.round(sizeBytes * 1.7)}`, 'tmpfs', volume.path]).status).toBe(0);
    try {
      await expect(run(trainer, { folder: volume.path })).rejects.toMatchObject({ code: 'DISK_FULL' });
      expect(readdirSync(volume.path).sort()).toEqual([CHECKPOINTS.best, CHECKPOINTS.newest]);
      expect(await trainer.restoreCheckpoint(join(volume.path, CHECKPOINTS.newest))).toMatchObject({ state: { step: 0 } });
    } finally {
      spawnSync('umount', [volume.path]);
      volume.remove();
    }
  });
});

describe('the order of windows', () => {
  const old = countingWindows(6, 5);
  const mixed = { train: data.train, old, oldPerEpoch: 4 };
  it('shows every new window once an epoch and old ones drawn anew', () => {
    const at = windowOrder(mixed, 3);
    const epoch = (number: number) => Array.from({ length: 14 }, (_, index) => at(number * 14 + index));
    for (const number of [0, 1]) {
      expect(new Set(epoch(number).filter((window) => data.train.includes(window))).size).toBe(10);
      expect(new Set(epoch(number).filter((window) => old.includes(window))).size).toBe(4);
    }
    expect(epoch(0)).not.toEqual(epoch(1));
    expect(new Set([0, 1, 2].flatMap((number) => epoch(number).filter((window) => old.includes(window)))).size).toBeGreaterThan(4);
  });
  it('is the same whenever it is asked, in whatever order', () => {
    const forward = windowOrder(mixed, 3);
    const taken = Array.from({ length: 42 }, (_, step) => forward(step));
    const jumping = windowOrder(mixed, 3);
    for (const step of [30, 2, 41, 17]) expect(jumping(step)).toBe(taken[step]);
  });
});
