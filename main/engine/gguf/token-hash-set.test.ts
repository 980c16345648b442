import { describe, expect, it } from 'vitest';
import { TokenHashSet } from './token-hash-set.ts';

describe('TokenHashSet', () => {
  it('takes every different token once, through its growth', () => {
    const set = new TokenHashSet();
    const tokens = Array.from({ length: 300_000 }, (_, index) => Buffer.from(`token ${String(index)}`));
    expect(tokens.every((token) => set.add(token))).toBe(true);
    expect(tokens.some((token) => set.add(token))).toBe(false);
  });

  it('tells tokens apart by every byte and by length', () => {
    const set = new TokenHashSet();
    const tokens = [[], [0], [0, 0], [1], [0, 1], [1, 0], [255], [255, 255]].map((bytes) => Uint8Array.from(bytes));
    expect(tokens.every((token) => set.add(token))).toBe(true);
    expect(set.add(Uint8Array.from([0, 1]))).toBe(false);
  });
});
