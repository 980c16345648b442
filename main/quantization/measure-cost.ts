import { medianOf } from '../engine/measuring/spread.ts';
import type { LlamaLibrary } from '../engine/native/llama-library.ts';
import { measureSpeed, speedThreads } from '../engine/native/measure-speed.ts';
import type { SpeedTest } from '../engine/native/measure-speed.ts';
import type { NativeModel } from '../engine/native/native-model.ts';

/** Speed and memory of one model, as the comparison of two shows them. */
export interface ModelCost {
  readonly speed: { readonly promptTokensPerSecond: number; readonly generationTokensPerSecond: number };
  /** Most resident memory of the whole process while it was loaded, as benchmarks count it. */
  readonly ramBytes: number;
}

export interface CostOrder {
  readonly library: LlamaLibrary;
  /** Loads the model, which is freed here. */
  readonly open: () => Promise<NativeModel>;
  readonly threads: number;
  readonly signal: AbortSignal;
  readonly onTokens: (tokens: number) => void;
}

const tests: readonly SpeedTest[] = [
  { kind: 'prompt', tokens: 512 },
  { kind: 'generation', tokens: 64 },
];
const repeats = 3;
/** A single run longer than this is not repeated: a large model on a small machine. */
const repeatBelowMs = 5000;
const f16 = 1; // GGML_TYPE_F16

/** Tokens that `measureCost` tells of at most, all told. */
export const COST_TOKENS: number = tests.reduce((sum, { tokens }) => sum + tokens * repeats, 0);

/**
 * Loads a model, measures a prompt and a generation with the settings of serving (median of three), and frees it. Resident memory is looked
 * at while the contexts are open; mapped weights count once they have been read. Raises NativeFailure, and the signal's reason.
 */
export async function measureCost(order: CostOrder): Promise<ModelCost> {
  let peak = 0;
  const look = (): void => {
    peak = Math.max(peak, process.memoryUsage.rss());
  };
  const model = await order.open();
  try {
    // Every weight is touched once before anything is timed.
    await run(order, model, { test: { kind: 'prompt', tokens: 32 }, repeats: 1, onRepeat: look });
    const medians: number[] = [];
    for (const test of tests) {
      const onRepeat = (): void => {
        look();
        order.onTokens(test.tokens);
      };
      const first = await run(order, model, { test, repeats: 1, onRepeat });
      const tookMs = (test.tokens / (first[0] ?? 1)) * 1000;
      const more = tookMs > repeatBelowMs ? [] : await run(order, model, { test, repeats: repeats - 1, onRepeat });
      if (more.length === 0) order.onTokens(test.tokens * (repeats - 1));
      medians.push(medianOf([...first, ...more]));
    }
    const [promptTokensPerSecond = 0, generationTokensPerSecond = 0] = medians;
    return { speed: { promptTokensPerSecond, generationTokensPerSecond }, ramBytes: peak };
  } finally {
    model.free();
  }
}

function run(order: CostOrder, model: NativeModel, one: { test: SpeedTest; repeats: number; onRepeat: () => void }): Promise<number[]> {
  return measureSpeed(order.library, model, {
    ...one,
    settings: {
      batchSize: 512,
      microBatchSize: 512,
      threads: speedThreads(one.test.kind, order.threads),
      flashAttention: -1,
      keyType: f16,
      valueType: f16,
      workerThreads: 'kept',
    },
    warmUp: false,
    signal: order.signal,
  });
}
