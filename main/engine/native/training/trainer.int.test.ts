import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../../kernel/testing/temporary-house.ts';
import { readGgufFile } from '../../gguf/gguf-reader.ts';
import { writeRandomModel } from '../../testing/random-model.ts';
import type { RandomModelArchitecture } from '../../testing/random-model.ts';
import { findLibraryFiles } from '../library-files.ts';
import { openLlamaLibrary } from '../llama-library.ts';
import { largestOf, logSumOfExp } from '../log-softmax.ts';
import { listenToLog } from '../native-log.ts';
import { openNativeModel } from '../native-model.ts';
import { createTokenBatch } from '../token-batch.ts';
import { readCheckpointState } from './checkpoint-file.ts';
import { openTrainer } from './trainer.ts';
import type { OptimizerSettings, Trainer, TrainingWindow } from './trainer.ts';
import { referenceTraining } from './testing/reference-transformer.ts';
import { randomWindow, referenceShapeOf, referenceWindowOf, TINY, writeTinyModel } from './testing/tiny-model.ts';
import { TrainingRefusal } from './training-refusal.ts';

const folder = temporaryFolder('trainer');
const library = openLlamaLibrary(findLibraryFiles('cpu'));
const log = listenToLog(library);
afterAll(() => folder.remove());

const contextSize = 32;
const settings: OptimizerSettings = { learningRate: 3e-3, beta1: 0.9, beta2: 0.99, epsilon: 1e-6, weightDecay: 0.1 };
const windowOf = (seed: number, apart = false): TrainingWindow => randomWindow({ contextSize, vocabulary: TINY.vocabulary, seed }, apart);

async function trainerOf(modelPath: string, changes: Partial<Parameters<typeof openTrainer>[2]> = {}): Promise<Trainer> {
  const trainer = await openTrainer(library, log, { modelPath, contextSize, threads: 1, trainable: () => true, ...changes });
  onTestFinished(() => trainer.free());
  return trainer;
}

/** All tensors of a model file by name, as float32. */
async function tensorsOf(path: string): Promise<Map<string, Float32Array>> {
  const bytes = readFileSync(path);
  const { tensors } = await readGgufFile(path);
  return new Map(tensors.map(({ name, dataOffset, sizeBytes }) => [name, new Float32Array(bytes.buffer.slice(bytes.byteOffset + dataOffset, bytes.byteOffset + dataOffset + sizeBytes))]));
}

/** The loss of a window as llama.cpp itself computes the model, over its cache. */
async function lossByLlama(path: string, { tokens, labels, weights, segments }: TrainingWindow): Promise<number> {
  const model = await openNativeModel(library, log, { path, settings: { gpuLayers: 0 } });
  const context = model.createContext({ contextSize, batchSize: contextSize, sequences: 3, unifiedCache: true, threads: 1, keyType: 0, valueType: 0, flashAttention: 0 });
  const batch = createTokenBatch(library, contextSize);
  for (const [row, token] of tokens.entries()) {
    const sequence = segments?.[row] ?? 0;
    batch.add({ token, position: row - Math.max(0, segments?.indexOf(sequence) ?? 0), sequence, output: true });
  }
  context.decode(batch);
  const logits = new Float32Array(contextSize * model.vocabularySize);
  context.copyAllLogits(logits);
  context.free();
  const { vocabularySize } = model;
  model.free();
  let loss = 0;
  let total = 0;
  for (const [row, label] of labels.entries()) {
    const values = logits.subarray(row * vocabularySize, (row + 1) * vocabularySize);
    const weight = weights?.[row] ?? 1;
    const largest = largestOf(values);
    loss += weight * (largest + logSumOfExp(values, largest) - (values[label] ?? Number.NaN));
    total += weight;
  }
  return loss / total;
}

