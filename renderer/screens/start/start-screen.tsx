import { Button, Loader } from '@mantine/core';
import { connection } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useAfter } from '../../state/queries.ts';
import { useSession } from '../../state/session.ts';
import { BrokenScreen } from './broken-screen.tsx';
import { SetUpScreen } from './set-up-screen.tsx';
import { SignInScreen } from './sign-in-screen.tsx';
import { StartFrame } from './start-frame.tsx';
import classes from './start.module.css';

/** What is shown while nobody is signed in: set-up, sign-in, what is broken, or that the main side does not answer. */
export function StartScreen() {
  const status = useSession((state) => state.status);
  if (status === null) return <NoAnswer />;
  switch (status.state) {
    case 'not-set-up':
      return <SetUpScreen status={status} />;
    case 'locked':
    case 'ready':
      return <SignInScreen status={status} />;
    case 'broken':
      return <BrokenScreen status={status} />;
  }
}

function NoAnswer() {
  const { t } = useTexts();
  const lost = useSession((state) => state.connection === 'lost');
  const late = useAfter(600, !lost);
  if (!lost) {
    return (
      <div className={classes['wait']} role="status">
        {late && <Loader aria-label={t('shell.connection.connecting')} />}
      </div>
    );
  }
  return (
    <StartFrame>
      <div className={classes['card']}>
        <h1 className={classes['title']}>{t('shell.connection.lostTitle')}</h1>
        <p>{t('shell.connection.lostBody')}</p>
        <Button onClick={() => connection.open()}>{t('shell.connection.tryNow')}</Button>
      </div>
    </StartFrame>
  );
}
