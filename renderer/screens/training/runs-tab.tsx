import { Button } from '@mantine/core';
import { IconSchool } from '@tabler/icons-react';
import { useMemo } from 'react';
import type { ReactNode } from 'react';
import type { TrainingRun } from '../../../main/contract/training.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { navigate } from '../../state/navigation.ts';
import { useMay } from '../../state/session.ts';
import { useDatasets, useTrainingRuns } from '../../state/training.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { runColumns } from './run-columns.tsx';

const SHOWN_ROWS = 12;

/** All training runs, newest first; each opens its curves. */
export function RunsTab() {
  const { t } = useTexts();
  const runs = useTrainingRuns();
  const mayTrain = useMay('training.manage');
  const mayImport = useMay('data.manage');
  const noData = useDatasets().data?.length === 0;
  const train = mayTrain && (
    <Button leftSection={<IconSchool size={18} aria-hidden />} onClick={() => navigate({ screen: 'train' })}>
      {t('training.verb')}
    </Button>
  );
  const importData = mayImport && <Button onClick={() => navigate({ screen: 'import-data' })}>{t('training.runs.empty.importData')}</Button>;
  return (
    <QueryState query={runs}>
      {(rows) =>
        rows.length === 0 ? (
          <EmptyState
            icon={<IconSchool size={32} stroke={1.5} />}
            title={t('training.runs.empty.title')}
            body={t(noData ? 'training.runs.empty.noData' : 'training.runs.empty.body')}
            action={noData ? importData : train}
          />
        ) : (
          <RunList rows={rows} button={train} />
        )
      }
    </QueryState>
  );
}

function RunList({ rows, button }: { rows: readonly TrainingRun[]; button: ReactNode }) {
  const { t, format } = useTexts();
  const columns = useMemo(() => runColumns(t, format), [t, format]);
  return (
    <DataTable
      label={t('training.runs.table.label')}
      stateKey="training/runs"
      columns={columns}
      rows={rows}
      rowKey={({ id }) => id}
      onOpen={({ id }) => navigate({ screen: 'training-run', runId: id })}
      initialSort={{ column: 'when', descending: true }}
      tools={button}
      maxRows={SHOWN_ROWS}
    />
  );
}
