import { open } from 'node:fs/promises';
import type { DataEncoding } from '../../contract/datasets.contract.ts';
import { throwFileError } from '../../kernel/errors.ts';

/** One line as bytes, without its line end. Numbers count from 1. */
export interface ByteLine {
  number: number;
  /** Empty where the line was too long to be kept. */
  bytes: Buffer;
  tooLong: boolean;
}

/** A row of 200,000 characters, each written as \uXXXX in JSON, and as much again around it. */
export const LINE_LIMIT_BYTES = 4 * 1024 * 1024;
const pieceBytes = 256 * 1024;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** Byte order marks at the beginning of a file: what it is, and how many bytes of it are no content. */
export function byteOrderMark(head: Buffer): { encoding: DataEncoding; length: number } | null {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return { encoding: 'utf-8', length: 3 };
  if (head[0] === 0xff && head[1] === 0xfe) return { encoding: 'utf-16le', length: 2 };
  if (head[0] === 0xfe && head[1] === 0xff) return { encoding: 'utf-16be', length: 2 };
  // GB18030's own mark, U+FEFF in its four-byte form.
  if (head[0] === 0x84 && head[1] === 0x31 && head[2] === 0x95 && head[3] === 0x33) return { encoding: 'gb18030', length: 4 };
  return null;
}

/**
 * Reads a file line by line, a piece at a time, and never keeps more than one line and one piece. Lines are found in the bytes: in UTF-8,
 * GB18030 and Windows-1252 the byte 0x0A is a line feed and never part of another character, in UTF-16 the aligned pair is. A byte order
 * mark is left out. `onBytes` is told how many bytes were read so far. Raises PATH_NOT_FOUND, PATH_NOT_READABLE, AbortError.
 */
export async function* readLines(path: string, { encoding, signal, onBytes }: { encoding: DataEncoding; signal?: AbortSignal; onBytes?: (count: number) => void }): AsyncGenerator<ByteLine[], void, void> {
  const file = await open(path, 'r').catch((error: unknown) => throwFileError(error, path));
  try {
    const splitter = createSplitter(encoding);
    let read = 0;
    for (;;) {
      signal?.throwIfAborted();
      const piece = Buffer.allocUnsafe(pieceBytes);
      const { bytesRead } = await file.read(piece, 0, pieceBytes, read).catch((error: unknown) => throwFileError(error, path));
      if (bytesRead === 0) break;
      const marked = read === 0 ? (byteOrderMark(piece.subarray(0, bytesRead))?.length ?? 0) : 0;
      read += bytesRead;
      const lines = splitter.push(piece.subarray(marked, bytesRead));
      onBytes?.(read);
      if (lines.length > 0) yield lines;
    }
    const last = splitter.end();
    if (last !== null) yield [last];
  } finally {
    await file.close();
  }
}

function createSplitter(encoding: DataEncoding) {
  const wide = encoding === 'utf-16le' || encoding === 'utf-16be';
  /** Where the byte 0x0A of a line feed lies within its unit. */
  const feedAt = encoding === 'utf-16be' ? 1 : 0;
  let number = 1;
  let kept: Buffer[] = [];
  let keptBytes = 0;
  let tooLong = false;
  let odd: Buffer | null = null;

  const keep = (bytes: Buffer): void => {
    if (tooLong || bytes.length === 0) return;
    if (keptBytes + bytes.length > LINE_LIMIT_BYTES) {
      tooLong = true;
      kept = [];
      keptBytes = 0;
      return;
    }
    kept.push(bytes);
    keptBytes += bytes.length;
  };
  const take = (): ByteLine => {
    const whole = kept.length === 1 && kept[0] !== undefined ? kept[0] : Buffer.concat(kept);
    const line: ByteLine = { number, bytes: withoutReturn(whole), tooLong };
    number += 1;
    kept = [];
    keptBytes = 0;
    tooLong = false;
    return line;
  };
  const withoutReturn = (bytes: Buffer): Buffer => {
    const { length } = bytes;
    if (!wide) return bytes[length - 1] === carriageReturn ? bytes.subarray(0, length - 1) : bytes;
    const low = bytes[length - 2 + feedAt];
    const high = bytes[length - 1 - feedAt];
    return length >= 2 && low === carriageReturn && high === 0 ? bytes.subarray(0, length - 2) : bytes;
  };
  const findFeed = (bytes: Buffer, from: number): number => {
    for (let at = bytes.indexOf(lineFeed, from); at !== -1; at = bytes.indexOf(lineFeed, at + 1)) {
      if (!wide) return at;
      if (at % 2 === feedAt && bytes[at + 1 - 2 * feedAt] === 0) return at - feedAt;
    }
    return -1;
  };

  return {
    push(given: Buffer): ByteLine[] {
      let bytes: Buffer = odd === null ? given : Buffer.concat([odd, given]);
      odd = null;
      if (wide && bytes.length % 2 === 1) {
        odd = bytes.subarray(bytes.length - 1);
        bytes = bytes.subarray(0, bytes.length - 1);
      }
      const lines: ByteLine[] = [];
      let start = 0;
      for (let at = findFeed(bytes, 0); at !== -1; at = findFeed(bytes, start)) {
        keep(bytes.subarray(start, at));
        lines.push(take());
        start = at + (wide ? 2 : 1);
      }
      keep(bytes.subarray(start));
      return lines;
    },
    /** What follows the last line feed; null where nothing does. */
    end(): ByteLine | null {
      if (odd !== null) keep(odd);
      return keptBytes > 0 || tooLong ? take() : null;
    },
  };
}
