import { closeSync, fstatSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { ExpectedError, throwFileError } from '../../kernel/errors.ts';
import { freeBytesAt } from '../../kernel/files.ts';
import { scoredPositions } from './perplexity.ts';
import type { WindowPlan } from './text-windows.ts';

/**
 * The file in which llama-perplexity --save-all-logits keeps a model's log-probabilities (tools/perplexity/perplexity.cpp, release 0.4.0), little-endian:
 * "_logits_"; int32 context size, vocabulary size, windows; int32 tokens of all windows; then for each scored position in order
 * float32 scale, float32 lowest log-probability and a uint16 for each token of the vocabulary, padded to an even number. A token's
 * log-probability is lowest + scale × its uint16: 16 nats below the most likely one and less are all the lowest.
 */
const magic = '_logits_';
const headBytes = magic.length + 3 * 4;
/** Room that a database and others still need on the volume. */
const spareBytes = 64 * 1024 * 1024;
/** Two floats before the values of a row, counted in uint16. */
const ROW_HEAD = 4;

export interface BaseShape {
  readonly contextSize: number;
  readonly vocabularySize: number;
  readonly chunks: number;
}

/** uint16 values of one row, its two floats included. */
export function rowLengthOf(vocabularySize: number): number {
  return 2 * Math.floor((vocabularySize + 1) / 2) + ROW_HEAD;
}

/** The exact size of such a file. */
export function baseFileBytes({ contextSize, vocabularySize, chunks }: BaseShape): number {
  return headBytes + chunks * contextSize * 4 + chunks * scoredPositions(contextSize).count * rowLengthOf(vocabularySize) * 2;
}

function rowOffset(shape: BaseShape, { chunk, position }: { chunk: number; position: number }): number {
  const { first, count } = scoredPositions(shape.contextSize);
  return headBytes + shape.chunks * shape.contextSize * 4 + (chunk * count + position - first) * rowLengthOf(shape.vocabularySize) * 2;
}

/** One row being packed or read: `values[0…]` are the uint16 of the tokens. */
export interface BaseRow {
  readonly bytes: Uint8Array;
  /** Scale and lowest log-probability. */
  readonly head: Float32Array;
  readonly values: Uint16Array;
}

export function createBaseRow(vocabularySize: number): BaseRow {
  const buffer = new ArrayBuffer(rowLengthOf(vocabularySize) * 2);
  return { bytes: new Uint8Array(buffer), head: new Float32Array(buffer, 0, 2), values: new Uint16Array(buffer, ROW_HEAD * 2, vocabularySize) };
}

export interface BaseWriter {
  /** Rows may come in any order. */
  write(place: { chunk: number; position: number }, row: BaseRow): void;
  close(): void;
}

/** Makes the file; it must not be there yet. Raises DISK_FULL before anything is written, and when the volume fills up meanwhile. */
export async function createBaseFile(path: string, plan: WindowPlan, { vocabularySize, tokens }: { vocabularySize: number; tokens: Int32Array }): Promise<BaseWriter> {
  const shape: BaseShape = { contextSize: plan.contextSize, vocabularySize, chunks: plan.chunks };
  const neededBytes = baseFileBytes(shape) + spareBytes;
  const freeBytes = await freeBytesAt(dirname(path));
  if (freeBytes < neededBytes) throw new ExpectedError('DISK_FULL', { path: dirname(path), neededBytes, freeBytes });
  const descriptor = openSync(path, 'wx', 0o600);
  const write = (bytes: Uint8Array, offset: number): void => {
    try {
      for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done, bytes.length - done, offset + done);
    } catch (error) {
      throwFileError(error, path);
    }
  };
  try {
    const head = Buffer.alloc(headBytes);
    head.write(magic, 'latin1');
    for (const [index, value] of [shape.contextSize, shape.vocabularySize, shape.chunks].entries()) head.writeInt32LE(value, magic.length + index * 4);
    write(head, 0);
    write(new Uint8Array(tokens.slice(0, shape.chunks * shape.contextSize).buffer), headBytes);
  } catch (error) {
    closeSync(descriptor);
    rmSync(path, { force: true });
    throw error;
  }
  return { write: (place, row) => write(row.bytes, rowOffset(shape, place)), close: () => closeSync(descriptor) };
}

export interface BaseReader extends BaseShape {
  /** Of all windows, as the base model's tokenizer gave them. */
  readonly tokens: Int32Array;
  read(place: { chunk: number; position: number }, into: BaseRow): void;
  close(): void;
}

/** Opens such a file, ours or the tool's. Raises the file system's errors, and an Error when it is something else or not whole. */
export function openBaseFile(path: string): BaseReader {
  const descriptor = openSync(path, 'r');
  const read = (bytes: Uint8Array, offset: number): void => {
    for (let done = 0; done < bytes.length; ) {
      const count = readSync(descriptor, bytes, done, bytes.length - done, offset + done);
      if (count === 0) throw new Error(`${path} ends before byte ${offset + bytes.length}`);
      done += count;
    }
  };
  try {
    const head = Buffer.alloc(headBytes);
    read(head, 0);
    if (head.toString('latin1', 0, magic.length) !== magic) throw new Error(`${path} holds no log-probabilities`);
    const shape: BaseShape = { contextSize: head.readInt32LE(8), vocabularySize: head.readInt32LE(12), chunks: head.readInt32LE(16) };
    if (fstatSync(descriptor).size !== baseFileBytes(shape)) throw new Error(`${path} is not whole`);
    const tokens = new Int32Array(shape.chunks * shape.contextSize);
    read(new Uint8Array(tokens.buffer), headBytes);
    return { ...shape, tokens, read: (place, into) => read(into.bytes, rowOffset(shape, place)), close: () => closeSync(descriptor) };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}
