import type { GgufMetadataToWrite } from '../../main/engine/gguf/gguf-writer.ts';
import { byteLetters, bytesOf, lettersOf } from './byte-alphabet.ts';

/** A byte-level BPE vocabulary: 256 bytes, then one token per merge in order, then the special tokens. */
export interface Vocabulary {
  readonly merges: readonly (readonly [string, string])[];
  /** In GPT-2's letters for bytes; special tokens as they are. */
  readonly tokens: readonly string[];
  readonly special: Readonly<Record<SpecialToken, number>>;
}

export const specialTokens = ['<|endoftext|>', '<|im_start|>', '<|im_end|>'] as const;
export type SpecialToken = (typeof specialTokens)[number];

/** Turns text into token ids and back, as llama.cpp does with this vocabulary. */
export interface TextCoder {
  /** Plain text: special tokens written in it are read as text. */
  encode(text: string): number[];
  decode(tokens: readonly number[]): string;
}

/** How text is cut before merging: llama.cpp's pre-tokenizer "gpt-2" (unicode_regex_split_custom_gpt2), from OpenAI's encoder.py. */
const cuts = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;
const normalToken = 1;
const controlToken = 3;
const longestAsciiBytes = 16;
/** Two Chinese characters: longer ones would be whole phrases of the corpus, which no other text has. */
const longestOtherBytes = 6;

/**
 * Learns merges from texts (Sennrich, Haddow, Birch 2016, on bytes as GPT-2 does it), the most frequent pair first; equal ones in
 * the order of their letters. Digits stay single, so that a number is copied digit by digit, and no token ends inside a character
 * after another one. Raises RangeError for a size below 259, and where the texts have too few pairs.
 */
export function trainTokenizer(texts: Iterable<string>, size: number): Vocabulary {
  const wanted = size - byteLetters.length - specialTokens.length;
  if (wanted < 0) throw new RangeError('a vocabulary needs room for 256 bytes and the special tokens');
  const pieces = new Map<string, number>();
  for (const text of texts) for (const [piece] of text.matchAll(cuts)) pieces.set(piece, (pieces.get(piece) ?? 0) + 1);
  const words = [...pieces].map(([piece, count]) => ({ parts: [...lettersOf(Buffer.from(piece, 'utf8'))], count }));
  const pairs = new PairCounts();
  for (const [index, { parts, count }] of words.entries()) for (let at = 1; at < parts.length; at += 1) pairs.add(parts[at - 1] ?? '', parts[at] ?? '', { count, index });

  const merges: [string, string][] = [];
  while (merges.length < wanted) {
    const best = pairs.mostFrequent();
    if (best === null) throw new RangeError(`only ${merges.length} merges can be learnt, ${wanted} are wanted`);
    merges.push([best.left, best.right]);
    for (const index of best.words) {
      const word = words[index];
      if (word === undefined) continue;
      const { parts, count } = word;
      for (let at = 1; at < parts.length; at += 1) pairs.add(parts[at - 1] ?? '', parts[at] ?? '', { count: -count, index });
      word.parts = mergedOnce(parts, best.left, best.right);
      for (let at = 1; at < word.parts.length; at += 1) pairs.add(word.parts[at - 1] ?? '', word.parts[at] ?? '', { count, index });
    }
    pairs.forget(best.left, best.right);
  }
  return vocabularyOf(merges);
}

/** The vocabulary that belongs to a list of merges. */
export function vocabularyOf(merges: readonly (readonly [string, string])[]): Vocabulary {
  const tokens = [...byteLetters, ...merges.map(([left, right]) => left + right)];
  const special = Object.fromEntries(specialTokens.map((name, index) => [name, tokens.length + index])) as Record<SpecialToken, number>;
  return { merges, tokens: [...tokens, ...specialTokens], special };
}

export function createTextCoder({ merges, tokens }: Vocabulary): TextCoder {
  const ranks = new Map(merges.map(([left, right], rank) => [`${left} ${right}`, rank]));
  const ids = new Map(tokens.map((token, id) => [token, id]));
  const known = new Map<string, number[]>();
  const encodePiece = (piece: string): number[] => {
    let parts = [...lettersOf(Buffer.from(piece, 'utf8'))];
    for (;;) {
      let best = Number.POSITIVE_INFINITY;
      let pair: readonly [string, string] | undefined;
      for (let at = 1; at < parts.length; at += 1) {
        const rank = ranks.get(`${parts[at - 1] ?? ''} ${parts[at] ?? ''}`);
        if (rank !== undefined && rank < best) {
          best = rank;
          pair = merges[rank];
        }
      }
      if (pair === undefined) break;
      parts = mergedOnce(parts, pair[0], pair[1]);
    }
    return parts.map((part) => ids.get(part) ?? 0);
  };
  return {
    encode(text) {
      return [...text.matchAll(cuts)].flatMap(([piece]) => {
        const before = known.get(piece);
        if (before !== undefined) return before;
        const encoded = encodePiece(piece);
        known.set(piece, encoded);
        return encoded;
      });
    },
    decode: (list) => Buffer.concat(list.map((id) => (id >= tokens.length - specialTokens.length ? Buffer.from(tokens[id] ?? '') : bytesOf(tokens[id] ?? '')))).toString('utf8'),
  };
}

