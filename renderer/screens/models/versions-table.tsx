import { useMemo, useState } from 'react';
import type { ModelDetail, ModelVersion } from '../../../main/contract/models.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { DataTable } from '../../ui/data-table.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { ApprovalDialog } from '../shrinking/approval-dialog.tsx';
import type { ApprovalSubject } from '../shrinking/approval-dialog.tsx';
import { EvaluateDialog } from '../shrinking/evaluate-dialog.tsx';
import type { EvaluateSubject } from '../shrinking/evaluate-dialog.tsx';
import { lineageLine } from '../shrinking/lineage.tsx';
import { VersionMenu } from './version-menu.tsx';

interface VersionsTableProps {
  model: ModelDetail;
  versions: readonly ModelVersion[];
  onOpen: (version: ModelVersion) => void;
}

/** The versions of a model, newest first: where each comes from, whether it is approved, and what can be made of it. */
export function VersionsTable({ model, versions, onOpen }: VersionsTableProps) {
  const { t, format } = useTexts();
  const [approval, setApproval] = useState<ApprovalSubject | null>(null);
  const [compare, setCompare] = useState<EvaluateSubject | null>(null);
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
        key: 'lineage',
        header: t('shrinking.lineage.column'),
        grow: true,
        widthRem: 13,
        drop: 6,
        filterText: (version) => lineageLine(version, t),
        render: (version) => lineageLine(version, t),
      },
      {
        key: 'approval',
        header: t('models.versionTable.approval'),
        widthRem: 9,
        drop: 7,
        sortValue: (version) => (version.approval === null ? 1 : 0),
        filterText: (version) =>
          version.approval === null ? '' : t('comparisons.approval.approvedBy', { who: version.approval.by, date: format.date(version.approval.atMs) }),
        render: (version) => (
          <StatusBadge
            quiet
            tone={version.approval === null ? 'off' : 'fine'}
            label={t(version.approval === null ? 'comparisons.approval.notApproved' : 'comparisons.approval.approved')}
          />
        ),
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
        widthRem: 11,
        drop: 3,
        filterText: (version) => version.deployments.map(({ name }) => name).join(t('common.listSeparator')),
        render: (version) => version.deployments.map(({ name }) => name).join(t('common.listSeparator')) || t('models.states.unused'),
      },
      {
        key: 'actions',
        header: t('models.versionTable.actions'),
        widthRem: 5,
        actions: true,
        align: 'right',
        render: (version) => <VersionMenu model={model} version={version} onApproval={setApproval} onCompare={setCompare} />,
      },
    ],
    [t, format, model],
  );
  return (
    <>
      <DataTable
        label={t('models.versionTable.label')}
        stateKey={`model/${model.id}/versions`}
        columns={columns}
        rows={versions}
        rowKey={(version) => version.id}
        onOpen={onOpen}
        withFilter={false}
        maxRows={12}
      />
      <ApprovalDialog
        subject={approval}
        onClose={() => setApproval(null)}
        {...(model.versions.length > 1 ? { onMeasure: (versionId: string) => setCompare({ modelId: model.id, versionId }) } : {})}
      />
      <EvaluateDialog subject={compare} onClose={() => setCompare(null)} />
    </>
  );
}
