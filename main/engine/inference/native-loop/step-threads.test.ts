import { describe, expect, it } from 'vitest';
import { shareOut } from './native-loop.ts';
import { likeliest } from './read-logprobs.ts';
import { createStepThreads } from './step-threads.ts';
import type { StepThreads } from './step-threads.ts';

const step = { sequences: 8, promptTokens: 0 };

/** Lets steps take what `msOf` says for their threads; how many were computed with each count. */
function run(threads: StepThreads, count: number, msOf: (threads: number) => number): Record<number, number> {
  const used: Record<number, number> = {};
  for (let index = 0; index < count; index += 1) {
    const chosen = threads.choose(step);
    used[chosen] = (used[chosen] ?? 0) + 1;
    threads.took(msOf(chosen));
  }
  return used;
}

describe('threads of a step', () => {
  it('are all for a prompt, whatever was found', () => {
    const threads = createStepThreads(4);
    expect(threads.choose({ sequences: 1, promptTokens: 200 })).toBe(4);
    expect(threads.choose({ sequences: 1, promptTokens: 3 })).toBe(3);
  });

  it('are those with which steps are faster', () => {
    expect(run(createStepThreads(2), 1000, (count) => (count === 2 ? 5 : 8))[2]).toBeGreaterThan(950);
    expect(run(createStepThreads(2), 1000, (count) => (count === 2 ? 50 : 8))[1]).toBeGreaterThan(950);
  });

  it('are not judged by a step that something else held up', () => {
    let step = 0;
    const threads = createStepThreads(2);
    // Every eighth step with both is stalled: 12 ms become 40. On the whole 15.5 against 20.
    const used = run(threads, 2000, (count) => (count === 1 ? 20 : (step += 1) % 8 === 0 ? 40 : 12));
    expect(used[2]).toBeGreaterThan(1800);
  });

  it('become fewer where every other step with all is held up', () => {
    let step = 0;
    expect(run(createStepThreads(2), 2000, (count) => (count === 1 ? 20 : (step += 1) % 2 === 0 ? 45 : 12))[1]).toBeGreaterThan(1500);
  });

  it('become fewer as soon as another program takes a core, and more again once it has gone', () => {
    const threads = createStepThreads(2);
    run(threads, 100, (count) => (count === 2 ? 5 : 8));
    expect(run(threads, 300, (count) => (count === 2 ? 60 : 9))[1]).toBeGreaterThan(280);
    expect(run(threads, 2000, (count) => (count === 2 ? 5 : 8))[2]).toBeGreaterThan(1200);
  });

  it('are chosen apart for few and for many sequences', () => {
    const threads = createStepThreads(2);
    run(threads, 100, (count) => (count === 2 ? 5 : 8));
    for (let index = 0; index < 100; index += 1) {
      const chosen = threads.choose({ sequences: 1, promptTokens: 0 });
      threads.took(chosen === 2 ? 20 : 3);
    }
    expect(threads.choose({ sequences: 1, promptTokens: 0 })).toBe(1);
    expect(threads.choose(step)).toBe(2);
  });

  it('stay within a budget that changes', () => {
    const threads = createStepThreads(4);
    threads.setBudget(1);
    expect(threads.choose(step)).toBe(1);
    threads.setBudget(9);
    expect(threads.choose({ sequences: 1, promptTokens: 100 })).toBe(4);
  });
});

describe('room in a batch', () => {
  it('is one token for everybody first, then shared among those with more', () => {
    expect(shareOut([1, 1, 1], 8)).toEqual([1, 1, 1]);
    expect(shareOut([1, 100, 1, 100], 12)).toEqual([1, 5, 1, 5]);
    expect(shareOut([3, 100], 8)).toEqual([3, 5]);
    expect(shareOut([0, 4], 8)).toEqual([0, 4]);
    expect(shareOut([1, 1, 1], 2)).toEqual([1, 1, 0]);
  });
});

describe('the likeliest tokens', () => {
  it('come in order, the smaller id first among equals', () => {
    expect(likeliest(Float32Array.of(1, 5, 3, 5, 2), 3)).toEqual([1, 3, 2]);
    expect(likeliest(Float32Array.of(1), 3)).toEqual([0]);
    expect(likeliest(Float32Array.of(1, 2), 0)).toEqual([]);
  });
});
