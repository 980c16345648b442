import { Button } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { connection } from '../client/connection.ts';
import { useTexts } from '../i18n/i18n.ts';
import { useSession } from '../state/session.ts';
import classes from './shell.module.css';

/** Says that the line to the main side is lost, while it is; the page stays usable for reading. */
export function ConnectionBar() {
  const { t } = useTexts();
  const state = useSession((session) => session.connection);
  return (
    <div role="status">
      {state === 'lost' && (
        <div className={classes['lost']}>
          <IconPlugConnectedX size={18} aria-hidden />
          <span>{t('shell.connection.lost')}</span>
          <Button variant="default" onClick={() => connection.open()}>
            {t('shell.connection.tryNow')}
          </Button>
        </div>
      )}
    </div>
  );
}
