import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useCommand } from '../../state/commands.ts';
import { CopyField } from '../../ui/copy-field.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Notice } from '../../ui/notice.tsx';

interface CreateKeyDialogProps {
  opened: boolean;
  onClose: () => void;
  onCreated: () => void;
}

/** Makes a key and shows it once. A click beside the dialog does not close it while the key is shown. */
export function CreateKeyDialog({ opened, onClose, onCreated }: CreateKeyDialogProps) {
  const { t } = useTexts();
  const [name, setName] = useState('');
  const [secret, setSecret] = useState<string | null>(null);
  const create = useCommand(async (wanted: string) => {
    const made = await client.gateway.createKey({ name: wanted });
    setSecret(made.secret);
    onCreated();
  });
  const close = (): void => {
    // The key must not stay in the page's memory longer than it is shown.
    setSecret(null);
    setName('');
    create.forget();
    onClose();
  };
  const shown = secret !== null;
  return (
    <Modal
      opened={opened}
      onClose={close}
      size={shown ? 'lg' : 'md'}
      title={t(shown ? 'gateway.keys.madeTitle' : 'gateway.keys.createTitle')}
      closeOnClickOutside={!shown}
      closeOnEscape={!shown}
      withCloseButton={!shown}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {secret === null ? (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (name.trim() !== '') void create.run(name.trim());
          }}
        >
          <Stack gap="md">
            <TextInput
              label={t('gateway.keys.createName')}
              description={t('gateway.keys.createNameHelp')}
              value={name}
              maxLength={120}
              autoComplete="off"
              onChange={(event) => setName(event.currentTarget.value)}
              data-autofocus
            />
            <ErrorNotice error={create.error} />
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={close}>
                {t('common.cancel')}
              </Button>
              <Button type="submit" loading={create.running} disabled={name.trim() === ''}>
                {t('gateway.keys.createVerb')}
              </Button>
            </Group>
          </Stack>
        </form>
      ) : (
        <Stack gap="md">
          <Notice tone="look" title={t('gateway.keys.madeWarning')}>
            <p>{t('gateway.keys.madeWarningBody')}</p>
          </Notice>
          <CopyField label={t('gateway.keys.secret')} value={secret} wrap />
          <Group justify="flex-end">
            <Button onClick={close}>{t('gateway.keys.copied')}</Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}
