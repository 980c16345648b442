/**
 * The constants of the GGUF container and of the tensor types in it, as llama.cpp v0.4.0 (the release inside
 * node-llama-cpp 3.21.1) defines them. Sources: ggml/include/gguf.h, ggml/include/ggml.h, ggml/src/ggml-common.h,
 * include/llama.h. The byte sizes were compared with what ggml_type_size() of the shipped library returns.
 */

/** "GGUF" read as a little-endian number. */
export const GGUF_MAGIC = 0x46554747;

/** Versions this release reads: 2 and 3 have the same layout, 1 has 32-bit counts and is refused by llama.cpp too. */
export const GGUF_SUPPORTED_VERSIONS: readonly number[] = [2, 3];

export const GGUF_DEFAULT_ALIGNMENT = 32;

/** GGML_MAX_NAME is 64 with its closing zero byte. */
export const GGML_MAX_NAME_BYTES = 63;

export const GGML_MAX_DIMENSIONS = 4;

/** Numbers of `enum gguf_type`. */
export const GGUF_VALUE_TYPES = {
  uint8: 0,
  int8: 1,
  uint16: 2,
  int16: 3,
  uint32: 4,
  int32: 5,
  float32: 6,
  bool: 7,
  string: 8,
  array: 9,
  uint64: 10,
  int64: 11,
  float64: 12,
} as const;

export type GgufValueTypeName = keyof typeof GGUF_VALUE_TYPES;

const VALUE_TYPE_NAMES = Object.keys(GGUF_VALUE_TYPES) as readonly GgufValueTypeName[];

/** Bytes of one value of a fixed-size type; string and array have no fixed size and give 0. */
export const GGUF_VALUE_SIZES: Readonly<Record<GgufValueTypeName, number>> = {
  uint8: 1,
  int8: 1,
  uint16: 2,
  int16: 2,
  uint32: 4,
  int32: 4,
  float32: 4,
  bool: 1,
  string: 0,
  array: 0,
  uint64: 8,
  int64: 8,
  float64: 8,
};

/** The name of a value type number, or null when the format has no such type. */
export function valueTypeNameOf(typeId: number): GgufValueTypeName | null {
  return VALUE_TYPE_NAMES[typeId] ?? null;
}

/** A tensor type: rows are stored as blocks of `blockSize` elements, `blockBytes` bytes each. */
export interface GgmlType {
  readonly id: number;
  readonly name: string;
  readonly blockSize: number;
  readonly blockBytes: number;
}

/** [id, name, elements per block, bytes per block]. Missing numbers (4, 5, 31–33, 36–38) were removed from the format. */
const GGML_TYPE_ROWS: readonly (readonly [number, string, number, number])[] = [
  [0, 'F32', 1, 4],
  [1, 'F16', 1, 2],
  [2, 'Q4_0', 32, 18],
  [3, 'Q4_1', 32, 20],
  [6, 'Q5_0', 32, 22],
  [7, 'Q5_1', 32, 24],
  [8, 'Q8_0', 32, 34],
  [9, 'Q8_1', 32, 36],
  [10, 'Q2_K', 256, 84],
  [11, 'Q3_K', 256, 110],
  [12, 'Q4_K', 256, 144],
  [13, 'Q5_K', 256, 176],
  [14, 'Q6_K', 256, 210],
  [15, 'Q8_K', 256, 292],
  [16, 'IQ2_XXS', 256, 66],
  [17, 'IQ2_XS', 256, 74],
  [18, 'IQ3_XXS', 256, 98],
  [19, 'IQ1_S', 256, 50],
  [20, 'IQ4_NL', 32, 18],
  [21, 'IQ3_S', 256, 110],
  [22, 'IQ2_S', 256, 82],
  [23, 'IQ4_XS', 256, 136],
  [24, 'I8', 1, 1],
  [25, 'I16', 1, 2],
  [26, 'I32', 1, 4],
  [27, 'I64', 1, 8],
  [28, 'F64', 1, 8],
  [29, 'IQ1_M', 256, 56],
  [30, 'BF16', 1, 2],
  [34, 'TQ1_0', 256, 54],
  [35, 'TQ2_0', 256, 66],
  [39, 'MXFP4', 32, 17],
  [40, 'NVFP4', 64, 36],
  [41, 'Q1_0', 128, 18],
  [42, 'Q2_0', 64, 18],
];

const GGML_TYPES: ReadonlyMap<number, GgmlType> = new Map(
  GGML_TYPE_ROWS.map(([id, name, blockSize, blockBytes]) => [id, { id, name, blockSize, blockBytes }]),
);

/** All tensor types of this release. */
export function allGgmlTypes(): readonly GgmlType[] {
  return [...GGML_TYPES.values()];
}

/** The tensor type with this number, or null when this release has none (removed types included). */
export function ggmlTypeOf(typeId: number): GgmlType | null {
  return GGML_TYPES.get(typeId) ?? null;
}

/** The tensor type with this name ("F32", "Q4_K"), or null. */
export function ggmlTypeNamed(name: string): GgmlType | null {
  for (const type of GGML_TYPES.values()) {
    if (type.name === name) return type;
  }
  return null;
}

/** `enum llama_ftype` (general.file_type) without its MOSTLY_ prefix. */
const FILE_TYPE_NAMES: ReadonlyMap<number, string> = new Map([
  [0, 'F32'],
  [1, 'F16'],
  [2, 'Q4_0'],
  [3, 'Q4_1'],
  [7, 'Q8_0'],
  [8, 'Q5_0'],
  [9, 'Q5_1'],
  [10, 'Q2_K'],
  [11, 'Q3_K_S'],
  [12, 'Q3_K_M'],
  [13, 'Q3_K_L'],
  [14, 'Q4_K_S'],
  [15, 'Q4_K_M'],
  [16, 'Q5_K_S'],
  [17, 'Q5_K_M'],
  [18, 'Q6_K'],
  [19, 'IQ2_XXS'],
  [20, 'IQ2_XS'],
  [21, 'Q2_K_S'],
  [22, 'IQ3_XS'],
  [23, 'IQ3_XXS'],
  [24, 'IQ1_S'],
  [25, 'IQ4_NL'],
  [26, 'IQ3_S'],
  [27, 'IQ3_M'],
  [28, 'IQ2_S'],
  [29, 'IQ2_M'],
  [30, 'IQ4_XS'],
  [31, 'IQ1_M'],
  [32, 'BF16'],
  [36, 'TQ1_0'],
  [37, 'TQ2_0'],
  [38, 'MXFP4_MOE'],
  [39, 'NVFP4'],
  [40, 'Q1_0'],
  [41, 'Q2_0'],
]);

/** "Q4_K_M" for 15; null for a number this release does not know. The "guessed" bit (1024) is ignored. */
export function fileTypeNameOf(fileType: number): string | null {
  return FILE_TYPE_NAMES.get(fileType % 1024) ?? null;
}

/** The number of a file type name, as a writer needs it; null when there is none. */
export function fileTypeNamed(name: string): number | null {
  for (const [id, candidate] of FILE_TYPE_NAMES) {
    if (candidate === name) return id;
  }
  return null;
}

/** Bytes a tensor of this shape takes. The first dimension must be a multiple of the block size. */
export function tensorSizeBytes(type: GgmlType, elementCount: number): number {
  return (elementCount / type.blockSize) * type.blockBytes;
}

/** The next multiple of `alignment` (a power of two) at or above `offset`; exact up to 2^53. */
export function alignUp(offset: number, alignment: number): number {
  return Math.ceil(offset / alignment) * alignment;
}
