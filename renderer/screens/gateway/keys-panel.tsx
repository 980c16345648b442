import { Button } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { useEffect, useMemo, useState } from 'react';
import type { ApiKey } from '../../../main/contract/gateway.contract.ts';
import { client } from '../../client/connection.ts';
import type { Formatter } from '../../i18n/format.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useCommand } from '../../state/commands.ts';
import { useQuery } from '../../state/queries.ts';
import { useMay } from '../../state/session.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { Panel } from '../../ui/panel.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { showToast } from '../../ui/toast.tsx';
import { CreateKeyDialog } from './create-key-dialog.tsx';
import classes from './gateway.module.css';

const SHOWN_ROWS = 10;
/** Use of a key is counted without an event of its own, so the list is read again at this pace while it is on the screen. */
const READ_EVERY_MS = 10_000;

/** The keys of programs: made, watched, taken back. */
export function KeysPanel() {
  const { t, format } = useTexts();
  const mayManage = useMay('gateway.manage');
  const keys = useQuery('gateway/keys', (signal) => client.gateway.listKeys({}, { signal }), { topics: ['gateway'] });
  const { refetch } = keys;
  useEffect(() => {
    const timer = setInterval(refetch, READ_EVERY_MS);
    return () => clearInterval(timer);
  }, [refetch]);
  const [creating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  const revoke = useCommand(async (apiKey: ApiKey) => {
    await client.gateway.revokeKey({ keyId: apiKey.id });
    setRevoking(null);
    keys.refetch();
    showToast({ message: t('gateway.keys.revokedToast', { name: apiKey.name }) });
  });
  const columns = useMemo(() => keyColumns(t, format, mayManage ? setRevoking : null), [t, format, mayManage]);
  const create = (
    <Button leftSection={<IconKey size={18} aria-hidden />} onClick={() => setCreating(true)}>
      {t('gateway.keys.create')}
    </Button>
  );
  return (
    <Panel title={t('gateway.keys.title')} {...(mayManage && keys.data !== undefined && keys.data.length > 0 ? { actions: create } : {})}>
      <p className={classes['lead']}>{t('gateway.keys.lead')}</p>
      <QueryState query={keys}>
        {(data) =>
          data.length === 0 ? (
            <div className={classes['noKey']}>
              <p>
                <strong>{t('gateway.keys.emptyTitle')}</strong>
              </p>
              <p>{t('gateway.keys.emptyBody')}</p>
              {mayManage && create}
            </div>
          ) : (
            <DataTable
              label={t('gateway.keys.table')}
              stateKey="gateway/keys"
              columns={columns}
              rows={data}
              rowKey={({ id }) => id}
              initialSort={{ column: 'created', descending: true }}
              maxRows={SHOWN_ROWS}
              withFilter={data.length > SHOWN_ROWS}
            />
          )
        }
      </QueryState>
      <CreateKeyDialog opened={creating} onClose={() => setCreating(false)} onCreated={keys.refetch} />
      <ConfirmDialog
        opened={revoking !== null}
        title={t('gateway.keys.revokeTitle', { name: revoking?.name ?? '' })}
        verb={t('gateway.keys.revoke')}
        dangerous
        running={revoke.running}
        error={revoke.error}
        onConfirm={() => revoking !== null && void revoke.run(revoking)}
        onClose={() => {
          setRevoking(null);
          revoke.forget();
        }}
      >
        <p>{t('gateway.keys.revokeBody')}</p>
        <p>
          {revoking?.lastUsedAtMs == null
            ? t('gateway.keys.revokeUnused')
            : t('gateway.keys.revokeUsed', { when: format.dateTime(revoking.lastUsedAtMs), requests: format.number(revoking.requestCount) })}
        </p>
      </ConfirmDialog>
    </Panel>
  );
}

function keyColumns(t: ReturnType<typeof useTexts>['t'], format: Formatter, onRevoke: ((apiKey: ApiKey) => void) | null): Column<ApiKey>[] {
  const columns: Column<ApiKey>[] = [
    { key: 'name', header: t('gateway.keys.name'), grow: true, widthRem: 12, sortValue: ({ name }) => name, filterText: ({ name }) => name, render: ({ name }) => name },
    { key: 'prefix', header: t('gateway.keys.prefix'), widthRem: 9, drop: 5, filterText: ({ prefix }) => prefix, render: ({ prefix }) => <code>{`${prefix}…`}</code> },
    {
      key: 'state',
      header: t('gateway.keys.state'),
      widthRem: 7.5,
      drop: 6,
      sortValue: ({ revokedAtMs }) => (revokedAtMs === null ? 0 : 1),
      filterText: ({ revokedAtMs }) => (revokedAtMs === null ? t('gateway.keys.active') : t('gateway.keys.revokedAt', { date: format.dateTime(revokedAtMs) })),
      render: ({ revokedAtMs }) => <StatusBadge tone={revokedAtMs === null ? 'fine' : 'off'} label={t(revokedAtMs === null ? 'gateway.keys.active' : 'gateway.keys.revoked')} />,
    },
    {
      key: 'created',
      header: t('gateway.keys.created'),
      widthRem: 9,
      drop: 2,
      sortValue: ({ createdAtMs }) => createdAtMs,
      sortDescendingFirst: true,
      render: ({ createdAtMs }) => format.date(createdAtMs),
    },
    {
      key: 'createdBy',
      header: t('gateway.keys.createdBy'),
      widthRem: 9,
      drop: 1,
      sortValue: ({ createdBy }) => createdBy,
      filterText: ({ createdBy }) => createdBy,
      render: ({ createdBy }) => createdBy,
    },
    {
      key: 'lastUsed',
      header: t('gateway.keys.lastUsed'),
      widthRem: 11.5,
      drop: 4,
      sortValue: ({ lastUsedAtMs }) => lastUsedAtMs,
      sortDescendingFirst: true,
      render: ({ lastUsedAtMs }) => (lastUsedAtMs === null ? t('gateway.keys.never') : format.dateTime(lastUsedAtMs)),
    },
    {
      key: 'requests',
      header: t('gateway.keys.requests'),
      widthRem: 6,
      drop: 3,
      align: 'right',
      sortValue: ({ requestCount }) => requestCount,
      sortDescendingFirst: true,
      render: ({ requestCount }) => format.number(requestCount),
    },
  ];
  if (onRevoke === null) return columns;
  return [
    ...columns,
    {
      key: 'revoke',
      header: t('gateway.keys.actions'),
      widthRem: 6,
      actions: true,
      align: 'right',
      render: (apiKey) =>
        apiKey.revokedAtMs === null && (
          <Button variant="subtle" size="compact-md" aria-label={t('gateway.keys.revokeOf', { name: apiKey.name })} onClick={() => onRevoke(apiKey)}>
            {t('gateway.keys.revoke')}
          </Button>
        ),
    },
  ];
}
