import { useMemo } from 'react';
import type { ModelFacts } from '../../../main/contract/models.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { DataTable } from '../../ui/data-table.tsx';
import type { Column } from '../../ui/data-table.tsx';
import classes from './models.module.css';

type Entry = ModelFacts['metadata'][number];

/** Everything the file says about itself, key by key. */
export function MetadataTable({ versionId, metadata }: { versionId: string; metadata: readonly Entry[] }) {
  const { t, format } = useTexts();
  const columns = useMemo(
    (): Column<Entry>[] => [
      {
        key: 'key',
        header: t('models.metadataTable.key'),
        grow: true,
        widthRem: 15,
        sortValue: (entry) => entry.key,
        filterText: (entry) => entry.key,
        render: (entry) => <span className={classes['mono']}>{entry.key}</span>,
      },
      {
        key: 'type',
        header: t('models.metadataTable.type'),
        widthRem: 8,
        drop: 2,
        sortValue: (entry) => entry.type,
        render: (entry) => entry.type,
      },
      {
        key: 'value',
        header: t('models.metadataTable.value'),
        grow: true,
        widthRem: 12,
        drop: 3,
        filterText: (entry) => entry.text,
        render: (entry) => <span className={classes['mono']}>{entry.text}</span>,
      },
      {
        key: 'length',
        header: t('models.metadataTable.length'),
        unit: t('models.metadataTable.lengthUnit'),
        widthRem: 8.5,
        drop: 1,
        align: 'right',
        sortDescendingFirst: true,
        sortValue: (entry) => entry.byteLength,
        render: (entry) => format.number(entry.byteLength),
      },
    ],
    [t, format],
  );
  return (
    <DataTable
      label={t('models.metadataTable.label')}
      stateKey={`version/${versionId}/metadata`}
      columns={columns}
      rows={metadata}
      rowKey={(entry) => entry.key}
      maxRows={14}
    />
  );
}
