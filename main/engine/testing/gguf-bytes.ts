import { GGUF_MAGIC, GGUF_VALUE_TYPES, type GgufValueTypeName } from '../gguf/gguf-format.ts';

/** Little-endian pieces for files that no honest writer would write. */
export function u8(value: number): Buffer {
  return Buffer.from([value]);
}

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

export function u64(value: number | bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

/** Length and bytes; the length may be a lie. */
export function text(value: string | Uint8Array, claimedLength?: number | bigint): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value, 'utf8') : Buffer.from(value);
  return Buffer.concat([u64(claimedLength ?? bytes.length), bytes]);
}

/** One key of a type with the value's bytes as they are. */
export function rawKey(key: string | Uint8Array, type: GgufValueTypeName | number, value: Uint8Array): Buffer {
  const typeId = typeof type === 'number' ? type : GGUF_VALUE_TYPES[type];
  return Buffer.concat([text(key), u32(typeId), value]);
}

/** One array; the length may be a lie. */
export function rawArray(
  key: string,
  elementType: GgufValueTypeName | number,
  array: { elements: Uint8Array; length: number | bigint },
): Buffer {
  const typeId = typeof elementType === 'number' ? elementType : GGUF_VALUE_TYPES[elementType];
  return rawKey(key, 'array', Buffer.concat([u32(typeId), u64(array.length), array.elements]));
}

export interface RawTensor {
  readonly name?: string | Uint8Array;
  readonly claimedNameLength?: number | bigint;
  readonly dimensionCount?: number;
  readonly dimensions?: readonly (number | bigint)[];
  readonly typeId?: number;
  readonly offset?: number | bigint;
}

/** One tensor description: by default four F32 values at offset 0. */
export function rawTensor(tensor: RawTensor = {}): Buffer {
  const dimensions = tensor.dimensions ?? [4];
  return Buffer.concat([
    text(tensor.name ?? 'a', tensor.claimedNameLength),
    u32(tensor.dimensionCount ?? dimensions.length),
    ...dimensions.map((dimension) => u64(dimension)),
    u32(tensor.typeId ?? 0),
    u64(tensor.offset ?? 0),
  ]);
}

export interface RawFile {
  readonly magic?: number;
  readonly version?: number;
  readonly keys?: readonly Uint8Array[];
  readonly keyCount?: number | bigint;
  readonly tensors?: readonly Uint8Array[];
  readonly tensorCount?: number | bigint;
  readonly dataBytes?: number;
  readonly alignment?: number;
}

/** A file of these pieces; counts are right unless they are given, the data section is zeros. */
export function rawFile(file: RawFile = {}): Buffer {
  const keys = file.keys ?? [];
  const tensors = file.tensors ?? [];
  const header = Buffer.concat([
    u32(file.magic ?? GGUF_MAGIC),
    u32(file.version ?? 3),
    u64(file.tensorCount ?? tensors.length),
    u64(file.keyCount ?? keys.length),
    ...keys,
    ...tensors,
  ]);
  const alignment = file.alignment ?? 32;
  const padding = tensors.length === 0 ? 0 : (alignment - (header.length % alignment)) % alignment;
  return Buffer.concat([header, Buffer.alloc(padding + (file.dataBytes ?? 0))]);
}
