import type { Pointer } from './c-structs.ts';
import type { LlamaLibrary } from './llama-library.ts';
import { NativeFailure } from './native-failure.ts';
import type { NativeContext } from './native-model.ts';
import type { ServingFunctions } from './serving-functions.ts';

/** How the next token is chosen. Penalties count what was written, not the prompt. */
export interface SamplerSettings {
  /** 0 takes the likeliest token always. */
  temperature: number;
  topP: number;
  topK: number;
  minP: number;
  seed: number;
  presencePenalty: number;
  frequencyPenalty: number;
  /** 1 is off. */
  repeatPenalty: number;
  /** Negative infinity forbids a token. */
  logitBias: readonly { token: number; bias: number }[];
  /** GBNF; null is free text. */
  grammar: string | null;
}

/** Chooses tokens for one answer. `free` must be called once, before the model is freed. */
export interface TokenSampler {
  /** Chooses by the `index`-th output of the last batch, and remembers the choice. */
  sample(index: number): number;
  /**
   * From now on only what a grammar allows, as if `written` had been its beginning. Where that is not one, or llama.cpp cannot parse the grammar, nothing
   * changes and false is returned: in the middle of a step others must not fail for it.
   */
  constrain(grammar: string, written: readonly number[]): boolean;
  free(): void;
}

export interface SamplerRoom {
  library: LlamaLibrary;
  functions: ServingFunctions;
  vocabulary: Pointer;
  vocabularySize: number;
  context: NativeContext;
  /** Shared by all samplers of a context: only one chooses at a time. */
  candidates: CandidateList;
}

const bytesPerCandidate = 12; // struct llama_token_data: id, logit, p
const grammarRoot = 'root';

/** `llama_token_data_array` over the whole vocabulary. */
export interface CandidateList {
  /** Every token with its logit. */
  fill(context: NativeContext, index: number): BigUint64Array;
  /** One token alone. */
  only(token: number): BigUint64Array;
  /** Which token a chain has chosen. */
  selected(): number;
  /** Whether a grammar left the token that `only` named. */
  isLeft(): boolean;
}

export function createCandidateList(library: LlamaLibrary, vocabularySize: number): CandidateList {
  const room = new ArrayBuffer(vocabularySize * bytesPerCandidate);
  const ids = new Int32Array(room);
  const numbers = new Float32Array(room);
  const logits = new Float32Array(new ArrayBuffer(vocabularySize * 4));
  // data, size, selected (i64), sorted (bool and padding)
  const header = new BigUint64Array(new ArrayBuffer(4 * 8));
  const signed = new BigInt64Array(header.buffer);
  const data = library.addressOf(ids);
  const reset = (size: number): BigUint64Array => {
    header[0] = data;
    header[1] = BigInt(size);
    signed[2] = -1n;
    header[3] = 0n;
    return header;
  };
  return {
    fill(context, index) {
      context.copyLogits(index, logits);
      for (let token = 0, at = 0; token < vocabularySize; token += 1, at += 3) {
        ids[at] = token;
        numbers[at + 1] = logits[token] ?? 0;
        numbers[at + 2] = 0;
      }
      return reset(vocabularySize);
    },
    only(token) {
      ids[0] = token;
      numbers[1] = 1;
      numbers[2] = 0;
      return reset(1);
    },
    selected() {
      const at = Number(signed[2]);
      const token = header[0] === data && at >= 0 ? ids[at * 3] : undefined;
      if (token === undefined) throw new NativeFailure('layout-changed', 'a sampler chose no token');
      return token;
    },
    isLeft: () => numbers[1] !== Number.NEGATIVE_INFINITY,
  };
}

/**
 * The order is llama.cpp's own (common/sampling.cpp): bias, penalties, top-k, top-p, min-p, temperature, choice. A grammar is asked only whether it
 * allows what was chosen, and applied to the whole vocabulary, which costs far more, where it does not.
 * Raises NativeFailure ('grammar-refused') for a grammar llama.cpp cannot parse.
 */
