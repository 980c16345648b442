import { describe, expect, it } from 'vitest';
import { packWindows, shuffled } from './pack-windows.ts';
import type { PackingOrder, TokenisedExample } from './pack-windows.ts';

const packed: PackingOrder = { contextSize: 4, packing: 'packed', paddingToken: 99 };

function example(tokens: number[], scoredFrom = 0): TokenisedExample {
  return { tokens, scored: tokens.map((_, index) => index >= scoredFrom) };
}

function plain(windows: ReturnType<typeof packWindows>): { tokens: number[]; labels: number[]; weights: number[] }[] {
  return windows.map(({ tokens, labels, weights }) => ({ tokens: [...tokens], labels: [...labels], weights: [...(weights ?? [])] }));
}

describe('packWindows', () => {
  it('scores each position for the token that follows, never the last and never an example by its neighbour', () => {
    expect(plain(packWindows([example([1, 2]), example([3, 4])], packed))).toEqual([{ tokens: [1, 2, 3, 4], labels: [2, 3, 4, 99], weights: [1, 0, 1, 0] }]);
  });

  it('keeps the examples of a window apart', () => {
    const [window] = packWindows([example([1, 2]), example([3]), example([4, 5])], { ...packed, contextSize: 7 });
    expect([...(window?.segments ?? [])]).toEqual([0, 0, 1, 2, 2, 2, 2]);
    expect(packWindows([example([1, 2, 3, 4, 5, 6])], packed).map(({ segments }) => segments)).toEqual([null, null]);
  });

  it('leaves out of the loss what is not scored', () => {
    expect(plain(packWindows([example([1, 2, 3, 4], 2)], packed))).toEqual([{ tokens: [1, 2, 3, 4], labels: [2, 3, 4, 99], weights: [0, 1, 1, 0] }]);
  });

  it('cuts a long example into windows that follow each other, and pads the last', () => {
    expect(plain(packWindows([example([1, 2, 3, 4, 5, 6])], packed))).toEqual([
      { tokens: [1, 2, 3, 4], labels: [2, 3, 4, 99], weights: [1, 1, 1, 0] },
      { tokens: [5, 6, 99, 99], labels: [6, 99, 99, 99], weights: [1, 0, 0, 0] },
    ]);
  });

  it('does not cut an example that fits into the next window', () => {
    const windows = plain(packWindows([example([1, 2, 3]), example([4, 5])], packed));
    expect(windows.map(({ tokens }) => tokens)).toEqual([[1, 2, 3, 99], [4, 5, 99, 99]]);
  });

  it('gives each example a window of its own where asked', () => {
    const windows = plain(packWindows([example([1, 2]), example([3, 4])], { ...packed, packing: 'padded' }));
    expect(windows.map(({ tokens }) => tokens)).toEqual([[1, 2, 99, 99], [3, 4, 99, 99]]);
    expect(windows.map(({ weights }) => weights)).toEqual([[1, 0, 0, 0], [1, 0, 0, 0]]);
  });

  it('leaves out windows with nothing to learn from', () => {
    expect(packWindows([example([1, 2], 9), example([3])], { ...packed, packing: 'padded' })).toEqual([]);
  });

  it('refuses marks that do not fit', () => {
    expect(() => packWindows([{ tokens: [1, 2], scored: [true] }], packed)).toThrow(RangeError);
  });
});

describe('shuffled', () => {
  it('is a permutation, the same for the same seed and epoch and another for others', () => {
    const order = shuffled(100, 7, 0);
    expect([...order].toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, index) => index));
    expect(shuffled(100, 7, 0)).toEqual(order);
    expect(shuffled(100, 7, 1)).not.toEqual(order);
    expect(shuffled(100, 8, 0)).not.toEqual(order);
  });

  it('puts every row everywhere about as often', () => {
    const places = [0, 0, 0, 0, 0];
    for (let epoch = 0; epoch < 5000; epoch += 1) {
      const place = shuffled(5, 3, epoch).indexOf(0);
      places[place] = (places[place] ?? 0) + 1;
    }
    for (const count of places) expect(Math.abs(count - 1000)).toBeLessThan(150); // five standard deviations
  });

  it('has an order for nothing and for one', () => {
    expect([...shuffled(0, 1, 0)]).toEqual([]);
    expect([...shuffled(1, 1, 0)]).toEqual([0]);
  });
});
