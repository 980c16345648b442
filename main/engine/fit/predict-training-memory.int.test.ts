import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { modelFactsSchema } from '../../contract/models.contract.ts';
import { temporaryFolder } from '../../kernel/testing/temporary-house.ts';
import { readGgufFile } from '../gguf/gguf-reader.ts';
import { modelFactsOf } from '../gguf/model-facts.ts';
import { findLibraryFiles } from '../native/library-files.ts';
import { openLlamaLibrary } from '../native/llama-library.ts';
import { listenToLog } from '../native/native-log.ts';
import { openTrainer } from '../native/training/trainer.ts';
import { writeRandomModel } from '../testing/random-model.ts';
import type { RandomModelOptions } from '../testing/random-model.ts';
import { predictTrainingMemory } from './predict-training-memory.ts';

/** What ggml reports for its own memory; resident memory of whole processes is measured by bench/training.bench.ts. */
const base: RandomModelOptions = { architecture: 'llama', layers: 4, embedding: 128, heads: 4, headsKv: 2, feedForward: 320, vocabulary: 1024, context: 512, tensorType: 'F32', seed: 1 };
const cases: { name: string; changes: Partial<RandomModelOptions>; contextSize: number; trainable: (tensor: string) => boolean }[] = [
  { name: 'a llama', changes: {}, contextSize: 256, trainable: () => true },
  { name: 'long windows', changes: { layers: 2 }, contextSize: 512, trainable: () => true },
  { name: 'a large vocabulary and biases', changes: { architecture: 'qwen2', vocabulary: 12_000, layers: 1 }, contextSize: 64, trainable: () => true },
  { name: 'normed heads', changes: { architecture: 'qwen3', headsKv: 4 }, contextSize: 96, trainable: () => true },
  { name: 'the last layers only', changes: {}, contextSize: 256, trainable: (tensor) => /^blk\.[23]\./.test(tensor) },
  { name: 'nothing to train', changes: {}, contextSize: 256, trainable: () => false },
];

const folder = temporaryFolder('training-memory');
const library = openLlamaLibrary(findLibraryFiles('cpu'));
const log = listenToLog(library);
afterAll(() => folder.remove());

describe('the memory of a training run', () => {
  it.each(cases)('is what the trainer takes: $name', async ({ changes, contextSize, trainable }) => {
    const modelPath = join(folder.path, 'model.gguf');
    await writeRandomModel(modelPath, { ...base, ...changes });
    const facts = modelFactsSchema.parse(modelFactsOf([await readGgufFile(modelPath)]));
    const predicted = predictTrainingMemory(facts, { contextSize, trainable });
    const trainer = await openTrainer(library, log, { modelPath, contextSize, threads: 1, trainable });
    const { parametersBytes, stepBytes, evaluationBytes } = trainer.memory;
    trainer.free();
    const offBy = (foretold: number, found: number): number => Math.abs(foretold / found - 1);
    expect(offBy(predicted.weightsBytes + predicted.momentsBytes, parametersBytes)).toBeLessThan(0.01);
    if (stepBytes === 0) expect(predicted.stepBytes).toBe(0);
    else expect(offBy(predicted.stepBytes, stepBytes)).toBeLessThan(0.02);
    expect(offBy(predicted.evaluationBytes, evaluationBytes)).toBeLessThan(0.05); // small, beside a step
    const { totalBytes, weightsBytes, momentsBytes, processBytes } = predicted;
    expect(totalBytes).toBe(weightsBytes + momentsBytes + predicted.stepBytes + predicted.evaluationBytes + processBytes);
  });
});
