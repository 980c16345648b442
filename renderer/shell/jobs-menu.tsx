import { Menu, Progress } from '@mantine/core';
import { IconListDetails, IconLoader2 } from '@tabler/icons-react';
import type { JobView } from '../../main/contract/jobs.contract.ts';
import { asError } from '../client/as-error.ts';
import { client } from '../client/connection.ts';
import { useTexts } from '../i18n/i18n.ts';
import { useJobProgress, useJobs } from '../state/jobs.ts';
import { navigate } from '../state/navigation.ts';
import type { Route } from '../state/routes.ts';
import { useMay } from '../state/session.ts';
import { fractionOf } from '../ui/job-progress.tsx';
import classes from './shell.module.css';

/** Where the progress of a job is watched. */
export function routeOfJob(job: Pick<JobView, 'id' | 'kind'>): Route {
  switch (job.kind) {
    case 'models.import':
      return { screen: 'import', jobId: job.id };
    case 'benchmarks.run':
      return { screen: 'measure', jobId: job.id };
    case 'benchmarks.tune':
      return { screen: 'tune', jobId: job.id };
    case 'quantization.quantize':
      return { screen: 'quantize', jobId: job.id };
    case 'quantization.prune':
    case 'quantization.layers':
      return { screen: 'prune', jobId: job.id };
    case 'datasets.import':
      return { screen: 'import-data', jobId: job.id };
    case 'adapters.import':
      return { screen: 'import-adapter', jobId: job.id };
    case 'training.run':
    case 'quantization.matrix':
    case 'quantization.evaluate':
      return { screen: 'jobs', jobId: job.id };
  }
}

/** The same, with a training told by its run: a job alone does not say which, so the runs are looked through. */
export async function findRouteOfJob(job: Pick<JobView, 'id' | 'kind'>): Promise<Route> {
  if (job.kind !== 'training.run') return routeOfJob(job);
  try {
    const run = (await client.training.list({})).find(({ jobId }) => jobId === job.id);
    return run === undefined ? routeOfJob(job) : { screen: 'training-run', runId: run.id };
  } catch (thrown) {
    // Without the runs the job itself can still be looked at; there it says what is the matter.
    console.warn(asError(thrown).code);
    return routeOfJob(job);
  }
}

/** Running jobs in the bar, with their progress; one click leads to each. */
export function JobsMenu() {
  const { t } = useTexts();
  const jobs = useJobs();
  const running = (jobs.data ?? []).filter(({ state }) => state === 'running' || state === 'queued');
  if (!useMay('jobs.read')) return null;
  const label = running.length === 0 ? t('shell.jobs.none') : t('shell.jobs.running', { count: running.length });
  return (
    <Menu width="auto" withinPortal={false}>
      <Menu.Target>
        <button type="button" className={classes['jobs']} data-running={running.length > 0 || undefined} aria-label={label}>
          {running.length > 0 ? <IconLoader2 size={18} className={classes['turning']} aria-hidden /> : <IconListDetails size={18} aria-hidden />}
          {running.length > 0 && <span className={classes['jobsWord']}>{label}</span>}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {running.length === 0 && <Menu.Label>{t('shell.jobs.none')}</Menu.Label>}
        {running.map((job) => (
          <Menu.Item key={job.id} onClick={() => void findRouteOfJob(job).then((route) => navigate(route))}>
            <JobLine job={job} />
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={() => navigate({ screen: 'jobs' })}>{t('shell.jobs.all')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function JobLine({ job }: { job: JobView }) {
  const { t, format } = useTexts();
  const progress = useJobProgress(job);
  const fraction = fractionOf(progress);
  const phases: Record<string, string> = t('jobs.phases', { returnObjects: true });
  return (
    <div className={classes['job']}>
      <span className={classes['jobTitle']}>{t('jobsScreen.detail.title', { kind: t(`jobs.kinds.${job.kind}`), title: job.title })}</span>
      <Progress value={(fraction ?? 1) * 100} animated={fraction === null} size="sm" aria-label={job.title} />
      <span className={classes['jobPhase']}>
        <span>{progress === null ? t(`jobs.states.${job.state}`) : (phases[progress.phase] ?? progress.phase)}</span>
        <span>{fraction === null ? '' : format.percent(fraction)}</span>
      </span>
    </div>
  );
}
