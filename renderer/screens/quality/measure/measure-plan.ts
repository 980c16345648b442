import type { Benchmark, BenchmarkPlan } from '../../../../main/contract/benchmarks.contract.ts';
import { headlineOf } from '../figures.ts';

export const PRESETS = ['quick', 'usual', 'thorough', 'own'] as const;
export type Preset = (typeof PRESETS)[number];

const common = { warmUp: true } as const;

/** What each preset measures where the context is large enough. */
export const presetPlans: Record<Exclude<Preset, 'own'>, BenchmarkPlan> = {
  quick: { ...common, promptSizes: [512], generationSizes: [128], streams: [1], streamPromptTokens: 128, streamOutputTokens: 32, repeats: 3 },
  usual: { ...common, promptSizes: [128, 512, 2048], generationSizes: [128], streams: [1, 4], streamPromptTokens: 256, streamOutputTokens: 64, repeats: 5 },
  thorough: {
    ...common,
    promptSizes: [128, 512, 1024, 2048, 4096, 8192],
    generationSizes: [128, 512],
    streams: [1, 2, 4, 8],
    streamPromptTokens: 512,
    streamOutputTokens: 128,
    repeats: 10,
  },
};

/** A plan with nothing in it that does not fit into a context of so many tokens; where no size fits, the largest that does. */
export function planWithin(plan: BenchmarkPlan, contextSize: number): BenchmarkPlan {
  const sizes = (wanted: readonly number[]): number[] => {
    const fitting = wanted.filter((size) => size <= contextSize);
    return fitting.length > 0 || wanted.length === 0 ? fitting : [Math.max(1, contextSize)];
  };
  const shared = Math.min(1, contextSize / (plan.streamPromptTokens + plan.streamOutputTokens));
  return {
    ...plan,
    promptSizes: sizes(plan.promptSizes),
    generationSizes: sizes(plan.generationSizes),
    streamPromptTokens: Math.max(1, Math.floor(plan.streamPromptTokens * shared)),
    streamOutputTokens: Math.max(2, Math.floor(plan.streamOutputTokens * shared)),
  };
}

/** Numbers as a person types them: "128, 512 2048"; null when that is no list within the bounds. Doubles are taken once. */
export function parseNumbers(text: string, { least, most, count }: { least: number; most: number; count: number }): number[] | null {
  const words = text.split(/[\s,;，；、]+/).filter((word) => word !== '');
  const numbers = [...new Set(words.map(Number))];
  const wrong = numbers.length > count || words.some((word) => !/^\d+$/.test(word)) || numbers.some((number) => number < least || number > most);
  return wrong ? null : numbers.toSorted((a, b) => a - b);
}

/** Speeds in tokens a second with which an estimate is made. */
export interface AssumedSpeeds {
  promptTokensPerSecond: number;
  generationTokensPerSecond: number;
  /** Whether they were measured on this model. */
  measured: boolean;
}

/** Bytes a second from memory, as a rough measure of generation: every weight is read once for each token. */
const MEMORY_BYTES_PER_SECOND = { cpu: 15e9, gpu: 250e9 };
const MOST_GUESSED = { cpu: 400, gpu: 150 };
const PROMPT_PER_GENERATION = { cpu: 8, gpu: 25 };

/** From the newest benchmark of the version that tells both, else guessed from the size of the model. */
export function assumedSpeeds(earlier: readonly Benchmark[], versionId: string, { sizeBytes, onGpu }: { sizeBytes: number; onGpu: boolean }): AssumedSpeeds {
  for (const benchmark of earlier.filter(({ model }) => model.versionId === versionId).toSorted((a, b) => b.atMs - a.atMs)) {
    const { prompt, generation } = headlineOf(benchmark);
    if (prompt !== null && generation !== null) {
      return { promptTokensPerSecond: prompt.tokensPerSecond.mean, generationTokensPerSecond: generation.tokensPerSecond.mean, measured: true };
    }
  }
  const kind = onGpu ? 'gpu' : 'cpu';
  const generation = Math.min(MOST_GUESSED[kind], MEMORY_BYTES_PER_SECOND[kind] / Math.max(1, sizeBytes));
  return { promptTokensPerSecond: generation * PROMPT_PER_GENERATION[kind], generationTokensPerSecond: generation, measured: false };
}

/** Starting a process, loading, ending. */
const LOAD_MS = 1500;
const LOAD_BYTES_PER_MS = 1e6;

/** About how long a plan takes, in ms. Streams share the machine: together they are taken as half as fast again as one. */
export function estimateMs(plan: BenchmarkPlan, speeds: AssumedSpeeds, sizeBytes: number): number {
  const runs = plan.repeats + (plan.warmUp ? 1 : 0);
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const { promptTokensPerSecond: prompt, generationTokensPerSecond: generation } = speeds;
  const seconds = plan.streams.map(
    (streams) => (streams * plan.streamPromptTokens) / prompt + (streams * plan.streamOutputTokens) / (generation * (streams === 1 ? 1 : 1.5)),
  );
  const once = sum(plan.promptSizes) / prompt + sum(plan.generationSizes) / generation + sum(seconds);
  return LOAD_MS + sizeBytes / LOAD_BYTES_PER_MS + once * runs * 1000;
}

/** Rounded as an estimate is spoken: to 10 s, above two minutes to half minutes. */
export function spokenEstimate(valueMs: number): number {
  const step = valueMs > 120_000 ? 30_000 : 10_000;
  return Math.max(step, Math.round(valueMs / step) * step);
}

export function measuresNothing({ promptSizes, generationSizes, streams }: BenchmarkPlan): boolean {
  return promptSizes.length + generationSizes.length + streams.length === 0;
}
