import { describe, expect, it } from 'vitest';
import { alignUp, allGgmlTypes, fileTypeNamed, fileTypeNameOf, ggmlTypeNamed, ggmlTypeOf, tensorSizeBytes, valueTypeNameOf } from './gguf-format.ts';

describe('tensor types', () => {
  it('has no number and no name twice', () => {
    const types = allGgmlTypes();
    expect(new Set(types.map((type) => type.id)).size).toBe(types.length);
    expect(new Set(types.map((type) => type.name)).size).toBe(types.length);
  });

  it('knows none of the removed numbers', () => {
    expect([4, 5, 31, 32, 33, 36, 37, 38, 43].map(ggmlTypeOf)).toEqual(Array(9).fill(null));
  });

  it('counts bytes by blocks', () => {
    const sizeOf = (name: string): number | null => {
      const type = ggmlTypeNamed(name);
      return type === null ? null : tensorSizeBytes(type, 4096 * 512);
    };
    expect(sizeOf('Q4_K')).toBe((4096 * 512 * 144) / 256);
    expect(sizeOf('F32')).toBe(4096 * 512 * 4);
    expect(sizeOf('Q4_2')).toBeNull();
  });
});

describe('names', () => {
  it('names file types as people write them', () => {
    expect(fileTypeNameOf(15)).toBe('Q4_K_M');
    expect(fileTypeNameOf(1024 + 7)).toBe('Q8_0');
    expect(fileTypeNameOf(4)).toBeNull();
    expect(fileTypeNamed('Q4_K_M')).toBe(15);
  });

  it('names value types by number', () => {
    expect(valueTypeNameOf(8)).toBe('string');
    expect(valueTypeNameOf(12)).toBe('float64');
    expect(valueTypeNameOf(13)).toBeNull();
  });
});

describe('alignUp', () => {
  it('stays exact beyond 32 bits', () => {
    expect(alignUp(0, 32)).toBe(0);
    expect(alignUp(1, 32)).toBe(32);
    expect(alignUp(2 ** 40 + 1, 32)).toBe(2 ** 40 + 32);
  });
});
