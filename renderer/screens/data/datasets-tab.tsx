import { Button } from '@mantine/core';
import { IconDatabase, IconDatabaseImport } from '@tabler/icons-react';
import { useMemo } from 'react';
import type { ReactNode } from 'react';
import type { DatasetSummary } from '../../../main/contract/datasets.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { navigate } from '../../state/navigation.ts';
import { useMay } from '../../state/session.ts';
import { useDatasets } from '../../state/training.ts';
import { DataTable } from '../../ui/data-table.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { RouteLink } from '../../ui/route-link.tsx';

const SHOWN_ROWS = 14;

/** All data sets of this machine. */
export function DatasetsTab() {
  const { t } = useTexts();
  const datasets = useDatasets();
  const mayManage = useMay('data.manage');
  const importButton = mayManage && (
    <Button leftSection={<IconDatabaseImport size={18} aria-hidden />} onClick={() => navigate({ screen: 'import-data' })}>
      {t('data.import')}
    </Button>
  );
  return (
    <QueryState query={datasets}>
      {(rows) =>
        rows.length === 0 ? (
          <EmptyState icon={<IconDatabase size={32} stroke={1.5} />} title={t('data.empty.title')} body={t('data.empty.body')} action={importButton === false ? undefined : importButton} />
        ) : (
          <DatasetsTable rows={rows} button={importButton} />
        )
      }
    </QueryState>
  );
}

function DatasetsTable({ rows, button }: { rows: readonly DatasetSummary[]; button: ReactNode }) {
  const { t, format } = useTexts();
  const columns = useMemo(
    (): Column<DatasetSummary>[] => [
      {
        key: 'name',
        header: t('data.table.name'),
        grow: true,
        sortValue: ({ name }) => name,
        filterText: ({ name }) => name,
        render: ({ id, name }) => <RouteLink to={{ screen: 'dataset', datasetId: id }}>{name}</RouteLink>,
      },
      {
        key: 'versions',
        header: t('data.table.versions'),
        widthRem: 6,
        drop: 2,
        align: 'right',
        sortDescendingFirst: true,
        sortValue: ({ versionCount }) => versionCount,
        render: ({ versionCount }) => format.number(versionCount),
      },
      {
        key: 'rows',
        header: t('data.table.rows'),
        widthRem: 6.5,
        drop: 6,
        align: 'right',
        sortDescendingFirst: true,
        sortValue: ({ rowCount }) => rowCount,
        render: ({ rowCount }) => format.number(rowCount),
      },
      {
        key: 'size',
        header: t('data.table.size'),
        widthRem: 6.5,
        drop: 4,
        align: 'right',
        sortDescendingFirst: true,
        sortValue: ({ textBytes }) => textBytes,
        render: ({ textBytes }) => format.bytes(textBytes),
      },
      {
        key: 'splits',
        header: t('data.table.splits'),
        widthRem: 9,
        drop: 1,
        align: 'right',
        render: ({ shares }) => t('data.sharesText', { ...shares }),
      },
      {
        key: 'trained',
        header: t('data.table.trained'),
        widthRem: 8.5,
        drop: 3,
        align: 'right',
        sortDescendingFirst: true,
        sortValue: ({ trainedCount }) => trainedCount,
        render: ({ trainedCount }) => format.number(trainedCount),
      },
      {
        key: 'created',
        header: t('data.table.created'),
        widthRem: 9.5,
        drop: 5,
        align: 'right',
        sortDescendingFirst: true,
        sortValue: ({ createdAtMs }) => createdAtMs,
        render: ({ createdAtMs }) => format.date(createdAtMs),
      },
    ],
    [t, format],
  );
  return (
    <DataTable
      label={t('data.table.label')}
      stateKey="datasets"
      columns={columns}
      rows={rows}
      rowKey={({ id }) => id}
      onOpen={({ id }) => navigate({ screen: 'dataset', datasetId: id })}
      initialSort={{ column: 'created', descending: true }}
      tools={button}
      maxRows={SHOWN_ROWS}
    />
  );
}
