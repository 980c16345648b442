import { describe, expect, it } from 'vitest';
import { medianOf, percentilesOf, spreadOf } from './spread.ts';

describe('spread of repeats', () => {
  it('has the sample standard deviation, 0 for a single run', () => {
    expect(spreadOf([2, 4, 4, 4, 5, 5, 7, 9])).toEqual({ count: 8, mean: 5, deviation: Math.sqrt(32 / 7), min: 2, median: 4.5, max: 9 });
    expect(spreadOf([3])).toEqual({ count: 1, mean: 3, deviation: 0, min: 3, median: 3, max: 3 });
    expect(() => spreadOf([])).toThrow(RangeError);
  });
});

describe('percentiles', () => {
  it('are the nearest rank of all observations, never something between two', () => {
    expect(percentilesOf([15, 20, 35, 40, 50])).toEqual({ count: 5, p50: 35, p95: 50, p99: 50, max: 50 });
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(percentilesOf(hundred)).toEqual({ count: 100, p50: 50, p95: 95, p99: 99, max: 100 });
    expect(percentilesOf([7])).toEqual({ count: 1, p50: 7, p95: 7, p99: 7, max: 7 });
    expect(() => percentilesOf([])).toThrow(RangeError);
  });

  it('leave the order of what they are given alone', () => {
    const given = [3, 1, 2];
    expect([percentilesOf(given).p50, medianOf(given), given]).toEqual([2, 2, [3, 1, 2]]);
  });
});
