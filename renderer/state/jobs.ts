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

/** One job by its id, refetched when it changes or enters a new phase. */
export function useJob(jobId: string | undefined) {
  const query = useQuery(`job/${jobId ?? ''}`, (signal) => client.jobs.get({ jobId: jobId ?? '' }, { signal }), {
    topics: ['jobs'],
    enabled: jobId !== undefined,
  });
  const { refetch } = query;
  const phase = useJobProgress(query.data)?.phase;
  useEffect(() => {
    // A new phase means that the one before it has ended: its duration and findings are in the row now.
    if (phase !== undefined) refetch();
  }, [phase, refetch]);
  return query;
}
