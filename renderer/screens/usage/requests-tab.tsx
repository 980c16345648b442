import { Button, Select } from '@mantine/core';
import { useEffect, useMemo, useState } from 'react';
import { USAGE_OUTCOMES } from '../../../main/contract/usage.contract.ts';
import type { UsageOutcome, UsageRequest } from '../../../main/contract/usage.contract.ts';
import { client } from '../../client/connection.ts';
import { NO_VALUE } from '../../i18n/format.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useCommand } from '../../state/commands.ts';
import { useQuery } from '../../state/queries.ts';
import { useMay } from '../../state/session.ts';
import { useViewState } from '../../state/view-state.ts';
import { DataTable } from '../../ui/data-table.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import type { Tone } from '../../ui/status-badge.tsx';
import { RetentionDialog } from './retention-dialog.tsx';
import type { Words } from './usage-columns.tsx';
import classes from './usage.module.css';
import { useRepeated } from './use-usage.ts';
import type { UsageFilter } from './use-usage.ts';

const PAGE = 100;
const toneOf: Record<UsageOutcome, Tone> = { done: 'fine', refused: 'look', failed: 'act', cancelled: 'off' };

/** Single requests, newest first: the newest hundred stay up to date, older ones are fetched when asked for. */
export function RequestsTab({ filter, recordDays }: { filter: UsageFilter; recordDays: number }) {
  const { t, format } = useTexts();
  const mayManage = useMay('settings.manage');
  const [outcome, setOutcome] = useViewState<UsageOutcome | null>('usage/outcome', null);
  const [changing, setChanging] = useState(false);
  const input = { keyId: filter.key?.id ?? null, deployment: filter.deployment, outcome, limit: PAGE };
  const key = JSON.stringify(input);
  const newest = useRepeated(useQuery(`usage/requests/${key}`, (signal) => client.usage.requests({ ...input, cursor: null }, { signal })));
  const [older, setOlder] = useState<{ requests: readonly UsageRequest[]; nextCursor: number | null } | null>(null);
  useEffect(() => setOlder(null), [key]);
  const more = useCommand(async (cursor: number) => {
    const page = await client.usage.requests({ ...input, cursor });
    setOlder((before) => ({ requests: [...(before?.requests ?? []), ...page.requests], nextCursor: page.nextCursor }));
  });
  const columns = useMemo(() => requestColumns({ t, format }), [t, format]);
  return (
    <div className={classes['stack']}>
      <p className={classes['kept']}>
        {t('usage.keptFor', { count: recordDays })}
        {mayManage && (
          <Button variant="subtle" size="compact-md" onClick={() => setChanging(true)}>
            {t('usage.retention.change')}
          </Button>
        )}
      </p>
      <QueryState query={newest}>
        {(data) => {
          const known = new Set(data.requests.map(({ id }) => id));
          // What was fetched as older may meanwhile be among the newest again, and the newest may have moved on: no gap between them either.
          const rest = (older?.requests ?? []).filter(({ id }) => !known.has(id));
          const nextCursor = older === null ? data.nextCursor : older.nextCursor;
          return (
            <>
              <DataTable
                label={t('usage.tabs.requests')}
                stateKey="usage/requests"
                columns={columns}
                rows={[...data.requests, ...rest]}
                rowKey={({ id }) => String(id)}
                ordered
                withFilter={false}
                maxRows={16}
                tools={
                  <Select
                    aria-label={t('usage.columns.outcome')}
                    placeholder={t('usage.anyOutcome')}
                    clearable
                    value={outcome}
                    data={USAGE_OUTCOMES.map((value) => ({ value, label: t(`usage.outcomes.${value}`) }))}
                    onChange={setOutcome}
                  />
                }
              />
              <ErrorNotice error={more.error} />
              {nextCursor !== null && (
                <div>
                  <Button variant="default" loading={more.running} onClick={() => void more.run(nextCursor)}>
                    {t('usage.older')}
                  </Button>
                </div>
              )}
            </>
          );
        }}
      </QueryState>
      <RetentionDialog opened={changing} recordDays={recordDays} onClose={() => setChanging(false)} />
    </div>
  );
}

function requestColumns({ t, format }: Words): Column<UsageRequest>[] {
  const number = (key: 'promptTokens' | 'outputTokens', drop: number): Column<UsageRequest> => ({
    key,
    header: t(`usage.columns.${key}`),
    align: 'right',
    widthRem: 7,
    drop,
    render: (request) => format.number(request[key]),
  });
  const span = (key: 'queueMs' | 'firstTokenMs' | 'durationMs', header: string, drop: number): Column<UsageRequest> => ({ key, header, align: 'right', widthRem: 7, drop, render: (request) => format.duration(request[key]) });
  return [
    { key: 'time', header: t('usage.columns.time'), widthRem: 12, render: ({ endedAtMs }) => format.dateTimeSeconds(endedAtMs) },
    { key: 'key', header: t('usage.columns.key'), grow: true, widthRem: 9, render: ({ keyName }) => keyName },
    { key: 'deployment', header: t('usage.columns.deployment'), widthRem: 9, drop: 8, render: ({ deployment }) => deployment },
    {
      key: 'model',
      header: t('usage.columns.model'),
      widthRem: 12,
      drop: 1,
      render: ({ modelName, versionNumber }) => (versionNumber === null ? NO_VALUE : t('usage.version', { model: modelName, number: versionNumber })),
    },
    {
      key: 'endpoint',
      header: t('usage.columns.endpoint'),
      widthRem: 11,
      drop: 2,
      render: ({ endpoint, stream }) => `${endpointWords(endpoint, t)}${stream ? ` · ${t('usage.streamed')}` : ''}`,
    },
    { key: 'outcome', header: t('usage.columns.outcome'), widthRem: 9, drop: 9, render: ({ outcome }) => <StatusBadge tone={toneOf[outcome]} label={t(`usage.outcomes.${outcome}`)} quiet /> },
    number('promptTokens', 6),
    number('outputTokens', 7),
    span('queueMs', t('usage.columns.queue'), 3),
    span('firstTokenMs', t('usage.columns.firstToken'), 4),
    span('durationMs', t('usage.columns.duration'), 5),
  ];
}

const ENDPOINTS = ['chat', 'completions', 'embeddings', 'rerank', 'responses', 'messages', 'count-tokens'] as const;

function endpointWords(endpoint: string, t: Words['t']): string {
  const known = ENDPOINTS.find((each) => each === endpoint);
  return known === undefined ? endpoint : t(`usage.endpoints.${known}`);
}