describe('a step', () => {
  const cases: { architecture: RandomModelArchitecture; tied: boolean; apart: boolean }[] = [
    { architecture: 'llama', tied: false, apart: false },
    { architecture: 'llama', tied: true, apart: true },
    { architecture: 'qwen2', tied: true, apart: false },
    { architecture: 'qwen3', tied: false, apart: true },
  ];
  it.each(cases)('is that of a float64 reference: $architecture, tied $tied, texts apart $apart', async ({ architecture, tied, apart }) => {
    const options = { ...TINY, architecture };
    const path = join(folder.path, `${architecture}-${tied}.gguf`);
    const reference = await writeTinyModel(path, options, tied);
    const windows = Array.from({ length: 10 }, (_, index) => windowOf(index % 4, apart));
    const before = await tensorsOf(path);

    const trainer = await trainerOf(path);
    expect(trainer.frozen).toEqual([]);
    const losses = windows.map((window) => trainer.step(window, settings).loss);
    const saved = join(folder.path, 'after.gguf');
    await trainer.saveModel(saved);

    const isVector = (name: string): boolean => name.includes('norm') || name.endsWith('.bias');
    const expected = referenceTraining(referenceShapeOf(options), reference, { windows: windows.map(referenceWindowOf), settings, isFixed: () => false, decays: (name) => !isVector(name) });
    for (const [step, loss] of losses.entries()) expect(Math.abs(loss / (expected[step] ?? 0) - 1), `step ${step}: ${loss} and ${expected[step]}`).toBeLessThan(2e-5);
    // Not the losses alone: each weight has gone where it should. A weight whose gradient is near zero may differ by a little more.
    for (const [name, after] of await tensorsOf(saved)) {
      const wanted = reference.get(name) ?? [];
      const start = before.get(name) ?? [];
      const off = Math.sqrt(after.reduce((sum, value, index) => sum + (value - (wanted[index] ?? Number.NaN)) ** 2, 0));
      const moved = Math.sqrt(after.reduce((sum, value, index) => sum + (value - (start[index] ?? Number.NaN)) ** 2, 0));
      expect(off / moved, name).toBeLessThan(2e-3);
    }
  });

  it('learns a single window by heart', async () => {
    const path = join(folder.path, 'heart.gguf');
    await writeTinyModel(path, TINY, false);
    const trainer = await trainerOf(path);
    const window = windowOf(1);
    for (let step = 0; step < 150; step += 1) trainer.step(window, { ...settings, learningRate: 1e-2, weightDecay: 0 });
    const { loss, correct, scoredTokens } = trainer.evaluate(window);
    expect(loss).toBeLessThan(0.05);
    expect([correct, scoredTokens]).toEqual([contextSize, contextSize]);
  });

  it('leaves frozen weights as they are and changes the others', async () => {
    const path = join(folder.path, 'frozen.gguf');
    await writeTinyModel(path, TINY, false);
    const trainer = await trainerOf(path, { trainable: (name) => name.startsWith('blk.1.') });
    expect(trainer.frozen).toContain('token_embd.weight');
    for (let step = 0; step < 3; step += 1) await trainer.stepAside(windowOf(step), settings);
    await trainer.saveModel(join(folder.path, 'frozen-after.gguf'));
    const before = await tensorsOf(path);
    for (const [name, values] of await tensorsOf(join(folder.path, 'frozen-after.gguf'))) {
      expect(values.every((value, index) => value === before.get(name)?.[index]), name).toBe(!name.startsWith('blk.1.'));
    }
  });

  it('of a window in which nothing is scored is none', async () => {
    const path = join(folder.path, 'unscored.gguf');
    await writeTinyModel(path, TINY, false);
    const trainer = await trainerOf(path);
    trainer.step(windowOf(1), settings); // there is momentum now
    const { loss } = trainer.evaluate(windowOf(2));
    const unscored = { ...windowOf(1), labels: new Int32Array(contextSize).fill(-1), weights: new Float32Array(contextSize) };
    expect(trainer.step(unscored, settings)).toEqual({ loss: 0, scoredTokens: 0, correct: 0 });
    expect(trainer.evaluate(unscored).scoredTokens).toBe(0);
    expect([trainer.stepCount, trainer.evaluate(windowOf(2)).loss]).toEqual([1, loss]);
  });

  it('that leads nowhere says so by its loss', async () => {
    const trainer = await trainerOf(join(folder.path, 'unscored.gguf'));
    const losses = Array.from({ length: 4 }, () => trainer.step(windowOf(1), { ...settings, learningRate: 1e30 }).loss);
    expect(losses.at(-1)).not.toSatisfy(Number.isFinite);
  });

  it('refuses windows that do not fit', async () => {
    const path = join(folder.path, 'unscored.gguf');
    const trainer = await trainerOf(path);
    const window = windowOf(1);
    expect(() => trainer.step({ ...window, tokens: window.tokens.with(3, TINY.vocabulary) }, settings)).toThrow(expect.objectContaining({ reason: 'window' }));
    expect(() => trainer.step({ ...window, tokens: new Int32Array(7) }, settings)).toThrow(expect.objectContaining({ reason: 'window' }));
    expect(trainer.stepCount).toBe(0);
  });
});

