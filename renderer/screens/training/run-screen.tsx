import { JOB_PHASES } from '../../../main/contract/job-phases.ts';
import type { TrainingRun } from '../../../main/contract/training.contract.ts';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useJob, useJobProgress } from '../../state/jobs.ts';
import { useQuery } from '../../state/queries.ts';
import type { RouteOf } from '../../state/routes.ts';
import { BackLink } from '../../ui/back-link.tsx';
import { JobProgressPanel } from '../../ui/job-progress.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { LossCurves } from './loss-curves.tsx';
import { RunFacts } from './run-facts.tsx';
import { RunProgress } from './run-progress.tsx';
import { RunResult } from './run-result.tsx';
import { RunState } from './run-state.tsx';
import { dataName, modeName, runName } from './run-words.ts';
import classes from './training.module.css';
import { runKey } from './use-run-actions.ts';

/** One training: how it stands, its curves while it learns, what it brought. The same after coming back tomorrow. */
export default function RunScreen({ route: { runId } }: { route: RouteOf<'training-run'> }) {
  const { t, format } = useTexts();
  const run = useQuery(runKey(runId), (signal) => client.training.get({ runId }, { signal }), { topics: ['training', 'jobs'] });
  return (
    <Page
      title={run.data === undefined ? t('training.title') : t('training.run.title', { name: runName(run.data, t) })}
      back={<BackLink to={{ screen: 'data', tab: 'runs' }} label={t('training.run.back')} />}
      {...(run.data === undefined ? {} : { lead: [dataName(run.data.dataset, t), modeName(run.data, t, format)].join(' · ') })}
    >
      {run.error?.code === 'NOT_FOUND' ? <Notice tone="info">{t('training.run.gone')}</Notice> : <QueryState query={run}>{(data) => <Run key={data.id} run={data} />}</QueryState>}
    </Page>
  );
}

function Run({ run }: { run: TrainingRun }) {
  const { t } = useTexts();
  const job = useJob(run.jobId ?? undefined).data;
  const progress = useJobProgress(job);
  const phases = JOB_PHASES['training.run'].map((id) => ({ id, label: t(`jobs.phases.${id}`) }));
  return (
    <div className={classes['screen']}>
      <RunState run={run} progress={progress} />
      {run.state === 'finished' && <RunResult run={run} />}
      <div className={classes['main']}>
        <LossCurves run={run} />
        <RunProgress run={run} progress={progress} />
      </div>
      {run.state !== 'finished' && <RunResult run={run} />}
      <RunFacts run={run} />
      {job !== undefined && (
        <Panel title={t('training.run.steps')}>
          <JobProgressPanel job={job} phases={phases} />
        </Panel>
      )}
    </div>
  );
}
