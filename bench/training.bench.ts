import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { predictTrainingMemory } from '../main/engine/fit/predict-training-memory.ts';
import { readGgufFile } from '../main/engine/gguf/gguf-reader.ts';
import { modelFactsOf } from '../main/engine/gguf/model-facts.ts';
import { readMachine } from '../main/engine/hardware/machine.ts';
import { findLibraryFiles } from '../main/engine/native/library-files.ts';
import { openLlamaLibrary } from '../main/engine/native/llama-library.ts';
import { listenToLog } from '../main/engine/native/native-log.ts';
import { openTrainer } from '../main/engine/native/training/trainer.ts';
import { writeRandomModel } from '../main/engine/testing/random-model.ts';
import type { RandomModelOptions } from '../main/engine/testing/random-model.ts';
import { modelFactsSchema } from '../main/contract/models.contract.ts';
import { temporaryFolder } from '../main/kernel/testing/temporary-house.ts';
import { bareProducts } from './lib/bare-products.ts';
import { figure } from './lib/figures.ts';
import type { Figure } from './lib/figures.ts';

const rounds = 7;
const settings = { learningRate: 1e-4, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.1 };
/** As large as the model in the box. */
const small: RandomModelOptions = { architecture: 'llama', layers: 3, embedding: 256, heads: 4, headsKv: 2, feedForward: 768, vocabulary: 2048, context: 2048, tensorType: 'F32', seed: 3 };
/** 10 to 60 million parameters, of different proportions. */
const measured: readonly { words: string; model: RandomModelOptions; contextSize: number }[] = [
  { words: '26M parameters, context 512', model: { ...small, layers: 6, embedding: 512, heads: 8, headsKv: 4, feedForward: 1408, vocabulary: 8000 }, contextSize: 512 },
  { words: '24M parameters, vocabulary 40,000', model: { ...small, architecture: 'qwen2', layers: 4, heads: 8, feedForward: 1024, vocabulary: 40_000 }, contextSize: 256 },
  { words: '46M parameters, context 1024', model: { ...small, layers: 8, embedding: 640, heads: 10, headsKv: 10, feedForward: 1792, vocabulary: 4096 }, contextSize: 1024 },
  { words: '27M parameters, 40 layers', model: { ...small, architecture: 'qwen3', layers: 40, headsKv: 4, feedForward: 512, vocabulary: 1024 }, contextSize: 256 },
];

/** Training: tokens a second beside the step's matrix products alone, in turn; and memory of whole processes beside the estimate. */
export async function benchTraining(): Promise<Figure[]> {
  const folder = temporaryFolder('bench');
  try {
    const { usableCores } = await readMachine();
    const threadCounts = [...new Set([1, Math.min(2, usableCores)])];
    const figures: Figure[] = [];
    for (const contextSize of [256, 512]) for (const threads of threadCounts) figures.push(...(await benchSpeed(folder.path, { contextSize, threads })));
    if (process.platform !== 'linux') return figures;
    for (const { words, model, contextSize } of measured) figures.push(await benchMemory(folder.path, { words, model, contextSize, threads: Math.min(2, usableCores) }));
    return figures;
  } finally {
    folder.remove();
  }
}

async function benchSpeed(folder: string, { contextSize, threads }: { contextSize: number; threads: number }): Promise<Figure[]> {
  const modelPath = join(folder, 'speed.gguf');
  await writeRandomModel(modelPath, small);
  const library = openLlamaLibrary(findLibraryFiles('cpu'));
  const trainer = await openTrainer(library, listenToLog(library), { modelPath, contextSize, threads, trainable: () => true });
  const products = bareProducts(library, small, { contextSize, threads });
  const tokens = Int32Array.from({ length: contextSize }, (_, index) => (index * 37) % small.vocabulary);
  const window = { tokens, labels: tokens, weights: null };
  const ours: number[] = [];
  const bound: number[] = [];
  trainer.step(window, settings);
  products.run();
  for (let round = 0; round < rounds; round += 1) {
    const startedAt = performance.now();
    trainer.step(window, settings);
    ours.push((contextSize / (performance.now() - startedAt)) * 1000);
    bound.push((contextSize / products.run()) * 1000);
  }
  trainer.free();
  products.free();
  const words = `context ${contextSize}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
  return [
    figure({ name: `training, 3.4M parameters, ${words}`, unit: 'tok/s', runs: ours }),
    figure({ name: `  its matrix products alone, ${words}`, unit: 'tok/s', runs: bound }),
    figure({ name: `  share of that, ${words}`, unit: '×', runs: ours.map((rate, index) => rate / (bound[index] ?? Number.NaN)), aim: { words: '≥ 0.7', met: (median) => median >= 0.7 } }),
  ];
}

async function benchMemory(folder: string, { words, model, contextSize, threads }: { words: string; model: RandomModelOptions; contextSize: number; threads: number }): Promise<Figure> {
  const modelPath = join(folder, 'memory.gguf');
  await writeRandomModel(modelPath, model);
  const facts = modelFactsSchema.parse(modelFactsOf([await readGgufFile(modelPath)]));
  const { totalBytes } = predictTrainingMemory(facts, { contextSize, trainable: () => true });
  const { stdout, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, 'lib', 'training-memory-child.ts'), modelPath, String(contextSize), String(threads)], { encoding: 'utf8' });
  const residentBytes = Number(stdout);
  if (!(residentBytes > 0)) throw new Error(stderr.slice(-500));
  return figure({ name: `training memory against the estimate, ${words}`, unit: '×', runs: [residentBytes / totalBytes], aim: { words: '0.85 … 1.15', met: (ratio) => ratio > 0.85 && ratio < 1.15 } });
}
