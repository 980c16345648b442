import type { ApiKey } from '../../../main/contract/api-keys.contract.ts';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useCommand } from '../../state/commands.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { showToast } from '../../ui/toast.tsx';

/** Asks before a key is taken back, and says what stops. Closed while `apiKey` is null. */
export function RevokeKeyDialog({ apiKey, onClose }: { apiKey: ApiKey | null; onClose: () => void }) {
  const { t, format } = useTexts();
  const revoke = useCommand(async ({ id: keyId, name }: ApiKey) => {
    await client.apiKeys.revoke({ keyId });
    onClose();
    showToast({ message: t('apiKeys.revoking.toast', { name }) });
  });
  return (
    <ConfirmDialog
      opened={apiKey !== null}
      title={t('apiKeys.revoking.title', { name: apiKey?.name ?? '' })}
      verb={t('apiKeys.revoke')}
      dangerous
      running={revoke.running}
      error={revoke.error}
      onConfirm={() => apiKey !== null && void revoke.run(apiKey)}
      onClose={() => {
        onClose();
        revoke.forget();
      }}
    >
      <p>{t('apiKeys.revoking.body')}</p>
      {apiKey !== null && apiKey.running > 0 && <p>{t('apiKeys.revoking.running', { count: apiKey.running })}</p>}
      <p>
        {apiKey?.lastUsedAtMs == null
          ? t('apiKeys.revoking.unused')
          : t('apiKeys.revoking.used', { when: format.dateTime(apiKey.lastUsedAtMs), requests: format.number(apiKey.requestCount) })}
      </p>
    </ConfirmDialog>
  );
}
