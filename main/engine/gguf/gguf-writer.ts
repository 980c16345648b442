import { randomBytes } from 'node:crypto';
import { type FileHandle, open, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import {
  alignUp,
  GGUF_DEFAULT_ALIGNMENT,
  GGUF_MAGIC,
  GGUF_VALUE_SIZES,
  GGUF_VALUE_TYPES,
  type GgufValueTypeName,
  ggmlTypeNamed,
  tensorSizeBytes,
} from './gguf-format.ts';
import type { GgufScalar } from './gguf-header.ts';

export type GgufElementTypeName = Exclude<GgufValueTypeName, 'array'>;

/** One key with its value, typed as it is to be written. */
export type GgufMetadataToWrite =
  | { readonly key: string; readonly type: GgufElementTypeName; readonly value: GgufScalar }
  | {
      readonly key: string;
      readonly type: 'array';
      readonly elementType: GgufElementTypeName;
      readonly value: readonly GgufScalar[];
    };

/** One tensor; its bytes are asked for only when they are written, so a model never has to fit in memory. */
export interface GgufTensorToWrite {
  readonly name: string;
  /** "F32", "Q8_0", … */
  readonly type: string;
  readonly dimensions: readonly number[];
  readonly data: Uint8Array | (() => Iterable<Uint8Array> | AsyncIterable<Uint8Array>);
}

export interface GgufToWrite {
  readonly metadata: readonly GgufMetadataToWrite[];
  readonly tensors: readonly GgufTensorToWrite[];
  /** 3 unless told otherwise. */
  readonly version?: number;
  /** 32 unless told otherwise; any other value is written as general.alignment. */
  readonly alignment?: number;
}

/**
 * Writes a GGUF file: under a temporary name first, synced, then renamed, so that the final name never holds half a model.
 * @throws RangeError when a tensor's data has another length than its shape and type say; errors of node:fs as they are. The
 * temporary file is removed in both cases.
 */
export async function writeGguf(path: string, content: GgufToWrite): Promise<void> {
  const temporaryPath = `${path}.${randomBytes(6).toString('hex')}.part`;
  const handle = await open(temporaryPath, 'wx');
  try {
    try {
      await writePieces(handle, content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporaryPath, path);
  } catch (error) {
    await unlink(temporaryPath);
    throw error;
  }
  await syncFolder(dirname(path));
}

/** The whole file in memory, for small files in tests. */
export function encodeGguf(content: GgufToWrite): Buffer {
  const alignment = content.alignment ?? GGUF_DEFAULT_ALIGNMENT;
  const pieces: Uint8Array[] = [encodeGgufHeader(content)];
  for (const tensor of content.tensors) {
    if (!(tensor.data instanceof Uint8Array)) throw new TypeError('encodeGguf takes tensor data as bytes only');
    checkLength(tensor, tensor.data.length);
    pieces.push(tensor.data, Buffer.alloc(paddingAfter(tensor.data.length, alignment)));
  }
  return Buffer.concat(pieces);
}

/** Everything before the tensor data, padded so that the data can follow. */
export function encodeGgufHeader(content: GgufToWrite): Buffer {
  const alignment = content.alignment ?? GGUF_DEFAULT_ALIGNMENT;
  const metadata = withAlignment(content.metadata, alignment);
  const pieces: Buffer[] = [
    uint32(GGUF_MAGIC),
    uint32(content.version ?? 3),
    uint64(content.tensors.length),
    uint64(metadata.length),
  ];
  for (const entry of metadata) {
    pieces.push(encodeString(entry.key), uint32(GGUF_VALUE_TYPES[entry.type]));
    if (entry.type === 'array') {
      pieces.push(uint32(GGUF_VALUE_TYPES[entry.elementType]), uint64(entry.value.length));
      pieces.push(encodeElements(entry.elementType, entry.value));
    } else {
      pieces.push(encodeElements(entry.type, [entry.value]));
    }
  }
  let offset = 0;
  for (const tensor of content.tensors) {
    const type = typeOf(tensor);
    pieces.push(encodeString(tensor.name), uint32(tensor.dimensions.length));
    for (const dimension of tensor.dimensions) pieces.push(uint64(dimension));
    pieces.push(uint32(type.id), uint64(offset));
    offset = alignUp(offset + sizeOf(tensor), alignment);
  }
  const header = Buffer.concat(pieces);
  if (content.tensors.length === 0) return header;
  return Buffer.concat([header, Buffer.alloc(paddingAfter(header.length, alignment))]);
}

async function writePieces(handle: FileHandle, content: GgufToWrite): Promise<void> {
  const alignment = content.alignment ?? GGUF_DEFAULT_ALIGNMENT;
  await writeAll(handle, encodeGgufHeader(content));
  for (const tensor of content.tensors) {
    let written = 0;
    const pieces = tensor.data instanceof Uint8Array ? [tensor.data] : tensor.data();
    for await (const piece of pieces) {
      await writeAll(handle, piece);
      written += piece.length;
    }
    checkLength(tensor, written);
    await writeAll(handle, Buffer.alloc(paddingAfter(written, alignment)));
  }
}

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, written, bytes.length - written);
    written += bytesWritten;
  }
}

