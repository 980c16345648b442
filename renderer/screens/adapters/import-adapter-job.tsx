import { Button, Group } from '@mantine/core';
import { ADAPTER_IMPORT_PHASES } from '../../../main/contract/adapters.contract.ts';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { navigate } from '../../state/navigation.ts';
import { useQuery } from '../../state/queries.ts';
import { Panel } from '../../ui/panel.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { ImportedHead, ImportJobPage } from '../source/import-job-page.tsx';
import type { ImportedProps } from '../source/import-job-page.tsx';
import { AdapterFactsList } from './adapter-facts.tsx';
import classes from './adapters.module.css';

/** An import of an adapter by its job. */
export function ImportAdapterJob({ jobId }: { jobId: string }) {
  const { t } = useTexts();
  return (
    <ImportJobPage
      jobId={jobId}
      kind={{
        words: {
          title: t('adapters.import'),
          running: (name) => t('adapters.job.title', { name }),
          ended: (name) => t('adapters.job.titleEnded', { name }),
          steps: t('adapters.job.checks'),
          again: t('adapters.job.again'),
          another: t('adapters.job.another'),
          cancelled: t('adapters.job.cancelled'),
          interrupted: t('adapters.job.interrupted'),
        },
        back: { to: { screen: 'adapters' }, label: t('adapters.title') },
        // The number of matrices is told at the end of the first phase.
        phases: ADAPTER_IMPORT_PHASES.map((id) => ({
          id,
          label: t(`jobs.phases.${id}`),
          note: (detail: string) => (id === 'structure' && detail !== '' ? t('adapters.job.targets', { count: Number(detail) }) : ''),
        })),
        settledErrors: new Set(['GGUF_REFUSED', 'ADAPTER_REFUSED', 'ADAPTER_ALREADY_IMPORTED', 'NAME_TAKEN', 'NOT_FOUND']),
        wizard: { screen: 'import-adapter' },
        jobRoute: (id) => ({ screen: 'import-adapter', jobId: id }),
      }}
      Imported={Imported}
    />
  );
}

function Imported({ job, steps, another }: ImportedProps) {
  const { t } = useTexts();
  const adapterId = job.result?.objectId ?? '';
  const adapter = useQuery(`adapter/${adapterId}`, (signal) => client.adapters.get({ adapterId }, { signal }), { topics: ['adapters'], enabled: adapterId !== '' });
  return (
    <QueryState query={adapter}>
      {(data) => (
        <div className={classes['stack']}>
          <Panel>
            <div className={`${classes['stack'] ?? ''} ${classes['wide'] ?? ''}`}>
              <ImportedHead title={t('adapters.job.done', { name: data.name })} lead={t('adapters.job.doneLead', { model: data.modelName })} />
              <AdapterFactsList facts={data.facts} />
              <Group gap="xs">
                <Button onClick={() => navigate({ screen: 'adapters' })}>{t('adapters.job.all')}</Button>
                {another}
              </Group>
            </div>
          </Panel>
          {steps}
        </div>
      )}
    </QueryState>
  );
}
