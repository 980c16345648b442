import type { SupervisedEngine } from './supervised-engine.ts';

export interface ThreadDemand {
  /** Threads the engine could use: those of its settings. */
  wanted: number;
  /** It has requests right now. */
  busy: boolean;
}

/**
 * Shares the machine's cores between engines. llama.cpp's threads spin while they wait for each other, so the threads of
 * engines computing at the same moment must not exceed the cores: two engines with two threads each on two cores are ten
 * times slower than with one each.
 *
 * Busy engines share all cores evenly; what one does not want goes to the others. An idle engine gets what it would have
 * if it alone became busy now, so that its first request does not start too wide. Everybody has at least one thread:
 * with more busy engines than cores the sum exceeds the cores, but single threads have nobody to spin for.
 *
 * @returns threads in the order of `demands`
 */
export function divideThreads(usableCores: number, demands: readonly ThreadDemand[]): number[] {
  const shareOf = (index: number): number => {
    const sharing = demands.map((demand, other) => ({ demand, other })).filter(({ demand, other }) => demand.busy || other === index);
    return fairShares(usableCores, sharing.map(({ demand }) => demand.wanted))[sharing.findIndex(({ other }) => other === index)] ?? 1;
  };
  return demands.map((_, index) => shareOf(index));
}

/** Water filling in whole threads; the first ones get what cannot be divided. */
function fairShares(cores: number, wanted: readonly number[]): number[] {
  const shares = wanted.map(() => 1);
  let left = cores - shares.length;
  while (left > 0) {
    const hungry = wanted.map((want, index) => ({ want, index })).filter(({ want, index }) => want > (shares[index] ?? 1));
    if (hungry.length === 0) break;
    for (const { index } of hungry) {
      if (left === 0) break;
      shares[index] = (shares[index] ?? 1) + 1;
      left -= 1;
    }
  }
  return shares;
}

export interface ThreadBudget {
  /** Takes an engine into the division; the returned function takes it out again. */
  register(engine: SupervisedEngine): () => void;
}

/** Keeps the division up to date as engines become busy and idle. `usableCores` as found by the hardware probe. */
export function createThreadBudget({ usableCores }: { usableCores: number }): ThreadBudget {
  const engines = new Map<SupervisedEngine, { busy: boolean }>();
  const divide = (): void => {
    const list = [...engines];
    const shares = divideThreads(
      usableCores,
      list.map(([engine, { busy }]) => ({ wanted: engine.spec.settings.threads, busy })),
    );
    for (const [index, [engine]] of list.entries()) engine.setThreads(shares[index] ?? 1);
  };
  return {
    register(engine) {
      const entry = { busy: engine.stats().activeRequests > 0 };
      engines.set(engine, entry);
      const unsubscribe = engine.subscribe(({ activeRequests }) => {
        const busy = activeRequests > 0;
        if (busy === entry.busy) return;
        entry.busy = busy;
        divide();
      });
      divide();
      return () => {
        unsubscribe();
        engines.delete(engine);
        divide();
      };
    },
  };
}