/** Makes the rename itself durable. Windows has no such call for folders; its file system journals the rename. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function withAlignment(metadata: readonly GgufMetadataToWrite[], alignment: number): readonly GgufMetadataToWrite[] {
  const isNamed = metadata.some((entry) => entry.key === 'general.alignment');
  if (isNamed || alignment === GGUF_DEFAULT_ALIGNMENT) return metadata;
  return [...metadata, { key: 'general.alignment', type: 'uint32', value: alignment }];
}

function typeOf(tensor: GgufTensorToWrite): NonNullable<ReturnType<typeof ggmlTypeNamed>> {
  const type = ggmlTypeNamed(tensor.type);
  if (type === null) throw new RangeError(`no tensor type ${tensor.type}`);
  return type;
}

function sizeOf(tensor: GgufTensorToWrite): number {
  return tensorSizeBytes(
    typeOf(tensor),
    tensor.dimensions.reduce((product, dimension) => product * dimension, 1),
  );
}

function checkLength(tensor: GgufTensorToWrite, givenBytes: number): void {
  const expectedBytes = sizeOf(tensor);
  if (givenBytes !== expectedBytes) {
    throw new RangeError(`tensor ${tensor.name}: ${String(givenBytes)} bytes given, ${String(expectedBytes)} expected`);
  }
}

function paddingAfter(length: number, alignment: number): number {
  return alignUp(length, alignment) - length;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function uint64(value: number | bigint): Buffer {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function encodeString(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  return Buffer.concat([uint64(bytes.length), bytes]);
}

function encodeElements(type: GgufElementTypeName, values: readonly GgufScalar[]): Buffer {
  if (type === 'string') return Buffer.concat(values.map((value) => encodeString(String(value))));
  const size = GGUF_VALUE_SIZES[type];
  const bytes = Buffer.allocUnsafe(size * values.length);
  values.forEach((value, index) => writeNumber(bytes, index * size, { type, value }));
  return bytes;
}

function writeNumber(
  bytes: Buffer,
  offset: number,
  { type, value }: { type: Exclude<GgufElementTypeName, 'string'>; value: GgufScalar },
): void {
  switch (type) {
    case 'uint8':
      bytes.writeUInt8(Number(value), offset);
      return;
    case 'int8':
      bytes.writeInt8(Number(value), offset);
      return;
    case 'uint16':
      bytes.writeUInt16LE(Number(value), offset);
      return;
    case 'int16':
      bytes.writeInt16LE(Number(value), offset);
      return;
    case 'uint32':
      bytes.writeUInt32LE(Number(value), offset);
      return;
    case 'int32':
      bytes.writeInt32LE(Number(value), offset);
      return;
    case 'float32':
      bytes.writeFloatLE(Number(value), offset);
      return;
    case 'float64':
      bytes.writeDoubleLE(Number(value), offset);
      return;
    case 'bool':
      bytes.writeUInt8(value === true || value === 1 ? 1 : 0, offset);
      return;
    case 'uint64':
      bytes.writeBigUInt64LE(BigInt(value), offset);
      return;
    case 'int64':
      bytes.writeBigInt64LE(BigInt(value), offset);
      return;
  }
}
