import { IconLock } from '@tabler/icons-react';
import { useEffect } from 'react';
import type { SystemStatus } from '../../../main/contract/system.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { SignInForm } from './sign-in-form.tsx';
import { StartFrame } from './start-frame.tsx';
import classes from './start.module.css';

/** Sign-in; after a start it also opens the encrypted database, and says so. */
export function SignInScreen({ status }: { status: SystemStatus }) {
  const { t } = useTexts();
  useEffect(() => {
    document.title = `${t('start.signIn.title')} · Modelward`;
  }, [t]);
  return (
    <StartFrame>
      <div className={classes['card']}>
        <h1 className={classes['title']}>{t('start.signIn.title')}</h1>
        <SignInForm verb={t('start.signIn.verb')} />
        {status.state === 'locked' && (
          <p className={classes['hint']} style={{ marginTop: '1rem' }}>
            <IconLock size={16} aria-hidden />
            {t('start.signIn.locked')}
          </p>
        )}
      </div>
    </StartFrame>
  );
}
