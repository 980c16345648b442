import { largestOf, logSumOfExp, meanAndError } from './log-softmax.ts';
import type { LlamaLibrary } from './llama-library.ts';
import type { NativeModel } from './native-model.ts';
import { computeWindows, createWindowContext } from './text-windows.ts';
import type { WindowPlan } from './text-windows.ts';

export interface WindowMeasurement {
  readonly library: LlamaLibrary;
  readonly model: NativeModel;
  /** Of the whole text, as the model's own tokenizer gives them. */
  readonly tokens: Int32Array;
  readonly plan: WindowPlan;
  readonly threads: number;
  readonly signal: AbortSignal;
  readonly onProgress?: (doneTokens: number, totalTokens: number) => void;
  /** Told often while a batch is computed on this thread, when no timer can: that it goes on. */
  readonly onSignOfLife?: () => void;
}

export interface Perplexity {
  readonly value: number;
  /** Standard error. */
  readonly error: number;
  /** Tokens that were scored. */
  readonly count: number;
}

/** The logits for the token at `chunk`, `position`, and the token that really follows there. The row is overwritten by the next one. */
export type ScoredRow = (row: Float32Array, nextToken: number, place: { chunk: number; position: number }) => void;

/**
 * Perplexity as llama-perplexity computes it by default (tools/perplexity/perplexity.cpp, `perplexity`): of each window of n tokens
 * the second half is scored, each token by what the model predicted from all before it in the window; exp of the mean negative
 * log-likelihood, and its standard error. Raises CANCELLED, NativeFailure.
 */
export async function measurePerplexity(measurement: WindowMeasurement): Promise<Perplexity> {
  let sum = 0;
  let sumOfSquares = 0;
  let count = 0;
  await scoreWindows(measurement, (row, nextToken) => {
    const largest = largestOf(row);
    const loss = largest + logSumOfExp(row, largest) - (row[nextToken] ?? Number.NaN);
    sum += loss;
    sumOfSquares += loss * loss;
    count += 1;
  });
  return perplexityOf(sum, sumOfSquares, count);
}

/** exp of a mean loss; its error by dPPL = PPL × d(loss). */
export function perplexityOf(sum: number, sumOfSquares: number, count: number): Perplexity {
  const loss = meanAndError(sum, sumOfSquares, count);
  const value = Math.exp(loss.value);
  return { value, error: value * loss.error, count };
}

/** Positions of a window that are scored: from the middle to the last but one, whose follower is the last. */
export function scoredPositions(contextSize: number): { first: number; count: number } {
  const first = Math.floor(contextSize / 2);
  return { first, count: contextSize - 1 - first };
}

/** Computes all windows and hands over every scored row: window by window within a micro-batch, so not in the order of the text. */
export async function scoreWindows(measurement: WindowMeasurement, onRow: ScoredRow): Promise<void> {
  const { model, tokens, plan } = measurement;
  const { first } = scoredPositions(plan.contextSize);
  const context = createWindowContext(model, plan, { threads: measurement.threads });
  const row = new Float32Array(new ArrayBuffer(model.vocabularySize * Float32Array.BYTES_PER_ELEMENT));
  try {
    await computeWindows({
      ...measurement,
      context,
      outputsFrom: first,
      calledBack: false,
      onSlice(slice) {
        for (let sequence = 0; sequence < slice.sequences; sequence += 1) {
          const chunk = slice.firstChunk + sequence;
          const end = Math.min(slice.fromPosition + slice.length, plan.contextSize - 1);
          for (let position = Math.max(first, slice.fromPosition); position < end; position += 1) {
            context.copyLogits(sequence * slice.length + position - slice.fromPosition, row);
            onRow(row, tokens[chunk * plan.contextSize + position + 1] ?? 0, { chunk, position });
          }
        }
      },
    });
  } finally {
    context.free();
  }
}
