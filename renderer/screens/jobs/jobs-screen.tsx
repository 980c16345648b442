import { Button } from '@mantine/core';
import { IconListDetails } from '@tabler/icons-react';
import { useEffect, useMemo } from 'react';
import { JOB_STATES } from '../../../main/contract/jobs.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useJobs } from '../../state/jobs.ts';
import { navigate } from '../../state/navigation.ts';
import type { RouteOf } from '../../state/routes.ts';
import { useMay } from '../../state/session.ts';
import { useViewState } from '../../state/view-state.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { jobColumns } from './job-columns.tsx';
import { JobDrawer } from './job-drawer.tsx';
import { RunningJobs } from './running-jobs.tsx';
import classes from './jobs.module.css';

/** All long work: what runs with its progress, what is done with its outcome. */
export default function JobsScreen({ route }: { route: RouteOf<'jobs'> }) {
  const { t, format } = useTexts();
  const jobs = useJobs();
  const mayImport = useMay('models.manage');
  const [openedId, setOpenedId] = useViewState<string | null>('jobs/opened', null);
  const asked = route.jobId;
  useEffect(() => {
    if (asked !== undefined) setOpenedId(asked);
  }, [asked, setOpenedId]);
  const close = (): void => {
    setOpenedId(null);
    if (asked !== undefined) navigate({ screen: 'jobs' });
  };
  const columns = useMemo(() => jobColumns(t, format, setOpenedId), [t, format, setOpenedId]);
  const facets = useMemo(
    () => [
      {
        key: 'state',
        label: t('jobsScreen.stateFilter'),
        options: JOB_STATES.map((state) => ({ value: state, label: t(`jobs.states.${state}`) })),
        test: ({ state }: { state: string }, value: string) => state === value,
      },
    ],
    [t],
  );
  return (
    <Page title={t('jobsScreen.title')} lead={t('jobsScreen.lead')} layout="full">
      <QueryState query={jobs}>
        {(data) =>
          data.length === 0 ? (
            <EmptyState
              icon={<IconListDetails size={32} stroke={1.5} />}
              title={t('jobsScreen.empty.title')}
              body={t('jobsScreen.empty.body')}
              {...(mayImport ? { action: <Button onClick={() => navigate({ screen: 'import' })}>{t('jobsScreen.empty.importModel')}</Button> } : {})}
            />
          ) : (
            <div className={classes['frame']}>
              <RunningJobs jobs={data} onOpen={setOpenedId} />
              <DataTable
                label={t('jobsScreen.table.label')}
                stateKey="jobs/list"
                columns={columns}
                rows={data}
                rowKey={({ id }) => id}
                facets={facets}
                initialSort={{ column: 'created', descending: true }}
                onOpen={({ id }) => setOpenedId(id)}
              />
            </div>
          )
        }
      </QueryState>
      <JobDrawer jobId={openedId} onClose={close} onRetried={setOpenedId} />
    </Page>
  );
}
