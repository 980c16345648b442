import type { JobProgress, JobView } from '../../main/contract/jobs.contract.ts';

export interface ShownPhase {
  id: string;
  state: 'waiting' | 'running' | 'done' | 'failed' | 'stopped';
  durationMs: number | null;
  /** What the phase found, as the job reports it; its own words are the screen's. */
  detail: string;
}

/**
 * The phases of a job as a list to show: finished ones in the order they ran, the one that runs, those still to come.
 * A phase a job has left out (nothing to copy where the file is linked) is not shown. The last phase of a job that did not
 * succeed is the one it ended in. `progress` is the newest one, from events, and may be ahead of the row.
 */
export function shownPhases(job: JobView, progress: JobProgress | null, order: readonly string[]): ShownPhase[] {
  const finished = job.phases.map(({ phase, durationMs, detail }): ShownPhase => ({ id: phase, state: 'done', durationMs, detail }));
  const unfinished = (id: string, state: ShownPhase['state']): ShownPhase => ({ id, state, durationMs: null, detail: '' });
  if (job.state !== 'running' && job.state !== 'queued') {
    const last = finished.at(-1);
    if (job.state === 'succeeded' || last === undefined) return finished;
    return [...finished.slice(0, -1), { ...last, state: job.state === 'failed' ? 'failed' : 'stopped' }];
  }
  const known = new Set(finished.map(({ id }) => id));
  const current = progress !== null && !known.has(progress.phase) ? progress.phase : null;
  const place = current === null ? Math.max(-1, ...finished.map(({ id }) => order.indexOf(id))) : order.indexOf(current);
  // The row is behind the events: what lies between was run a moment ago, or left out, which the next look tells.
  const behind = current !== null && job.progress?.phase !== current;
  const between = behind ? order.slice(0, Math.max(0, place)).filter((id) => !known.has(id)) : [];
  return [
    ...finished,
    ...between.map((id) => unfinished(id, 'done')),
    ...(current === null ? [] : [unfinished(current, 'running')]),
    ...order.slice(place + 1).filter((id) => !known.has(id)).map((id) => unfinished(id, 'waiting')),
  ];
}
