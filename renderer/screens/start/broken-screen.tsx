import { Button } from '@mantine/core';
import { useEffect } from 'react';
import type { SystemStatus } from '../../../main/contract/system.contract.ts';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useCommand } from '../../state/commands.ts';
import { useQuery } from '../../state/queries.ts';
import { takeStatus } from '../../state/session.ts';
import { CheckList } from '../../ui/check-list.tsx';
import { CopyField } from '../../ui/copy-field.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { StartFrame } from './start-frame.tsx';
import classes from './start.module.css';

/** The data folder cannot be opened: why, the way out, another try, and what was found on the machine. */
export function BrokenScreen({ status }: { status: SystemStatus }) {
  const { t } = useTexts();
  const retry = useCommand(() => client.system.retryOpen({}));
  const doctor = useQuery('doctor', (signal) => client.system.doctor({}, { signal }));
  useEffect(() => {
    document.title = `${t('start.broken.title')} · Modelward`;
  }, [t]);
  return (
    <StartFrame wide>
      <div className={classes['card']} style={{ maxWidth: '44rem' }}>
        <h1 className={classes['title']}>{t('start.broken.title')}</h1>
        <ErrorNotice
          error={status.problem}
          actions={
            <Button
              loading={retry.running}
              onClick={() => {
                void retry.run().then((found) => found !== undefined && takeStatus(found));
              }}
            >
              {t('common.retry')}
            </Button>
          }
        />
        <ErrorNotice error={retry.error} />
        <p style={{ margin: '1.5rem 0 0.25rem' }}>{t('start.broken.folder')}</p>
        <CopyField value={status.dataFolder} label={t('start.broken.folder')} />
        {/* There from the start: coming in seconds later it would move the button above away from under the pointer. */}
        <details style={{ marginTop: '1.5rem' }}>
          <summary>{t('start.broken.checks')}</summary>
          <QueryState query={doctor}>{(checks) => <CheckList checks={checks} />}</QueryState>
        </details>
      </div>
    </StartFrame>
  );
}
