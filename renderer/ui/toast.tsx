import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconAlertCircle, IconCheck } from '@tabler/icons-react';
import type { AppError } from '../client/as-error.ts';
import { errorSentence } from '../i18n/error-sentence.ts';
import { translate, useTexts } from '../i18n/i18n.ts';

/** How long an undo stays offered, and how long a plain toast stays. */
const UNDO_MS = 10_000;
const PLAIN_MS = 5000;
let count = 0;

interface ToastProps {
  message: string;
  action?: { label: string; run: () => void };
}

/** A short word after something is done; with an action, e.g. "Open". */
export function showToast({ message, action }: ToastProps): void {
  show(message, action, PLAIN_MS);
}

/** After something that can be undone: says what was done and offers to undo it for ten seconds. */
export function showUndoToast({ message, onUndo }: { message: string; onUndo: () => void }): void {
  show(message, { label: null, run: onUndo }, UNDO_MS);
}

/** An error of something that happened in the background, where no form can show it. */
export function showErrorToast(error: AppError): void {
  notifications.show({ message: <ErrorToast error={error} />, icon: <IconAlertCircle size={18} />, color: 'red', autoClose: UNDO_MS, ...closeButton() });
}

function show(message: string, action: { label: string | null; run: () => void } | undefined, autoClose: number): void {
  count += 1;
  const id = `toast-${String(count)}`;
  const run = (): void => {
    notifications.hide(id);
    action?.run();
  };
  notifications.show({
    id,
    icon: <IconCheck size={18} />,
    autoClose,
    ...closeButton(),
    message: <Toast message={message} {...(action === undefined ? {} : { label: action.label, onAction: run })} />,
  });
}

function closeButton() {
  return { closeButtonProps: { 'aria-label': translate('common.close') } };
}

function Toast({ message, label, onAction }: { message: string; label?: string | null; onAction?: () => void }) {
  const { t } = useTexts();
  return (
    <Group justify="space-between" wrap="nowrap" gap="md">
      <Text size="sm">{message}</Text>
      {onAction !== undefined && (
        <Button variant="subtle" size="compact-md" onClick={onAction} style={{ flex: 'none' }}>
          {label ?? t('common.undo')}
        </Button>
      )}
    </Group>
  );
}

function ErrorToast({ error }: { error: AppError }) {
  const { language } = useTexts();
  const sentence = errorSentence(error, language);
  return <Text size="sm">{`${sentence.what} ${sentence.next}`}</Text>;
}
