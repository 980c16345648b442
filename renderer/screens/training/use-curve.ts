import { useEffect, useMemo, useRef, useState } from 'react';
import type { TrainingPoint, TrainingRun } from '../../../main/contract/training.contract.ts';
import { asError } from '../../client/as-error.ts';
import type { AppError } from '../../client/as-error.ts';
import { client, connection } from '../../client/connection.ts';
import { onTopic } from '../../state/topics.ts';
import { joinPoints, reducePoints } from './curve.ts';

/** Runs report several times a second; the curve is asked for no more often than this. */
const ASK_EVERY_MS = 500;

/** The curves of a run: all points once, then only those that came since. Null until the first answer. */
export function useCurve({ id: runId, jobId, step }: Pick<TrainingRun, 'id' | 'jobId' | 'step'>): { points: readonly TrainingPoint[] | null; error: AppError | null } {
  const [points, setPoints] = useState<readonly TrainingPoint[] | null>(null);
  const [error, setError] = useState<AppError | null>(null);
  const known = useRef<readonly TrainingPoint[]>([]);
  /** Counts how often the run has gone back to an earlier checkpoint: its curve is then another one. */
  const [turn, setTurn] = useState({ step, count: 0 });
  if (turn.step !== step) setTurn({ step, count: turn.count + (step < turn.step ? 1 : 0) });

  useEffect(() => {
    const controller = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let asking = false;
    let again = false;
    // Another sitting may go on from an earlier step than the last one reached: it is read from the beginning.
    known.current = [];
    const ask = async (): Promise<void> => {
      asking = true;
      again = false;
      try {
        // The last one too: its validation may have come after it.
        const added = await client.training.curve({ runId, afterStep: Math.max(-1, (known.current.at(-1)?.step ?? 0) - 1) }, { signal: controller.signal });
        if (controller.signal.aborted) return;
        known.current = joinPoints(known.current, added);
        setPoints(known.current);
        setError(null);
      } catch (thrown) {
        if (!controller.signal.aborted) setError(asError(thrown));
      } finally {
        asking = false;
        if (again) later();
      }
    };
    function later(): void {
      again = true;
      if (asking || timer !== undefined || controller.signal.aborted) return;
      timer = setTimeout(() => {
        timer = undefined;
        void ask();
      }, ASK_EVERY_MS);
    }
    void ask();
    const ends = [
      onTopic('training', (event) => (event === null || (event.type === 'training.changed' && event.runId === runId)) && later()),
      connection.subscribe((state) => state === 'open' && later()),
    ];
    return () => {
      controller.abort();
      clearTimeout(timer);
      for (const end of ends) end();
    };
  }, [runId, jobId, turn.count]);
  const reduced = useMemo(() => (points === null ? null : reducePoints(points)), [points]);
  return { points: reduced, error };
}
