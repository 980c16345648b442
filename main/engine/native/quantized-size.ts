import { alignUp, GGUF_DEFAULT_ALIGNMENT, ggmlTypeNamed, tensorSizeBytes } from '../gguf/gguf-format.ts';
import type { GgufHeader } from '../gguf/gguf-header.ts';

/** A key the quantizer adds or writes anew; numbers as uint32. */
export interface AddedKey {
  key: string;
  value: string | number;
}

/** Bytes of a tensor in a type: whole rows. */
export function tensorBytesAs(typeName: string, dimensions: readonly number[]): number {
  const type = ggmlTypeNamed(typeName);
  return type === null ? 0 : tensorSizeBytes(type, dimensions.reduce((product, dimension) => product * dimension, 1));
}

/**
 * Exact size of the file that llama_model_quantize writes: header of the first part without what says that it was split, file type and
 * quantization version written anew, `added`, then every tensor padded to 32 bytes (src/llama-quant.cpp; layout: ggml/include/gguf.h).
 */
export function quantizedFileBytes(first: GgufHeader, tensors: readonly { name: string; dimensions: readonly number[]; to: string }[], added: readonly AddedKey[]): number {
  const written = [{ key: 'general.quantization_version', value: 2 }, { key: 'general.file_type', value: 0 }, ...added];
  const replaced = new Set(['split.no', 'split.count', 'split.tensors.count', ...written.map(({ key }) => key)]);
  let keyBytes = first.metadataBytes;
  for (const key of replaced) {
    const entry = first.metadata.get(key);
    if (entry !== undefined) keyBytes -= keyHeadBytes(key) + entry.byteLength;
  }
  for (const { key, value } of written) keyBytes += keyHeadBytes(key) + (typeof value === 'number' ? 4 : 8 + Buffer.byteLength(value));
  const descriptionBytes = tensors.reduce((sum, { name, dimensions }) => sum + 8 + Buffer.byteLength(name) + 4 + 8 * dimensions.length + 4 + 8, 0);
  const fixedBytes = 4 + 4 + 8 + 8;
  const dataBytes = tensors.reduce((sum, { dimensions, to }) => sum + alignUp(tensorBytesAs(to, dimensions), GGUF_DEFAULT_ALIGNMENT), 0);
  return alignUp(fixedBytes + keyBytes + descriptionBytes, GGUF_DEFAULT_ALIGNMENT) + dataBytes;
}

/** Length, key, type of value. */
function keyHeadBytes(key: string): number {
  return 8 + Buffer.byteLength(key) + 4;
}
