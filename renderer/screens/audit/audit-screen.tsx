import { Button } from '@mantine/core';
import { IconArrowUp, IconShieldCheck } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTexts } from '../../i18n/i18n.ts';
import { navigate } from '../../state/navigation.ts';
import { useAfter } from '../../state/queries.ts';
import type { RouteOf } from '../../state/routes.ts';
import { useMay } from '../../state/session.ts';
import { keepValue, useViewState } from '../../state/view-state.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { actorName, auditColumns } from './audit-columns.tsx';
import { AuditFilters } from './audit-filters.tsx';
import { isFiltered, noFilter } from './audit-query.ts';
import type { FilterEntries } from './audit-query.ts';
import classes from './audit.module.css';
import { EventDrawer } from './event-drawer.tsx';
import { useAuditList } from './use-audit-list.ts';
import { VerifyDialog } from './verify-dialog.tsx';

const SKELETON_AFTER_MS = 200;
const TABLE_KEY = 'audit/list';

/** The audit log: newest first, filtered by the main side, verified on demand. */
export default function AuditScreen({ route }: { route: RouteOf<'audit'> }) {
  const { t, format } = useTexts();
  const mayVerify = useMay('audit.verify');
  const [entries, setEntries] = useViewState<FilterEntries>('audit/filter', noFilter);
  const [verifying, setVerifying] = useState(false);
  const [round, setRound] = useState(0);
  const list = useAuditList(entries);
  const { events } = list;
  const late = useAfter(SKELETON_AFTER_MS, events === null && list.error === null);
  const columns = useMemo(() => auditColumns(t, format), [t, format]);
  const persons = useMemo(() => [...new Set((events ?? []).filter(({ actor }) => actor.kind !== 'system' && actor.name !== '').map(({ actor }) => actorName(t, actor)))], [events, t]);
  const place = events?.findIndex(({ sequence }) => sequence === route.sequence) ?? -1;
  const show = (sequence: number): void => navigate({ screen: 'audit', sequence });
  const toNewest = (): void => {
    // The table is drawn anew at its top; the old place no longer means anything.
    keepValue(`${TABLE_KEY}/scroll`, 0);
    setRound((before) => before + 1);
    list.reload();
  };
  return (
    <Page
      title={t('auditScreen.title')}
      lead={t('auditScreen.lead')}
      layout="full"
      {...(mayVerify
        ? {
            actions: (
              <Button leftSection={<IconShieldCheck size={18} aria-hidden />} onClick={() => setVerifying(true)}>
                {t('auditScreen.verify')}
              </Button>
            ),
          }
        : {})}
    >
      <AuditFilters entries={entries} onEntries={setEntries} knownPersons={persons} />
      <ErrorNotice error={list.error} onRetry={list.reload} />
      {late && <Skeleton />}
      {events !== null &&
        (events.length === 0 && !isFiltered(entries) ? (
          <EmptyState icon={<IconShieldCheck size={32} stroke={1.5} />} title={t('auditScreen.empty.title')} body={t('auditScreen.empty.body')} />
        ) : (
          <DataTable
            key={round}
            label={t('auditScreen.table.label')}
            stateKey={TABLE_KEY}
            columns={columns}
            rows={events}
            rowKey={({ sequence }) => String(sequence)}
            ordered
            withFilter={false}
            total={list.total}
            onReachEnd={list.loadMore}
            onOpen={({ sequence }) => show(sequence)}
            nothingMatches={t('auditScreen.filter.nothing')}
            tools={
              <>
                {list.loadingMore && <span className={classes['note']}>{t('auditScreen.loadingMore')}</span>}
                {list.newCount > 0 && (
                  <Button variant="light" radius="xl" leftSection={<IconArrowUp size={16} aria-hidden />} onClick={toNewest}>
                    {t('auditScreen.newEvents', { count: list.newCount })}
                  </Button>
                )}
              </>
            }
          />
        ))}
      <EventDrawer
        sequence={route.sequence}
        newer={place > 0 ? events?.[place - 1]?.sequence : undefined}
        older={place === -1 ? undefined : events?.[place + 1]?.sequence}
        onGo={(sequence) => navigate({ screen: 'audit', sequence }, { replace: true })}
        onObject={({ id, name }) => {
          setEntries({ ...noFilter, object: { id, name } });
          navigate({ screen: 'audit' });
        }}
        onClose={() => navigate({ screen: 'audit' })}
      />
      <VerifyDialog
        opened={verifying}
        onClose={() => setVerifying(false)}
        onShow={(sequence) => {
          setVerifying(false);
          show(sequence);
        }}
      />
    </Page>
  );
}
