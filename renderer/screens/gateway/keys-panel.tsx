import { Button, Switch } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { useEffect, useMemo, useState } from 'react';
import type { ApiKey } from '../../../main/contract/api-keys.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useApiKeys } from '../../state/lists.ts';
import { navigate } from '../../state/navigation.ts';
import { useMay } from '../../state/session.ts';
import { useViewState } from '../../state/view-state.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { Panel } from '../../ui/panel.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { keyColumns } from './key-columns.tsx';
import classes from './keys.module.css';
import { RevokeKeyDialog } from './revoke-key-dialog.tsx';

const SHOWN_ROWS = 10;
/** Use of a key is counted without an event of its own, so the list is read again at this pace while it is on the screen. */
const READ_EVERY_MS = 10_000;

/** The keys of programs: made, watched, taken back. */
export function KeysPanel() {
  const { t } = useTexts();
  const mayManage = useMay('gateway.manage');
  const keys = useApiKeys();
  const { refetch } = keys;
  useEffect(() => {
    const timer = setInterval(refetch, READ_EVERY_MS);
    return () => clearInterval(timer);
  }, [refetch]);
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  const create = (
    <Button leftSection={<IconKey size={18} aria-hidden />} onClick={() => navigate({ screen: 'create-key' })}>
      {t('apiKeys.create')}
    </Button>
  );
  return (
    <Panel title={t('apiKeys.title')} {...(mayManage && keys.data !== undefined && keys.data.length > 0 ? { actions: create } : {})}>
      <p className={classes['lead']}>{t('apiKeys.lead')}</p>
      <QueryState query={keys}>
        {(data) =>
          data.length === 0 ? (
            <div className={classes['empty']}>
              <p>
                <strong>{t('apiKeys.emptyTitle')}</strong>
              </p>
              <p>{t('apiKeys.emptyBody')}</p>
              {mayManage && create}
            </div>
          ) : (
            <KeysTable keys={data} onRevoke={mayManage ? setRevoking : null} />
          )
        }
      </QueryState>
      <RevokeKeyDialog apiKey={revoking} onClose={() => setRevoking(null)} />
    </Panel>
  );
}

/** Keys that were taken back are part of the record and in nobody's way: they are shown when asked for. */
function KeysTable({ keys, onRevoke }: { keys: readonly ApiKey[]; onRevoke: ((apiKey: ApiKey) => void) | null }) {
  const { t, format } = useTexts();
  const [withRevoked, setWithRevoked] = useViewState('gateway/keys/revoked', false);
  const columns = useMemo(() => keyColumns({ t, format, onRevoke }), [t, format, onRevoke]);
  const revoked = keys.filter(({ state }) => state === 'revoked').length;
  const rows = withRevoked ? keys : keys.filter(({ state }) => state !== 'revoked');
  return (
    <div className={classes['stack']}>
      {rows.length === 0 ? (
        <p className={classes['dim']}>{t('apiKeys.onlyRevoked')}</p>
      ) : (
        <DataTable
          label={t('apiKeys.title')}
          stateKey="gateway/keys"
          columns={columns}
          rows={rows}
          rowKey={({ id }) => id}
          onOpen={({ id }) => navigate({ screen: 'api-key', keyId: id })}
          initialSort={{ column: 'name', descending: false }}
          maxRows={SHOWN_ROWS}
          withFilter={rows.length > SHOWN_ROWS}
        />
      )}
      {revoked > 0 && <Switch label={t('apiKeys.showRevoked', { count: revoked })} checked={withRevoked} onChange={(event) => setWithRevoked(event.currentTarget.checked)} />}
    </div>
  );
}
