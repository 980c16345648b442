import { type GgufMetadataEntry, type GgufScalar, shownText } from './gguf-header.ts';

export type GgufMetadata = ReadonlyMap<string, GgufMetadataEntry>;

/** A single text, or null where the key is absent, empty or something else. */
export function textOf(metadata: GgufMetadata, key: string): string | null {
  const value = metadata.get(key)?.value;
  return typeof value === 'string' && value !== '' ? value : null;
}

/** A single number, or null. 64-bit values beyond 2^53 count as absent: no such hyper-parameter is real. */
export function numberOf(metadata: GgufMetadata, key: string): number | null {
  const value = metadata.get(key)?.value;
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/**
 * A number per layer: an array as it is, a single value for all, null where the key is absent. Layers an array does not reach
 * get 0, as in llama.cpp.
 */
export function numbersPerLayer(metadata: GgufMetadata, key: string, layerCount: number): number[] | null {
  const value = metadata.get(key)?.value;
  if (typeof value === 'number') return Array<number>(layerCount).fill(value);
  if (!isArray(value)) return null;
  return Array.from({ length: layerCount }, (_, layer) => Number(value[layer] ?? 0));
}

/** The kept texts of an array of strings. */
export function textsOf(metadata: GgufMetadata, key: string): string[] {
  const value = metadata.get(key)?.value;
  return isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** One line for people: control characters made visible, arrays as "[512] a, b, c, …", at most `maxLength` characters. */
export function describeValue(entry: GgufMetadataEntry, maxLength: number): string {
  const { value } = entry;
  if (!isArray(value)) return shorten(visible(String(value)), maxLength);
  let text = `[${String(entry.length)}]`;
  for (const [index, item] of value.entries()) {
    if (text.length > maxLength) break;
    text += `${index === 0 ? ' ' : ', '}${typeof item === 'string' ? shownText(item) : String(item)}`;
  }
  return shorten(value.length < entry.length ? `${text}, …` : text, maxLength);
}

/** Text from the file for one line of the interface: no control or direction-changing characters. */
export function oneLine(text: string, maxLength: number): string {
  return shorten(visible(text).trim(), maxLength);
}

function visible(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}]/gu, '\uFFFD');
}

function shorten(text: string, maxLength: number): string {
  return text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text;
}

function isArray(value: GgufScalar | readonly GgufScalar[] | undefined): value is readonly GgufScalar[] {
  return Array.isArray(value);
}
