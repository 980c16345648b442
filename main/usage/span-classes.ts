/**
 * How long requests took, kept as counts in classes of a logarithmic scale: a class is 2^(1/4) = 1.19 times as wide as the one before it,
 * so that a percentile read from it lies within a tenth of the true one, whatever the number of requests and however many days are put
 * together. The idea is that of HDR Histogram and of Prometheus' native histograms.
 */
const CLASSES_PER_DOUBLING = 4;
/** Class 0 holds everything up to one millisecond; the last everything above about twelve days. */
export const LAST_CLASS = 120;

export function classOf(durationMs: number): number {
  if (!(durationMs > 1)) return 0;
  return Math.min(LAST_CLASS, Math.ceil(Math.log2(durationMs) * CLASSES_PER_DOUBLING));
}

/** The middle of a class on its scale, in ms. */
export function middleOf(place: number): number {
  return place === 0 ? 1 : 2 ** ((place - 0.5) / CLASSES_PER_DOUBLING);
}

/** The nearest-rank percentile, in ms; null of nothing. `share`: 0 to 1. */
export function percentileOf(counts: ReadonlyMap<number, number>, share: number): number | null {
  let total = 0;
  for (const count of counts.values()) total += count;
  if (total === 0) return null;
  const rank = Math.max(1, Math.ceil(share * total));
  let reached = 0;
  for (const [place, count] of [...counts].toSorted(([a], [b]) => a - b)) {
    reached += count;
    if (reached >= rank) return middleOf(place);
  }
  return null;
}
