/** So many answers at the same time, each of so many tokens to a prompt of so many. */
export interface StreamsOrder {
  streams: number;
  promptTokens: number;
  outputTokens: number;
}

export interface StreamsResult {
  /** Milliseconds from asking until the first token, of every stream. */
  ttftMs: number[];
  /** Output tokens of all streams a second, between the first token of all and the last of all. */
  tokensPerSecond: number;
  outputTokens: number;
}

/** One observation of a stream: when it was asked, when its first and its last token came, how many tokens. */
export interface StreamTimes {
  askedAt: number;
  firstAt: number;
  lastAt: number;
  tokens: number;
}

/** The tokens after the first of each stream, over the time from the first first one to the last last one. */
export function resultOf(streams: readonly StreamTimes[]): StreamsResult {
  const firstAt = Math.min(...streams.map((stream) => stream.firstAt));
  const lastAt = Math.max(...streams.map((stream) => stream.lastAt));
  const tokens = streams.reduce((sum, stream) => sum + stream.tokens, 0);
  return { ttftMs: streams.map((stream) => stream.firstAt - stream.askedAt), tokensPerSecond: ((tokens - 1) / (lastAt - firstAt)) * 1000, outputTokens: tokens };
}

/** So many token ids, others each time, so that nothing of them is remembered; beyond the bytes and control tokens of a random model's vocabulary. */
export function freshTokens(count: number): number[] {
  return Array.from({ length: count }, () => 1000 + Math.floor(Math.random() * 6000));
}
