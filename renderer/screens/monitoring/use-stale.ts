import { useEffect, useState } from 'react';

/** So many intervals without a sample are a standstill. */
const STALE_INTERVALS = 4;

/** Whether samples have stopped coming: no new list for several intervals. */
export function useStale(samples: readonly unknown[], intervalMs: number): boolean {
  const [stale, setStale] = useState(false);
  useEffect(() => {
    setStale(false);
    const timer = setTimeout(() => setStale(true), intervalMs * STALE_INTERVALS);
    return () => clearTimeout(timer);
  }, [samples, intervalMs]);
  return stale;
}
