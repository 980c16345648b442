import { Button, Group } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import type { ComponentType, ReactNode } from 'react';
import type { ErrorCode } from '../../../main/contract/errors.ts';
import type { JobView } from '../../../main/contract/jobs.contract.ts';
import { client } from '../../client/connection.ts';
import { useCommand } from '../../state/commands.ts';
import { useJob } from '../../state/jobs.ts';
import { navigate } from '../../state/navigation.ts';
import { setQueryData } from '../../state/queries.ts';
import type { Route } from '../../state/routes.ts';
import { useMay } from '../../state/session.ts';
import { BackLink } from '../../ui/back-link.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { JobProgressPanel } from '../../ui/job-progress.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import classes from './source.module.css';

/** What differs between the imports of models, data and adapters while their job is watched. */
export interface ImportJobWords {
  title: string;
  running: (name: string) => string;
  ended: (name: string) => string;
  steps: string;
  again: string;
  another: string;
  cancelled: string;
  interrupted: string;
}

export interface ImportJobKind {
  words: ImportJobWords;
  back: { to: Route; label: string };
  phases: Parameters<typeof JobProgressPanel>[0]['phases'];
  /** Failures the same file would meet again: trying once more is no way out. */
  settledErrors: ReadonlySet<ErrorCode>;
  /** Where another import begins, and where the job of one is watched. */
  wizard: Route;
  jobRoute: (jobId: string) => Route;
}

/** `steps` is the job's progress as it ended, `another` the button to the next import. */
export interface ImportedProps {
  job: JobView;
  steps: ReactNode;
  another: ReactNode;
}

interface ImportJobPageProps {
  jobId: string;
  kind: ImportJobKind;
  /** What was imported. */
  Imported: ComponentType<ImportedProps>;
  /** Further ways on after a failure. */
  WaysOn?: ComponentType<{ job: JobView }>;
}

/** An import by its job: progress with cancel, then the result in words. The same after coming back tomorrow. */
export function ImportJobPage({ jobId, kind, Imported, WaysOn }: ImportJobPageProps) {
  const job = useJob(jobId);
  const { words, back, phases, wizard } = kind;
  const running = job.data?.state === 'queued' || job.data?.state === 'running';
  const title = job.data === undefined ? words.title : (running ? words.running : words.ended)(job.data.title);
  const another = (
    <Button variant="subtle" onClick={() => navigate(wizard)}>
      {words.another}
    </Button>
  );
  const body = (data: JobView): ReactNode => {
    const steps = (
      <Panel title={words.steps}>
        <JobProgressPanel job={data} phases={phases} />
      </Panel>
    );
    switch (data.state) {
      case 'queued':
      case 'running':
        return <Running job={data} kind={kind} />;
      case 'succeeded':
        return <Imported job={data} steps={steps} another={another} />;
      case 'failed':
      case 'cancelled':
      case 'interrupted':
        return <NotImported job={data} kind={kind} steps={steps} another={another} more={WaysOn !== undefined && <WaysOn job={data} />} />;
    }
  };
  return (
    <Page title={title} layout="narrow" back={<BackLink to={back.to} label={back.label} />}>
      <QueryState query={job}>{body}</QueryState>
    </Page>
  );
}

/** The head of a result: done, what, and how long it took. */
export function ImportedHead({ title, lead }: { title: string; lead: string }) {
  return (
    <div className={classes['doneHead']}>
      <span className={classes['doneMark']} aria-hidden>
        <IconCheck size={24} stroke={2.5} />
      </span>
      <div>
        <h2 className={classes['doneTitle']}>{title}</h2>
        <p className={classes['dim']}>{lead}</p>
      </div>
    </div>
  );
}

function Running({ job, kind }: { job: JobView; kind: ImportJobKind }) {
  const mayManage = useMay('jobs.manage');
  const cancel = useCommand(async () => {
    setQueryData(`job/${job.id}`, await client.jobs.cancel({ jobId: job.id }));
  });
  return (
    <Panel>
      <JobProgressPanel job={job} phases={kind.phases} cancelling={cancel.running} {...(mayManage ? { onCancel: () => void cancel.run() } : {})} />
      <ErrorNotice error={cancel.error} />
    </Panel>
  );
}

function NotImported({ job, kind, steps, another, more }: { job: JobView; kind: ImportJobKind; steps: ReactNode; another: ReactNode; more: ReactNode }) {
  const mayManage = useMay('jobs.manage');
  const retry = useCommand(() => client.jobs.retry({ jobId: job.id }));
  const again = async (): Promise<void> => {
    const next = await retry.run();
    if (next !== undefined) navigate(kind.jobRoute(next.id), { replace: true });
  };
  return (
    <div className={classes['imported']}>
      {job.state === 'failed' && <ErrorNotice error={job.error ?? { code: 'BUG', data: { referenceId: job.id } }} />}
      {job.state === 'cancelled' && <Notice tone="info">{kind.words.cancelled}</Notice>}
      {job.state === 'interrupted' && <Notice tone="look">{kind.words.interrupted}</Notice>}
      <ErrorNotice error={retry.error} />
      {mayManage && (
        <Group gap="xs">
          {(job.error === null || !kind.settledErrors.has(job.error.code)) && (
            <Button variant="default" loading={retry.running} onClick={() => void again()}>
              {kind.words.again}
            </Button>
          )}
          {more}
          {another}
        </Group>
      )}
      {steps}
    </div>
  );
}
