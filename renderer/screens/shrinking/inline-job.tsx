import { Button } from '@mantine/core';
import { useEffect, useEffectEvent } from 'react';
import { JOB_PHASES } from '../../../main/contract/job-phases.ts';
import type { JobView } from '../../../main/contract/jobs.contract.ts';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useCommand } from '../../state/commands.ts';
import { useJob, useJobProgress } from '../../state/jobs.ts';
import { setQueryData } from '../../state/queries.ts';
import { useMay } from '../../state/session.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { JobProgressPanel } from '../../ui/job-progress.tsx';
import { Notice } from '../../ui/notice.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import classes from './shrinking.module.css';

interface InlineJobProps {
  jobId: string;
  /** Told once it has succeeded what it made. */
  onDone?: (objectId: string) => void;
  /** Offered after a failure or a cancel. */
  onAgain?: () => void;
  /** Said after a cancel and after an interruption. */
  cancelled: string;
}

/** A job in the middle of a screen: its progress with cancel, or how it ended. */
export function InlineJob({ jobId, onDone, onAgain, cancelled }: InlineJobProps) {
  const { t } = useTexts();
  const job = useJob(jobId);
  const done = job.data?.state === 'succeeded' ? (job.data.result?.objectId ?? '') : null;
  const tell = useEffectEvent((objectId: string) => onDone?.(objectId));
  useEffect(() => {
    if (done !== null) tell(done);
  }, [done]);
  const again = onAgain !== undefined && (
    <Button variant="default" onClick={onAgain}>
      {t('shrinking.job.again')}
    </Button>
  );
  return (
    <QueryState query={job}>
      {(data) => {
        switch (data.state) {
          case 'queued':
          case 'running':
            return <JobRunning job={data} />;
          case 'failed':
            return <ErrorNotice error={data.error ?? { code: 'BUG', data: { referenceId: data.id } }} actions={again} />;
          case 'cancelled':
          case 'interrupted':
            return (
              <Notice tone={data.state === 'cancelled' ? 'info' : 'look'}>
                <p>{cancelled}</p>
                {again}
              </Notice>
            );
          case 'succeeded':
            return null;
        }
      }}
    </QueryState>
  );
}

/** The phases of a job with their labels; pruning writes layers where quantizing converts tensors. */
export function useJobPhases(kind: JobView['kind']): { id: string; label: string }[] {
  const { t } = useTexts();
  return JOB_PHASES[kind].map((id) => ({ id, label: kind === 'quantization.prune' && id === 'quantize' ? t('shrinking.job.writeLayers') : t(`jobs.phases.${id}`) }));
}

/** The progress of a job with cancel, and what it has in hand: the tensor, the window. */
export function JobRunning({ job }: { job: JobView }) {
  const { t } = useTexts();
  const mayManage = useMay('jobs.manage');
  const cancel = useCommand(async () => {
    setQueryData(`job/${job.id}`, await client.jobs.cancel({ jobId: job.id }));
  });
  const phases = useJobPhases(job.kind);
  const progress = useJobProgress(job);
  return (
    <div className={classes['stack']}>
      <JobProgressPanel job={job} phases={phases} cancelling={cancel.running} {...(mayManage ? { onCancel: () => void cancel.run() } : {})} />
      {progress?.phase === 'quantize' && progress.detail !== '' && <p className={classes['tensor']}>{t('shrinking.job.tensor', { name: progress.detail })}</p>}
      <ErrorNotice error={cancel.error} />
    </div>
  );
}
