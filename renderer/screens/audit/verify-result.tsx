import { Button } from '@mantine/core';
import { IconAlertCircle, IconShieldCheck } from '@tabler/icons-react';
import type { VerifyStep } from '../../../main/contract/audit.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { CopyField } from '../../ui/copy-field.tsx';
import classes from './audit.module.css';

/** So many characters of the newest fingerprint are enough to compare by eye: 64 bits. */
const CODE_LENGTH = 16;

/** "3f9a 01bc 77de 42aa": short enough to write down. */
export function shortCode(leaf: string): string {
  return (leaf.slice(0, CODE_LENGTH).match(/.{1,4}/g) ?? []).join(' ');
}

/** Intact with head number and short code, or the first bad event and the way to it. */
export function VerifyResult({ result, onShow }: { result: Extract<VerifyStep, { kind: 'result' }>; onShow: (sequence: number) => void }) {
  const { t, format } = useTexts();
  const { firstFault } = result;
  if (result.intact || firstFault === null) {
    const code = shortCode(result.headLeaf);
    return (
      <div className={classes['outcome']} data-tone="fine" role="status">
        <IconShieldCheck size={28} aria-hidden />
        <div>
          <p className={classes['outcomeTitle']}>{t('auditScreen.verification.intact')}</p>
          <p>
            {t('auditScreen.verification.intactBody', {
              checked: format.number(result.checked),
              time: format.duration(result.durationMs),
              rate: format.rate(result.durationMs > 0 ? (result.checked * 1000) / result.durationMs : null, 'rows'),
            })}
          </p>
          <p className={classes['hashLabel']}>{t('auditScreen.verification.head', { sequence: format.number(result.headSequence) })}</p>
          <CopyField label={t('auditScreen.verification.head', { sequence: format.number(result.headSequence) })} value={code} />
          <p className={classes['note']}>{t('auditScreen.verification.headHelp')}</p>
        </div>
      </div>
    );
  }
  const { sequence, fault, expected, found } = firstFault;
  return (
    <div className={classes['outcome']} data-tone="act" role="alert">
      <IconAlertCircle size={28} aria-hidden />
      <div>
        <p className={classes['outcomeTitle']}>{t('auditScreen.verification.broken')}</p>
        <p>{t('auditScreen.verification.brokenBody', { sequence: format.number(sequence) })}</p>
        <p className={classes['fault']}>{t(`audit.faults.${fault}`, { expected, found })}</p>
        <p>{t('auditScreen.verification.brokenNext')}</p>
        <Button variant="default" mt="xs" onClick={() => onShow(sequence)}>
          {t('auditScreen.verification.jump', { sequence: format.number(sequence) })}
        </Button>
      </div>
    </div>
  );
}
