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
/** Toasts without an action, which give way to one that can be undone: that one must not wait until it is too late. */
const plain = new Set<string>();

interface ToastProps {
  message: string;
  action?: { label: string; run: () => void };
  /** `act` for something that failed in the background; `fine` otherwise. */
  tone?: 'fine' | 'act';
}

/** A short word after something is done; with an action, e.g. "Open". */
export function showToast({ message, action, tone = 'fine' }: ToastProps): void {
  show({ message, action, tone, autoClose: action === undefined ? PLAIN_MS : UNDO_MS });
}

/** After something that can be undone: says what was done and offers to undo it for ten seconds. */
export function showUndoToast({ message, onUndo }: { message: string; onUndo: () => void }): void {
  for (const id of plain) notifications.hide(id);
  show({ message, action: { label: null, run: onUndo }, tone: 'fine', autoClose: UNDO_MS });
}

/** An error of something that happened in the background, where no form can show it. */
export function showErrorToast(error: AppError): void {
  notifications.show({ message: <ErrorToast error={error} />, icon: <IconAlertCircle size={18} />, color: 'red', autoClose: UNDO_MS, ...closeButton() });
}

interface Shown {
  message: string;
  /** With a null label it is "Undo". */
  action: { label: string | null; run: () => void } | undefined;
  tone: 'fine' | 'act';
  autoClose: number;
}

function show({ message, action, tone, autoClose }: Shown): void {
  count += 1;
  const id = `toast-${String(count)}`;
  const run = (): void => {
    notifications.hide(id);
    action?.run();
  };
  if (action === undefined && tone === 'fine') plain.add(id);
  notifications.show({
    id,
    onClose: () => plain.delete(id),
    icon: tone === 'fine' ? <IconCheck size={18} /> : <IconAlertCircle size={18} />,
    ...(tone === 'act' ? { color: 'red' } : {}),
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
  return <Text size="sm">{[sentence.what, sentence.why, sentence.next].filter((part) => part !== '').join(' ')}</Text>;
}
