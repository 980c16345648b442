import { Button, Group } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { ADAPTER_IMPORT_PHASES } from '../../../main/contract/adapters.contract.ts';
import type { ErrorCode } from '../../../main/contract/errors.ts';
import type { JobView } from '../../../main/contract/jobs.contract.ts';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useCommand } from '../../state/commands.ts';
import { useJob } from '../../state/jobs.ts';
import { navigate } from '../../state/navigation.ts';
import { setQueryData, useQuery } from '../../state/queries.ts';
import { useMay } from '../../state/session.ts';
import { BackLink } from '../../ui/back-link.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { JobProgressPanel } from '../../ui/job-progress.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { AdapterFactsList } from './adapter-facts.tsx';
import classes from './adapters.module.css';

/** An import by its job: progress with cancel, then the result in words. */
export function ImportAdapterJob({ jobId }: { jobId: string }) {
  const { t } = useTexts();
  const job = useJob(jobId);
  const running = job.data?.state === 'queued' || job.data?.state === 'running';
  const title = job.data === undefined ? t('adapters.import') : t(running ? 'adapters.job.title' : 'adapters.job.titleEnded', { name: job.data.title });
  return (
    <Page title={title} layout="narrow" back={<BackLink to={{ screen: 'adapters' }} label={t('adapters.title')} />}>
      <QueryState query={job}>{(data) => <JobBody job={data} />}</QueryState>
    </Page>
  );
}

function JobBody({ job }: { job: JobView }) {
  switch (job.state) {
    case 'queued':
    case 'running':
      return <Running job={job} />;
    case 'succeeded':
      return <Succeeded job={job} />;
    case 'failed':
    case 'cancelled':
    case 'interrupted':
      return <NotImported job={job} />;
  }
}

function usePhases() {
  const { t } = useTexts();
  // The number of matrices is told at the end of the first phase.
  return ADAPTER_IMPORT_PHASES.map((id) => ({
    id,
    label: t(`jobs.phases.${id}`),
    note: (detail: string) => (id === 'structure' && detail !== '' ? t('adapters.job.targets', { count: Number(detail) }) : ''),
  }));
}

function Running({ job }: { job: JobView }) {
  const phases = usePhases();
  const mayManage = useMay('jobs.manage');
  const cancel = useCommand(async () => {
    setQueryData(`job/${job.id}`, await client.jobs.cancel({ jobId: job.id }));
  });
  return (
    <Panel>
      <JobProgressPanel job={job} phases={phases} cancelling={cancel.running} {...(mayManage ? { onCancel: () => void cancel.run() } : {})} />
      <ErrorNotice error={cancel.error} />
    </Panel>
  );
}

function Checks({ job }: { job: JobView }) {
  const { t } = useTexts();
  return (
    <Panel title={t('adapters.job.checks')}>
      <JobProgressPanel job={job} phases={usePhases()} />
    </Panel>
  );
}

function Succeeded({ job }: { job: JobView }) {
  const { t } = useTexts();
  const adapterId = job.result?.objectId ?? '';
  const adapter = useQuery(`adapter/${adapterId}`, (signal) => client.adapters.get({ adapterId }, { signal }), { topics: ['adapters'], enabled: adapterId !== '' });
  return (
    <QueryState query={adapter}>
      {(data) => (
        <div className={classes['stack']}>
          <Panel>
            <div className={`${classes['stack'] ?? ''} ${classes['wide'] ?? ''}`}>
              <div className={classes['doneHead']}>
                <span className={classes['doneMark']} aria-hidden>
                  <IconCheck size={24} stroke={2.5} />
                </span>
                <div>
                  <h2 className={classes['doneTitle']}>{t('adapters.job.done', { name: data.name })}</h2>
                  <p className={classes['dim']}>{t('adapters.job.doneLead', { model: data.modelName })}</p>
                </div>
              </div>
              <AdapterFactsList facts={data.facts} />
              <Group gap="xs">
                <Button onClick={() => navigate({ screen: 'adapters' })}>{t('adapters.job.all')}</Button>
                <Another />
              </Group>
            </div>
          </Panel>
          <Checks job={job} />
        </div>
      )}
    </QueryState>
  );
}

/** Failures the same file would meet again: trying once more is no way out. */
const settledErrors: ReadonlySet<ErrorCode> = new Set(['GGUF_REFUSED', 'ADAPTER_REFUSED', 'ADAPTER_ALREADY_IMPORTED', 'NAME_TAKEN', 'NOT_FOUND']);

function NotImported({ job }: { job: JobView }) {
  const { t } = useTexts();
  const mayManage = useMay('jobs.manage');
  const retry = useCommand(() => client.jobs.retry({ jobId: job.id }));
  const again = async (): Promise<void> => {
    const next = await retry.run();
    if (next !== undefined) navigate({ screen: 'import-adapter', jobId: next.id }, { replace: true });
  };
  return (
    <div className={classes['stack']}>
      {job.state === 'failed' && <ErrorNotice error={job.error ?? { code: 'BUG', data: { referenceId: job.id } }} />}
      {job.state === 'cancelled' && <Notice tone="info">{t('adapters.job.cancelled')}</Notice>}
      {job.state === 'interrupted' && <Notice tone="look">{t('adapters.job.interrupted')}</Notice>}
      <ErrorNotice error={retry.error} />
      {mayManage && (
        <Group gap="xs">
          {(job.error === null || !settledErrors.has(job.error.code)) && (
            <Button variant="default" loading={retry.running} onClick={() => void again()}>
              {t('adapters.job.again')}
            </Button>
          )}
          <Another />
        </Group>
      )}
      <Checks job={job} />
    </div>
  );
}

function Another() {
  const { t } = useTexts();
  return (
    <Button variant="subtle" onClick={() => navigate({ screen: 'import-adapter' })}>
      {t('adapters.job.another')}
    </Button>
  );
}
