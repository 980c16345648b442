import { useMemo } from 'react';
import type { ModelVersion } from '../../../main/contract/models.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { DataTable } from '../../ui/data-table.tsx';
import type { Column } from '../../ui/data-table.tsx';

interface VersionsTableProps {
  modelId: string;
  versions: readonly ModelVersion[];
  onOpen: (version: ModelVersion) => void;
}

/** The versions of a model, newest first. */
export function VersionsTable({ modelId, versions, onOpen }: VersionsTableProps) {
  const { t, format } = useTexts();
  const columns = useMemo(
    (): Column<ModelVersion>[] => [
      {
        key: 'number',
        header: t('models.versionTable.number'),
        widthRem: 5.5,
        align: 'right',
        sortDescendingFirst: true,
        sortValue: (version) => version.number,
        render: (version) => format.number(version.number),
      },
      {
        key: 'quantization',
        header: t('models.versionTable.quantization'),
        widthRem: 8,
        drop: 5,
        sortValue: (version) => version.facts.quantization,
        render: (version) => version.facts.quantization,
      },
      {
        key: 'size',
        header: t('models.versionTable.size'),
        widthRem: 6.5,
        drop: 4,
        align: 'right',
        sortValue: (version) => version.sizeBytes,
        render: (version) => format.bytes(version.sizeBytes),
      },
      {
        key: 'imported',
        header: t('models.versionTable.imported'),
        widthRem: 12,
        drop: 2,
        sortValue: (version) => version.importedAtMs,
        render: (version) => format.dateTime(version.importedAtMs),
      },
      { key: 'by', header: t('models.versionTable.by'), widthRem: 9, drop: 1, sortValue: (version) => version.importedBy, render: (version) => version.importedBy },
      {
        key: 'usedIn',
        header: t('models.versionTable.usedIn'),
        grow: true,
        widthRem: 11,
        drop: 3,
        filterText: (version) => version.deployments.map(({ name }) => name).join(t('common.listSeparator')),
        render: (version) => version.deployments.map(({ name }) => name).join(t('common.listSeparator')) || t('models.states.unused'),
      },
    ],
    [t, format],
  );
  return (
    <DataTable
      label={t('models.versionTable.label')}
      stateKey={`model/${modelId}/versions`}
      columns={columns}
      rows={versions}
      rowKey={(version) => version.id}
      onOpen={onOpen}
      withFilter={false}
      maxRows={12}
    />
  );
}
