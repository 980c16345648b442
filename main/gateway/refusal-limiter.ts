/** Lets through so many at once and so many a second, for each name on its own, and counts the rest. */
export interface RefusalLimiter {
  /** How many were left out since the last one that passed; null when this one is to be left out too. */
  pass(name: string): number | null;
  /** What was left out and not told yet, by name; it counts as told then. */
  takeLeftOut(): { name: string; count: number }[];
}

interface Bucket {
  tokens: number;
  filledMs: number;
  leftOut: number;
}

const BURST = 20;
const PER_SECOND = 5;

/** A token bucket for each name. `nowMs` is a monotonic count. */
export function createRefusalLimiter(nowMs: () => number): RefusalLimiter {
  const buckets = new Map<string, Bucket>();
  return {
    pass(name) {
      const now = nowMs();
      const bucket = buckets.get(name) ?? { tokens: BURST, filledMs: now, leftOut: 0 };
      buckets.set(name, bucket);
      bucket.tokens = Math.min(BURST, bucket.tokens + ((now - bucket.filledMs) / 1000) * PER_SECOND);
      bucket.filledMs = now;
      if (bucket.tokens < 1) {
        bucket.leftOut += 1;
        return null;
      }
      bucket.tokens -= 1;
      const { leftOut } = bucket;
      bucket.leftOut = 0;
      return leftOut;
    },
    takeLeftOut() {
      const told = [...buckets].filter(([, { leftOut }]) => leftOut > 0).map(([name, { leftOut }]) => ({ name, count: leftOut }));
      for (const { name } of told) {
        const bucket = buckets.get(name);
        if (bucket !== undefined) bucket.leftOut = 0;
      }
      return told;
    },
  };
}
