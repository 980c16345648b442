import { Button } from '@mantine/core';
import { IconShieldCheck } from '@tabler/icons-react';
import { useState } from 'react';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { navigate } from '../../state/navigation.ts';
import { useQuery } from '../../state/queries.ts';
import { Panel } from '../../ui/panel.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { AUDIT_VERIFY_EVERY_MS } from './findings.ts';
import classes from './home.module.css';

/** What is due: for now, verifying the audit log once a month. */
export function DuePanel() {
  const { t, format } = useTexts();
  const [nowMs] = useState(() => Date.now());
  const verified = useQuery('audit/last-verified', (signal) =>
    client.audit.list({ filter: { types: ['audit.verified'], results: ['done'] }, cursor: null, limit: 1 }, { signal }),
  );
  return (
    <Panel title={t('home.due')}>
      <QueryState query={verified}>
        {({ events }) => {
          const lastMs = events[0]?.timeMs ?? null;
          if (lastMs !== null && nowMs - lastMs < AUDIT_VERIFY_EVERY_MS) return <p className={classes['dim']}>{t('home.dueNone')}</p>;
          return (
            <div className={classes['finding']}>
              <IconShieldCheck size={20} stroke={1.6} aria-hidden />
              <span className={classes['findingText']}>
                {lastMs === null ? t('home.auditNever') : t('home.auditOld', { ago: format.ago(lastMs, nowMs) })}
              </span>
              <Button variant="default" onClick={() => navigate({ screen: 'audit' })}>
                {t('home.auditVerb')}
              </Button>
            </div>
          );
        }}
      </QueryState>
    </Panel>
  );
}
