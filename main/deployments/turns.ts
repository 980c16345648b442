/** Work that must not overlap, one after the other for each key in the order it was asked for. */
export interface Turns {
  /** Resolves and rejects with what the work does; a failure is no reason for the next one not to begin. */
  take<Value>(key: string, work: () => Promise<Value>): Promise<Value>;
}

export function createTurns(): Turns {
  const queues = new Map<string, Promise<unknown>>();
  return {
    async take(key, work) {
      const earlier = queues.get(key) ?? Promise.resolve();
      const own = earlier.then(work);
      // Whoever comes next waits for the end of this one, whichever it is; this caller hears of a failure from `own`.
      const settled = own.catch(() => undefined);
      queues.set(key, settled);
      try {
        return await own;
      } finally {
        if (queues.get(key) === settled) queues.delete(key);
      }
    },
  };
}
