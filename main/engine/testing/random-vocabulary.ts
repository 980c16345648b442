import type { GgufMetadataToWrite } from '../gguf/gguf-writer.ts';

export type VocabularyKind = 'sentencepiece' | 'byte-pair';

const NORMAL = 1;
const UNKNOWN = 2;
const CONTROL = 3;
const BYTE = 6;

interface Token {
  readonly text: string;
  readonly type: number;
  readonly score: number;
}

/** The fewest tokens with which any text can be written: bytes and special tokens. */
export const SMALLEST_VOCABULARY = 264;

/**
 * The tokenizer keys of a made-up vocabulary of exactly `size` tokens. Every byte has a token, so that any text tokenizes;
 * the rest are lower-case words, all different.
 */
export function vocabularyMetadata(kind: VocabularyKind, size: number): GgufMetadataToWrite[] {
  if (size < SMALLEST_VOCABULARY) throw new RangeError(`a vocabulary needs at least ${String(SMALLEST_VOCABULARY)} tokens`);
  return kind === 'sentencepiece' ? sentencePieceMetadata(size) : bytePairMetadata(size);
}

/**
 * Whether the token is plain text a person can read. The generated models are made to prefer such tokens, so that what they
 * write is shown as letters and does not end at once.
 */
export function isReadableToken(kind: VocabularyKind, size: number, token: number): boolean {
  if (kind === 'sentencepiece') return token >= 262;
  return (token >= 32 && token < 127) || (token >= 256 && token < size - 3);
}

function sentencePieceMetadata(size: number): GgufMetadataToWrite[] {
  const tokens: Token[] = [
    { text: '<unk>', type: UNKNOWN, score: 0 },
    { text: '<s>', type: CONTROL, score: 0 },
    { text: '</s>', type: CONTROL, score: 0 },
    ...Array.from({ length: 256 }, (_, byte) => ({
      text: `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`,
      type: BYTE,
      score: 0,
    })),
    // llama.cpp's loader looks <|endoftext|> up by name for every model whose name has "phi3" in it.
    { text: '<|endoftext|>', type: CONTROL, score: 0 },
    { text: '<|im_start|>', type: CONTROL, score: 0 },
    { text: '<|im_end|>', type: CONTROL, score: 0 },
    { text: '▁', type: NORMAL, score: -1 },
  ];
  for (let index = 0; tokens.length < size; index += 1) {
    tokens.push({ text: lowerCaseWord(index), type: NORMAL, score: -2 - index });
  }
  return [
    { key: 'tokenizer.ggml.model', type: 'string', value: 'llama' },
    { key: 'tokenizer.ggml.pre', type: 'string', value: 'default' },
    ...tokenArrays(tokens),
    { key: 'tokenizer.ggml.bos_token_id', type: 'uint32', value: 1 },
    { key: 'tokenizer.ggml.eos_token_id', type: 'uint32', value: 2 },
    { key: 'tokenizer.ggml.unknown_token_id', type: 'uint32', value: 0 },
  ];
}

function bytePairMetadata(size: number): GgufMetadataToWrite[] {
  const letters = byteLetters();
  const tokens: Token[] = letters.map((text) => ({ text, type: NORMAL, score: 0 }));
  const specials = ['<|endoftext|>', '<|im_start|>', '<|im_end|>'].map((text) => ({ text, type: CONTROL, score: 0 }));
  const merges: string[] = [];
  for (let index = 26; tokens.length + specials.length < size; index += 1) {
    const word = lowerCaseWord(index);
    tokens.push({ text: word, type: NORMAL, score: 0 });
    merges.push(`${word.slice(0, -1)} ${word.slice(-1)}`);
  }
  const endOfText = tokens.length;
  return [
    { key: 'tokenizer.ggml.model', type: 'string', value: 'gpt2' },
    { key: 'tokenizer.ggml.pre', type: 'string', value: 'qwen2' },
    ...tokenArrays([...tokens, ...specials]),
    { key: 'tokenizer.ggml.merges', type: 'array', elementType: 'string', value: merges },
    { key: 'tokenizer.ggml.bos_token_id', type: 'uint32', value: endOfText },
    { key: 'tokenizer.ggml.eos_token_id', type: 'uint32', value: endOfText + 2 },
    { key: 'tokenizer.ggml.padding_token_id', type: 'uint32', value: endOfText },
    { key: 'tokenizer.ggml.add_bos_token', type: 'bool', value: false },
  ];
}

function tokenArrays(tokens: readonly Token[]): GgufMetadataToWrite[] {
  return [
    { key: 'tokenizer.ggml.tokens', type: 'array', elementType: 'string', value: tokens.map((token) => token.text) },
    { key: 'tokenizer.ggml.scores', type: 'array', elementType: 'float32', value: tokens.map((token) => token.score) },
    { key: 'tokenizer.ggml.token_type', type: 'array', elementType: 'int32', value: tokens.map((token) => token.type) },
  ];
}

/** a … z, aa, ab, …: all different, and each longer word is a shorter one with a letter behind it. */
function lowerCaseWord(index: number): string {
  let rest = index;
  let word = '';
  do {
    word = String.fromCharCode(97 + (rest % 26)) + word;
    rest = Math.floor(rest / 26) - 1;
  } while (rest >= 0);
  return word;
}

/** The printable letter that GPT-2's byte-level tokenizer writes for each byte (its bytes_to_unicode table). */
function byteLetters(): string[] {
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => {
    const isPrintable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
    if (isPrintable) return String.fromCodePoint(byte);
    next += 1;
    return String.fromCodePoint(next - 1);
  });
}
