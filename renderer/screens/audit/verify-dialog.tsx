import { Button, Group, Modal, Stack } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { VerifyStep } from '../../../main/contract/audit.contract.ts';
import { asError } from '../../client/as-error.ts';
import type { AppError } from '../../client/as-error.ts';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Notice } from '../../ui/notice.tsx';
import { ProgressPanel } from '../../ui/progress-panel.tsx';
import classes from './audit.module.css';
import { VerifyResult } from './verify-result.tsx';

type Result = Extract<VerifyStep, { kind: 'result' }>;
type Standing = { kind: 'running'; progress: Extract<VerifyStep, { kind: 'progress' }> | null } | { kind: 'done'; result: Result } | { kind: 'stopped' } | { kind: 'failed'; error: AppError };

interface VerifyDialogProps {
  opened: boolean;
  onClose: () => void;
  /** Shows an event and closes. */
  onShow: (sequence: number) => void;
}

/** Walks the whole chain, says what it found, and what it could not have found. Begins as soon as it is opened. */
export function VerifyDialog({ opened, onClose, onShow }: VerifyDialogProps) {
  const { t } = useTexts();
  return (
    <Modal opened={opened} onClose={onClose} size="40rem" title={t('auditScreen.verification.title')} closeButtonProps={{ 'aria-label': t('common.close') }}>
      {opened && <Verification onShow={onShow} onClose={onClose} />}
    </Modal>
  );
}

function Verification({ onShow, onClose }: Omit<VerifyDialogProps, 'opened'>) {
  const { t, format } = useTexts();
  const [standing, setStanding] = useState<Standing>({ kind: 'running', progress: null });
  const [attempt, setAttempt] = useState(0);
  const [stopped, setStopped] = useState(false);

  useEffect(() => {
    if (stopped) return undefined;
    const controller = new AbortController();
    setStanding({ kind: 'running', progress: null });
    walk(controller.signal, (step) => {
      setStanding(step.kind === 'result' ? { kind: 'done', result: step } : { kind: 'running', progress: step });
    }).catch((thrown: unknown) => {
      if (controller.signal.aborted) return;
      const error = asError(thrown);
      setStanding(error.code === 'CANCELLED' ? { kind: 'stopped' } : { kind: 'failed', error });
    });
    return () => controller.abort();
  }, [attempt, stopped]);

  const again = (): void => {
    setStopped(false);
    setAttempt((before) => before + 1);
  };
  const shown: Standing = stopped ? { kind: 'stopped' } : standing;
  const progress = shown.kind === 'running' ? shown.progress : null;
  return (
    <Stack gap="lg">
      {shown.kind === 'running' && (
        <ProgressPanel
          label={t('auditScreen.verification.label')}
          phases={[{ id: 'walk', label: t('auditScreen.verification.phase'), state: 'running' }]}
          fraction={progress === null || progress.total === 0 ? null : progress.done / progress.total}
          facts={
            progress === null
              ? []
              : [
                  t('auditScreen.verification.progress', { done: format.number(progress.done), total: format.number(progress.total) }),
                  format.rate(progress.rowsPerSecond, 'rows'),
                ]
          }
          onCancel={() => setStopped(true)}
        />
      )}
      {shown.kind === 'stopped' && <Notice tone="look">{t('auditScreen.verification.cancelled')}</Notice>}
      {shown.kind === 'failed' && <ErrorNotice error={shown.error} onRetry={again} />}
      {shown.kind === 'done' && <VerifyResult result={shown.result} onShow={onShow} />}
      <section>
        <h3 className={classes['sectionTitle']}>{t('auditScreen.verification.limitsTitle')}</h3>
        <ul className={classes['limits']}>
          <li>{t('auditScreen.verification.limitTruncation')}</li>
          <li>{t('auditScreen.verification.limitKey')}</li>
          <li>{t('auditScreen.verification.limitApp')}</li>
        </ul>
      </section>
      {shown.kind !== 'running' && (
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={again}>
            {t('auditScreen.verification.again')}
          </Button>
          <Button onClick={onClose}>{t('common.close')}</Button>
        </Group>
      )}
    </Stack>
  );
}

async function walk(signal: AbortSignal, onStep: (step: VerifyStep) => void): Promise<void> {
  for await (const step of await client.audit.verify({}, { signal })) {
    if (!signal.aborted) onStep(step);
  }
}
