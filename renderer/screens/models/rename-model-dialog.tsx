import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { ModelDetail } from '../../../main/contract/models.contract.ts';
import { asError } from '../../client/as-error.ts';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useCommand } from '../../state/commands.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { showErrorToast, showUndoToast } from '../../ui/toast.tsx';

/** Asks for a new name; renaming can be undone from the toast. */
export function RenameModelDialog({ model, opened, onClose }: { model: ModelDetail; opened: boolean; onClose: () => void }) {
  const { t } = useTexts();
  const [name, setName] = useState(model.name);
  const rename = useCommand((next: string) => client.models.rename({ modelId: model.id, name: next }));
  const { forget } = rename;
  useEffect(() => {
    if (!opened) return;
    setName(model.name);
    forget();
  }, [opened, model.name, forget]);
  const wanted = name.trim();
  const before = model.name;
  const submit = async (): Promise<void> => {
    if ((await rename.run(wanted)) === undefined) return;
    onClose();
    showUndoToast({
      message: t('models.rename.done', { name: wanted }),
      onUndo: () => {
        client.models.rename({ modelId: model.id, name: before }).catch((thrown: unknown) => showErrorToast(asError(thrown)));
      },
    });
  };
  return (
    <Modal opened={opened} onClose={onClose} title={t('models.rename.title')} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (wanted !== '' && wanted !== before) void submit();
        }}
      >
        <Stack gap="md">
          <TextInput
            label={t('models.rename.label')}
            value={name}
            maxLength={120}
            data-autofocus
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <ErrorNotice error={rename.error} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('common.cancel')}
            </Button>
            <Button type="submit" disabled={wanted === '' || wanted === before} loading={rename.running}>
              {t('models.rename.verb')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
