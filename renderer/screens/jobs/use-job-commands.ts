import type { JobView } from '../../../main/contract/jobs.contract.ts';
import type { AppError } from '../../client/as-error.ts';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useCommand } from '../../state/commands.ts';
import { useMay } from '../../state/session.ts';
import { showToast } from '../../ui/toast.tsx';

export interface JobCommands {
  /** Null where the job cannot be cancelled, or the role may not. */
  cancel: (() => void) | null;
  cancelling: boolean;
  retry: (() => void) | null;
  retrying: boolean;
  error: AppError | null;
}

/** Cancel and run again, as far as the job's state and the role allow. */
export function useJobCommands(job: JobView | undefined, onRetried?: (jobId: string) => void): JobCommands {
  const { t } = useTexts();
  const mayManage = useMay('jobs.manage');
  const cancel = useCommand(async (wanted: JobView) => {
    await client.jobs.cancel({ jobId: wanted.id });
    showToast({ message: t('jobsScreen.cancelled', { title: wanted.title }) });
  });
  const retry = useCommand(async (wanted: JobView) => {
    const again = await client.jobs.retry({ jobId: wanted.id });
    showToast({ message: t('jobsScreen.retried') });
    onRetried?.(again.id);
  });
  const live = job?.state === 'running' || job?.state === 'queued';
  const retryable = job?.state === 'failed' || job?.state === 'cancelled' || job?.state === 'interrupted';
  return {
    cancel: mayManage && live && job !== undefined ? () => void cancel.run(job) : null,
    cancelling: cancel.running,
    retry: mayManage && retryable && job !== undefined ? () => void retry.run(job) : null,
    retrying: retry.running,
    error: cancel.error ?? retry.error,
  };
}
