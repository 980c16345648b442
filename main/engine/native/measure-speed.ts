import { speedThreadsOf } from '../measuring/engine-performance.ts';
import type { LlamaLibrary } from './llama-library.ts';
import type { NativeContext, NativeModel } from './native-model.ts';
import { createPacedDecoder } from './paced-decode.ts';
import { createTokenBatch } from './token-batch.ts';
import { attachWorkerThreads } from './worker-threads.ts';

/** One of the two things llama-bench measures: a prompt processed at once ("pp"), or tokens generated one by one ("tg"). */
export interface SpeedTest {
  kind: 'prompt' | 'generation';
  tokens: number;
}

/** How the context is made. The model brings its GPU layers itself. */
export interface SpeedSettings {
  /** Tokens given to one decode and tokens computed at once (llama-bench -b and -ub; both 512 in serving). */
  batchSize: number;
  microBatchSize: number;
  /** Exactly these; speedThreads() gives those of serving. */
  threads: number;
  /** -1 automatic, 0 off, 1 on. */
  flashAttention: -1 | 0 | 1;
  /** ggml types of the KV cache; 1 is F16. */
  keyType: number;
  valueType: number;
  /**
   * `kept` for threads that wait between graphs, as in llama-bench; `per-graph` for threads made anew for each, as node-llama-cpp
   * serves. The same with one thread.
   */
  workerThreads: 'kept' | 'per-graph';
}

export interface SpeedOrder {
  test: SpeedTest;
  settings: SpeedSettings;
  repeats: number;
  /** One run before the first that counts (one token where generation is measured), as llama-bench does. */
  warmUp: boolean;
  signal: AbortSignal;
  /** Told after each repeat. */
  onRepeat?: (tokensPerSecond: number, index: number) => void;
}

/** A context held open for one test, so that several can be measured in turn. */
export interface SpeedMeter {
  warmUp(): Promise<void>;
  /** Empties the KV cache, runs the test once and tells tokens a second. Raises the signal's reason, NativeFailure ('decode-failed'). */
  measure(): Promise<number>;
  free(): void;
}

/** Threads of serving: all while a prompt is processed, one less (at least one) while tokens are generated; see ThreadGovernor. */
export function speedThreads(test: SpeedTest['kind'], threads: number): number {
  return test === 'prompt' ? threads : speedThreadsOf(threads);
}

/**
 * Measures as llama-bench does (tools/llama-bench/llama-bench.cpp, test_prompt and test_gen): a context of exactly the tokens of the
 * test, random tokens after the model's own first one, the cache emptied before each repeat, timed until the device is done.
 * @returns tokens a second of every repeat, in order.
 */
export async function measureSpeed(library: LlamaLibrary, model: NativeModel, order: SpeedOrder): Promise<number[]> {
  const meter = openSpeedMeter(library, model, order);
  try {
    if (order.warmUp) await meter.warmUp();
    const measured: number[] = [];
    for (let index = 0; index < order.repeats; index += 1) {
      const tokensPerSecond = await meter.measure();
      measured.push(tokensPerSecond);
      order.onRepeat?.(tokensPerSecond, index);
    }
    return measured;
  } finally {
    meter.free();
  }
}

export function openSpeedMeter(library: LlamaLibrary, model: NativeModel, order: Pick<SpeedOrder, 'test' | 'settings' | 'signal'>): SpeedMeter {
  const { test, settings, signal } = order;
  const context = model.createContext({
    contextSize: test.tokens,
    batchSize: settings.batchSize,
    microBatchSize: Math.min(settings.microBatchSize, settings.batchSize),
    threads: settings.threads,
    promptThreads: settings.threads,
    flashAttention: settings.flashAttention,
    keyType: settings.keyType,
    valueType: settings.valueType,
    outputsPerSequence: 1,
    fullSlidingWindow: false,
  });
  const kept = settings.workerThreads === 'kept' ? attachWorkerThreads(library, context.pointer, { generation: settings.threads, prompt: settings.threads }) : null;
  const run = test.kind === 'prompt' ? promptRun(library, model, { context, batchSize: settings.batchSize, signal }) : generationRun(library, model, { context, signal });
  return {
    async warmUp() {
      context.clear();
      await run(test.kind === 'prompt' ? test.tokens : 1);
    },
    async measure() {
      context.clear();
      const startedAt = performance.now();
      await run(test.tokens);
      return (test.tokens / (performance.now() - startedAt)) * 1000;
    },
    free() {
      context.free();
      kept?.release();
    },
  };
}

interface Run {
  context: NativeContext;
  signal: AbortSignal;
}

function promptRun(library: LlamaLibrary, model: NativeModel, { context, batchSize, signal }: Run & { batchSize: number }): (tokens: number) => Promise<void> {
  const batch = createTokenBatch(library, Math.min(batchSize, context.contextSize));
  const decoder = createPacedDecoder(context, signal);
  return async (tokens) => {
    for (let position = 0; position < tokens; ) {
      const end = Math.min(tokens, position + batchSize);
      batch.clear();
      // As llama_batch_get_one: only the last token of a batch gives output.
      for (; position < end; position += 1) batch.add({ token: position === 0 ? firstToken(model) : randomToken(model), position, sequence: 0, output: position === end - 1 });
      const pending = decoder.decode(batch);
      if (pending !== null) await pending;
    }
    context.synchronize();
  };
}

function generationRun(library: LlamaLibrary, model: NativeModel, { context, signal }: Run): (tokens: number) => Promise<void> {
  const batch = createTokenBatch(library, 1);
  const decoder = createPacedDecoder(context, signal);
  return async (tokens) => {
    for (let position = 0; position < tokens; position += 1) {
      batch.clear();
      batch.add({ token: position === 0 ? firstToken(model) : randomToken(model), position, sequence: 0, output: true });
      const pending = decoder.decode(batch);
      if (pending !== null) await pending;
      context.synchronize();
    }
  };
}

function firstToken(model: NativeModel): number {
  return model.addsBos ? model.bosToken : randomToken(model);
}

function randomToken(model: NativeModel): number {
  return Math.floor(Math.random() * model.vocabularySize);
}
