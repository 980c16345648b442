import type { Sample } from '../../main/contract/monitoring.contract.ts';

export interface Points<Value> {
  timesMs: number[];
  /** One for each time; null where nothing was measured. */
  points: (Value | null)[];
}

/** So many intervals between two samples are a gap, not a late sample. */
const GAP_INTERVALS = 2.5;

/**
 * Reads one thing out of each sample for a chart. Where samples are missing (the machine slept, the line was lost) a null
 * stands between, so that the chart shows a gap instead of a line that was never measured.
 */
export function withGaps<Value>(samples: readonly Sample[], intervalMs: number, read: (sample: Sample) => Value | null): Points<Value> {
  const timesMs: number[] = [];
  const points: (Value | null)[] = [];
  let beforeMs: number | null = null;
  for (const sample of samples) {
    if (beforeMs !== null && sample.timeMs <= beforeMs) continue;
    if (beforeMs !== null && sample.timeMs - beforeMs > intervalMs * GAP_INTERVALS) {
      timesMs.push(beforeMs + intervalMs);
      points.push(null);
    }
    timesMs.push(sample.timeMs);
    points.push(read(sample));
    beforeMs = sample.timeMs;
  }
  return { timesMs, points };
}
