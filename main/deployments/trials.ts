import type { TrialEvent } from '../contract/deployments.contract.ts';
import { cancelled, ExpectedError, expectedFromValue } from '../kernel/errors.ts';
import { newId } from '../kernel/ids.ts';
import { requireServed } from '../models/index.ts';
import type { LoadableVersion } from '../models/index.ts';
import { isMadeFor } from './engine-room.ts';
import type { EngineOrder, RunningEngine } from './engine-room.ts';
import { askedOf } from './ask-once.ts';

/** How long a loaded trial waits to be taken over. */
const keepMs = 5 * 60_000;
const reportEveryMs = 250;

export interface StartOrder extends Omit<EngineOrder, 'versionId'> {
  /** For a version that shall take over from what serves now: that one is not ended to make room. */
  keep?: RunningEngine | undefined;
}

export interface TrialRequest extends StartOrder {
  question: string;
  /** What a reranking model ranks by the question. */
  documents?: string[] | undefined;
}

/** Starts an engine for a trial once there is memory for it. Raises MEMORY_HELD, DOES_NOT_FIT. */
export type StartTrial = (version: LoadableVersion, order: StartOrder) => Promise<RunningEngine>;

/** Engines that are loaded on probation. */
export interface Trials {
  run(version: LoadableVersion, request: TrialRequest, signal: AbortSignal): AsyncGenerator<TrialEvent, void, void>;
  /** Hands the engine over if it was loaded for exactly this; null otherwise (it is then ended). */
  take(trialId: string, wanted: EngineOrder): Promise<RunningEngine | null>;
  end(trialId: string): Promise<void>;
  dispose(): Promise<void>;
}

export function createTrials(start: StartTrial): Trials {
  const kept = new Map<string, { running: RunningEngine; timer: NodeJS.Timeout }>();
  const unfinished = new Set<RunningEngine>();

  const end = async (trialId: string): Promise<void> => {
    const trial = kept.get(trialId);
    if (trial === undefined) return;
    kept.delete(trialId);
    clearTimeout(trial.timer);
    await trial.running.dispose();
  };

  return {
    async *run(version, request, signal) {
      // One trial at a time: two would fight for the memory they are meant to measure.
      for (const trialId of [...kept.keys()]) await end(trialId);
      const running = await start(version, request);
      unfinished.add(running);
      let handedOver = false;
      try {
        yield* waitUntilLoaded(running, signal);
        const { loadMs, rssBytes } = running.engine.stats();
        const trialId = newId('try');
        yield { kind: 'loaded', trialId, loadMs: loadMs ?? 0, rssBytes: rssBytes ?? 0 };
        for await (const event of askedOf(running.engine, requireServed(version.facts), { ...request, signal })) {
          if (event.kind !== 'finished') {
            yield event;
            continue;
          }
          const timer = setTimeout(() => void end(trialId), keepMs);
          timer.unref();
          kept.set(trialId, { running, timer });
          handedOver = true;
          yield { ...event, trialId, rssBytes: running.engine.stats().rssBytes ?? 0 };
        }
      } finally {
        unfinished.delete(running);
        if (!handedOver) await running.dispose();
      }
    },
    async take(trialId, wanted) {
      const trial = kept.get(trialId);
      if (trial === undefined) return null;
      const { running } = trial;
      if (running.engine.stats().state !== 'ready' || !isMadeFor(running, wanted)) {
        await end(trialId);
        return null;
      }
      kept.delete(trialId);
      clearTimeout(trial.timer);
      return running;
    },
    end,
    async dispose() {
      await Promise.all([...kept.keys()].map(end));
      await Promise.all([...unfinished].map((running) => running.dispose()));
    },
  };
}

/** Reports how far loading is. A trial is not given a second chance: the first restart is its failure. */
async function* waitUntilLoaded(running: RunningEngine, signal: AbortSignal): AsyncGenerator<TrialEvent, void, void> {
  const { engine } = running;
  let wake: () => void = () => undefined;
  running.listener = () => wake();
  const onAbort = (): void => wake();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    let reported = -1;
    for (;;) {
      const { state, problem, loadFraction } = engine.stats();
      if (signal.aborted) throw cancelled();
      if (state === 'ready') return;
      if (state !== 'starting') {
        throw problem === null ? new ExpectedError('DEPLOYMENT_NOT_READY', { name: running.name, state }) : expectedFromValue(problem);
      }
      if (loadFraction !== reported) {
        reported = loadFraction;
        yield { kind: 'loading', fraction: loadFraction };
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, reportEveryMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    running.listener = () => undefined;
  }
}
