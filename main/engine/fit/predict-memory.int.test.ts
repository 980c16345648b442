import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { EnginePerformance, EngineSettings } from '../../contract/deployments.contract.ts';
import { modelFactsSchema } from '../../contract/models.contract.ts';
import type { ModelFacts } from '../../contract/models.contract.ts';
import { temporaryFolder } from '../../kernel/testing/temporary-house.ts';
import { readGgufFile } from '../gguf/gguf-reader.ts';
import { modelFactsOf } from '../gguf/model-facts.ts';
import { ask, GREEDY, makeEngine, readAnswer, stopEngines } from '../testing/engine-fixture.ts';
import { SMALL_RANDOM_ENCODER, writeRandomEncoder } from '../testing/random-encoder.ts';
import { writeRandomModel } from '../testing/random-model.ts';
import type { RandomModelOptions } from '../testing/random-model.ts';
import { realModelPath } from '../testing/real-model.ts';
import { predictMemory } from './predict-memory.ts';

/**
 * The prediction against real engine processes. Models whose tensors are stored as they are computed with: rearranged ones
 * (Q4_0 and others on some CPUs) stay in the page cache a second time for a while, which no engine needs.
 */
const base = { layers: 4, heads: 8, headsKv: 4, feedForward: 1536, embedding: 512, vocabulary: 4096, context: 8192, tensorType: 'F16', seed: 1 } as const;
const models: Readonly<Record<string, RandomModelOptions>> = {
  'llama, plain': { ...base, architecture: 'llama' },
  'qwen2, large vocabulary': { ...base, architecture: 'qwen2', layers: 2, vocabulary: 40_000, embedding: 256 },
  'gemma, one matrix for input and output': { ...base, architecture: 'gemma', layers: 3, vocabulary: 20_000, headsKv: 1 },
};
/** What auto-tuning may choose changes the scratch buffers too. */
const performances: Readonly<Record<string, EnginePerformance>> = {
  'large batch': { batchSize: 2048, flashAttention: 'auto', kvType: 'F16' },
  'small batch, no flash attention': { batchSize: 64, flashAttention: 'off', kvType: 'F16' },
};
const loads: readonly Pick<EngineSettings, 'contextSize' | 'parallelSequences'>[] = [
  { contextSize: 2048, parallelSequences: 1 },
  { contextSize: 4096, parallelSequences: 4 },
];
/** Never more than 5 % too little; at most 20 % and the empty process (100 MB) too much. */
const UNDER = 0.95;
const OVER = 1.2;
const PROCESS_BYTES = 100_000_000;

const folder = temporaryFolder('fit');
beforeAll(async () => {
  for (const [name, options] of Object.entries(models)) await writeRandomModel(join(folder.path, `${name}.gguf`), options);
}, 60_000);
afterEach(stopEngines);
afterAll(() => folder.remove());

async function factsOf(modelPath: string): Promise<ModelFacts> {
  return modelFactsSchema.parse(modelFactsOf([await readGgufFile(modelPath)]));
}

/** What the operating system says the process holds, after it has loaded, read a long prompt and written an answer. */
async function residentBytes(modelPath: string, settings: EngineSettings, letters = 1200): Promise<number> {
  const engine = makeEngine({ modelPath, settings, limits: { memoryLimitBytes: 8e9, maxOutputTokens: 4 } });
  engine.start();
  await engine.whenReady();
  // Letters are a token each at most; 1,200 of them fill two usual batches and more. The cache is cleared, and so touched, when it is made.
  const prompt = 'the quick brown fox jumps over it '.repeat(Math.ceil(letters / 34));
  await Promise.all(Array.from({ length: settings.parallelSequences }, (_, index) => readAnswer(engine.chat(ask(`${index} ${prompt}`), { ...GREEDY, maxOutputTokens: 4 }))));
  return engine.stats().rssBytes ?? 0;
}

async function bothFor(performance: EnginePerformance): Promise<{ predicted: number; resident: number; shown: string }> {
  const modelPath = join(folder.path, 'llama, plain.gguf');
  const settings: EngineSettings = { backend: 'cpu', gpuLayers: 0, contextSize: 8192, parallelSequences: 1, threads: 1, performance };
  const predicted = predictMemory(await factsOf(modelPath), settings).totalRamBytes;
  const resident = await residentBytes(modelPath, settings, performance.batchSize > 512 ? 2600 : 1200);
  const shown = `predicted ${(predicted / 1e6).toFixed(0)} MB, resident ${(resident / 1e6).toFixed(0)} MB`;
  if (process.env['MODELWARD_SHOW_FIT'] === '1') console.log(shown, `${((predicted / resident - 1) * 100).toFixed(1)} %`);
  return { predicted, resident, shown };
}

