/** Chooses with how many threads the next step is computed, by what earlier ones took. */
export interface StepThreads {
  /** For a step that writes `sequences` tokens, with `promptTokens` of prompts beside them. */
  choose(step: { sequences: number; promptTokens: number }): number;
  /** What the step that was chosen for took. */
  took(milliseconds: number): void;
  setBudget(threads: number): void;
}

/**
 * Up to here a prompt (a conversation going on, mostly remembered) is computed like a written token: few tokens are bound by memory, and all cores
 * spinning cost about 10 ms a pass more than they gain (2 cores, 60M Q8_0, 4 tokens: 15 ms with two threads, 5 with one).
 */
const smallPromptTokens = 16;
/** Steps with each count before one is preferred; the first of them, which may build a graph, is not counted. */
const firstSteps = 6;
/** After so many steps with the better count the other is tried again, for so many. */
const retryAfterSteps = 400;
const retrySteps = 3;
/** Two steps in a row this much slower than the other count took: another program has the core. */
const hopelessFactor = 2.5;
const newShare = 0.25;

/** One less than the budget, or all of it. */
type Width = 'narrow' | 'wide';

interface Choice {
  /** Smoothed milliseconds of a step; null before the first that counts. */
  ms: Record<Width, number | null>;
  width: Width;
  /** Steps in this stretch so far, and how many there are to be. */
  steps: number;
  stretch: number;
  /** On the better one; otherwise trying. */
  settled: boolean;
  slowInARow: number;
}

/**
 * Threads of llama.cpp wait for each other by spinning. With all cores a step of many sequences is faster, unless anything else runs on one of them: then
 * it is several times slower than with one less. Neither is known beforehand, so both are measured while serving, separately for few and for many
 * sequences. Steps that process prompts take them all.
 */
export function createStepThreads(contextThreads: number): StepThreads {
  let budget = contextThreads;
  const choices = new Map<number, Choice>();
  let current: Choice | null = null;

  const choiceFor = (sequences: number): Choice => {
    const key = Math.ceil(Math.log2(Math.max(1, sequences)));
    const found = choices.get(key);
    if (found !== undefined) return found;
    const made: Choice = { ms: { narrow: null, wide: null }, width: 'narrow', steps: 0, stretch: firstSteps, settled: false, slowInARow: 0 };
    choices.set(key, made);
    return made;
  };
  const go = (choice: Choice, width: Width, stretch: number): void => {
    choice.settled = stretch === retryAfterSteps;
    if (!choice.settled) choice.ms[width] = null; // what it took long ago says nothing of today
    choice.width = width;
    choice.stretch = stretch;
    choice.steps = 0;
    choice.slowInARow = 0;
  };
  const turn = (choice: Choice): void => {
    const { narrow, wide } = choice.ms;
    if (narrow === null || wide === null) {
      go(choice, narrow === null ? 'narrow' : 'wide', firstSteps);
      return;
    }
    const better: Width = wide < narrow ? 'wide' : 'narrow';
    if (choice.settled && choice.width === better) go(choice, better === 'wide' ? 'narrow' : 'wide', retrySteps);
    else go(choice, better, retryAfterSteps);
  };

  return {
    choose({ sequences, promptTokens }) {
      current = null;
      if (promptTokens > smallPromptTokens || budget === 1) return budget;
      current = choiceFor(sequences);
      return current.width === 'wide' ? budget : budget - 1;
    },
    took(milliseconds) {
      const choice = current;
      if (choice === null) return;
      const { width, ms } = choice;
      choice.steps += 1;
      const before = ms[width];
      if (choice.steps > 1 || before !== null) ms[width] = before === null ? milliseconds : (1 - newShare) * before + newShare * milliseconds;
      const other = ms[width === 'wide' ? 'narrow' : 'wide'];
      choice.slowInARow = other !== null && milliseconds > hopelessFactor * other ? choice.slowInARow + 1 : 0;
      if (choice.slowInARow >= 2) ms[width] = milliseconds;
      else if (choice.steps < choice.stretch) return;
      turn(choice);
    },
    setBudget(threads) {
      const next = Math.max(1, Math.min(threads, contextThreads));
      if (next === budget) return;
      budget = next;
      choices.clear();
      current = null;
    },
  };
}
