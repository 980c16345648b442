import { setImmediate as turn } from 'node:timers/promises';
import { cancelled, ExpectedError } from '../../kernel/errors.ts';
import type { LlamaLibrary } from './llama-library.ts';
import type { ContextSettings, NativeContext, NativeModel } from './native-model.ts';
import { createTokenBatch } from './token-batch.ts';

/** Tokens llama.cpp's measuring tools give to one decode (`-b`), and compute at once (`-ub`): their defaults. */
const TOOL_BATCH = 2048;
const MICRO_BATCH = 512;

/** How a text is cut: windows of `contextSize` tokens one after the other, `sequences` of them computed side by side. */
export interface WindowPlan {
  readonly contextSize: number;
  readonly chunks: number;
  readonly sequences: number;
}

/**
 * The windows llama-perplexity and llama-imatrix of the same release compute (tools/perplexity/perplexity.cpp, tools/imatrix/imatrix.cpp):
 * whole ones only, and 2048 ÷ contextSize of them together. `chunks` 0 takes all. Raises TEXT_TOO_SHORT below two windows, as they do.
 */
export function planWindows(tokenCount: number, { contextSize, chunks }: { contextSize: number; chunks: number }): WindowPlan {
  if (tokenCount < 2 * contextSize) throw new ExpectedError('TEXT_TOO_SHORT', { tokens: tokenCount, needed: 2 * contextSize });
  const most = Math.floor(tokenCount / contextSize);
  return { contextSize, chunks: chunks === 0 ? most : Math.min(chunks, most), sequences: Math.max(1, Math.floor(TOOL_BATCH / contextSize)) };
}

/** The context such windows are computed in. The caller frees it. */
export function createWindowContext(model: NativeModel, plan: WindowPlan, settings: Pick<ContextSettings, 'threads' | 'evalCallback' | 'offloadKv'>): NativeContext {
  return model.createContext({
    ...settings,
    contextSize: plan.contextSize * plan.sequences,
    sequences: plan.sequences,
    batchSize: MICRO_BATCH,
    microBatchSize: MICRO_BATCH,
  });
}

/** A part of some windows that has just been computed: `sequences` windows from `firstChunk` on, the same positions of each. */
export interface ComputedSlice {
  readonly firstChunk: number;
  readonly sequences: number;
  readonly fromPosition: number;
  /** Positions; token `position` of window `firstChunk + sequence` is the batch's `sequence × length + position − fromPosition`-th. */
  readonly length: number;
}

export interface WindowRun {
  readonly library: LlamaLibrary;
  readonly model: NativeModel;
  readonly context: NativeContext;
  readonly tokens: Int32Array;
  readonly plan: WindowPlan;
  /** From which position of a window on the outputs are wanted; 0 is all. */
  readonly outputsFrom: number;
  /** On this thread, because the computation calls back; otherwise on one of its own. */
  readonly calledBack: boolean;
  readonly signal: AbortSignal;
  readonly onProgress?: (doneTokens: number, totalTokens: number) => void;
  readonly onSlice?: (slice: ComputedSlice) => void;
}

/**
 * Computes all windows. Where the vocabulary asks for a beginning-of-sequence token, the first token of every window is replaced by it,
 * as the tools do. The tools give 2048 tokens to one decode; here they are given in the micro-batches llama.cpp would split those into
 * (equal parts of every sequence, src/llama-batch.cpp `split_equal`): the same numbers, a quarter of the output buffer, and a place to
 * stop every 512 tokens. Raises CANCELLED, NativeFailure ('decode-failed').
 */
export async function computeWindows(run: WindowRun): Promise<void> {
  const { model, context, tokens, plan, signal } = run;
  const { contextSize, chunks } = plan;
  const batch = createTokenBatch(run.library, MICRO_BATCH);
  const total = chunks * contextSize;
  let done = 0;
  for (let firstChunk = 0; firstChunk < chunks; firstChunk += plan.sequences) {
    const sequences = Math.min(plan.sequences, chunks - firstChunk);
    const sliceLength = Math.max(1, Math.floor(MICRO_BATCH / sequences));
    context.clear();
    for (let fromPosition = 0; fromPosition < contextSize; fromPosition += sliceLength) {
      const length = Math.min(sliceLength, contextSize - fromPosition);
      await turn(); // lets a cancel be heard, and a progress be said
      if (signal.aborted) throw cancelled();
      batch.clear();
      for (let sequence = 0; sequence < sequences; sequence += 1) {
        const windowStart = (firstChunk + sequence) * contextSize;
        for (let position = fromPosition; position < fromPosition + length; position += 1) {
          const token = position === 0 && model.addsBos ? model.bosToken : (tokens[windowStart + position] ?? 0);
          batch.add({ token, position, sequence, output: position >= run.outputsFrom });
        }
      }
      if (run.calledBack) context.decode(batch);
      else await context.decodeAside(batch);
      run.onSlice?.({ firstChunk, sequences, fromPosition, length });
      done += sequences * length;
      run.onProgress?.(done, total);
    }
  }
}
