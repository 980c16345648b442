import { useMemo } from 'react';
import type { AuditEvent } from '../../../main/contract/audit.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { DataTable } from '../../ui/data-table.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import type { Tone } from '../../ui/status-badge.tsx';

/** Colour of an event's result, the same on every screen. */
export const toneOfResult: Record<AuditEvent['result'], Tone> = { done: 'fine', refused: 'look', failed: 'act', cancelled: 'off' };

interface HistoryTableProps {
  /** Name of the table for screen readers. */
  label: string;
  /** Under which its sort order and place are kept. */
  stateKey: string;
  events: readonly AuditEvent[];
}

/** What happened to an object, from the audit log. */
export function HistoryTable({ label, stateKey, events }: HistoryTableProps) {
  const { t, format } = useTexts();
  const columns = useMemo(
    (): Column<AuditEvent>[] => [
      {
        key: 'when',
        header: t('models.historyTable.when'),
        widthRem: 12.5,
        sortDescendingFirst: true,
        sortValue: (event) => event.sequence,
        render: (event) => format.dateTimeSeconds(event.timeMs),
      },
      {
        key: 'who',
        header: t('models.historyTable.who'),
        widthRem: 10,
        drop: 1,
        sortValue: (event) => event.actor.name,
        filterText: (event) => event.actor.name,
        render: (event) => event.actor.name || t(`audit.actors.${event.actor.kind}`),
      },
      {
        key: 'what',
        header: t('models.historyTable.what'),
        grow: true,
        widthRem: 12,
        drop: 3,
        filterText: (event) => t(`audit.types.${event.type}`),
        render: (event) => t(`audit.types.${event.type}`),
      },
      {
        key: 'result',
        header: t('models.historyTable.result'),
        widthRem: 8,
        drop: 2,
        sortValue: (event) => event.result,
        render: (event) => <StatusBadge quiet tone={toneOfResult[event.result]} label={t(`audit.results.${event.result}`)} />,
      },
    ],
    [t, format],
  );
  return (
    <DataTable
      label={label}
      stateKey={stateKey}
      columns={columns}
      rows={events}
      rowKey={(event) => String(event.sequence)}
      initialSort={{ column: 'when', descending: true }}
      maxRows={14}
    />
  );
}
