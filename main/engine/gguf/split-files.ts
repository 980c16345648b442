import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type GgufHeader, shownText } from './gguf-header.ts';
import { readGgufFile } from './gguf-reader.ts';
import { GgufRefusal } from './gguf-refusal.ts';
import { numberOf, textOf } from './metadata-values.ts';

/** No published model comes in more parts; llama.cpp's own file name format ends at 99,999. */
const MAX_PARTS = 1_000;

/** The parts of a split model's file name, or null for a file that stands alone. */
export interface SplitName {
  readonly prefix: string;
  /** From 1. */
  readonly part: number;
  readonly parts: number;
}

/** Takes `name-00002-of-00005.gguf` apart (llama.cpp's "%s-%05d-of-%05d.gguf"). */
export function splitNameOf(fileName: string): SplitName | null {
  const match = /^(.*)-(\d{5})-of-(\d{5})\.gguf$/i.exec(fileName);
  if (match === null) return null;
  return { prefix: match[1] ?? '', part: Number(match[2]), parts: Number(match[3]) };
}

/**
 * All files of the model that `path` is a part of, in order, found by name beside it. A file that is not split yields itself.
 * @throws GgufRefusal `split-name` for impossible numbers, `split-incomplete` naming the first missing part.
 */
export async function findSplit(path: string): Promise<{ paths: string[] }> {
  const name = splitNameOf(basename(path));
  if (name === null) return { paths: [path] };
  if (name.part < 1 || name.part > name.parts || name.parts > MAX_PARTS) {
    throw new GgufRefusal('split-name', 0, { part: name.part, parts: name.parts });
  }
  const folder = dirname(path);
  const present = new Set(await readdir(folder));
  const paths: string[] = [];
  const missing: string[] = [];
  for (let part = 1; part <= name.parts; part += 1) {
    // The extension as it stands in the given name, so that .GGUF from a case-keeping stick is found too.
    const fileName = partName(name, part, basename(path).slice(-5));
    if (present.has(fileName)) paths.push(join(folder, fileName));
    else missing.push(fileName);
  }
  if (missing.length > 0) {
    throw new GgufRefusal('split-incomplete', 0, {
      parts: name.parts,
      found: paths.length,
      missing: missing.length,
      firstMissing: shownText(missing[0] ?? ''),
    });
  }
  return { paths };
}

/**
 * Checks that the headers, in the order of their file names, are the parts of one model.
 * @throws GgufRefusal `split-incomplete` when fewer files are given than the first one announces, `split-mismatch` when a part
 * announces another number, another model, or repeats a tensor.
 */
export function checkSplit(headers: readonly GgufHeader[]): void {
  const first = headers[0];
  if (first === undefined) throw new GgufRefusal('split-incomplete', 0, { parts: 0, found: 0 });
  const announced = numberOf(first.metadata, 'split.count') ?? 0;
  // llama.cpp takes 0 and 1 for a model in one file.
  if (headers.length === 1 && announced <= 1) return;
  if (announced > headers.length) {
    throw new GgufRefusal('split-incomplete', offsetOf(first, 'split.count'), { parts: announced, found: headers.length });
  }
  for (const [index, header] of headers.entries()) checkPart(header, { index, parts: headers.length, first });
  checkTensorNames(headers, first);
}

/** Finds, reads and checks all parts of the model at `path`. */
export async function readModelHeaders(path: string): Promise<{ paths: string[]; headers: GgufHeader[] }> {
  const { paths } = await findSplit(path);
  const headers: GgufHeader[] = [];
  for (const partPath of paths) headers.push(await readGgufFile(partPath));
  checkSplit(headers);
  return { paths, headers };
}

function checkPart(header: GgufHeader, expected: { index: number; parts: number; first: GgufHeader }): void {
  const { index, parts, first } = expected;
  // llama.cpp reads both as u16 without asking for the type in later parts.
  for (const [key, value] of [
    ['split.no', index],
    ['split.count', parts],
  ] as const) {
    const entry = header.metadata.get(key);
    if (entry?.type === 'uint16' && entry.value === value) continue;
    throw new GgufRefusal('split-mismatch', entry?.byteOffset ?? 0, {
      key,
      part: index + 1,
      value: entry === undefined ? 'missing' : String(entry.value),
      expected: value,
    });
  }
  const architecture = textOf(first.metadata, 'general.architecture');
  const own = textOf(header.metadata, 'general.architecture');
  if (own !== null && own !== architecture) {
    throw new GgufRefusal('split-mismatch', offsetOf(header, 'general.architecture'), {
      key: 'general.architecture',
      part: index + 1,
      value: shownText(own),
      expected: shownText(architecture ?? ''),
    });
  }
}

function checkTensorNames(headers: readonly GgufHeader[], first: GgufHeader): void {
  const seen = new Set<string>();
  for (const [index, header] of headers.entries()) {
    for (const tensor of header.tensors) {
      if (seen.has(tensor.name)) {
        throw new GgufRefusal('split-mismatch', tensor.byteOffset, { tensor: shownText(tensor.name), part: index + 1 });
      }
      seen.add(tensor.name);
    }
  }
  const announced = numberOf(first.metadata, 'split.tensors.count');
  if (announced === seen.size) return;
  throw new GgufRefusal('split-mismatch', offsetOf(first, 'split.tensors.count'), {
    key: 'split.tensors.count',
    value: announced ?? 'missing',
    expected: seen.size,
  });
}

function partName(name: SplitName, part: number, extension: string): string {
  const digits = (value: number): string => String(value).padStart(5, '0');
  return `${name.prefix}-${digits(part)}-of-${digits(name.parts)}${extension}`;
}

function offsetOf(header: GgufHeader, key: string): number {
  return header.metadata.get(key)?.byteOffset ?? 0;
}
