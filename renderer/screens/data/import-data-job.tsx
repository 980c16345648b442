import { Button, Group } from '@mantine/core';
import { IconCheck, IconSchool } from '@tabler/icons-react';
import type { ErrorCode } from '../../../main/contract/errors.ts';
import { DATA_IMPORT_PHASES } from '../../../main/contract/datasets.contract.ts';
import type { JobView } from '../../../main/contract/jobs.contract.ts';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useCommand } from '../../state/commands.ts';
import { useJob } from '../../state/jobs.ts';
import { navigate } from '../../state/navigation.ts';
import { setQueryData } from '../../state/queries.ts';
import { useMay } from '../../state/session.ts';
import { useViewState } from '../../state/view-state.ts';
import { BackLink } from '../../ui/back-link.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { JobProgressPanel } from '../../ui/job-progress.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import classes from './data.module.css';
import { useDataset } from '../training/use-train-wizard.ts';
import { VersionFacts } from './version-facts.tsx';

/** A data import by its job: progress with cancel, then what was kept. The same after coming back tomorrow. */
export function ImportDataJob({ jobId }: { jobId: string }) {
  const { t } = useTexts();
  const job = useJob(jobId);
  const running = job.data?.state === 'queued' || job.data?.state === 'running';
  const title = job.data === undefined ? t('data.import') : t(running ? 'data.job.title' : 'data.job.titleEnded', { name: job.data.title });
  return (
    <Page title={title} layout="narrow" back={<BackLink to={{ screen: 'data', tab: 'datasets' }} label={t('data.detail.back')} />}>
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
  return DATA_IMPORT_PHASES.map((id) => ({ id, label: t(`jobs.phases.${id}`) }));
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

function Succeeded({ job }: { job: JobView }) {
  const { t, format } = useTexts();
  const phases = usePhases();
  const mayTrain = useMay('training.manage');
  const datasetId = job.result?.objectId ?? '';
  const dataset = useDataset(datasetId);
  const [, setTab] = useViewState<string | null>(`dataset/${datasetId}/tab`, 'rows');
  if (dataset.error?.code === 'NOT_FOUND') return <Notice tone="info">{t('data.job.gone')}</Notice>;
  return (
    <QueryState query={dataset}>
      {({ name, versions }) => {
        // The version this job made is the newest that was there when it ended.
        const version = versions.find(({ createdAtMs }) => createdAtMs <= (job.endedAtMs ?? Number.POSITIVE_INFINITY)) ?? versions[0];
        if (version === undefined) return null;
        const before = versions.find(({ number }) => number === version.number - 1);
        const tookMs = (job.endedAtMs ?? 0) - (job.startedAtMs ?? job.createdAtMs);
        return (
          <div className={classes['stack']}>
            <Panel>
              <div className={classes['done']}>
                <div className={classes['doneHead']}>
                  <span className={classes['doneMark']} aria-hidden>
                    <IconCheck size={24} stroke={2.5} />
                  </span>
                  <div>
                    <h2 className={classes['doneTitle']}>{t('data.job.doneTitle', { name, number: format.number(version.number) })}</h2>
                    <p className={classes['dim']}>
                      {t('data.job.doneLead', { count: version.rowCount, total: format.number(version.rowCount), time: format.duration(tookMs) })}
                    </p>
                  </div>
                </div>
                <Group gap="xs">
                  <Button onClick={() => navigate({ screen: 'dataset', datasetId })}>{t('data.job.open')}</Button>
                  {before !== undefined && (
                    <Button
                      variant="default"
                      onClick={() => {
                        setTab('compare');
                        navigate({ screen: 'dataset', datasetId });
                      }}
                    >
                      {t('data.job.compare', { number: format.number(before.number) })}
                    </Button>
                  )}
                  {mayTrain && (
                    <Button variant="default" leftSection={<IconSchool size={18} aria-hidden />} onClick={() => navigate({ screen: 'train', data: version.id })}>
                      {t('data.job.train')}
                    </Button>
                  )}
                  <Another />
                </Group>
              </div>
            </Panel>
            <VersionFacts version={version} />
            <Panel title={t('data.job.steps')}>
              <JobProgressPanel job={job} phases={phases} />
            </Panel>
          </div>
        );
      }}
    </QueryState>
  );
}

/** Failures the same file would meet again: trying once more is no way out. */
const settledErrors: ReadonlySet<ErrorCode> = new Set(['DATASET_REFUSED', 'DATASET_UNCHANGED', 'NAME_TAKEN']);

function NotImported({ job }: { job: JobView }) {
  const { t } = useTexts();
  const phases = usePhases();
  const mayManage = useMay('jobs.manage');
  const retry = useCommand(() => client.jobs.retry({ jobId: job.id }));
  const again = async (): Promise<void> => {
    const next = await retry.run();
    if (next !== undefined) navigate({ screen: 'import-data', jobId: next.id }, { replace: true });
  };
  return (
    <div className={classes['stack']}>
      {job.state === 'failed' && <ErrorNotice error={job.error ?? { code: 'BUG', data: { referenceId: job.id } }} />}
      {job.state === 'cancelled' && <Notice tone="info">{t('data.job.cancelled')}</Notice>}
      {job.state === 'interrupted' && <Notice tone="look">{t('data.job.interrupted')}</Notice>}
      <ErrorNotice error={retry.error} />
      {mayManage && (
        <Group gap="xs">
          {(job.error === null || !settledErrors.has(job.error.code)) && (
            <Button variant="default" loading={retry.running} onClick={() => void again()}>
              {t('data.job.again')}
            </Button>
          )}
          {job.error?.code === 'DATASET_UNCHANGED' && (
            <Button variant="default" onClick={() => navigate({ screen: 'dataset', datasetId: String(job.error?.data['datasetId']) })}>
              {t('data.job.unchanged')}
            </Button>
          )}
          <Another />
        </Group>
      )}
      <Panel title={t('data.job.steps')}>
        <JobProgressPanel job={job} phases={phases} />
      </Panel>
    </div>
  );
}

function Another() {
  const { t } = useTexts();
  return (
    <Button variant="subtle" onClick={() => navigate({ screen: 'import-data' })}>
      {t('data.job.another')}
    </Button>
  );
}
