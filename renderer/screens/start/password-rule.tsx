import { Progress } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { MINIMUM_PASSWORD_LENGTH } from '../../../main/contract/accounts.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import classes from './start.module.css';

/** Characters as the rule counts them: code points of the composed form, so that one Chinese character or emoji is one. */
export function passwordLength(password: string): number {
  return Array.from(password.normalize('NFC')).length;
}

/** The password rule, live: how much is missing, then that it is met. */
export function PasswordRule({ password }: { password: string }) {
  const { t } = useTexts();
  const length = passwordLength(password);
  const missing = Math.max(0, MINIMUM_PASSWORD_LENGTH - length);
  const text = missing === 0 ? t('start.setUp.person.ruleMet') : t('start.setUp.person.ruleMissing', { count: missing });
  return (
    <p className={classes['rule']} data-met={missing === 0 || undefined}>
      <Progress
        className={classes['ruleBar'] ?? ''}
        size="sm"
        value={Math.min(100, (length / MINIMUM_PASSWORD_LENGTH) * 100)}
        color={missing === 0 ? 'green' : 'gray'}
        aria-label={t('start.setUp.person.password')}
      />
      {missing === 0 && <IconCheck size={16} aria-hidden />}
      <span role="status">{length === 0 ? '' : text}</span>
    </p>
  );
}
