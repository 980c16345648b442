import { useEffect } from 'react';
import { create } from 'zustand';
import type { JobProgress, JobView } from '../../main/contract/jobs.contract.ts';
import { client } from '../client/connection.ts';
import { useQuery } from './queries.ts';
import { useMay } from './session.ts';
import { onTopic } from './topics.ts';

const useProgress = create<{ byJob: Record<string, JobProgress> }>(() => ({ byJob: {} }));

onTopic('job-progress', (event) => {
  if (event?.type !== 'jobs.progressed') return;
  const { progress } = event;
  useProgress.setState((state) => ({ byJob: { ...state.byJob, [progress.jobId]: progress } }));
});

/** The newest progress of a job: from events, else from the row. */
export function useJobProgress(job: JobView | undefined): JobProgress | null {
  const fromEvents = useProgress((state) => (job === undefined ? undefined : state.byJob[job.id]));
  if (job === undefined || job.state !== 'running') return null;
  return fromEvents ?? job.progress;
}

/** All jobs, newest first as the main side gives them; refetched when one changes. */
export function useJobs() {
  const allowed = useMay('jobs.read');
  return useQuery('jobs', (signal) => client.jobs.list({}, { signal }), { topics: ['jobs'], enabled: allowed });
}

/** One job by its id; `onEnd` is called once when it leaves queued/running while being watched. */
export function useJob(jobId: string | undefined, onEnd?: (job: JobView) => void) {
  const query = useQuery(`job/${jobId ?? ''}`, (signal) => client.jobs.get({ jobId: jobId ?? '' }, { signal }), {
    topics: ['jobs'],
    enabled: jobId !== undefined,
  });
  const state = query.data?.state;
  useEffect(() => {
    if (query.data !== undefined && state !== 'queued' && state !== 'running') onEnd?.(query.data);
    // Only the step from running to ended counts, not a new identity of the callback or of the data.
  }, [state]);
  return query;
}
