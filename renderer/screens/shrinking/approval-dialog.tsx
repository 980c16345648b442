import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useEffect, useState } from 'react';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useCommand } from '../../state/commands.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { showToast } from '../../ui/toast.tsx';

export interface ApprovalSubject {
  modelName: string;
  versionId: string;
  number: number;
  verb: 'approve' | 'withdraw';
}

interface ApprovalDialogProps {
  /** Null keeps it closed. */
  subject: ApprovalSubject | null;
  onClose: () => void;
  /** Where a refusal is mended by measuring first. */
  onMeasure?: (versionId: string) => void;
}

/** Approves a version under the person's name, or takes that back; a refusal by the policy says why and what to do. */
export function ApprovalDialog({ subject, onClose, onMeasure }: ApprovalDialogProps) {
  const { t } = useTexts();
  const [shown, setShown] = useState(subject);
  const [note, setNote] = useState('');
  const command = useCommand(async ({ versionId, verb }: ApprovalSubject, words: string) =>
    verb === 'approve' ? client.models.approveVersion({ versionId, note: words }) : client.models.withdrawApproval({ versionId, note: words }),
  );
  const { forget } = command;
  useEffect(() => {
    if (subject === null) return;
    // Kept while the dialog closes, so that its words do not change under the eyes.
    setShown(subject);
    setNote('');
    forget();
  }, [subject, forget]);
  if (shown === null) return null;
  const { verb, number, modelName, versionId } = shown;
  const submit = async (): Promise<void> => {
    if ((await command.run(shown, note.trim())) === undefined) return;
    onClose();
    showToast({ message: t(`comparisons.approval.${verb}Done`, { number }) });
  };
  const unmeasured = command.error?.code === 'APPROVAL_BLOCKED' && ['not-evaluated', 'measured-too-briefly'].includes(String(command.error.data['reason']));
  return (
    <Modal
      opened={subject !== null}
      onClose={onClose}
      title={t(`comparisons.approval.${verb}Title`, { number, name: modelName })}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          event.stopPropagation();
          void submit();
        }}
      >
        <Stack gap="md">
          <Text size="sm">{t(`comparisons.approval.${verb}Body`)}</Text>
          <Textarea
            label={`${t('comparisons.approval.note')} (${t('common.optional')})`}
            description={t('comparisons.approval.noteHelp')}
            autosize
            minRows={2}
            maxRows={6}
            maxLength={2000}
            value={note}
            data-autofocus
            onChange={(event) => setNote(event.currentTarget.value)}
          />
          <ErrorNotice
            error={command.error}
            {...(unmeasured && onMeasure !== undefined
              ? {
                  actions: (
                    <Button
                      variant="default"
                      onClick={() => {
                        onClose();
                        onMeasure(versionId);
                      }}
                    >
                      {t('comparisons.approval.measureFirst')}
                    </Button>
                  ),
                }
              : {})}
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('common.cancel')}
            </Button>
            <Button type="submit" loading={command.running}>
              {t(`comparisons.approval.${verb}Verb`)}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
