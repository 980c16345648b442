import { useMemo } from 'react';
import type { Period, UsageDay, UsageRow } from '../../../main/contract/usage.contract.ts';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useQuery } from '../../state/queries.ts';
import { useMay } from '../../state/session.ts';
import { DataTable } from '../../ui/data-table.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { Notice } from '../../ui/notice.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { RouteLink } from '../../ui/route-link.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import type { Tone } from '../../ui/status-badge.tsx';
import { noonOf } from './periods.ts';
import { countColumns } from './usage-columns.tsx';
import type { Words } from './usage-columns.tsx';
import classes from './usage.module.css';

const toneOf: Record<UsageDay['seal'], Tone> = { open: 'off', sealed: 'fine', differs: 'act', unsealed: 'look' };

/** Days of all keys together, each with what the audit log says of it. */
export function DaysTab({ period }: { period: Period }) {
  const { t, format } = useTexts();
  const maySeeAudit = useMay('audit.read');
  const days = useQuery(`usage/days/${period.from}/${period.to}`, (signal) => client.usage.days(period, { signal }), { topics: ['audit'] });
  const columns = useMemo(() => dayColumns({ t, format }, maySeeAudit), [t, format, maySeeAudit]);
  return (
    <QueryState query={days}>
      {(data) => {
        if (data.length === 0) return <p className={classes['nothing']}>{t('usage.nothingInPeriod')}</p>;
        const differing = data.filter(({ seal }) => seal === 'differs').length;
        return (
          <div className={classes['stack']}>
            {differing > 0 && <Notice tone="look">{t('usage.differs', { count: differing })}</Notice>}
            <DataTable label={t('usage.tabs.day')} stateKey="usage/day" columns={columns} rows={data} rowKey={({ day }) => day} initialSort={{ column: 'day', descending: true }} maxRows={14} withFilter={false} />
          </div>
        );
      }}
    </QueryState>
  );
}

/** Days of what was filtered: the audit log seals only all of it together. */
export function FilteredDaysTab({ rows }: { rows: readonly UsageRow[] }) {
  const { t, format } = useTexts();
  const columns = useMemo(() => plainColumns<UsageRow>({ t, format }), [t, format]);
  if (rows.length === 0) return <p className={classes['nothing']}>{t('usage.nothingInPeriod')}</p>;
  return <DataTable label={t('usage.tabs.day')} stateKey="usage/filtered-day" columns={columns} rows={rows} rowKey={({ id }) => id} initialSort={{ column: 'day', descending: true }} maxRows={14} withFilter={false} />;
}

function plainColumns<Row extends UsageDay | UsageRow>(words: Words): Column<Row>[] {
  const { t, format } = words;
  return [
    { key: 'day', header: t('usage.columns.day'), grow: true, widthRem: 8, sortValue: ({ day }) => day, sortDescendingFirst: true, render: ({ day }) => (day === null ? '' : format.date(noonOf(day))) },
    ...countColumns<Row>(words),
  ];
}

function dayColumns(words: Words, maySeeAudit: boolean): Column<UsageDay>[] {
  const { t } = words;
  return [
    ...plainColumns<UsageDay>(words),
    {
      key: 'seal',
      header: t('usage.columns.seal'),
      widthRem: 16,
      drop: 9,
      sortValue: ({ seal }) => t(`usage.seals.${seal}`),
      render: ({ seal, auditSequence }) => {
        const badge = <StatusBadge tone={toneOf[seal]} label={t(`usage.seals.${seal}`)} quiet />;
        return auditSequence === null || !maySeeAudit ? badge : <RouteLink to={{ screen: 'audit', sequence: auditSequence }}>{badge}</RouteLink>;
      },
    },
  ];
}