describe('a model', () => {
  it.each<RandomModelArchitecture>(['llama', 'qwen2', 'qwen3'])('of %s has the loss that llama.cpp finds, before and after training', async (architecture) => {
    const path = join(folder.path, `agree-${architecture}.gguf`);
    await writeTinyModel(path, { ...TINY, architecture, seed: 8 }, architecture === 'qwen2');
    const trainer = await trainerOf(path);
    const window = windowOf(9, true);
    expect(trainer.evaluate(window).loss).toBeCloseTo(await lossByLlama(path, window), 5);
    for (let step = 0; step < 5; step += 1) trainer.step(windowOf(step), settings);
    const { loss } = trainer.evaluate(window);
    expect(trainer.evaluate(window).loss).toBe(loss); // evaluating changes nothing
    const saved = join(folder.path, `agree-${architecture}-after.gguf`);
    await trainer.saveModel(saved);
    expect(await lossByLlama(saved, window)).toBeCloseTo(loss, 5);
    const again = await trainerOf(saved);
    expect(again.evaluate(window).loss).toBe(loss);
  });

  it('that cannot be trained as it is, is refused with the reason', async () => {
    const half = join(folder.path, 'half.gguf');
    await writeRandomModel(half, { ...TINY, tensorType: 'F16' });
    await expect(trainerOf(half)).rejects.toMatchObject({ reason: 'weights-not-float32' });
    const other = join(folder.path, 'gemma.gguf');
    await writeRandomModel(other, { ...TINY, architecture: 'gemma' });
    await expect(trainerOf(other)).rejects.toMatchObject({ reason: 'architecture-not-trainable', detail: 'gemma' });
    const scaled = join(folder.path, 'yarn.gguf');
    await writeRandomModel(scaled, { ...TINY, metadata: [{ key: 'llama.rope.scaling.type', type: 'string', value: 'yarn' }] });
    await expect(trainerOf(scaled)).rejects.toMatchObject({ reason: 'architecture-not-trainable' });
    await expect(trainerOf(half, { contextSize: 33 })).rejects.toBeInstanceOf(TrainingRefusal);
  });
});

describe('a checkpoint', () => {
  it('goes on exactly where it was written', async () => {
    const path = join(folder.path, 'straight.gguf');
    const checkpoint = join(folder.path, 'straight.ckpt');
    await writeTinyModel(path, TINY, true);
    const straight = await trainerOf(path);
    const expected = Array.from({ length: 10 }, (_, step) => straight.step(windowOf(step), settings).loss);
    const first = await trainerOf(path);
    for (let step = 0; step < 5; step += 1) first.step(windowOf(step), settings);
    await first.saveCheckpoint(checkpoint, { epoch: 1 });
    const second = await trainerOf(path);
    expect(await second.restoreCheckpoint(checkpoint)).toEqual({ epoch: 1 });
    expect(second.stepCount).toBe(5);
    for (let step = 5; step < 10; step += 1) expect(second.step(windowOf(step), settings).loss).toBe(expected[step]);
  });

  it('that was changed, cut short or belongs elsewhere is refused, and nothing is taken from it', async () => {
    const path = join(folder.path, 'refuse.gguf');
    const checkpoint = join(folder.path, 'refuse.ckpt');
    await writeTinyModel(path, TINY, false);
    const trainer = await trainerOf(path);
    trainer.step(windowOf(1), settings);
    await trainer.saveCheckpoint(checkpoint);
    const other = await trainerOf(path, { trainable: (name) => name.startsWith('blk.') });
    const before = other.evaluate(windowOf(2)).loss;
    await expect(other.restoreCheckpoint(checkpoint)).rejects.toMatchObject({ reason: 'checkpoint-foreign' });

    const whole = readFileSync(checkpoint);
    const fresh = await trainerOf(path);
    const damaged = join(folder.path, 'damaged.ckpt');
    const flipped = Buffer.from(whole);
    flipped.writeUInt8(flipped.readUInt8(whole.length - 1000) ^ 1, whole.length - 1000);
    for (const bytes of [flipped, whole.subarray(0, whole.length - 5), whole.subarray(0, 10), Buffer.from('GGUF nothing of the kind')]) {
      writeFileSync(damaged, bytes);
      await expect(fresh.restoreCheckpoint(damaged)).rejects.toMatchObject({ reason: 'checkpoint-damaged' });
    }
    expect([fresh.stepCount, fresh.evaluate(windowOf(2)).loss]).toEqual([0, before]);
  });

  it('is whole after the process was killed while it wrote the next', async () => {
    const path = join(folder.path, 'killed.gguf');
    await writeRandomModel(path, { ...TINY, embedding: 128, feedForward: 512, vocabulary: 2048 });
    const place = join(folder.path, 'killed');
    const child = spawn(process.execPath, [join(import.meta.dirname, 'testing', 'checkpoint-child.ts'), path, place], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    const first = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
    expect(String(first[0])).toBe('written\n');
    await wait(30);
    const deadline = performance.now() + 3000;
    while (!readdirSync(place).some((name) => name.endsWith('.part')) && performance.now() < deadline) await wait(1);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(readdirSync(place).filter((name) => name.endsWith('.part'))).toHaveLength(1); // it was killed in the middle

    const checkpoint = join(place, 'run.ckpt');
    const { step } = await readCheckpointState(checkpoint);
    const trainer = await trainerOf(path);
    expect(await trainer.restoreCheckpoint(checkpoint)).toEqual({ windows: step });
    expect(trainer.stepCount).toBe(step);
  });
});