export function createSampler(room: SamplerRoom, settings: SamplerSettings): TokenSampler {
  const { functions, vocabulary, context, candidates } = room;
  const open = (text: string): Pointer => {
    const opened = functions.llama_sampler_init_grammar(vocabulary, text, grammarRoot);
    if (opened === null) throw new NativeFailure('grammar-refused', 'llama.cpp could not parse it');
    return opened;
  };
  let grammar = settings.grammar === null ? null : open(settings.grammar);
  const chain = buildChain(room, settings);
  /** Asked before it is accepted: a grammar ends the process over a token it does not allow. */
  const allows = (by: Pointer, token: number): boolean => {
    functions.llama_sampler_apply(by, candidates.only(token));
    return candidates.isLeft();
  };
  const choose = (by: Pointer, index: number): number => {
    functions.llama_sampler_apply(chain, candidates.fill(context, index));
    const first = candidates.selected();
    if (allows(by, first)) return first;
    const all = candidates.fill(context, index);
    functions.llama_sampler_apply(by, all);
    functions.llama_sampler_apply(chain, all);
    return candidates.selected();
  };
  return {
    sample(index) {
      if (grammar === null) return functions.llama_sampler_sample(chain, context.pointer, index);
      const token = choose(grammar, index);
      functions.llama_sampler_accept(chain, token);
      functions.llama_sampler_accept(grammar, token);
      return token;
    },
    constrain(text, written) {
      const next = functions.llama_sampler_init_grammar(vocabulary, text, grammarRoot);
      if (next === null) return false;
      for (const token of written) {
        if (!allows(next, token)) {
          functions.llama_sampler_free(next);
          return false;
        }
        functions.llama_sampler_accept(next, token);
      }
      if (grammar !== null) functions.llama_sampler_free(grammar);
      grammar = next;
      return true;
    },
    free() {
      functions.llama_sampler_free(chain);
      if (grammar !== null) functions.llama_sampler_free(grammar);
    },
  };
}

function buildChain({ functions, vocabularySize }: SamplerRoom, settings: SamplerSettings): Pointer {
  const chain = functions.llama_sampler_chain_init({ no_perf: true });
  const add = (sampler: Pointer): void => functions.llama_sampler_chain_add(chain, sampler);
  const { logitBias, repeatPenalty, frequencyPenalty, presencePenalty } = settings;
  if (logitBias.length > 0) add(functions.llama_sampler_init_logit_bias(vocabularySize, logitBias.length, biasBytes(logitBias)));
  if (repeatPenalty !== 1 || frequencyPenalty !== 0 || presencePenalty !== 0) {
    add(functions.llama_sampler_init_penalties(vocabularySize, rememberedTokens, repeatPenalty, frequencyPenalty, presencePenalty));
  }
  if (settings.temperature === 0) {
    add(functions.llama_sampler_init_greedy());
    return chain;
  }
  if (settings.topK > 0) add(functions.llama_sampler_init_top_k(settings.topK));
  if (settings.topP < 1) add(functions.llama_sampler_init_top_p(settings.topP, 1));
  if (settings.minP > 0) add(functions.llama_sampler_init_min_p(settings.minP, 1));
  add(functions.llama_sampler_init_temp(settings.temperature));
  add(functions.llama_sampler_init_dist(settings.seed));
  return chain;
}

/** How far back penalties look. OpenAI's count the whole answer; nothing here is longer than this. */
const rememberedTokens = 65_536;

function biasBytes(biases: SamplerSettings['logitBias']): Uint8Array {
  const room = new ArrayBuffer(biases.length * 8);
  const ids = new Int32Array(room);
  const numbers = new Float32Array(room);
  for (const [index, { token, bias }] of biases.entries()) {
    ids[index * 2] = token;
    numbers[index * 2 + 1] = bias;
  }
  return new Uint8Array(room);
}
