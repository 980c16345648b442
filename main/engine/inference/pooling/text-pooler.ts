import type { PoolingReport } from '../inference-protocol.ts';

/**
 * What turns texts into vectors or scores: llama.cpp's pooled contexts through the binding, or node-llama-cpp's where the binding cannot be used. It holds no
 * memory of a text: every computation stands for itself.
 */
export interface TextPooler {
  readonly task: 'embed' | 'rank';
  /** Most tokens a text, or a query with its document, may have. Longer ones are refused: nothing is cut. */
  readonly longestText: number;
  /** How much is computed at once: so many tokens, or one longer text, of so many texts. */
  readonly batchTokens: number;
  readonly batchTexts: number;
  readonly report: PoolingReport;
  /** Tokens of a text with those the model wants around it; ids are taken as they are. Raises GENERATION_REFUSED ('token', 'empty-prompt'). */
  tokensOf(input: string | readonly number[]): readonly number[];
  /** Tokens of a document to be judged by a query. */
  tokensOfPair(query: string): (document: string) => readonly number[];
  /** One output for each text, in order: a vector as the model gives it, or one score. */
  compute(texts: readonly (readonly number[])[]): Promise<Float32Array[]>;
  /** Most threads from now on. */
  setThreads(threads: number): void;
}

/** Texts computed together: more gain nothing, and each has a row of its own in the masks. */
export const MOST_TEXTS_AT_ONCE = 64;
