import { useMemo } from 'react';
import type { UsageGroup, UsageRow } from '../../../main/contract/usage.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { summaryColumns } from './usage-columns.tsx';
import type { UsageFilter } from './use-usage.ts';

interface SummaryTabProps {
  by: Exclude<UsageGroup, 'day'>;
  rows: readonly UsageRow[];
  /** A row was chosen: what it stands for is looked at alone. */
  onFilter: (filter: UsageFilter) => void;
}

/** Usage by key, department or model. */
export function SummaryTab({ by, rows, onFilter }: SummaryTabProps) {
  const { t, format } = useTexts();
  const columns = useMemo(() => summaryColumns(by, { t, format }), [by, t, format]);
  return (
    <DataTable
      label={t(`usage.tabs.${by}`)}
      stateKey={`usage/${by}`}
      columns={columns}
      rows={rows}
      rowKey={({ id }) => id}
      initialSort={{ column: 'requests', descending: true }}
      maxRows={12}
      withFilter={rows.length > 12}
      {...(by === 'department'
        ? {}
        : {
            onOpen: (row: UsageRow) => {
              if (by === 'key' && row.keyId !== '') onFilter({ key: { id: row.keyId, name: row.keyName }, deployment: null });
              if (by === 'model' && row.deployment !== '') onFilter({ key: null, deployment: row.deployment });
            },
          })}
    />
  );
}
