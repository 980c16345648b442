import { Button, Group } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import type { ComponentType, ReactNode } from 'react';
import { JOB_PHASES } from '../../../main/contract/job-phases.ts';
import type { JobView } from '../../../main/contract/jobs.contract.ts';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useCommand } from '../../state/commands.ts';
import { useJob, useJobProgress } from '../../state/jobs.ts';
import { setQueryData } from '../../state/queries.ts';
import { useMay } from '../../state/session.ts';
import { BackLink } from '../../ui/back-link.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { fractionOf, JobProgressPanel } from '../../ui/job-progress.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import classes from './quality.module.css';

export interface MeasuredResultProps {
  /** The benchmark or tuning the job made. */
  objectId: string;
  /** How long the job took, in ms. */
  tookMs: number;
}

interface MeasuringJobProps {
  jobId: string;
  /** Which wizard's words are used. */
  words: 'measure' | 'tune';
  /** Starts over with the new job. */
  onRetried: (jobId: string) => void;
  /** Shows what was measured. */
  Result: ComponentType<MeasuredResultProps>;
  /** Over the progress while it runs. */
  Live?: ComponentType<{ job: JobView }>;
  /** Goes to the wizard. */
  onAnother: () => void;
}

/** A benchmark or a tuning by its job: progress with cancel, then what it found. The same after coming back tomorrow. */
export function MeasuringJob(props: MeasuringJobProps) {
  const { t } = useTexts();
  const { words } = props;
  const job = useJob(props.jobId);
  return (
    <Page
      title={job.data === undefined ? t(`quality.${words}.title`) : t(`quality.${words}.job.title`, { name: job.data.title })}
      back={
        <BackLink
          to={{ screen: 'quality', tab: words === 'measure' ? 'benchmarks' : 'tunings' }}
          label={t(words === 'measure' ? 'quality.tabs.benchmarks' : 'quality.tabs.tunings')}
        />
      }
    >
      <QueryState query={job}>{(data) => <JobBody {...props} job={data} />}</QueryState>
    </Page>
  );
}

function JobBody({ job, ...props }: MeasuringJobProps & { job: JobView }) {
  const { Result, Live } = props;
  const { t } = useTexts();
  const steps = (
    <Panel title={t(`quality.${props.words}.job.steps`)}>
      <JobProgressPanel job={job} phases={usePhases(job)} />
    </Panel>
  );
  switch (job.state) {
    case 'queued':
    case 'running':
      return <Running job={job} words={props.words} live={Live !== undefined && <Live job={job} />} />;
    case 'succeeded':
      return (
        <div className={classes['stack']}>
          <Result objectId={job.result?.objectId ?? ''} tookMs={(job.endedAtMs ?? 0) - (job.startedAtMs ?? job.createdAtMs)} />
          {steps}
        </div>
      );
    case 'failed':
    case 'cancelled':
    case 'interrupted':
      return (
        <div className={classes['stack']}>
          <Ended {...props} job={job} />
          {steps}
        </div>
      );
  }
}

/** Phases with what each found, which the job says in words or numbers of its own. */
function usePhases(job: JobView) {
  const { t } = useTexts();
  return JOB_PHASES[job.kind].map((id) => ({ id, label: t(`jobs.phases.${id}`) }));
}

function Running({ job, words, live }: Pick<MeasuringJobProps, 'words'> & { job: JobView; live: ReactNode }) {
  const { t, format } = useTexts();
  const mayManage = useMay('jobs.manage');
  const phases = usePhases(job);
  const used = fractionOf(useJobProgress(job));
  // Tuning ends when nothing is left to try: how much of its time is used tells more than a time left.
  const facts = words === 'tune' ? { facts: used === null ? [] : [t('quality.tune.job.used', { percent: format.percent(used) })] } : {};
  const cancel = useCommand(async () => {
    setQueryData(`job/${job.id}`, await client.jobs.cancel({ jobId: job.id }));
  });
  return (
    <Panel>
      {live}
      <JobProgressPanel job={job} phases={phases} {...facts} cancelling={cancel.running} {...(mayManage ? { onCancel: () => void cancel.run() } : {})} />
      <ErrorNotice error={cancel.error} />
    </Panel>
  );
}

function Ended({ job, words, onRetried, onAnother }: MeasuringJobProps & { job: JobView }) {
  const { t } = useTexts();
  const mayManage = useMay('quality.manage');
  const retry = useCommand(() => client.jobs.retry({ jobId: job.id }));
  return (
    <>
      {job.state === 'failed' && <ErrorNotice error={job.error ?? { code: 'BUG', data: { referenceId: job.id } }} />}
      {job.state === 'cancelled' && <Notice tone="info">{t(`quality.${words}.job.cancelled`)}</Notice>}
      {job.state === 'interrupted' && <Notice tone="look">{t(`quality.${words}.job.interrupted`)}</Notice>}
      <ErrorNotice error={retry.error} />
      {mayManage && (
        <Group gap="xs">
          <Button
            loading={retry.running}
            onClick={() => {
              void retry.run().then((next) => next !== undefined && onRetried(next.id));
            }}
          >
            {t(`quality.${words}.job.again`)}
          </Button>
          <Button variant="subtle" onClick={onAnother}>
            {t(`quality.${words}.job.another`)}
          </Button>
        </Group>
      )}
    </>
  );
}

/** The head of a result: a tick, what is done, how long it took, and the ways on. */
export function DoneHead({ title, lead, children }: { title: string; lead: string; children?: ReactNode }) {
  return (
    <Panel>
      <div className={classes['list']}>
        <div className={classes['doneHead']}>
          <span className={classes['doneMark']} aria-hidden>
            <IconCheck size={24} stroke={2.5} />
          </span>
          <div>
            <h2 className={classes['doneTitle']}>{title}</h2>
            <p className={`${classes['plain'] ?? ''} ${classes['dim'] ?? ''}`}>{lead}</p>
          </div>
        </div>
        {children}
      </div>
    </Panel>
  );
}
