import koffi from 'koffi';
import type { Token, Tokenizer } from 'node-llama-cpp';
import type { Pointer } from './c-structs.ts';
import { declare } from './declare-function.ts';
import type { CType } from './declare-function.ts';
import type { LlamaLibrary } from './llama-library.ts';
import { NativeFailure } from './native-failure.ts';
import type { NativeModel } from './native-model.ts';

/** A vocabulary through the binding, tokenising exactly as node-llama-cpp does where a model serves. */
export interface ServingTokenizer {
  /** To be given to node-llama-cpp's chat wrappers and `LlamaText`. */
  readonly tokenizer: Tokenizer;
  /** -1 where there is none. */
  readonly bos: number;
  readonly eos: number;
  /** Whether every text begins with `bos`. */
  readonly prependsBos: boolean;
}

interface VocabularyFunctions {
  llama_detokenize(vocabulary: Pointer, tokens: Int32Array, count: number, text: Uint8Array, limit: number, removeSpecial: boolean, unparseSpecial: boolean): number;
  llama_vocab_get_text(vocabulary: Pointer, token: number): string | null;
  llama_vocab_get_attr(vocabulary: Pointer, token: number): number;
  llama_vocab_is_eog(vocabulary: Pointer, token: number): boolean;
  llama_vocab_eot(vocabulary: Pointer): number;
  llama_vocab_sep(vocabulary: Pointer): number;
  llama_vocab_nl(vocabulary: Pointer): number;
}

/** `enum llama_token_attr`. */
const ATTRIBUTE = { unknown: 1, control: 8 } as const;
/** Tokens of one text that a token may stand for, at most; longer ones are asked for again with room. */
const bytesPerToken = 32;

/**
 * node-llama-cpp's `LlamaModel.tokenize` and `detokenize` (3.21.1, dist/evaluator/LlamaModel/LlamaModel.js and llama/addon/AddonModel.cpp)
 * without its native addon, which must not share a process with this binding. What they do about leading spaces is done here too:
 * prompts must be the same tokens in training and in serving. chat-examples.int.test.ts holds the two against each other.
 */
export function createServingTokenizer(library: LlamaLibrary, model: NativeModel): ServingTokenizer {
  const functions = declareFunctions(library);
  const vocabulary = library.llama_model_get_vocab(model.pointer);
  const attributesOf = (token: number): number => functions.llama_vocab_get_attr(vocabulary, token);
  const known = (token: number): number => (token < 0 || (attributesOf(token) & ATTRIBUTE.unknown) !== 0 ? -1 : token);
  const control = (token: number): number => (token < 0 || (attributesOf(token) & ATTRIBUTE.control) === 0 ? -1 : token);
  const bos = control(library.llama_vocab_bos(vocabulary));
  const eos = control(library.llama_vocab_eos(vocabulary));
  const nl = known(functions.llama_vocab_nl(vocabulary));
  const eot = known(functions.llama_vocab_eot(vocabulary));
  const builtin: Record<string, number> = { BOS: bos, EOS: eos, NL: nl, EOT: eot, SEP: known(functions.llama_vocab_sep(vocabulary)) };

  const plain = (text: string, special: boolean): number[] => Array.from(model.tokenize(text, { addSpecial: false, parseSpecial: special }));
  const textOf = (tokens: readonly number[], special: boolean): string => {
    const ids = Int32Array.from(tokens);
    for (let room = new Uint8Array(new ArrayBuffer(ids.length * bytesPerToken + 16)); ; ) {
      const count = functions.llama_detokenize(vocabulary, ids, ids.length, room, room.length, false, special);
      if (count >= 0) return new TextDecoder().decode(room.subarray(0, count));
      if (-count <= room.length) throw new NativeFailure('tokenize-failed', `${ids.length} tokens have no text`);
      room = new Uint8Array(new ArrayBuffer(-count));
    }
  };
  /** After something else: what a sentencepiece vocabulary puts before a text must not come in. */
  const continued = (text: string, special: boolean): number[] => {
    if (special) {
      const anchor = [bos, eos, nl, eot].find((token) => token >= 0 && functions.llama_vocab_get_text(vocabulary, token) !== null);
      if (anchor !== undefined) {
        const tokens = plain((functions.llama_vocab_get_text(vocabulary, anchor) ?? '') + text, true);
        const at = tokens.indexOf(anchor);
        const rest = tokens.slice(at + 1);
        if (at >= 0 && at <= 1 && leadingSpaces(textOf(rest, true)) === leadingSpaces(text)) return rest;
      }
    }
    if (text.startsWith('\n')) {
      const tokens = plain(text, special);
      if (textOf(tokens, special).startsWith('\n')) return tokens;
    }
    const breaks = plain('\n', special);
    const tokens = plain(`\n${text}`, special);
    if (breaks.length > 0 && breaks.every((token, index) => tokens[index] === token)) {
      const rest = tokens.slice(breaks.length);
      if (!special || leadingSpaces(textOf(rest, true)) === leadingSpaces(text)) return rest;
    }
    return plain(text, special);
  };
  const tokenize = (text: string, special: boolean | 'builtin' = false, options?: 'trimLeadingSpace'): number[] => {
    if (text === '') return [];
    if (special === 'builtin') return [builtin[text] ?? -1].filter((token) => token >= 0);
    return options === 'trimLeadingSpace' ? continued(text, special) : plain(text, special);
  };
  const detokenize = (tokens: readonly Token[], special = false): string => (tokens.length === 0 ? '' : textOf(tokens, special));
  const isEogToken = (token: number): boolean => functions.llama_vocab_is_eog(vocabulary, token);
  const isSpecialToken = (token: number): boolean =>
    (attributesOf(token) & ATTRIBUTE.control) !== 0 || isEogToken(token) || (textOf([token], false) === '' && textOf([token], true) !== '');
  return {
    tokenizer: Object.assign(tokenize, { detokenize, isEogToken, isSpecialToken }) as unknown as Tokenizer, // `Token` is a branded number
    bos,
    eos: library.llama_vocab_eos(vocabulary),
    prependsBos: bos >= 0 && model.addsBos,
  };
}

function leadingSpaces(text: string): number {
  return text.length - text.replace(/^ +/, '').length;
}

function declareFunctions(library: LlamaLibrary): VocabularyFunctions {
  const opened = koffi.load(library.files.llama);
  const llama = (name: string, result: CType, parameters: CType[]): never => declare(opened, name, result, parameters);
  return {
    llama_detokenize: llama('llama_detokenize', 'int32_t', ['void *', 'void *', 'int32_t', 'void *', 'int32_t', 'bool', 'bool']),
    llama_vocab_get_text: llama('llama_vocab_get_text', 'str', ['void *', 'int32_t']),
    llama_vocab_get_attr: llama('llama_vocab_get_attr', 'int32_t', ['void *', 'int32_t']),
    llama_vocab_is_eog: llama('llama_vocab_is_eog', 'bool', ['void *', 'int32_t']),
    llama_vocab_eot: llama('llama_vocab_eot', 'int32_t', ['void *']),
    llama_vocab_sep: llama('llama_vocab_sep', 'int32_t', ['void *']),
    llama_vocab_nl: llama('llama_vocab_nl', 'int32_t', ['void *']),
  };
}