describe.skipIf(process.platform !== 'linux')('predicted against resident memory', () => {
  const cases = Object.keys(models).flatMap((name) => loads.map((load) => ({ name, ...load })));
  it.each(cases)('$name, $parallelSequences × $contextSize tokens', { timeout: 60_000 }, async ({ name, contextSize, parallelSequences }) => {
    const modelPath = join(folder.path, `${name}.gguf`);
    const settings: EngineSettings = { backend: 'cpu', gpuLayers: 0, contextSize, parallelSequences, threads: 1 };
    const predicted = predictMemory(await factsOf(modelPath), settings).totalRamBytes;
    const resident = await residentBytes(modelPath, settings);
    const shown = `predicted ${(predicted / 1e6).toFixed(0)} MB, resident ${(resident / 1e6).toFixed(0)} MB`;
    if (process.env['MODELWARD_SHOW_FIT'] === '1') console.log(shown, `${((predicted / resident - 1) * 100).toFixed(1)} %`);
    expect(predicted, shown).toBeGreaterThan(resident * UNDER);
    expect(predicted, shown).toBeLessThan(resident * OVER + PROCESS_BYTES);
  });

  it.each(Object.entries(performances))('with %s', { timeout: 180_000 }, async (_, performance) => {
    const { predicted, resident, shown } = await bothFor(performance);
    expect(predicted, shown).toBeGreaterThan(resident * UNDER);
    expect(predicted, shown).toBeLessThan(resident * OVER + PROCESS_BYTES);
  });

  it('a cache of another type takes what is predicted of it, and no more', { timeout: 180_000 }, async () => {
    const large = await bothFor({ batchSize: 512, flashAttention: 'auto', kvType: 'F32' });
    const small = await bothFor({ batchSize: 512, flashAttention: 'auto', kvType: 'Q8_0' });
    // 8,192 cells of 4 layers: 67 MB in F32, 18 MB in Q8_0.
    const predicted = large.predicted - small.predicted;
    const resident = large.resident - small.resident;
    expect(resident, `predicted ${predicted}, resident ${resident}`).toBeGreaterThan(predicted * 0.8);
    expect(resident, `predicted ${predicted}, resident ${resident}`).toBeLessThan(predicted * 1.2);
  });

  it.each([
    { name: 'an encoder', contextSize: 512 },
    { name: 'an encoder', contextSize: 2048 },
    { name: 'a decoder with pooling', contextSize: 1024 },
  ])('for $name that makes vectors of texts up to $contextSize tokens', { timeout: 120_000 }, async ({ name, contextSize }) => {
    const modelPath = join(folder.path, `${name}.gguf`);
    if (name === 'an encoder') await writeRandomEncoder(modelPath, { ...SMALL_RANDOM_ENCODER, layers: 4, embedding: 384, heads: 6, feedForward: 1536, vocabulary: 30_000, context: 2048 });
    else await writeRandomModel(modelPath, { ...base, architecture: 'qwen2', layers: 2, vocabulary: 40_000, embedding: 256, metadata: [{ key: 'qwen2.pooling_type', type: 'uint32', value: 3 }] });
    const settings: EngineSettings = { backend: 'cpu', gpuLayers: 0, contextSize, parallelSequences: 1, threads: 1 };
    const predicted = predictMemory(await factsOf(modelPath), settings).totalRamBytes;
    const engine = makeEngine({ modelPath, settings, task: 'embed', limits: { memoryLimitBytes: 8e9 } });
    engine.start();
    await engine.whenReady();
    await engine.embed({ inputs: [Array.from({ length: contextSize }, () => 40)], share: '' });
    const resident = engine.stats().rssBytes ?? 0;
    const shown = `predicted ${(predicted / 1e6).toFixed(0)} MB, resident ${(resident / 1e6).toFixed(0)} MB`;
    if (process.env['MODELWARD_SHOW_FIT'] === '1') console.log(shown, `${((predicted / resident - 1) * 100).toFixed(1)} %`);
    expect(predicted, shown).toBeGreaterThan(resident * UNDER);
    expect(predicted, shown).toBeLessThan(resident * OVER + PROCESS_BYTES);
  });

  it('holds for a real trained model too', { timeout: 60_000 }, async () => {
    const { path } = await realModelPath();
    const settings: EngineSettings = { backend: 'cpu', gpuLayers: 0, contextSize: 512, parallelSequences: 1, threads: 1 };
    const predicted = predictMemory(await factsOf(path), settings).totalRamBytes;
    const engine = makeEngine({ modelPath: path, settings });
    engine.start();
    await engine.whenReady();
    await readAnswer(engine.chat(ask('Once upon a time'), { ...GREEDY, maxOutputTokens: 20 }));
    const resident = engine.stats().rssBytes ?? 0;
    const shown = `predicted ${(predicted / 1e6).toFixed(0)} MB, resident ${(resident / 1e6).toFixed(0)} MB`;
    if (process.env['MODELWARD_SHOW_FIT'] === '1') console.log(shown, `${((predicted / resident - 1) * 100).toFixed(1)} %`);
    expect(predicted, shown).toBeGreaterThan(resident * UNDER);
    expect(predicted, shown).toBeLessThan(resident * OVER + PROCESS_BYTES);
  });
});
