import { isAscii, isUtf8 } from 'node:buffer';
import { open } from 'node:fs/promises';
import { TextDecoder } from 'node:util';
import type { DataEncoding } from '../../contract/datasets.contract.ts';
import { ExpectedError, throwFileError } from '../../kernel/errors.ts';
import { byteOrderMark, readLines } from './split-lines.ts';

const decoders = new Map<DataEncoding, TextDecoder>();

/** The text of one line; null where its bytes are not valid in the encoding. */
export function decodeLine(bytes: Buffer, encoding: DataEncoding): string | null {
  if (encoding === 'utf-8') return isUtf8(bytes) ? bytes.toString('utf8') : null;
  if (encoding !== 'utf-16le' && encoding !== 'utf-16be' && isAscii(bytes)) return bytes.toString('latin1');
  let decoder = decoders.get(encoding);
  if (decoder === undefined) decoders.set(encoding, (decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true })));
  try {
    return decoder.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

/** Names as people know them, for sentences. */
export const ENCODING_NAMES: Record<DataEncoding, string> = { 'utf-8': 'UTF-8', 'utf-16le': 'UTF-16 LE', 'utf-16be': 'UTF-16 BE', gb18030: 'GB18030', 'windows-1252': 'Windows-1252' };

const headBytes = 64 * 1024;
/** So many lines that are not UTF-8 are looked at to tell GB18030 from Windows-1252. */
const sampleBytes = 256 * 1024;
const filesLookedAt = 50;

/** The beginning of a file. Raises PATH_NOT_FOUND, PATH_NOT_READABLE. */
export async function readHead(path: string): Promise<Buffer> {
  const file = await open(path, 'r').catch((error: unknown) => throwFileError(error, path));
  try {
    const head = Buffer.alloc(headBytes);
    const { bytesRead } = await file.read(head, 0, headBytes, 0).catch((error: unknown) => throwFileError(error, path));
    return head.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** The encoding in which a file is read: its own mark, whatever was chosen, since the mark is content in no encoding. */
export function encodingOf(head: Buffer, chosen: DataEncoding): DataEncoding {
  return byteOrderMark(head)?.encoding ?? chosen;
}

/** Raises DATASET_REFUSED where bytes are none of a text in this encoding: zero bytes outside of UTF-16. */
export function requireText(head: Buffer, encoding: DataEncoding): void {
  if (encoding === 'utf-16le' || encoding === 'utf-16be') return;
  if (head.includes(0)) throw notText();
}

/**
 * Guesses the encoding: a byte order mark; else UTF-8 where nine tenths of the lines beyond ASCII are valid in it (chance does not make
 * them so); else GB18030 or Windows-1252, whichever is plausible. Raises DATASET_REFUSED for what is no text.
 */
export async function guessEncoding(paths: readonly string[], signal: AbortSignal): Promise<DataEncoding> {
  let valid = 0;
  let invalid = 0;
  let sampled = 0;
  const samples: Buffer[] = [];
  for (const path of paths.slice(0, filesLookedAt)) {
    const head = await readHead(path);
    const marked = byteOrderMark(head)?.encoding ?? guessWide(head);
    if (marked !== null) return marked;
    requireText(head, 'utf-8');
    for await (const lines of readLines(path, { encoding: 'utf-8', signal })) {
      for (const { bytes } of lines) {
        if (isAscii(bytes)) continue;
        if (isUtf8(bytes)) valid += 1;
        else {
          invalid += 1;
          if (sampled < sampleBytes) {
            samples.push(bytes.subarray(0, sampleBytes));
            sampled += bytes.length;
          }
        }
      }
    }
  }
  if (invalid === 0 || valid >= 9 * invalid) return 'utf-8';
  return isPlausibleGb18030(samples) ? 'gb18030' : plausibleWindows1252(samples);
}

/** UTF-16 without its mark: most of what people write has a zero in every other byte, or line ends have. */
function guessWide(head: Buffer): DataEncoding | null {
  if (head.length < 4) return null;
  let [even, odd] = [0, 0];
  for (const [at, byte] of head.entries()) {
    if (byte !== 0) continue;
    if (at % 2 === 0) even += 1;
    else odd += 1;
  }
  const few = head.length / 200;
  if (even + odd === 0) return null;
  for (const [encoding, zeros, others] of [['utf-16le', odd, even], ['utf-16be', even, odd]] as const) {
    const whole = head.subarray(0, head.length - (head.length % 2));
    if (zeros > 4 * others && zeros > few && isMostlyPrintable(decodeLine(whole, encoding))) return encoding;
  }
  return null;
}

function isMostlyPrintable(text: string | null): boolean {
  if (text === null) return false;
  const controls = text.match(/[^\P{Cc}\t\n\v\f\r]|[\ufffe\uffff]/gu)?.length ?? 0;
  return controls * 200 < text.length;
}

/**
 * Chinese in GB18030 is nearly always pairs of the old GB 2312 plane (both bytes 0xA1–0xFE), and of those mostly the 3,755 common
 * characters (first byte 0xB0–0xD7) and punctuation (0xA1–0xA3). Two accented letters of Windows-1252 side by side are rare.
 */
function isPlausibleGb18030(samples: readonly Buffer[]): boolean {
  let [pairs, plane, common] = [0, 0, 0];
  for (const bytes of samples) {
    if (decodeLine(bytes, 'gb18030') === null) {
      pairs += 1; // a broken line speaks against it, but one of them decides nothing
      continue;
    }
    for (let at = 0; at < bytes.length; at += 1) {
      const first = bytes[at] ?? 0;
      if (first < 0x81) continue;
      const second = bytes[at + 1] ?? 0;
      at += second >= 0x30 && second <= 0x39 ? 3 : 1;
      pairs += 1;
      if (first >= 0xa1 && first <= 0xf7 && second >= 0xa1) {
        plane += 1;
        if (first <= 0xa3 || (first >= 0xb0 && first <= 0xd7)) common += 1;
      }
    }
  }
  return pairs > 0 && plane >= 0.8 * pairs && common >= 0.6 * pairs;
}

/** Windows-1252 has a character for every byte: only what the characters are tells text from bytes. */
function plausibleWindows1252(samples: readonly Buffer[]): DataEncoding {
  let [bytesSeen, controls, high] = [0, 0, 0];
  for (const bytes of samples) {
    for (const byte of bytes) {
      bytesSeen += 1;
      if ((byte < 0x20 && byte !== 0x09 && byte !== 0x0c) || byte === 0x7f || [0x81, 0x8d, 0x8f, 0x90, 0x9d].includes(byte)) controls += 1;
      if (byte >= 0x80) high += 1;
    }
  }
  if (controls * 50 > bytesSeen || high * 2 > bytesSeen) throw notText();
  return 'windows-1252';
}

function notText(): ExpectedError {
  return new ExpectedError('DATASET_REFUSED', { reason: 'not-text', detail: '', line: null, limit: null });
}
