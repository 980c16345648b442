import type { GgufMetadataToWrite } from '../gguf/gguf-writer.ts';

const NORMAL = 1;
const CONTROL = 3;

/** Ids of the special tokens of such a vocabulary. */
export const WORD_PIECE = { pad: 0, unknown: 1, cls: 2, sep: 3, mask: 4 } as const;
const specials = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];

/** Where a word begins; the converter turns `##ing` into `ing` and `ward` into this and `ward`. */
const wordStart = '▁';
const characters = 'abcdefghijklmnopqrstuvwxyz0123456789.,!?:;-\'"()';
const words = ['the', 'a', 'is', 'of', 'and', 'to', 'in', 'for', 'patient', 'ward', 'pain', 'dose', 'fever', 'letter', 'invoice', 'weather', 'rain', 'sun', 'heart', 'lung'];

/**
 * The tokenizer keys of a WordPiece vocabulary of exactly `size` tokens, as the converter writes them for a BERT whose tokenizer puts [CLS] before and [SEP] after a
 * text. Any word of ASCII letters and digits has tokens; other scripts become [UNK].
 */
export function wordPieceMetadata(size: number): GgufMetadataToWrite[] {
  const texts = [...specials];
  for (const character of characters) texts.push(wordStart + character);
  for (const character of characters) if (/[a-z0-9]/.test(character)) texts.push(character);
  for (const word of words) if (word.length > 1) texts.push(wordStart + word);
  if (size < texts.length) throw new RangeError(`a WordPiece vocabulary needs at least ${texts.length} tokens`);
  for (let index = 0; texts.length < size; index += 1) texts.push(`[unused${index}]`);
  const id = (key: string, value: number): GgufMetadataToWrite => ({ key: `tokenizer.ggml.${key}_token_id`, type: 'uint32', value });
  return [
    { key: 'tokenizer.ggml.model', type: 'string', value: 'bert' },
    { key: 'tokenizer.ggml.pre', type: 'string', value: 'default' },
    { key: 'tokenizer.ggml.token_type_count', type: 'uint32', value: 2 },
    { key: 'tokenizer.ggml.tokens', type: 'array', elementType: 'string', value: texts },
    { key: 'tokenizer.ggml.token_type', type: 'array', elementType: 'int32', value: texts.map((_, index) => (index < specials.length ? CONTROL : NORMAL)) },
    id('bos', WORD_PIECE.cls),
    id('eos', WORD_PIECE.sep),
    id('seperator', WORD_PIECE.sep), // the format's own spelling
    id('padding', WORD_PIECE.pad),
    id('unknown', WORD_PIECE.unknown),
    id('cls', WORD_PIECE.cls),
    id('mask', WORD_PIECE.mask),
    { key: 'tokenizer.ggml.add_bos_token', type: 'bool', value: true },
    { key: 'tokenizer.ggml.add_eos_token', type: 'bool', value: true },
    { key: 'tokenizer.ggml.add_sep_token', type: 'bool', value: false },
  ];
}
