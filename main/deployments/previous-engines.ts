import type { Clock } from '../kernel/clock.ts';
import { isMadeFor } from './engine-room.ts';
import type { EngineOrder, RunningEngine } from './engine-room.ts';
import type { DeploymentsTiming } from './deployments-dependencies.ts';

export interface PreviousEnginesOptions {
  clock: Clock;
  timing: DeploymentsTiming;
  /** Something a screen shows has changed. */
  changed: (deploymentId: string) => void;
  /** Its figures are final: it is about to be ended. */
  ending: (deploymentId: string, running: RunningEngine) => void;
  /** Answers that did not end in time are cut off. */
  cutOff: (deploymentId: string, running: RunningEngine) => void;
  reportBug: (error: unknown, where: string) => string;
}

/** Engines that have been replaced: they finish what they write, and the newest stays loaded for a while as a way back. */
export interface PreviousEngines {
  add(deploymentId: string, running: RunningEngine): void;
  /** Takes out one that is loaded and made for exactly this; it is then no longer a previous one. */
  take(deploymentId: string, wanted: EngineOrder): RunningEngine | null;
  /** Whether one is loaded for this, and until when it stays so (ms since 1970). */
  warmUntilMs(deploymentId: string, isWanted: (running: RunningEngine) => boolean): number | null;
  draining(deploymentId: string): { activeRequests: number; untilMs: number } | null;
  of(deploymentId: string): RunningEngine[];
  /** Ends one, whatever it does. */
  end(running: RunningEngine): Promise<void>;
  endAll(deploymentId: string): Promise<void>;
  /** Ends what has had its time. */
  sweep(): void;
}

interface Entry {
  deploymentId: string;
  running: RunningEngine;
  /** By the monotonic clock and by the wall clock. */
  sinceMs: number;
  sinceWallMs: number;
}

export function createPreviousEngines({ clock, timing, changed, ending, cutOff, reportBug }: PreviousEnginesOptions): PreviousEngines {
  /** Oldest first. */
  const entries: Entry[] = [];
  const newestOf = (deploymentId: string): Entry | undefined => entries.findLast((entry) => entry.deploymentId === deploymentId);
  const of = (deploymentId: string): Entry[] => entries.filter((entry) => entry.deploymentId === deploymentId);
  const remove = (running: RunningEngine): Entry | undefined => {
    const at = entries.findIndex((entry) => entry.running === running);
    return at === -1 ? undefined : entries.splice(at, 1)[0];
  };
  const end = async (running: RunningEngine): Promise<void> => {
    const entry = remove(running);
    if (entry === undefined) return;
    ending(entry.deploymentId, running);
    running.listener = () => undefined;
    changed(entry.deploymentId);
    await running.dispose();
    changed(entry.deploymentId);
  };
  const endQuietly = (running: RunningEngine): void => {
    end(running).catch((error: unknown) => reportBug(error, 'end of a previous engine'));
  };
  const sweep = (): void => {
    const now = clock.monotonicMs();
    for (const entry of [...entries]) {
      const { deploymentId, running, sinceMs } = entry;
      if (running.leases === 0) {
        if (newestOf(deploymentId) !== entry || now - sinceMs >= timing.warmMs) endQuietly(running);
      } else if (now - sinceMs >= timing.drainMs) {
        cutOff(deploymentId, running);
        endQuietly(running);
      }
    }
  };
  return {
    add(deploymentId, running) {
      running.role = 'previous';
      running.listener = ({ state }) => {
        // One that dies now is not wanted back: its answers have ended with the cause.
        if (state !== 'ready') endQuietly(running);
        else changed(deploymentId);
      };
      entries.push({ deploymentId, running, sinceMs: clock.monotonicMs(), sinceWallMs: clock.nowMs() });
      if (running.engine.stats().state !== 'ready') endQuietly(running);
      sweep();
    },
    take(deploymentId, wanted) {
      const found = of(deploymentId).findLast(({ running }) => isMadeFor(running, wanted) && running.engine.stats().state === 'ready');
      if (found === undefined) return null;
      remove(found.running);
      return found.running;
    },
    warmUntilMs(deploymentId, isWanted) {
      const found = of(deploymentId).findLast(({ running }) => isWanted(running));
      return found === undefined ? null : found.sinceWallMs + timing.warmMs;
    },
    draining(deploymentId) {
      const busy = of(deploymentId).filter(({ running }) => running.leases > 0);
      if (busy.length === 0) return null;
      return {
        activeRequests: busy.reduce((sum, { running }) => sum + running.leases, 0),
        untilMs: Math.max(...busy.map(({ sinceWallMs }) => sinceWallMs)) + timing.drainMs,
      };
    },
    of: (deploymentId) => of(deploymentId).map(({ running }) => running),
    end,
    async endAll(deploymentId) {
      await Promise.all(of(deploymentId).map(({ running }) => end(running)));
    },
    sweep,
  };
}
