import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { AppError } from '../client/as-error.ts';
import { useTexts } from '../i18n/i18n.ts';
import { ErrorNotice } from './error-notice.tsx';

interface RenameDialogProps {
  opened: boolean;
  /** The name it has; where the field begins. */
  name: string;
  title: string;
  label: string;
  verb: string;
  error: AppError | null;
  running: boolean;
  /** A trimmed name that is another one. */
  onSubmit: (name: string) => void;
  onClose: () => void;
}

/** Asks for a new name. */
export function RenameDialog({ opened, name: before, title, label, verb, error, running, onSubmit, onClose }: RenameDialogProps) {
  const { t } = useTexts();
  const [name, setName] = useState(before);
  useEffect(() => {
    if (opened) setName(before);
  }, [opened, before]);
  const wanted = name.trim();
  const isNew = wanted !== '' && wanted !== before;
  return (
    <Modal opened={opened} onClose={onClose} title={title} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (isNew) onSubmit(wanted);
        }}
      >
        <Stack gap="md">
          <TextInput label={label} value={name} maxLength={120} data-autofocus onChange={(event) => setName(event.currentTarget.value)} />
          <ErrorNotice error={error} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('common.cancel')}
            </Button>
            <Button type="submit" disabled={!isNew} loading={running}>
              {verb}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
