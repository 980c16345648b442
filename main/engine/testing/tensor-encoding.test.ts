import { describe, expect, it } from 'vitest';
import { allGgmlTypes, tensorSizeBytes } from '../gguf/gguf-format.ts';
import { ENCODABLE_TENSOR_TYPES, encodeTensorValues, float16Bits } from './tensor-encoding.ts';

describe('half precision', () => {
  it.each([
    [0, 0x0000],
    [1, 0x3c00],
    [-2, 0xc000],
    [65_504, 0x7bff],
    [1e6, 0x7c00],
    [2 ** -14, 0x0400],
    [2 ** -24, 0x0001],
    [1e-9, 0x0000],
    [0.333251953125, 0x3555],
  ])('of %f', (value, bits) => {
    expect(float16Bits(value)).toBe(bits);
  });
});

describe('tensor encodings', () => {
  it.each(ENCODABLE_TENSOR_TYPES)('of %s have the length that the format asks for', (name) => {
    const type = allGgmlTypes().find((candidate) => candidate.name === name);
    const values = Float32Array.from({ length: 256 }, (_, index) => Math.sin(index));
    expect(encodeTensorValues(name, values)).toHaveLength(type === undefined ? -1 : tensorSizeBytes(type, 256));
  });

  it('keep the largest value of a Q8_0 block at 127 steps', () => {
    const values = Float32Array.from({ length: 32 }, (_, index) => (index === 3 ? -2 : 0.5));
    const bytes = Buffer.from(encodeTensorValues('Q8_0', values));
    expect(bytes.readInt8(2 + 3)).toBe(-127);
    expect(bytes.readInt8(2)).toBe(32);
  });

  it('survive a block of zeros', () => {
    expect(encodeTensorValues('Q8_0', new Float32Array(32)).every((byte) => byte === 0)).toBe(true);
    expect([...encodeTensorValues('Q4_0', new Float32Array(32)).subarray(2)]).toEqual(Array(16).fill(0x88));
  });
});
