import type { ErrorValue } from '../contract/errors.ts';
import type { EngineStats } from '../engine/supervisor/supervised-engine.ts';

export interface EngineListener {
  /** Something a screen shows has changed; at most five times a second. */
  changed(): void;
  /** The process was lost; it is being restarted, or given up. */
  failed(problem: ErrorValue): void;
  /** Ready again after it was lost. */
  recovered(): void;
}

const announceEveryMs = 200;

/** Turns an engine's many small changes into the few things worth telling. */
export function watchEngine(initial: EngineStats, listener: EngineListener): (stats: EngineStats) => void {
  let previous = initial.state;
  let lost = false;
  let timer: NodeJS.Timeout | null = null;
  const announce = (): void => {
    if (timer !== null) return;
    timer = setTimeout(() => {
      timer = null;
      listener.changed();
    }, announceEveryMs);
    timer.unref();
  };
  return (stats) => {
    if (stats.state !== previous) {
      if ((stats.state === 'restarting' || stats.state === 'failed') && stats.problem !== null && previous !== 'restarting') {
        lost = true;
        listener.failed(stats.problem);
      } else if (stats.state === 'failed' && stats.problem !== null) {
        listener.failed(stats.problem);
      }
      if (stats.state === 'ready' && lost) {
        lost = false;
        listener.recovered();
      }
      previous = stats.state;
      listener.changed();
    } else {
      announce();
    }
  };
}
