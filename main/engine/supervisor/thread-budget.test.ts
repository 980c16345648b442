import { describe, expect, it } from 'vitest';
import { createThreadBudget, divideThreads } from './thread-budget.ts';
import type { EngineStats, SupervisedEngine } from './supervised-engine.ts';

const busy = (wanted: number): { wanted: number; busy: boolean } => ({ wanted, busy: true });
const idle = (wanted: number): { wanted: number; busy: boolean } => ({ wanted, busy: false });

describe('dividing the cores', () => {
  it('one busy engine has all it wants', () => expect(divideThreads(8, [busy(8), idle(8)])).toEqual([8, 4]));
  it('two busy ones share evenly', () => expect(divideThreads(8, [busy(8), busy(8)])).toEqual([4, 4]));
  it('what cannot be divided goes to the first', () => expect(divideThreads(5, [busy(8), busy(8)])).toEqual([3, 2]));
  it('what one does not want goes to the other', () => expect(divideThreads(8, [busy(1), busy(8)])).toEqual([1, 7]));
  it('two engines on two cores have one each', () => expect(divideThreads(2, [busy(2), busy(2)])).toEqual([1, 1]));
  it('more busy engines than cores have one each', () => expect(divideThreads(2, [busy(4), busy(4), busy(4)])).toEqual([1, 1, 1]));
  it('an idle machine promises everybody what he would have alone', () => expect(divideThreads(4, [idle(4), idle(2)])).toEqual([4, 2]));

  it('busy engines never have more threads than there are cores, unless each has one', () => {
    for (let cores = 1; cores <= 16; cores += 1) {
      for (let engines = 1; engines <= 6; engines += 1) {
        for (let wanted = 1; wanted <= 16; wanted += 5) {
          const shares = divideThreads(cores, Array.from({ length: engines }, (_, index) => busy(wanted + index)));
          const sum = shares.reduce((total, share) => total + share, 0);
          expect(sum).toBeLessThanOrEqual(Math.max(cores, engines));
          expect(Math.min(...shares)).toBeGreaterThanOrEqual(1);
        }
      }
    }
  });
});

/** Only what the budget looks at. */
function fakeEngine(threads: number): { engine: SupervisedEngine; setActive: (activeRequests: number) => void; given: number[] } {
  const given: number[] = [];
  const listeners = new Set<(stats: EngineStats) => void>();
  let activeRequests = 0;
  const stats = (): EngineStats => ({ activeRequests }) as EngineStats;
  const engine = {
    spec: { settings: { threads } },
    stats,
    setThreads: (count: number) => given.push(count),
    subscribe(listener: (stats: EngineStats) => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  } as unknown as SupervisedEngine;
  return {
    engine,
    given,
    setActive(count) {
      activeRequests = count;
      for (const listener of listeners) listener(stats());
    },
  };
}

it('divides again when an engine becomes busy or idle, and when one leaves', () => {
  const budget = createThreadBudget({ usableCores: 4 });
  const [one, two] = [fakeEngine(4), fakeEngine(4)];
  budget.register(one.engine);
  const leave = budget.register(two.engine);
  one.setActive(1);
  expect([one.given.at(-1), two.given.at(-1)]).toEqual([4, 2]);
  two.setActive(1);
  expect([one.given.at(-1), two.given.at(-1)]).toEqual([2, 2]);
  const divisions = one.given.length;
  two.setActive(5);
  expect(one.given.length).toBe(divisions);
  leave();
  expect(one.given.at(-1)).toBe(4);
  const givenToTwo = two.given.length;
  two.setActive(0);
  expect(two.given.length).toBe(givenToTwo);
});
