import type { TaskContext } from '../kernel/processes/serve-task.ts';

/** How often the parent hears that a long step still goes on. */
const wordEveryMs = 5000;

/** A task that says its latest progress again now and then: a single batch of a large model may take minutes. */
export interface LivelyTask extends TaskContext {
  /** Called while this thread computes and no timer can run: says it again if it is time. */
  sign(): void;
}

/** @returns the task to work with, and what stops its timer. */
export function withSignsOfLife(task: TaskContext): { task: LivelyTask; end: () => void } {
  let again = (): void => undefined;
  let saidAt = performance.now();
  const say = (words: () => void): void => {
    words();
    saidAt = performance.now();
  };
  const sign = (): void => {
    if (performance.now() - saidAt >= wordEveryMs) say(again);
  };
  const timer = setInterval(sign, wordEveryMs);
  return {
    task: {
      ...task,
      phase(...said) {
        say(() => task.phase(...said));
        again = () => task.progress(0, null, 'tokens');
      },
      progress(...said) {
        again = () => task.progress(...said);
        say(again);
      },
      sign,
    },
    end: () => clearInterval(timer),
  };
}
