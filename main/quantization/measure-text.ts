import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { MeasureText } from '../contract/quantization.contract.ts';
import { ExpectedError, throwFileError } from '../kernel/errors.ts';

/** A text as it is measured with. */
export interface LoadedText {
  readonly text: string;
  readonly name: string;
  /** Of the bytes as they lie in the file. */
  readonly sha256: string;
  readonly bytes: number;
}

/** Perplexity of a text this long takes days on any machine this runs on; it is read into memory. */
const textLimitBytes = 64 * 1024 * 1024;

/**
 * Reads the text to measure with. It must be UTF-8. One newline at the end is left out, as llama.cpp's tools do with `-f`
 * (common/arg.cpp). Raises TEXT_NOT_READABLE, PATH_NOT_FOUND, PATH_NOT_READABLE, NOT_A_REGULAR_FILE.
 */
export async function readMeasureText(text: MeasureText): Promise<LoadedText> {
  switch (text.kind) {
    case 'bundled':
      return decoded(await readLimited(bundledTextPath(text.name)), { name: text.name, path: text.name });
    case 'path':
      return decoded(await readLimited(text.path), { name: basename(text.path), path: text.path });
    case 'inline':
      return decoded(Buffer.from(text.text, 'utf8'), { name: text.name, path: text.name });
  }
}

/** `resources/texts/` in the checkout, beside a build of it, or in an installed application's archive: the nearest one above this code. */
export function bundledTextPath(name: 'calibration' | 'held-out', from: string = import.meta.dirname): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const path = join(folder, 'resources', 'texts', `${name}.txt`);
    if (existsSync(path)) return path;
    if (dirname(folder) === folder) throw new Error(`resources/texts/${name}.txt is missing above ${from}`);
  }
}

async function readLimited(path: string): Promise<Uint8Array> {
  const handle = await open(path, 'r').catch((error: unknown) => throwFileError(error, path));
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) throw new ExpectedError('NOT_A_REGULAR_FILE', { path });
    if (stat.size > textLimitBytes) throw new ExpectedError('TEXT_NOT_READABLE', { path, reason: 'too-large' });
    return await handle.readFile().catch((error: unknown) => throwFileError(error, path));
  } finally {
    await handle.close();
  }
}

function decoded(bytes: Uint8Array, { name, path }: { name: string; path: string }): LoadedText {
  const text = decodeUtf8(bytes, path).replace(/\n$/, '');
  if (text.trim() === '') throw new ExpectedError('TEXT_NOT_READABLE', { path, reason: 'empty' });
  return { text, name, sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length };
}

function decodeUtf8(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new ExpectedError('TEXT_NOT_READABLE', { path, reason: 'not-utf8' }, { cause: error });
  }
}
