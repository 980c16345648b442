import { describe, expect, it } from 'vitest';
import { seededRandom } from '../engine/testing/seeded-random.ts';
import { classOf, LAST_CLASS, middleOf, percentileOf } from './span-classes.ts';

describe('classes of durations', () => {
  it('hold a value within a tenth of their middle', () => {
    for (let durationMs = 1.01; durationMs < 1e8; durationMs *= 1.037) expect(Math.abs(middleOf(classOf(durationMs)) / durationMs - 1)).toBeLessThan(0.1);
  });

  it('take in whatever comes', () => {
    expect([0, -1, 0.4, 1, Number.NaN].map(classOf)).toEqual([0, 0, 0, 0, 0]);
    expect(classOf(Number.POSITIVE_INFINITY)).toBe(LAST_CLASS);
    expect(classOf(1.01)).toBe(1);
  });

  it('give percentiles that agree with the sorted values, within a tenth', () => {
    const random = seededRandom(7);
    const values = Array.from({ length: 5000 }, () => 2 + 4000 * random.next() ** 3).toSorted((a, b) => a - b);
    const counts = new Map<number, number>();
    for (const value of values) counts.set(classOf(value), (counts.get(classOf(value)) ?? 0) + 1);
    for (const share of [0.01, 0.5, 0.95, 0.99, 1]) {
      const exact = values[Math.ceil(share * values.length) - 1] ?? Number.NaN;
      expect(Math.abs((percentileOf(counts, share) ?? 0) / exact - 1)).toBeLessThan(0.1);
    }
  });

  it('tell nothing of nothing', () => {
    expect(percentileOf(new Map(), 0.5)).toBeNull();
  });
});
