import type { Percentiles, Spread } from '../../contract/benchmarks.contract.ts';

/** Spread of repeated measurements; `deviation` is the sample standard deviation (n − 1), as llama-bench's. Raises RangeError for none. */
export function spreadOf(values: readonly number[]): Spread {
  if (values.length === 0) throw new RangeError('no measurement');
  const sorted = values.toSorted((a, b) => a - b);
  const count = sorted.length;
  const mean = sorted.reduce((sum, value) => sum + value, 0) / count;
  const squares = sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { count, mean, deviation: count > 1 ? Math.sqrt(squares / (count - 1)) : 0, min: sorted[0] ?? 0, median: medianOf(sorted), max: sorted.at(-1) ?? 0 };
}

/** Percentiles of single observations by the nearest rank: the smallest value that at least that share does not exceed. */
export function percentilesOf(observations: readonly number[]): Percentiles {
  if (observations.length === 0) throw new RangeError('no observation');
  const sorted = observations.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
  return { count: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: sorted.at(-1) ?? 0 };
}

/** Middle value; the mean of the two middle ones where their number is even. */
export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}
