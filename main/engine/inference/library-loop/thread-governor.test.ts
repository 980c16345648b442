import { expect, it } from 'vitest';
import { ThreadGovernor } from './thread-governor.ts';

it('uses all threads while any prompt is processed and one less while only answers are written', () => {
  const knob = { maxThreads: 0 };
  const governor = new ThreadGovernor(knob, 4);
  expect(knob.maxThreads).toBe(3);
  governor.promptStarted();
  governor.promptStarted();
  expect(knob.maxThreads).toBe(4);
  governor.promptEnded();
  expect(knob.maxThreads).toBe(4);
  governor.promptEnded();
  expect(knob.maxThreads).toBe(3);
});

it('never goes below one thread nor above those of the context, whatever the budget', () => {
  const knob = { maxThreads: 0 };
  const governor = new ThreadGovernor(knob, 2);
  governor.setBudget(99);
  governor.promptStarted();
  expect(knob.maxThreads).toBe(2);
  governor.setBudget(1);
  expect(knob.maxThreads).toBe(1);
  governor.promptEnded();
  expect(knob.maxThreads).toBe(1);
});
