import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import type { AppError } from '../client/as-error.ts';
import { useTexts } from '../i18n/i18n.ts';
import { ErrorNotice } from './error-notice.tsx';

interface ConfirmDialogProps {
  opened: boolean;
  title: string;
  /** What will be lost or changed, in plain words. */
  children: ReactNode;
  /** The verb on the button: "Delete", never "OK". */
  verb: string;
  /** On the other button, where "Cancel" would be unclear. */
  stay?: string;
  /** Set only for what cannot be undone: the person types this name. */
  confirmName?: string;
  /** Red button for what destroys; accent otherwise. */
  dangerous?: boolean;
  running?: boolean;
  error?: AppError | null;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks before something dangerous. What can be undone uses UndoToast instead and asks nothing. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { t } = useTexts();
  const [typed, setTyped] = useState('');
  useEffect(() => {
    if (props.opened) setTyped('');
  }, [props.opened]);
  const ready = props.confirmName === undefined || typed === props.confirmName;
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={props.title} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          // React hands events of a dialog on to what it was opened from: a wizard's form would go on.
          event.stopPropagation();
          if (ready && props.running !== true) props.onConfirm();
        }}
      >
        <Stack gap="md">
          <div>{props.children}</div>
          {props.confirmName !== undefined && (
            <TextInput
              label={t('common.typeNameToConfirm', { name: props.confirmName })}
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
              autoComplete="off"
              data-autofocus
            />
          )}
          <ErrorNotice error={props.error ?? null} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={props.onClose} {...(props.confirmName === undefined ? { 'data-autofocus': true } : {})}>
              {props.stay ?? t('common.cancel')}
            </Button>
            <Button
              type="submit"
              disabled={!ready}
              loading={props.running ?? false}
              {...(props.dangerous === true ? { color: 'red' } : {})}
            >
              {props.verb}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
