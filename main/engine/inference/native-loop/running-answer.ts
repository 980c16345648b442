import { ExpectedError } from '../../../kernel/errors.ts';
import { NativeFailure } from '../../native/native-failure.ts';
import { createSampler } from '../../native/token-sampler.ts';
import type { SamplerRoom, SamplerSettings, TokenSampler } from '../../native/token-sampler.ts';
import type { AnswerFormat, FinishReason, GenerationUsage } from '../generation.ts';
import type { AnswerOrder, AnswerProgress } from '../serving-loop.ts';
import { DEFAULT_TOP_K, seedOf } from '../serving-loop.ts';
import { createAnswerText } from './answer-text.ts';
import type { LogprobReader } from './read-logprobs.ts';
import type { TokenPieces } from './token-pieces.ts';

/** What all answers of a model share. */
export interface AnswerTools {
  sampler: SamplerRoom;
  pieces: TokenPieces;
  logprobs: LogprobReader;
  /** Whether a token ends every answer. */
  isEnd: (token: number) => boolean;
}

/** An answer while it is written: first its prompt is given in pieces, then one token after the other is fed back. */
export interface RunningAnswer {
  readonly isInPrompt: boolean;
  /** Tokens that wait to be computed: of the prompt, or the one written last. */
  readonly wantedTokens: number;
  /** Set once it has ended. */
  readonly reason: FinishReason | null;
  readonly stopText: string | null;
  readonly progress: AnswerProgress;
  usage(): GenerationUsage;
  /** So many tokens of the prompt are remembered and need not be given. */
  begin(cachedTokens: number): void;
  /** The next `count` tokens to be computed, in order. */
  take(count: number): number[];
  /** A piece of the prompt was computed, and more is to come. */
  prompted(): void;
  /** Everything given was computed: the `index`-th output of the batch says what comes next. */
  written(index: number): void;
  cancel(): void;
  free(): void;
}

/** Raises GENERATION_REFUSED for a grammar that cannot be used or a token that is not there. */
export function createRunningAnswer(tools: AnswerTools, { order, contextSize }: { order: AnswerOrder; contextSize: number }): RunningAnswer {
  const { prompt, onEvent, onTokens } = order;
  const { sampling, topLogprobs } = order.order;
  // The last token written is never computed, so prompt and answer fill the context exactly.
  const limit = Math.min(sampling.maxOutputTokens ?? order.maxOutputTokens, order.maxOutputTokens, contextSize - prompt.tokens.length);
  const text = createAnswerText({ pieces: tools.pieces, stopTexts: [...(sampling.stop ?? []), ...prompt.stopTexts], onEvent });
  const sampler = openSampler(tools, order);
  const progress: AnswerProgress = { evaluated: 0, outputTokens: 0, firstTokenAt: 0, lastTokenAt: 0 };
  let cachedTokens = 0;
  /** Of the prompt, those given so far. */
  let given = 0;
  let next: number | null = null;
  let reason: FinishReason | null = null;
  let stopText: string | null = null;
  let counted = 0;

  const end = (why: FinishReason): void => {
    reason = why;
    if (stopText === null) text.end();
    else text.flush();
  };
  const countPrompt = (): void => {
    const fresh = given - cachedTokens - counted;
    if (fresh === 0) return;
    counted += fresh;
    progress.evaluated += fresh;
    onTokens(fresh, 0);
  };

  return {
    get isInPrompt() {
      return given < prompt.tokens.length;
    },
    get wantedTokens() {
      return given < prompt.tokens.length ? prompt.tokens.length - given : next === null ? 0 : 1;
    },
    get reason() {
      return reason;
    },
    get stopText() {
      return stopText;
    },
    progress,
    usage: () => ({ promptTokens: prompt.tokens.length, cachedTokens, outputTokens: progress.outputTokens }),
    begin(cached) {
      cachedTokens = cached;
      given = cached;
      onEvent({ kind: 'started', promptTokens: prompt.tokens.length, cachedTokens });
    },
    take(count) {
      if (given < prompt.tokens.length) {
        const taken = prompt.tokens.slice(given, given + count);
        given += taken.length;
        return taken;
      }
      if (next === null || count === 0) return [];
      const token = next;
      next = null;
      return [token];
    },
    prompted: countPrompt,
    written(index) {
      countPrompt();
      const token = sampler.sample(index);
      progress.lastTokenAt = performance.now();
      if (progress.firstTokenAt === 0) progress.firstTokenAt = progress.lastTokenAt;
      if (!sampling.ignoreEnd && (tools.isEnd(token) || (prompt.stopTokens as ReadonlySet<number>).has(token))) {
        end('stop');
        return;
      }
      progress.outputTokens += 1;
      onTokens(0, 1);
      stopText = text.push(token, topLogprobs === null ? null : tools.logprobs.read({ index, token, top: topLogprobs }));
      if (stopText !== null) end('stop');
      else if (progress.outputTokens >= limit) end('length');
      else next = token;
    },
    cancel: () => end('cancelled'),
    free: () => sampler.free(),
  };
}

function openSampler(tools: AnswerTools, { order }: AnswerOrder): TokenSampler {
  const { sampling, format } = order;
  const { vocabularySize } = tools.sampler;
  const logitBias = sampling.logitBias ?? [];
  const unknown = logitBias.find(({ token }) => token >= vocabularySize);
  if (unknown !== undefined) throw new ExpectedError('GENERATION_REFUSED', { reason: 'token', detail: `${unknown.token} ≥ ${vocabularySize}` });
  const settings: SamplerSettings = {
    temperature: sampling.temperature,
    topP: sampling.topP,
    topK: sampling.topK ?? DEFAULT_TOP_K,
    minP: sampling.minP ?? 0,
    seed: seedOf(sampling.seed),
    presencePenalty: sampling.presencePenalty ?? 0,
    frequencyPenalty: sampling.frequencyPenalty ?? 0,
    repeatPenalty: sampling.repeatPenalty ?? 1,
    logitBias,
    grammar: format === null ? null : grammarOf(format),
  };
  try {
    return createSampler(tools.sampler, settings);
  } catch (error) {
    if (!(error instanceof NativeFailure) || error.reason !== 'grammar-refused') throw error;
    throw new ExpectedError('GENERATION_REFUSED', { reason: 'grammar', detail: error.detail }, { cause: error });
  }
}

function grammarOf(format: AnswerFormat): string {
  switch (format.kind) {
    case 'grammar':
      return format.grammar;
    case 'json-object':
    case 'json-schema':
      throw new ExpectedError('GENERATION_REFUSED', { reason: 'json-schema', detail: format.kind });
  }
}
