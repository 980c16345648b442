import { ExpectedError } from '../../../kernel/errors.ts';
import { NativeFailure } from '../../native/native-failure.ts';
import { createSampler } from '../../native/token-sampler.ts';
import type { SamplerRoom, SamplerSettings, TokenSampler } from '../../native/token-sampler.ts';
import type { AnswerFormat, FinishReason, GenerationUsage } from '../generation.ts';
import type { PromptTools } from '../prompt-format.ts';
import type { AnswerOrder, AnswerProgress } from '../serving-loop.ts';
import { DEFAULT_TOP_K, seedOf } from '../serving-loop.ts';
import { grammarOfJsonSchema, jsonObjectGrammar } from '../structured/json-schema-grammar.ts';
import { StructureRefusal } from '../structured/structure-refusal.ts';
import { grammarOfToolCalls } from '../structured/tool-call-grammar.ts';
import { createAnswerText } from './answer-text.ts';
import type { LogprobReader } from './read-logprobs.ts';
import type { TokenPieces } from './token-pieces.ts';

/** What all answers of a model share. */
export interface AnswerTools {
  sampler: SamplerRoom;
  pieces: TokenPieces;
  logprobs: LogprobReader;
  /** Tokens of a text as they are, nothing before it. */
  tokenize: (text: string) => readonly number[];
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
  const sampler = openSampler(tools, order);
  const callable = prompt.tools;
  const text = createAnswerText({
    pieces: tools.pieces,
    stopTexts: [...(sampling.stop ?? []), ...prompt.stopTexts],
    tools: callable,
    onEvent,
    onCall(written) {
      // A call that was forced is held to its grammar from the first token on.
      if (callable !== null && !callable.forced) sampler.constrain(grammarOfToolCalls({ ...callable, begun: true }), tools.tokenize(written));
    },
  });
  const progress: AnswerProgress = { evaluated: 0, outputTokens: 0, firstTokenAt: 0, lastTokenAt: 0 };
  let cachedTokens = 0;
  /** Of the prompt, those given so far. */
  let given = 0;
  let next: number | null = null;
  let reason: FinishReason | null = null;
  let stopText: string | null = null;
  let counted = 0;

  /** For a reason other than what was written. */
  const end = (why: FinishReason): void => {
    const completesCalls = text.end();
    reason = why === 'stop' && completesCalls ? 'tool-calls' : why;
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
      const ended = text.push(token, topLogprobs === null ? null : tools.logprobs.read({ index, token, top: topLogprobs }));
      if (ended !== null) {
        reason = ended.reason;
        stopText = ended.reason === 'stop' ? ended.stopText : null;
        text.flush();
      } else if (progress.outputTokens >= limit) end('length');
      else next = token;
    },
    cancel: () => end('cancelled'),
    free: () => sampler.free(),
  };
}

function openSampler(tools: AnswerTools, { order, prompt }: AnswerOrder): TokenSampler {
  const { sampling } = order;
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
    grammar: grammarFor(order.format, prompt.tools),
  };
  try {
    return createSampler(tools.sampler, settings);
  } catch (error) {
    if (!(error instanceof NativeFailure) || error.reason !== 'grammar-refused') throw error;
    throw new ExpectedError('GENERATION_REFUSED', { reason: 'grammar', detail: error.detail }, { cause: error });
  }
}

/** What the whole answer is held to; null where it is free, or free until it calls a tool. */
function grammarFor(format: AnswerFormat | null, tools: PromptTools | null): string | null {
  if (format !== null && tools !== null) throw new ExpectedError('GENERATION_REFUSED', { reason: 'format-with-tools', detail: format.kind });
  try {
    if (tools !== null) {
      // Also where the grammar is only needed once a call begins: a schema that cannot be used is refused before anything is written.
      const grammar = grammarOfToolCalls({ ...tools, begun: false });
      return tools.forced ? grammar : null;
    }
    return format === null ? null : grammarOf(format);
  } catch (error) {
    if (!(error instanceof StructureRefusal)) throw error;
    throw new ExpectedError('GENERATION_REFUSED', { reason: 'json-schema', detail: error.detail }, { cause: error });
  }
}

function grammarOf(format: AnswerFormat): string {
  switch (format.kind) {
    case 'grammar':
      return format.grammar;
    case 'json-object':
      return jsonObjectGrammar();
    case 'json-schema':
      return grammarOfJsonSchema(format.schema);
  }
}
