import type { Benchmark, BenchmarkRow, Spread } from '../../../main/contract/benchmarks.contract.ts';
import type { EngineSettings } from '../../../main/contract/deployments.contract.ts';

/** Sizes the figures of a list are taken at, as everybody quotes them (llama-bench's pp512 and tg128). */
const USUAL_PROMPT = 512;
const USUAL_ANSWER = 128;

/** What a row measured, the same in every benchmark. */
export function rowKey({ test, promptTokens, outputTokens, streams }: BenchmarkRow): string {
  return [test, promptTokens, outputTokens, streams].join('/');
}

/** The figures a list shows: the row nearest to the usual size, in ratio. Null where a kind was not measured. */
export interface Headline {
  prompt: BenchmarkRow | null;
  generation: BenchmarkRow | null;
  /** p50 in ms for the fewest streams measured. */
  ttftMs: number | null;
}

export function headlineOf({ rows }: Pick<Benchmark, 'rows'>): Headline {
  const streams = rows.filter(({ ttftMs }) => ttftMs !== null).toSorted((a, b) => a.streams - b.streams)[0];
  return {
    prompt: nearest(rows.filter(({ test }) => test === 'prompt'), ({ promptTokens }) => promptTokens / USUAL_PROMPT),
    generation: nearest(rows.filter(({ test }) => test === 'generation'), ({ outputTokens }) => outputTokens / USUAL_ANSWER),
    ttftMs: streams?.ttftMs?.p50 ?? null,
  };
}

function nearest(rows: readonly BenchmarkRow[], share: (row: BenchmarkRow) => number): BenchmarkRow | null {
  return rows.toSorted((a, b) => Math.abs(Math.log(share(a))) - Math.abs(Math.log(share(b))))[0] ?? null;
}

/** A figure that is compared: its value, and how far its runs vary (0 where that is not known). */
export interface Figure {
  value: number;
  deviation: number;
  /** How many runs it is the mean of; 0 where it is no mean. */
  runs: number;
  higherIsBetter: boolean;
}

export function figureOf(spread: Spread): Figure {
  return { value: spread.mean, deviation: spread.deviation, runs: spread.count, higherIsBetter: true };
}

/** Percentiles and times: less is better, and no spread is known. */
export function timeFigure(value: number): Figure {
  return { value, deviation: 0, runs: 0, higherIsBetter: false };
}

export type Verdict = 'better' | 'worse' | 'within';
/** Figures without a spread differ only beyond this. */
const UNKNOWN_SPREAD = 0.05;

/** How a figure stands to the baseline's: the ratio, and whether the difference is larger than both vary. */
export function compareFigures(figure: Figure, baseline: Figure): { ratio: number; verdict: Verdict } | null {
  if (baseline.value <= 0 || figure.value <= 0) return null;
  const ratio = figure.value / baseline.value;
  const noise = figure.runs > 1 && baseline.runs > 1 ? figure.deviation + baseline.deviation : baseline.value * UNKNOWN_SPREAD;
  if (Math.abs(figure.value - baseline.value) <= noise) return { ratio, verdict: 'within' };
  return { ratio, verdict: ratio > 1 === figure.higherIsBetter ? 'better' : 'worse' };
}

export type Difference = 'machine' | 'engine' | 'backend' | 'settings';

/** In what benchmarks differ that are compared, besides the model. What one of them does not tell is taken as different. */
export function differencesOf(benchmarks: readonly Benchmark[]): Difference[] {
  const differ = (read: (benchmark: Benchmark) => string | null): boolean => new Set(benchmarks.map((each) => read(each) ?? each)).size > 1;
  const told = (text: string): string | null => (text === '' ? null : text);
  const found: Difference[] = [];
  if (differ(({ machine }) => machine?.key ?? null)) found.push('machine');
  if (differ(({ engine }) => told(engine.release))) found.push('engine');
  if (differ(({ engine }) => told(engine.backend))) found.push('backend');
  if (differ(({ settings }) => (settings === null ? null : settingsKey(settings)))) found.push('settings');
  return found;
}

/** Settings as one text; the same for the same settings. What is not set counts as the engine's default. */
export function settingsKey({ backend, gpuLayers, contextSize, parallelSequences, threads, performance }: EngineSettings): string {
  const { batchSize, flashAttention, kvType } = performance ?? { batchSize: 512, flashAttention: 'auto', kvType: 'F16' };
  return [backend, gpuLayers, contextSize, parallelSequences, threads, batchSize, flashAttention, kvType].join(' ');
}

/** Benchmarks of the same version on the same machine, oldest first; of imported ones, those of the same name. */
export function historyOf(benchmark: Benchmark, all: readonly Benchmark[]): Benchmark[] {
  const same = ({ model, machine, engine }: Benchmark): boolean =>
    machine?.key === benchmark.machine?.key &&
    engine.backend === benchmark.engine.backend &&
    (benchmark.model.versionId === null ? model.versionId === null && model.name === benchmark.model.name && model.quantization === benchmark.model.quantization : model.versionId === benchmark.model.versionId) &&
    (model.deploymentId === null) === (benchmark.model.deploymentId === null);
  return all.filter(same).toSorted((a, b) => a.atMs - b.atMs);
}

/** Above this share of the cores, other work makes the figures doubtful. */
export const DOUBTFUL_LOAD = 0.2;

/** Digits that tell figures apart without pretending: 0.43, 8.27, 41.3, 1,204. */
export function digitsOf(value: number): number {
  const size = Math.abs(value);
  if (size >= 1000) return 0;
  return size >= 10 ? 1 : 2;
}
