import { type GgufMetadataEntry, shownText } from './gguf-header.ts';
import { GgufRefusal } from './gguf-refusal.ts';
import { isBytePairTokenizer, isEmptyTokenizer, isKnownPreTokenizer, isKnownTokenizerModel } from './known-architectures.ts';
import { type GgufMetadata, textOf } from './metadata-values.ts';

/**
 * Checks the tokenizer keys: a tokenizer this llama.cpp release knows, and arrays of one length with the right types. Token ids
 * out of range (a padding id one past the end is common) are left alone: llama.cpp warns and uses its default.
 * @throws GgufRefusal `missing-key`, `wrong-type`, `tokenizer-unknown`, `vocabulary-mismatch`.
 */
export function checkVocabulary(metadata: GgufMetadata): void {
  const model = required(metadata, 'tokenizer.ggml.model');
  if (model.type !== 'string') refuseType(model, 'string');
  const name = String(model.value);
  if (!isKnownTokenizerModel(name)) {
    throw new GgufRefusal('tokenizer-unknown', model.byteOffset, { tokenizer: shownText(name) });
  }
  if (isEmptyTokenizer(name)) return;
  const tokens = required(metadata, 'tokenizer.ggml.tokens');
  if (tokens.elementType !== 'string') refuseType(tokens, 'string[]');
  if (tokens.length === 0) throw new GgufRefusal('vocabulary-mismatch', tokens.byteOffset, { key: tokens.key, elements: 0 });
  checkParallel(metadata.get('tokenizer.ggml.scores'), tokens.length, ['float32', 'int32']);
  checkParallel(metadata.get('tokenizer.ggml.token_type'), tokens.length, ['int32']);
  if (isBytePairTokenizer(name)) checkBytePairs(metadata, name);
}

function checkParallel(entry: GgufMetadataEntry | undefined, tokenCount: number, elementTypes: readonly string[]): void {
  if (entry === undefined) return;
  if (entry.elementType === null || !elementTypes.includes(entry.elementType)) {
    refuseType(entry, elementTypes.map((type) => `${type}[]`).join(' | '));
  }
  if (entry.length !== tokenCount) {
    throw new GgufRefusal('vocabulary-mismatch', entry.byteOffset, {
      key: entry.key,
      elements: entry.length,
      tokens: tokenCount,
    });
  }
}

function checkBytePairs(metadata: GgufMetadata, name: string): void {
  const pre = textOf(metadata, 'tokenizer.ggml.pre');
  if (name !== 'gemma4' && pre !== null && !isKnownPreTokenizer(pre)) {
    const offset = metadata.get('tokenizer.ggml.pre')?.byteOffset ?? 0;
    throw new GgufRefusal('tokenizer-unknown', offset, { tokenizer: shownText(pre) });
  }
  // Kimi K2 is the one byte-pair vocabulary without merges.
  if (pre === 'kimi-k2' && !metadata.has('tokenizer.ggml.merges')) return;
  const merges = required(metadata, 'tokenizer.ggml.merges');
  if (merges.elementType !== 'string') refuseType(merges, 'string[]');
}

function required(metadata: GgufMetadata, key: string): GgufMetadataEntry {
  const entry = metadata.get(key);
  if (entry === undefined) throw new GgufRefusal('missing-key', 0, { key });
  return entry;
}

function refuseType(entry: GgufMetadataEntry, expected: string): never {
  const type = entry.elementType === null ? entry.type : `${entry.elementType}[]`;
  throw new GgufRefusal('wrong-type', entry.byteOffset, { key: entry.key, type, expected });
}
