import { Button, Drawer, Group, Stack } from '@mantine/core';
import { useState } from 'react';
import type { ApiKey, KeySettings } from '../../../main/contract/api-keys.contract.ts';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useCommand } from '../../state/commands.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { showToast } from '../../ui/toast.tsx';
import { changesOf, draftFaults, draftOf } from './key-draft.ts';
import { ScopeFields, WhoFields } from './key-fields.tsx';
import classes from './keys.module.css';
import { ExpiryFields, LimitFields } from './limit-fields.tsx';

interface EditKeyDrawerProps {
  apiKey: ApiKey;
  opened: boolean;
  onClose: () => void;
}

/** Everything that was decided about a key, to be decided anew. */
export function EditKeyDrawer({ apiKey, opened, onClose }: EditKeyDrawerProps) {
  const { t } = useTexts();
  return (
    <Drawer opened={opened} onClose={onClose} position="right" size="40rem" title={t('apiKeys.edit.title', { name: apiKey.name })} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <EditForm apiKey={apiKey} onClose={onClose} />
    </Drawer>
  );
}

function EditForm({ apiKey, onClose }: Omit<EditKeyDrawerProps, 'opened'>) {
  const { t } = useTexts();
  // What is entered is compared with the key as it was opened: its use goes on meanwhile.
  const [draft, setDraft] = useState(() => draftOf(apiKey));
  const change = (changed: Partial<typeof draft>): void => setDraft((before) => ({ ...before, ...changed }));
  const [nowMs] = useState(() => Date.now());
  const faults = draftFaults(draft, nowMs);
  const changes = changesOf(draft, apiKey, nowMs);
  const isFaulty = faults.name || faults.scope || (faults.expiry && changes.expiresAtMs !== undefined);
  const save = useCommand(async (wanted: Partial<KeySettings>) => {
    const { name } = await client.apiKeys.update({ keyId: apiKey.id, changes: wanted });
    onClose();
    showToast({ message: t('apiKeys.edit.saved', { name }) });
  });
  const ready = !isFaulty && Object.keys(changes).length > 0;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) void save.run(changes);
      }}
    >
      <Stack gap="xl">
        <WhoFields draft={draft} onChange={change} />
        <ScopeFields draft={draft} onChange={change} />
        <section>
          <h3 className={classes['sectionTitle']}>{t('apiKeys.wizard.limits.step')}</h3>
          <LimitFields draft={draft} onChange={change} />
        </section>
        <section>
          <h3 className={classes['sectionTitle']}>{t('apiKeys.wizard.expiry.step')}</h3>
          <ExpiryFields draft={draft} onChange={change} nowMs={nowMs} />
        </section>
        <ErrorNotice error={save.error} />
        <Group justify="space-between" gap="md" className={classes['saveRow'] ?? ''}>
          <span className={classes['dim']}>{t('apiKeys.edit.effect')}</span>
          <Group gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('common.cancel')}
            </Button>
            <Button type="submit" disabled={!ready} loading={save.running}>
              {t('common.save')}
            </Button>
          </Group>
        </Group>
      </Stack>
    </form>
  );
}
