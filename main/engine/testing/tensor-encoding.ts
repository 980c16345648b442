/** The tensor types that generated models can be written in. */
export const ENCODABLE_TENSOR_TYPES = ['F32', 'F16', 'BF16', 'Q8_0', 'Q4_0'] as const;

export type EncodableTensorType = (typeof ENCODABLE_TENSOR_TYPES)[number];

/** Elements per block of the type; the row length must be a multiple. */
export function blockSizeOf(type: EncodableTensorType): number {
  return type === 'Q8_0' || type === 'Q4_0' ? 32 : 1;
}

/**
 * Encodes float values as ggml stores them (ggml/src/ggml-quants.c, quantize_row_*_ref). The length must be a multiple of the
 * block size.
 */
export function encodeTensorValues(type: EncodableTensorType, values: Float32Array): Uint8Array {
  switch (type) {
    case 'F32':
      return new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice();
    case 'F16':
      return encodeWords(values, float16Bits);
    case 'BF16':
      return encodeWords(values, bfloat16Bits);
    case 'Q8_0':
      return encodeQ8(values);
    case 'Q4_0':
      return encodeQ4(values);
  }
}

const SCRATCH = new DataView(new ArrayBuffer(4));

/** The nearest half-precision number, subnormal ones included. */
export function float16Bits(value: number): number {
  SCRATCH.setFloat32(0, value);
  const bits = SCRATCH.getUint32(0);
  const sign = (bits >>> 16) & 0x8000;
  const exponent = ((bits >>> 23) & 0xff) - 127 + 15;
  const mantissa = bits & 0x7fffff;
  if (exponent >= 31) return sign | 0x7c00;
  if (exponent <= 0) {
    if (exponent < -10) return sign;
    const shifted = (mantissa | 0x800000) >> (14 - exponent);
    const half = ((mantissa | 0x800000) >> (13 - exponent)) & 1;
    return sign | (shifted + half);
  }
  // A carry out of the mantissa rightly raises the exponent.
  return sign | ((exponent << 10) + (mantissa >>> 13) + ((mantissa >>> 12) & 1));
}

function bfloat16Bits(value: number): number {
  SCRATCH.setFloat32(0, value);
  const bits = SCRATCH.getUint32(0);
  return ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16) & 0xffff;
}

function encodeWords(values: Float32Array, bitsOf: (value: number) => number): Uint8Array {
  const bytes = Buffer.allocUnsafe(values.length * 2);
  for (let index = 0; index < values.length; index += 1) bytes.writeUInt16LE(bitsOf(values[index] ?? 0), index * 2);
  return bytes;
}

/** Blocks of 32: half-precision scale, then 32 signed bytes. */
function encodeQ8(values: Float32Array): Uint8Array {
  const bytes = Buffer.allocUnsafe((values.length / 32) * 34);
  for (let block = 0; block * 32 < values.length; block += 1) {
    const row = values.subarray(block * 32, block * 32 + 32);
    const largest = row.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const scale = largest / 127;
    bytes.writeUInt16LE(float16Bits(scale), block * 34);
    row.forEach((value, index) => {
      bytes.writeInt8(scale === 0 ? 0 : Math.round(value / scale), block * 34 + 2 + index);
    });
  }
  return bytes;
}

/** Blocks of 32: half-precision scale, then 16 bytes with value i in the low and value i + 16 in the high half. */
function encodeQ4(values: Float32Array): Uint8Array {
  const bytes = Buffer.allocUnsafe((values.length / 32) * 18);
  for (let block = 0; block * 32 < values.length; block += 1) {
    const row = values.subarray(block * 32, block * 32 + 32);
    const largest = row.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
    const scale = largest / -8;
    const quantized = (value: number): number =>
      scale === 0 ? 8 : Math.max(0, Math.min(15, Math.floor(value / scale + 8.5)));
    bytes.writeUInt16LE(float16Bits(scale), block * 18);
    for (let index = 0; index < 16; index += 1) {
      bytes[block * 18 + 2 + index] = quantized(row[index] ?? 0) | (quantized(row[index + 16] ?? 0) << 4);
    }
  }
  return bytes;
}
