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
const trialSteps = 10;
/** The slowest steps of a trial say what else the machine did in that moment. */
const leftOutSteps = 2;
/** After so many steps with the better count the other is tried again; twice as many each time it is no better, up to the longest. */
const firstRetryAfterSteps = 100;
const longestRetryAfterSteps = 800;
/** So often it is asked whether the better count still is; steps that are stalled for good count in full here. */
const lookEverySteps = 16;
const worseFactor = 1.2;
/** So many steps in a row this much slower than the other count took: another program has the core. */
const hopelessFactor = 2.5;
const hopelessSteps = 3;

/** One less than the budget, or all of it. */
type Width = 'narrow' | 'wide';

interface Choice {
  /** Milliseconds of a step; null before the first trial. */
  ms: Record<Width, number | null>;
  width: Width;
  /** On the better one; otherwise trying. */
  settled: boolean;
  /** Of the trial that runs, or since the last look. */
  taken: number[];
  /** Steps since it was settled, and after how many the other is tried again. */
  steps: number;
  retryAfter: number;
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
    const made: Choice = { ms: { narrow: null, wide: null }, width: 'narrow', settled: false, taken: [], steps: 0, retryAfter: firstRetryAfterSteps, slowInARow: 0 };
    choices.set(key, made);
    return made;
  };
  const go = (choice: Choice, width: Width, settled: boolean): void => {
    choice.width = width;
    choice.settled = settled;
    choice.taken = [];
    choice.steps = 0;
    choice.slowInARow = 0;
  };
  /** The trial of its width has ended with this. */
  const decide = (choice: Choice, milliseconds: number): void => {
    const { width, ms } = choice;
    ms[width] = milliseconds;
    const other = opposite(width);
    const theirs = ms[other];
    if (theirs === null) go(choice, other, false);
    else if (milliseconds < theirs) {
      choice.retryAfter = firstRetryAfterSteps;
      go(choice, width, true);
    } else {
      choice.retryAfter = Math.min(longestRetryAfterSteps, 2 * choice.retryAfter);
      go(choice, other, true);
    }
  };
  /** It is worse than the other was when it was tried last. */
  const leave = (choice: Choice, milliseconds: number): void => {
    choice.ms[choice.width] = milliseconds;
    choice.retryAfter = firstRetryAfterSteps;
    go(choice, opposite(choice.width), true);
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
      const { taken, ms, width } = choice;
      const other = ms[opposite(width)];
      choice.steps += 1;
      taken.push(milliseconds);
      choice.slowInARow = other !== null && milliseconds > hopelessFactor * other ? choice.slowInARow + 1 : 0;
      const isHopeless = choice.slowInARow >= hopelessSteps;
      if (!choice.settled) {
        if (isHopeless) decide(choice, milliseconds);
        else if (taken.length >= trialSteps) decide(choice, meanOf(taken.slice(1).toSorted((a, b) => a - b).slice(0, -leftOutSteps)));
        return;
      }
      if (isHopeless) {
        leave(choice, milliseconds);
        return;
      }
      if (taken.length < lookEverySteps) return;
      const mean = meanOf(taken);
      choice.taken = [];
      ms[width] = mean;
      if (other !== null && mean > worseFactor * other) leave(choice, mean);
      else if (choice.steps >= choice.retryAfter) go(choice, opposite(width), false);
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

function opposite(width: Width): Width {
  return width === 'wide' ? 'narrow' : 'wide';
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
