import { join } from 'node:path';
import type { EngineSettings } from '../main/contract/deployments.contract.ts';
import { tuneVersion } from '../main/benchmarks/tune-version.ts';
import { readMachine } from '../main/engine/hardware/machine.ts';
import { nativeSettingsOf, performanceOf } from '../main/engine/measuring/engine-performance.ts';
import { findLibraryFiles } from '../main/engine/native/library-files.ts';
import { openLlamaLibrary } from '../main/engine/native/llama-library.ts';
import { openSpeedMeter, speedThreads } from '../main/engine/native/measure-speed.ts';
import type { SpeedMeter } from '../main/engine/native/measure-speed.ts';
import { listenToLog } from '../main/engine/native/native-log.ts';
import { openNativeModel } from '../main/engine/native/native-model.ts';
import type { NativeModel } from '../main/engine/native/native-model.ts';
import { writeRandomModel } from '../main/engine/testing/random-model.ts';
import { temporaryFolder } from '../main/kernel/testing/temporary-house.ts';
import { figure } from './lib/figures.ts';
import type { Figure } from './lib/figures.ts';

const promptTokens = 512;
const generationTokens = 64;
/** Of each combination; llama-bench's default is five. */
const repeats = 3;
/** Comparisons of what was chosen with the best and with the default, in turn. */
const rounds = 10;

type Bench = (settings: EngineSettings) => { warmUp(): Promise<void>; score(): Promise<number>; free(): void };

/**
 * Auto-tuning against trying every combination it could choose from, on a generated model of 64 MB: how good what it chose is, measured
 * again in turn with the best of all and with the default, when it may take a tenth of the time.
 */
export async function benchTune(): Promise<Figure[]> {
  const folder = temporaryFolder('bench');
  const library = openLlamaLibrary(findLibraryFiles('cpu'));
  const path = join(folder.path, 'model.gguf');
  await writeRandomModel(path, { architecture: 'llama', layers: 8, embedding: 768, heads: 12, headsKv: 4, feedForward: 2048, vocabulary: 8000, context: 4096, tensorType: 'Q8_0', seed: 5 });
  const model = await openNativeModel(library, listenToLog(library), { path, settings: { gpuLayers: 0 } });
  try {
    const { usableCores } = await readMachine();
    const start: EngineSettings = { backend: 'cpu', gpuLayers: 0, contextSize: promptTokens, parallelSequences: 1, threads: usableCores };
    const bench = benchOf(library, model);
    const all = combinations(start, usableCores);
    const exhaustive = await tryAll(bench, all);
    const tuningStart = performance.now();
    const signal = new AbortController().signal;
    const task = { signal, phase: () => undefined, about: () => undefined, progress: () => undefined, chunk: () => undefined, onTell: () => undefined };
    // Its budget is what it may search in; loading the model and choosing sizes come before it.
    const budgetMs = exhaustive.durationMs * 0.08;
    const { chosen, default: usual } = await tuneVersion({ kind: 'tune', path, settings: start, goal: 'balanced', budgetMs, allowSmallerKv: true, maxThreads: usableCores, maxGpuLayers: 0 }, task);
    const tuningMs = performance.now() - tuningStart;
    const show = (settings: EngineSettings): string => JSON.stringify([settings.threads, performanceOf(settings)]);
    process.stdout.write(`tune: ${all.length} combinations, best ${show(exhaustive.best)}, chosen ${show(chosen.settings)}, default ${show(usual.settings)}\n`);
    const againstBest = await inTurn(bench, chosen.settings, exhaustive.best);
    const againstDefault = await inTurn(bench, chosen.settings, start);
    return [
      figure({ name: 'tune: every combination', unit: 's', runs: [exhaustive.durationMs / 1000] }),
      figure({ name: 'tune: time, as a share of trying everything', unit: 'ratio', runs: [tuningMs / exhaustive.durationMs], aim: { words: '<= 0.1', met: (share) => share <= 0.1 } }),
      figure({ name: 'tune: score of what it chose over the best of all, in turn', unit: 'ratio', runs: againstBest, aim: { words: '>= 0.95', met: (ratio) => ratio >= 0.95 } }),
      figure({ name: 'tune: score of what it chose over the default, in turn', unit: 'ratio', runs: againstDefault, aim: { words: '>= 1 (same settings are 1)', met: (ratio) => ratio >= 0.99 } }),
    ];
  } finally {
    model.free();
    folder.remove();
  }
}

function benchOf(library: ReturnType<typeof openLlamaLibrary>, model: NativeModel): Bench {
  const signal = new AbortController().signal;
  return (settings) => {
    const meterOf = (kind: 'prompt' | 'generation', tokens: number): SpeedMeter =>
      openSpeedMeter(library, model, { test: { kind, tokens }, settings: { ...nativeSettingsOf(settings), threads: speedThreads(kind, settings.threads), workerThreads: 'per-graph' }, signal });
    const prompt = meterOf('prompt', promptTokens);
    const generation = meterOf('generation', generationTokens);
    return {
      async warmUp() {
        await prompt.warmUp();
        await generation.warmUp();
      },
      // Balanced, as the goal.
      score: async () => Math.sqrt((await prompt.measure()) * (await generation.measure())),
      free() {
        prompt.free();
        generation.free();
      },
    };
  };
}

function combinations(start: EngineSettings, cores: number): EngineSettings[] {
  const all: EngineSettings[] = [];
  for (let threads = 1; threads <= cores; threads += 1)
    for (const batchSize of [64, 128, 256, 512])
      for (const flashAttention of ['auto', 'on', 'off'] as const)
        for (const kvType of flashAttention === 'off' ? (['F16'] as const) : (['F16', 'Q8_0', 'Q4_0'] as const)) all.push({ ...start, threads, performance: { batchSize, flashAttention, kvType } });
  return all;
}

/** The median of the repeats of each, as somebody would do by hand. */
async function tryAll(bench: Bench, all: readonly EngineSettings[]): Promise<{ best: EngineSettings; durationMs: number }> {
  const startedAt = performance.now();
  let best = { settings: all[0], score: 0 };
  for (const settings of all) {
    const tried = bench(settings);
    await tried.warmUp();
    const scores: number[] = [];
    for (let index = 0; index < repeats; index += 1) scores.push(await tried.score());
    tried.free();
    const score = scores.toSorted((a, b) => a - b)[Math.floor(repeats / 2)] ?? 0;
    if (score > best.score) best = { settings, score };
  }
  if (best.settings === undefined) throw new Error('nothing to try');
  return { best: best.settings, durationMs: performance.now() - startedAt };
}

async function inTurn(bench: Bench, one: EngineSettings, other: EngineSettings): Promise<number[]> {
  if (JSON.stringify([one.threads, performanceOf(one)]) === JSON.stringify([other.threads, performanceOf(other)])) return [1];
  const [first, second] = [bench(one), bench(other)];
  await first.warmUp();
  await second.warmUp();
  const ratios: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const early = round % 2 === 0 ? await first.score() : null;
    const theirs = await second.score();
    ratios.push((early ?? (await first.score())) / theirs);
  }
  first.free();
  second.free();
  return ratios;
}
