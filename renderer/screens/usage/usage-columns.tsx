import type { UsageGroup, UsageRow, UsageSpan } from '../../../main/contract/usage.contract.ts';
import type { Formatter } from '../../i18n/format.ts';
import { NO_VALUE } from '../../i18n/format.ts';
import type { useTexts } from '../../i18n/i18n.ts';
import type { Column } from '../../ui/data-table.tsx';
import { RouteLink } from '../../ui/route-link.tsx';

export interface Words {
  t: ReturnType<typeof useTexts>['t'];
  format: Formatter;
}

/** What a row is called in its group. */
export function nameOf(row: UsageRow, by: UsageGroup, { t }: Words): string {
  switch (by) {
    case 'key':
      return row.keyId === '' ? t('usage.noKey') : row.keyName;
    case 'department':
      return row.department === '' ? t('usage.noDepartment') : row.department;
    case 'model':
      return row.deployment === '' ? t('usage.noDeployment') : row.deployment;
    case 'day':
      return row.day ?? '';
  }
}

/** Median and 95th percentile in one cell. */
export function spanWords(span: UsageSpan | null, { t, format }: Words): string {
  return span === null ? NO_VALUE : t('usage.span', { p50: format.duration(span.p50Ms), p95: format.duration(span.p95Ms) });
}

type Counted = Pick<UsageRow, 'requests' | 'refused' | 'failed' | 'cancelled' | 'promptTokens' | 'outputTokens'>;

/** Counts, alike in every table of usage. */
export function countColumns<Row extends Counted>({ t, format }: Words): Column<Row>[] {
  const column = (key: string, value: (row: Row) => number, more: Pick<Column<Row>, 'header' | 'widthRem' | 'drop'>): Column<Row> => ({
    key,
    align: 'right',
    sortValue: value,
    sortDescendingFirst: true,
    render: (row) => format.number(value(row)),
    ...more,
  });
  return [
    column('requests', ({ requests }) => requests, { header: t('usage.columns.requests'), widthRem: 7 }),
    column('refused', ({ refused }) => refused, { header: t('usage.columns.refused'), widthRem: 6.5, drop: 5 }),
    column('troubled', ({ failed, cancelled }) => failed + cancelled, { header: t('usage.columns.troubled'), widthRem: 7.5, drop: 4 }),
    column('promptTokens', ({ promptTokens }) => promptTokens, { header: t('usage.columns.promptTokens'), widthRem: 8, drop: 8 }),
    column('outputTokens', ({ outputTokens }) => outputTokens, { header: t('usage.columns.outputTokens'), widthRem: 8, drop: 7 }),
  ];
}

/** The columns of a summary by key, department or model. */
export function summaryColumns(by: Exclude<UsageGroup, 'day'>, words: Words): Column<UsageRow>[] {
  const { t } = words;
  const header = { key: t('usage.columns.key'), department: t('usage.columns.department'), model: t('usage.columns.deployment') }[by];
  const first: Column<UsageRow> = {
    key: 'name',
    header,
    grow: true,
    widthRem: 11,
    sortValue: (row) => nameOf(row, by, words),
    filterText: (row) => nameOf(row, by, words),
    render: (row) => (by === 'key' && row.keyId !== '' ? <RouteLink to={{ screen: 'api-key', keyId: row.keyId }}>{row.keyName}</RouteLink> : nameOf(row, by, words)),
  };
  const second: Column<UsageRow>[] = [];
  if (by === 'key') second.push({ key: 'department', header: t('usage.columns.department'), widthRem: 9, drop: 3, sortValue: ({ department }) => department || null, filterText: ({ department }) => department, render: ({ department }) => department || NO_VALUE });
  if (by === 'model') {
    const version = ({ modelName, versionNumber }: UsageRow): string => (versionNumber === null ? NO_VALUE : t('usage.version', { model: modelName, number: versionNumber }));
    second.push({ key: 'model', header: t('usage.columns.model'), widthRem: 13, drop: 6, sortValue: version, filterText: version, render: version });
  }
  const spans = (['queue', 'firstToken'] as const).map(
    (key): Column<UsageRow> => ({
      key,
      header: t(`usage.columns.${key}`),
      widthRem: 11.5,
      drop: key === 'queue' ? 1 : 2,
      align: 'right',
      sortValue: (row) => row[key]?.p50Ms ?? null,
      sortDescendingFirst: true,
      render: (row) => spanWords(row[key], words),
    }),
  );
  return [first, ...second, ...countColumns<UsageRow>(words), ...spans];
}
