import type { AuditEvent } from '../../../main/contract/audit.contract.ts';
import type { Formatter } from '../../i18n/format.ts';
import type { useTexts } from '../../i18n/i18n.ts';
import type { Column } from '../../ui/data-table.tsx';
import { RouteLink } from '../../ui/route-link.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import type { Tone } from '../../ui/status-badge.tsx';

/** What the result of an event means. */
export const toneOfResult: Record<AuditEvent['result'], Tone> = { done: 'fine', refused: 'look', failed: 'act', cancelled: 'off' };

type Translate = ReturnType<typeof useTexts>['t'];

/** Who did it, in words: a name, or the kind of actor where there is none. */
export function actorName(t: Translate, { kind, name }: AuditEvent['actor']): string {
  if (kind === 'system') return t('audit.actors.system');
  return name === '' ? t(`audit.actors.${kind}`) : name;
}

/** Columns of the log; sorting and filtering are the main side's. */
export function auditColumns(t: Translate, format: Formatter): Column<AuditEvent>[] {
  return [
    {
      key: 'sequence',
      header: t('auditScreen.table.sequence'),
      widthRem: 4.5,
      align: 'right',
      render: ({ sequence }) => <RouteLink to={{ screen: 'audit', sequence }}>{format.number(sequence)}</RouteLink>,
    },
    { key: 'when', header: t('auditScreen.table.when'), widthRem: 12, drop: 3, render: ({ timeMs }) => format.dateTimeSeconds(timeMs) },
    { key: 'who', header: t('auditScreen.table.who'), widthRem: 8.5, drop: 2, filterText: ({ actor }) => actorName(t, actor), render: ({ actor }) => actorName(t, actor) },
    { key: 'what', header: t('auditScreen.table.what'), grow: true, widthRem: 12.5, drop: 5, filterText: ({ type }) => t(`audit.types.${type}`), render: ({ type }) => t(`audit.types.${type}`) },
    { key: 'object', header: t('auditScreen.table.object'), grow: true, widthRem: 9, drop: 1, filterText: ({ object }) => object.name, render: ({ object }) => object.name },
    {
      key: 'result',
      header: t('auditScreen.table.result'),
      widthRem: 7.5,
      drop: 4,
      render: ({ result }) => <StatusBadge quiet tone={toneOfResult[result]} label={t(`audit.results.${result}`)} />,
    },
  ];
}
