import { Button, Group } from '@mantine/core';
import { IconSchool } from '@tabler/icons-react';
import { DATA_IMPORT_PHASES } from '../../../main/contract/datasets.contract.ts';
import type { JobView } from '../../../main/contract/jobs.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { navigate } from '../../state/navigation.ts';
import { useMay } from '../../state/session.ts';
import { useViewState } from '../../state/view-state.ts';
import { Notice } from '../../ui/notice.tsx';
import { Panel } from '../../ui/panel.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { ImportedHead, ImportJobPage } from '../source/import-job-page.tsx';
import type { ImportedProps } from '../source/import-job-page.tsx';
import { useDataset } from '../training/use-train-wizard.ts';
import classes from './data.module.css';
import { VersionFacts } from './version-facts.tsx';

/** A data import by its job. */
export function ImportDataJob({ jobId }: { jobId: string }) {
  const { t } = useTexts();
  return (
    <ImportJobPage
      jobId={jobId}
      kind={{
        words: {
          title: t('data.import'),
          running: (name) => t('data.job.title', { name }),
          ended: (name) => t('data.job.titleEnded', { name }),
          steps: t('data.job.steps'),
          again: t('data.job.again'),
          another: t('data.job.another'),
          cancelled: t('data.job.cancelled'),
          interrupted: t('data.job.interrupted'),
        },
        back: { to: { screen: 'data', tab: 'datasets' }, label: t('data.detail.back') },
        phases: DATA_IMPORT_PHASES.map((id) => ({ id, label: t(`jobs.phases.${id}`) })),
        settledErrors: new Set(['DATASET_REFUSED', 'DATASET_UNCHANGED', 'NAME_TAKEN']),
        wizard: { screen: 'import-data' },
        jobRoute: (id) => ({ screen: 'import-data', jobId: id }),
      }}
      Imported={Imported}
      WaysOn={ToTheSame}
    />
  );
}

/** The same rows are there already: the way to them. */
function ToTheSame({ job }: { job: JobView }) {
  const { t } = useTexts();
  if (job.error?.code !== 'DATASET_UNCHANGED') return null;
  const datasetId = String(job.error.data['datasetId']);
  return (
    <Button variant="default" onClick={() => navigate({ screen: 'dataset', datasetId })}>
      {t('data.job.unchanged')}
    </Button>
  );
}

function Imported({ job, steps, another }: ImportedProps) {
  const { t, format } = useTexts();
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
                <ImportedHead
                  title={t('data.job.doneTitle', { name, number: format.number(version.number) })}
                  lead={t('data.job.doneLead', { count: version.rowCount, total: format.number(version.rowCount), time: format.duration(tookMs) })}
                />
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
                  {another}
                </Group>
              </div>
            </Panel>
            <VersionFacts version={version} />
            {steps}
          </div>
        );
      }}
    </QueryState>
  );
}
