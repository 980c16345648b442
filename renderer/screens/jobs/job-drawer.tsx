import { Button, Drawer, Group, Stack } from '@mantine/core';
import { JOB_PHASES } from '../../../main/contract/job-phases.ts';
import type { JobView } from '../../../main/contract/jobs.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useJob } from '../../state/jobs.ts';
import { navigate } from '../../state/navigation.ts';
import { useTrainingRuns } from '../../state/training.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { JobProgressPanel } from '../../ui/job-progress.tsx';
import { KeyValueList } from '../../ui/key-value-list.tsx';
import { Notice } from '../../ui/notice.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { durationOf, toneOfJob } from './job-columns.tsx';
import classes from './jobs.module.css';
import { routeOfResult } from './result-route.ts';
import { useJobCommands } from './use-job-commands.ts';

interface JobDrawerProps {
  jobId: string | null;
  onClose: () => void;
  onRetried: (jobId: string) => void;
}

/** One job: state, phases with how long each took, the error with what to do, the way to its result. */
export function JobDrawer({ jobId, onClose, onRetried }: JobDrawerProps) {
  const { t } = useTexts();
  const job = useJob(jobId ?? undefined);
  const title = job.data === undefined ? '' : t('jobsScreen.detail.title', { kind: t(`jobs.kinds.${job.data.kind}`), title: job.data.title });
  return (
    <Drawer
      opened={jobId !== null}
      onClose={onClose}
      position="right"
      size="36rem"
      title={<span className={classes['drawerTitle']}>{title}</span>}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {jobId !== null && <QueryState query={job}>{(data) => <JobDetail job={data} onRetried={onRetried} onClose={onClose} />}</QueryState>}
    </Drawer>
  );
}

function JobDetail({ job, onRetried, onClose }: { job: JobView; onRetried: (jobId: string) => void; onClose: () => void }) {
  const { t, format } = useTexts();
  const commands = useJobCommands(job, onRetried);
  const run = useTrainingRuns().data?.find(({ jobId }) => jobId === job.id);
  // A training has its curves from the first step on.
  const result = routeOfResult(job) ?? (run === undefined ? null : ({ screen: 'training-run', runId: run.id } as const));
  const phases = JOB_PHASES[job.kind].map((id) => ({ id, label: t(`jobs.phases.${id}`) }));
  return (
    <Stack gap="lg">
      {job.state === 'queued' && <Notice tone="info">{t('jobsScreen.detail.waiting')}</Notice>}
      {job.state === 'interrupted' && <Notice tone="look">{t('jobsScreen.detail.interrupted')}</Notice>}
      {job.state === 'cancelled' && <Notice tone="info">{t('jobsScreen.detail.cancelledNote')}</Notice>}
      <ErrorNotice error={job.error} />
      <KeyValueList
        items={[
          { key: 'state', label: t('jobsScreen.detail.state'), value: <StatusBadge tone={toneOfJob[job.state]} label={t(`jobs.states.${job.state}`)} /> },
          { key: 'by', label: t('jobsScreen.detail.startedBy'), value: job.startedBy },
          { key: 'created', label: t('jobsScreen.detail.created'), value: format.dateTimeSeconds(job.createdAtMs) },
          { key: 'started', label: t('jobsScreen.detail.started'), value: format.dateTimeSeconds(job.startedAtMs) },
          { key: 'ended', label: t('jobsScreen.detail.ended'), value: format.dateTimeSeconds(job.endedAtMs) },
          { key: 'duration', label: t('jobsScreen.detail.duration'), value: format.duration(durationOf(job)) },
        ]}
      />
      <section>
        <h3 className={classes['phases']}>{t('jobsScreen.detail.phases')}</h3>
        <JobProgressPanel job={job} phases={phases} cancelling={commands.cancelling} {...(commands.cancel === null ? {} : { onCancel: commands.cancel })} />
      </section>
      <ErrorNotice error={commands.error} />
      <Group gap="xs">
        {result !== null && (
          <Button
            onClick={() => {
              onClose();
              navigate(result);
            }}
          >
            {t(job.result === null ? 'common.open' : 'jobsScreen.openResult')}
          </Button>
        )}
        {commands.retry !== null && (
          <Button loading={commands.retrying} onClick={commands.retry}>
            {t('jobsScreen.retry')}
          </Button>
        )}
      </Group>
    </Stack>
  );
}
