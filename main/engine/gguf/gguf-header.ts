import type { GgmlType, GgufValueTypeName } from './gguf-format.ts';

/** What the reader accepts and keeps. Defaults are DEFAULT_GGUF_LIMITS; tests narrow them. */
export interface GgufLimits {
  readonly maxKeys: number;
  readonly maxTensors: number;
  /** All keys and values together. */
  readonly maxMetadataBytes: number;
  readonly maxKeyBytes: number;
  /** One string value. */
  readonly maxStringBytes: number;
  /** One string inside an array (a token, a merge). */
  readonly maxElementStringBytes: number;
  readonly maxArrayElements: number;
  /** Elements of one array of strings: each costs time, not only bytes. */
  readonly maxStringArrayElements: number;
  readonly maxTemplateBytes: number;
  readonly minAlignment: number;
  readonly maxAlignment: number;
  /** Of one string value, this much is kept in memory; the rest is checked and passed over. */
  readonly keptStringBytes: number;
  /** Of one array, this many elements are kept. */
  readonly keptElements: number;
  /** Memory for kept values of the whole file. */
  readonly keptTotalBytes: number;
}

const MIB = 1024 * 1024;

/** The bounds of the import policy: far above every published model, far below what hurts this process. */
export const DEFAULT_GGUF_LIMITS: GgufLimits = {
  maxKeys: 65_536,
  maxTensors: 65_536,
  maxMetadataBytes: 64 * MIB,
  maxKeyBytes: 65_535,
  maxStringBytes: 64 * MIB,
  maxElementStringBytes: 65_536,
  maxArrayElements: 64 * MIB,
  maxStringArrayElements: 2 * MIB,
  maxTemplateBytes: 256 * 1024,
  minAlignment: 8,
  maxAlignment: 65_536,
  keptStringBytes: 65_536,
  keptElements: 1024,
  keptTotalBytes: 16 * MIB,
};

/** One value; 64-bit integers are numbers where that is exact. */
export type GgufScalar = number | bigint | boolean | string;

export interface GgufMetadataEntry {
  readonly key: string;
  readonly type: GgufValueTypeName;
  /** For arrays the type of the elements, else null. */
  readonly elementType: GgufValueTypeName | null;
  /** Elements of an array; 1 for a single value. */
  readonly length: number;
  /** The value, or the first elements of an array. */
  readonly value: GgufScalar | readonly GgufScalar[];
  /** False when `value` is only the beginning of what the file holds. */
  readonly complete: boolean;
  /** Where the value begins (behind key and type), from the start of the file. */
  readonly byteOffset: number;
  /** Bytes of the value. */
  readonly byteLength: number;
}

export interface GgufTensor {
  readonly name: string;
  readonly type: GgmlType;
  /** Fastest-moving dimension first, as in the file; one to four. */
  readonly dimensions: readonly number[];
  readonly elementCount: number;
  readonly sizeBytes: number;
  /** Start of the data, from the start of the file. */
  readonly dataOffset: number;
  /** Start of the description in the header. */
  readonly byteOffset: number;
}

/** The checked header of one GGUF file. */
export interface GgufHeader {
  readonly version: number;
  readonly sizeBytes: number;
  readonly alignment: number;
  readonly metadata: ReadonlyMap<string, GgufMetadataEntry>;
  readonly tensors: readonly GgufTensor[];
  /** Bytes of all keys and values. */
  readonly metadataBytes: number;
  /** Where the tensor data begins; the end of the header where there are no tensors. */
  readonly dataOffset: number;
  /** Bytes behind the last tensor's padding that belong to nothing; llama.cpp ignores them. */
  readonly trailingBytes: number;
}

/** Text from a hostile file made fit for logs and reports: no control characters, at most 80 characters. */
export function shownText(text: string): string {
  const clean = text.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}]/gu, '\uFFFD');
  return clean.length > 80 ? `${clean.slice(0, 79)}…` : clean;
}
