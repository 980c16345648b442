/**
 * Turns a counter that only grows into a rate. A counter that went back (device replaced, engine restarted) starts anew.
 */
export interface RateMeter {
  /** Amount a second since the last call; null for the first one, or when no time has passed. */
  next(total: number, timeMs: number): number | null;
}

export function createRateMeter(): RateMeter {
  let last: { total: number; timeMs: number } | null = null;
  return {
    next(total, timeMs) {
      const before = last;
      last = { total, timeMs };
      if (before === null || timeMs <= before.timeMs || total < before.total) return null;
      return ((total - before.total) * 1000) / (timeMs - before.timeMs);
    },
  };
}

/** Share of CPU time spent busy between two looks at os.cpus(), in percent of all cores; null for the first look. */
export function createCpuMeter(): (cpus: readonly { times: Record<string, number> }[]) => number | null {
  let last: { busy: number; all: number } | null = null;
  return (cpus) => {
    const now = { busy: 0, all: 0 };
    for (const { times } of cpus) {
      for (const [kind, milliseconds] of Object.entries(times)) {
        now.all += milliseconds;
        if (kind !== 'idle') now.busy += milliseconds;
      }
    }
    const before = last;
    last = now;
    if (before === null || now.all <= before.all) return null;
    return Math.min(100, Math.max(0, (100 * (now.busy - before.busy)) / (now.all - before.all)));
  };
}
