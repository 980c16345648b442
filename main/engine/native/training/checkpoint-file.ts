import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { GraphTensor } from './graph-types.ts';
import { PIECE_BYTES } from './parameter-store.ts';
import type { ParameterStore } from './parameter-store.ts';
import { TrainingRefusal } from './training-refusal.ts';
import { writeWhole } from './write-whole.ts';

/** What is kept beside the tensors. */
export interface CheckpointState {
  readonly step: number;
  /** Whatever the caller keeps to go on from here, as JSON. */
  readonly extra: unknown;
}

interface CheckpointHeader extends CheckpointState {
  /** Trained weights in the order of their data, with their shapes. */
  readonly tensors: readonly { readonly name: string; readonly shape: readonly number[] }[];
}

/**
 * The file: "MWTRCKPT", u32 version, u32 bytes of the JSON header, the header; then for each tensor of the header weight, m and v as
 * little-endian float32; then the SHA-256 of everything before.
 */
const magic = Buffer.from('MWTRCKPT', 'latin1');
const version = 1;
const digestBytes = 32;
const prefixBytes = magic.length + 8;
/** A header that claims more is no checkpoint. */
const largestHeaderBytes = 64 * 1024 * 1024;

/** Writes a checkpoint; a stop at any time leaves the old file or the new one. Raises the file system's own errors. */
export async function writeCheckpoint(path: string, store: ParameterStore, state: CheckpointState): Promise<void> {
  const header: CheckpointHeader = { ...state, tensors: tableOf(store) };
  const json = Buffer.from(JSON.stringify(header), 'utf8');
  const prefix = Buffer.alloc(prefixBytes);
  magic.copy(prefix);
  prefix.writeUInt32LE(version, magic.length);
  prefix.writeUInt32LE(json.length, magic.length + 4);
  await writeWhole(path, async (file) => {
    const hash = createHash('sha256');
    let position = 0;
    const append = async (bytes: Uint8Array): Promise<void> => {
      hash.update(bytes);
      position += await writeFully(file, bytes, position);
    };
    await append(prefix);
    await append(json);
    for (const tensor of tensorsOf(store)) for (const piece of store.pieces(tensor)) await append(piece);
    await writeFully(file, hash.digest(), position);
  });
}

/** Reads what a checkpoint holds beside its tensors, without checking them. Raises TrainingRefusal ('checkpoint-damaged'). */
export async function readCheckpointState(path: string): Promise<CheckpointState> {
  const file = await open(path, 'r');
  try {
    const { header } = await readHeader(file);
    return { step: header.step, extra: header.extra };
  } finally {
    await file.close();
  }
}

/**
 * Takes weights and moments back, after the whole file was found to be as it was written and to belong to this model and these layers.
 * Raises TrainingRefusal ('checkpoint-damaged', 'checkpoint-foreign') with nothing changed; the file system's own errors.
 */
export async function readCheckpoint(path: string, store: ParameterStore): Promise<CheckpointState> {
  const file = await open(path, 'r');
  try {
    const { header, dataOffset } = await readHeader(file);
    const { size } = await file.stat();
    const room = new Uint8Array(new ArrayBuffer(PIECE_BYTES));
    await checkDigest(file, size, room);
    const expected = tableOf(store);
    if (JSON.stringify(header.tensors) !== JSON.stringify(expected)) throw new TrainingRefusal('checkpoint-foreign', differenceOf(header, expected));
    const dataBytes = store.parameters.reduce((bytes, { moments, sizeBytes }) => bytes + (moments === null ? 0 : 3 * sizeBytes), 0);
    if (dataOffset + dataBytes + digestBytes !== size) throw new TrainingRefusal('checkpoint-damaged', `${size} bytes and not ${dataOffset + dataBytes + digestBytes}`);
    let position = dataOffset;
    for (const tensor of tensorsOf(store)) {
      const sizeBytes = tensor.shape.reduce((product, length) => product * length, 4);
      for (let offset = 0; offset < sizeBytes; offset += PIECE_BYTES) {
        const piece = room.subarray(0, Math.min(PIECE_BYTES, sizeBytes - offset));
        await readFully(file, piece, position);
        store.write(tensor, piece, offset);
        position += piece.length;
      }
    }
    return { step: header.step, extra: header.extra };
  } finally {
    await file.close();
  }
}

