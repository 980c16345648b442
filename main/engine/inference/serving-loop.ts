import type { AnswerTiming } from '../../contract/deployments.contract.ts';
import type { FinishReason, GenerationEvent, GenerationOrder, GenerationUsage } from './generation.ts';
import type { Prompt } from './prompt-format.ts';

/** Events on the way of an answer; its end is what `write` resolves with. */
export type AnswerEvent = Extract<GenerationEvent, { kind: 'started' | 'text' | 'toolCall' | 'toolArguments' }>;

/** One answer to be written on a free sequence. Moments are on the clock of performance.now(). */
export interface AnswerOrder {
  order: GenerationOrder;
  prompt: Prompt;
  /** Whatever the order says. */
  maxOutputTokens: number;
  signal: AbortSignal;
  arrivedAt: number;
  startedAt: number;
  onEvent: (event: AnswerEvent) => void;
  /** For the counters in the beats: tokens computed from prompts, tokens written. */
  onTokens: (promptTokens: number, outputTokens: number) => void;
}

export interface Answer {
  reason: FinishReason;
  /** The stop text that ended it. */
  stopText: string | null;
  usage: GenerationUsage;
  timing: AnswerTiming;
}

/**
 * What writes answers: the native loop, or the library's evaluator where the native one cannot be used. It holds the context's sequences, each with what
 * it remembers of the conversation it served last.
 */
export interface ServingLoop {
  /** Sequences that could begin an answer now. */
  readonly freeCount: number;
  /**
   * Writes one answer; to be called only while a sequence is free. What a sequence remembers of the prompt is not computed again. Ends with `length` at the
   * token limit and at the end of the context: nothing is silently forgotten to make room. Raises PROMPT_TOO_LONG before anything is computed, and
   * GENERATION_REFUSED.
   */
  write(answer: AnswerOrder): Promise<Answer>;
  /** Most threads from now on. */
  setThreads(threads: number): void;
}

/** Moments and counts of an answer; 0 = not yet. */
export interface AnswerProgress {
  /** Prompt tokens computed, remembered ones left out. */
  evaluated: number;
  outputTokens: number;
  firstTokenAt: number;
  lastTokenAt: number;
}

export function timingOf({ arrivedAt, startedAt }: Pick<AnswerOrder, 'arrivedAt' | 'startedAt'>, progress: AnswerProgress): AnswerTiming {
  const endedAt = performance.now();
  const firstTokenAt = progress.firstTokenAt === 0 ? endedAt : progress.firstTokenAt;
  return {
    queuedMs: startedAt - arrivedAt,
    ttftMs: firstTokenAt - arrivedAt,
    totalMs: endedAt - arrivedAt,
    promptTokensPerSecond: rate(progress.evaluated, firstTokenAt - startedAt),
    // The first token belongs to the prompt's time.
    outputTokensPerSecond: rate(progress.outputTokens - 1, progress.lastTokenAt - firstTokenAt),
  };
}

function rate(count: number, durationMs: number): number {
  return count > 0 && durationMs > 0 ? (count / durationMs) * 1000 : 0;
}

/** Number of highest-rated tokens considered before top-p: llama.cpp's own default, so answers compare with its server. */
export const DEFAULT_TOP_K = 40;

/** Without a seed a random one: a fixed default would give the same answer to all who ask. */
export function seedOf(seed: number | undefined): number {
  return seed ?? Math.floor(Math.random() * 4_294_967_296);
}
