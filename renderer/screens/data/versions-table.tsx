import { useMemo } from 'react';
import type { DatasetDetail, DatasetVersion } from '../../../main/contract/datasets.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { DataTable } from '../../ui/data-table.tsx';
import type { Column } from '../../ui/data-table.tsx';

/** The versions of a data set, newest first; the chosen one is told in full below. */
export function DatasetVersionsTable({ dataset, onOpen }: { dataset: DatasetDetail; onOpen: (version: DatasetVersion) => void }) {
  const { t, format } = useTexts();
  const columns = useMemo(
    (): Column<DatasetVersion>[] => [
      {
        key: 'number',
        header: t('data.versions.number'),
        widthRem: 5.5,
        align: 'right',
        sortDescendingFirst: true,
        sortValue: ({ number }) => number,
        render: ({ number }) => format.number(number),
      },
      {
        key: 'rows',
        header: t('data.versions.rows'),
        widthRem: 6,
        drop: 7,
        align: 'right',
        sortValue: ({ rowCount }) => rowCount,
        render: ({ rowCount }) => format.number(rowCount),
      },
      {
        key: 'splits',
        header: t('data.versions.splits'),
        widthRem: 8,
        drop: 4,
        align: 'right',
        render: ({ splits }) => [splits.train, splits.validation, splits.test].map((count) => format.number(count)).join(' / '),
      },
      {
        key: 'size',
        header: t('data.versions.size'),
        widthRem: 6.5,
        drop: 3,
        align: 'right',
        sortValue: ({ textBytes }) => textBytes,
        render: ({ textBytes }) => format.bytes(textBytes),
      },
      {
        key: 'when',
        header: t('data.versions.when'),
        widthRem: 11.5,
        drop: 6,
        sortDescendingFirst: true,
        sortValue: ({ createdAtMs }) => createdAtMs,
        render: ({ createdAtMs }) => format.dateTime(createdAtMs),
      },
      { key: 'who', header: t('data.versions.who'), widthRem: 7.5, drop: 2, sortValue: ({ createdBy }) => createdBy, filterText: ({ createdBy }) => createdBy, render: ({ createdBy }) => createdBy },
      { key: 'licence', header: t('data.versions.licence'), widthRem: 7.5, drop: 1, filterText: ({ licence }) => licence, render: ({ licence }) => licence || '–' },
      {
        key: 'trained',
        header: t('data.versions.trained'),
        grow: true,
        widthRem: 9,
        drop: 5,
        filterText: (version) => trainedText(version, t),
        render: (version) => trainedText(version, t) || '–',
      },
    ],
    [t, format],
  );
  return (
    <DataTable
      label={t('data.versions.label')}
      stateKey={`dataset/${dataset.id}/versions`}
      columns={columns}
      rows={dataset.versions}
      rowKey={({ id }) => id}
      onOpen={onOpen}
      withFilter={false}
      maxRows={8}
    />
  );
}

function trainedText({ trained }: DatasetVersion, t: ReturnType<typeof useTexts>['t']): string {
  return trained.map(({ modelName, versionNumber }) => t('data.versions.trainedModel', { model: modelName, version: versionNumber })).join(t('common.listSeparator'));
}