/** The tokenizer keys of a GGUF file. No token is put before a text; the model's turn ends with <|im_end|>. */
export function tokenizerMetadata({ tokens, merges, special }: Vocabulary): GgufMetadataToWrite[] {
  const firstSpecial = tokens.length - specialTokens.length;
  return [
    { key: 'tokenizer.ggml.model', type: 'string', value: 'gpt2' },
    { key: 'tokenizer.ggml.pre', type: 'string', value: 'gpt-2' },
    { key: 'tokenizer.ggml.tokens', type: 'array', elementType: 'string', value: tokens },
    { key: 'tokenizer.ggml.token_type', type: 'array', elementType: 'int32', value: tokens.map((_, id) => (id < firstSpecial ? normalToken : controlToken)) },
    { key: 'tokenizer.ggml.merges', type: 'array', elementType: 'string', value: merges.map(([left, right]) => `${left} ${right}`) },
    { key: 'tokenizer.ggml.bos_token_id', type: 'uint32', value: special['<|endoftext|>'] },
    { key: 'tokenizer.ggml.eos_token_id', type: 'uint32', value: special['<|im_end|>'] },
    { key: 'tokenizer.ggml.padding_token_id', type: 'uint32', value: special['<|endoftext|>'] },
    { key: 'tokenizer.ggml.add_bos_token', type: 'bool', value: false },
    { key: 'tokenizer.ggml.add_eos_token', type: 'bool', value: false },
  ];
}

/** Puts every neighbouring `left` `right` together, from the left. */
function mergedOnce(parts: readonly string[], left: string, right: string): string[] {
  const merged: string[] = [];
  for (let at = 0; at < parts.length; at += 1) {
    const part = parts[at] ?? '';
    if (part === left && parts[at + 1] === right) {
      merged.push(left + right);
      at += 1;
    } else merged.push(part);
  }
  return merged;
}

/** How often each pair of neighbours occurs, and in which words. */
class PairCounts {
  readonly #pairs = new Map<string, { left: string; right: string; count: number; words: Set<number> }>();

  add(left: string, right: string, { count, index }: { count: number; index: number }): void {
    const key = `${left} ${right}`;
    let pair = this.#pairs.get(key);
    if (pair === undefined) {
      if (!mayMerge(left + right)) return;
      pair = { left, right, count: 0, words: new Set() };
      this.#pairs.set(key, pair);
    }
    pair.count += count;
    if (count > 0) pair.words.add(index);
  }

  mostFrequent(): { left: string; right: string; words: number[] } | null {
    let best: { left: string; right: string; count: number; words: Set<number> } | null = null;
    for (const pair of this.#pairs.values()) {
      if (pair.count <= 0) continue;
      if (best === null || pair.count > best.count || (pair.count === best.count && `${pair.left} ${pair.right}` < `${best.left} ${best.right}`)) best = pair;
    }
    return best === null ? null : { left: best.left, right: best.right, words: [...best.words] };
  }

  forget(left: string, right: string): void {
    this.#pairs.delete(`${left} ${right}`);
  }
}

const judged = new Map<string, boolean>();

function mayMerge(letters: string): boolean {
  let judgement = judged.get(letters);
  if (judgement === undefined) {
    judgement = judge(bytesOf(letters));
    judged.set(letters, judgement);
  }
  return judgement;
}

function judge(bytes: Uint8Array): boolean {
  if (bytes.every((byte) => byte < 0x80)) return bytes.length <= longestAsciiBytes && !bytes.some((byte) => byte >= 0x30 && byte <= 0x39);
  if (bytes.length > longestOtherBytes || bytes.some((byte) => byte >= 0x30 && byte <= 0x39)) return false;
  const first = bytes[0] ?? 0;
  const expected = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 0;
  // The beginning of one character, or whole characters.
  const continues = bytes.subarray(1).every((byte) => byte >= 0x80 && byte < 0xc0);
  if (expected > 0 && continues) return bytes.length <= expected;
  return isWhole(bytes);
}

const strictDecoder = new TextDecoder('utf-8', { fatal: true });

function isWhole(bytes: Uint8Array): boolean {
  try {
    return strictDecoder.decode(bytes) !== '';
  } catch {
    return false; // broken UTF-8 is an answer here, not an error
  }
}