async function readHeader(file: FileHandle): Promise<{ header: CheckpointHeader; dataOffset: number }> {
  const prefix = Buffer.alloc(prefixBytes);
  await readFully(file, prefix, 0);
  if (!prefix.subarray(0, magic.length).equals(magic)) throw new TrainingRefusal('checkpoint-damaged', 'this is no checkpoint');
  const found = prefix.readUInt32LE(magic.length);
  if (found !== version) throw new TrainingRefusal('checkpoint-damaged', `version ${found} is not known`);
  const headerBytes = prefix.readUInt32LE(magic.length + 4);
  if (headerBytes > largestHeaderBytes) throw new TrainingRefusal('checkpoint-damaged', `a header of ${headerBytes} bytes`);
  const json = Buffer.alloc(headerBytes);
  await readFully(file, json, prefixBytes);
  return { header: parseHeader(json), dataOffset: prefixBytes + headerBytes };
}

function parseHeader(json: Buffer): CheckpointHeader {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json.toString('utf8'));
  } catch (error) {
    throw new TrainingRefusal('checkpoint-damaged', error instanceof Error ? error.message : String(error));
  }
  if (typeof parsed !== 'object' || parsed === null || !('step' in parsed) || !('tensors' in parsed) || !('extra' in parsed)) throw new TrainingRefusal('checkpoint-damaged', 'the header lacks a field');
  const { step, tensors, extra } = parsed;
  if (typeof step !== 'number' || !Number.isSafeInteger(step) || step < 0 || !Array.isArray(tensors)) throw new TrainingRefusal('checkpoint-damaged', 'the header has a field of another kind');
  return { step, extra, tensors: tensors as CheckpointHeader['tensors'] };
}

async function checkDigest(file: FileHandle, size: number, room: Uint8Array): Promise<void> {
  const hash = createHash('sha256');
  const end = size - digestBytes;
  for (let position = 0; position < end; position += room.length) {
    const piece = room.subarray(0, Math.min(room.length, end - position));
    await readFully(file, piece, position);
    hash.update(piece);
  }
  const digest = Buffer.alloc(digestBytes);
  await readFully(file, digest, end);
  if (!hash.digest().equals(digest)) throw new TrainingRefusal('checkpoint-damaged', 'its SHA-256 differs');
}

function tableOf({ parameters }: ParameterStore): CheckpointHeader['tensors'] {
  return parameters.flatMap(({ name, weight, moments }) => (moments === null ? [] : [{ name, shape: weight.shape }]));
}

function* tensorsOf({ parameters }: ParameterStore): Generator<GraphTensor> {
  for (const { weight, moments } of parameters) if (moments !== null) yield* [weight, moments.m, moments.v];
}

function differenceOf(header: CheckpointHeader, expected: CheckpointHeader['tensors']): string {
  const index = expected.findIndex((tensor, at) => JSON.stringify(tensor) !== JSON.stringify(header.tensors[at]));
  return `${header.tensors.length} tensors and not ${expected.length}; the first difference is at ${expected[index]?.name ?? 'the end'}`;
}

async function readFully(file: FileHandle, target: Uint8Array, position: number): Promise<void> {
  let done = 0;
  while (done < target.length) {
    const { bytesRead } = await file.read(target, done, target.length - done, position + done);
    if (bytesRead === 0) throw new TrainingRefusal('checkpoint-damaged', 'it ends too early');
    done += bytesRead;
  }
}

async function writeFully(file: FileHandle, bytes: Uint8Array, position: number): Promise<number> {
  let done = 0;
  while (done < bytes.length) done += (await file.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
  return done;
}
