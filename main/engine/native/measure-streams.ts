import type { LlamaLibrary } from './llama-library.ts';
import type { SpeedSettings } from './measure-speed.ts';
import { speedThreads } from './measure-speed.ts';
import type { NativeContext, NativeModel } from './native-model.ts';
import { createPacedDecoder } from './paced-decode.ts';
import { createTokenBatch } from './token-batch.ts';
import type { TokenBatch } from './token-batch.ts';

/** Several answers at the same time, all asked for at the same moment. Sizes in tokens, for each. */
export interface StreamsOrder {
  streams: number;
  promptTokens: number;
  outputTokens: number;
  /** `threads` while prompts are processed; one less (at least one) in steps that only generate, as serving does. */
  settings: Omit<SpeedSettings, 'workerThreads' | 'microBatchSize'>;
  signal: AbortSignal;
}

/** One run: every single observation, so that runs can be pooled before percentiles are taken. */
export interface StreamsRun {
  /** From the moment all were asked for until each one's first token. */
  ttftMs: number[];
  /** Between a token and the one before it, of every stream. */
  interTokenMs: number[];
  /** Output tokens of all streams a second, from the question to the last token; the prompts' time is in it. */
  tokensPerSecond: number;
}

export interface StreamsMeter {
  measure(): Promise<StreamsRun>;
  free(): void;
}

interface Stream {
  sequence: number;
  prompted: number;
  produced: number;
  lastAt: number;
}

/** Prompt tokens in a step above which it counts as processing a prompt, with all threads (engine/inference/native-loop/step-threads.ts). */
const smallPromptTokens = 16;

/**
 * Continuous batching as llama-server does it: a step takes one token of every stream that generates, then as many prompt tokens of the
 * others as the batch has room for, in order of their sequences, because llama.cpp computes only consecutive ones together.
 */
export function openStreamsMeter(library: LlamaLibrary, model: NativeModel, order: StreamsOrder): StreamsMeter {
  const { streams, promptTokens, outputTokens, settings, signal } = order;
  const batchSize = Math.max(settings.batchSize, streams);
  const context = model.createContext({
    // Each sequence has its share of the cells, rounded down to 256.
    contextSize: streams * Math.ceil((promptTokens + outputTokens) / 256) * 256,
    batchSize,
    microBatchSize: batchSize,
    sequences: streams,
    threads: settings.threads,
    flashAttention: settings.flashAttention,
    keyType: settings.keyType,
    valueType: settings.valueType,
    outputsPerSequence: 1,
    fullSlidingWindow: false,
  });
  const batch = createTokenBatch(library, batchSize);
  const decoder = createPacedDecoder(context, signal);
  return {
    measure: () => run({ model, context, batch, batchSize, decode: (given) => decoder.decode(given), order }),
    free: () => context.free(),
  };
}

interface Running {
  model: NativeModel;
  context: NativeContext;
  batch: TokenBatch;
  batchSize: number;
  decode: (batch: TokenBatch) => Promise<void> | null;
  order: StreamsOrder;
}

async function run(running: Running): Promise<StreamsRun> {
  const { context, batch, decode, order } = running;
  const { settings } = order;
  context.clear();
  const streams: Stream[] = Array.from({ length: order.streams }, (_, sequence) => ({ sequence, prompted: 0, produced: 0, lastAt: 0 }));
  const ttftMs: number[] = [];
  const interTokenMs: number[] = [];
  const startedAt = performance.now();
  let endedAt = startedAt;
  while (streams.some((stream) => stream.produced < order.outputTokens)) {
    const { answered, promptTokens } = fillStep(running, streams);
    const threads = promptTokens > smallPromptTokens ? settings.threads : speedThreads('generation', settings.threads);
    context.setThreads(threads, threads);
    const pending = decode(batch);
    if (pending !== null) await pending;
    context.synchronize();
    endedAt = performance.now();
    for (const stream of answered) {
      if (stream.produced === 0) ttftMs.push(endedAt - startedAt);
      else interTokenMs.push(endedAt - stream.lastAt);
      stream.produced += 1;
      stream.lastAt = endedAt;
    }
  }
  return { ttftMs, interTokenMs, tokensPerSecond: ((order.streams * order.outputTokens) / (endedAt - startedAt)) * 1000 };
}

/** Fills the batch for one step; answers which streams get a token from it. */
function fillStep({ model, batch, batchSize, order }: Running, streams: readonly Stream[]): { answered: Stream[]; promptTokens: number } {
  batch.clear();
  const generating = streams.filter((stream) => stream.produced > 0 && stream.produced < order.outputTokens).length;
  let room = batchSize - generating;
  let promptTokens = 0;
  const answered: Stream[] = [];
  for (const stream of streams) {
    if (stream.produced >= order.outputTokens) continue;
    if (stream.produced > 0) {
      // The n-th token is fed to get the one after it.
      batch.add({ token: randomToken(model), position: order.promptTokens + stream.produced - 1, sequence: stream.sequence, output: true });
      answered.push(stream);
      continue;
    }
    for (; room > 0 && stream.prompted < order.promptTokens; room -= 1, promptTokens += 1) {
      const last = stream.prompted === order.promptTokens - 1;
      const token = stream.prompted === 0 && model.addsBos ? model.bosToken : randomToken(model);
      batch.add({ token, position: stream.prompted, sequence: stream.sequence, output: last });
      stream.prompted += 1;
      if (last) answered.push(stream);
    }
  }
  return { answered, promptTokens };
}

function randomToken(model: NativeModel): number {
  return Math.floor(Math.random() * model.vocabularySize);
}
