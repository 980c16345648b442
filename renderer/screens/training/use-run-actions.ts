import { useState } from 'react';
import type { TrainingRun } from '../../../main/contract/training.contract.ts';
import type { AppError } from '../../client/as-error.ts';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useCommand } from '../../state/commands.ts';
import { navigate } from '../../state/navigation.ts';
import { setQueryData } from '../../state/queries.ts';
import { useMay } from '../../state/session.ts';
import { showToast } from '../../ui/toast.tsx';

export const runKey = (runId: string): string => `training/run/${runId}`;

export interface RunActions {
  mayTrain: boolean;
  /** Between the click on Pause and the checkpoint that was written. */
  pausing: boolean;
  pause: () => void;
  resuming: boolean;
  resume: (learningRate: number | null) => void;
  cancel: () => Promise<boolean>;
  cancelling: boolean;
  finish: () => Promise<boolean>;
  finishing: boolean;
  remove: () => void;
  removing: boolean;
  removeError: AppError | null;
  /** Why the last of pause, resume, cancel and finish was refused. */
  error: AppError | null;
}

/** What can be done with a run. The answer of the main side comes as an event; the buttons rest until then. */
export function useRunActions(run: TrainingRun): RunActions {
  const { t } = useTexts();
  const mayTrain = useMay('training.manage');
  const runId = run.id;
  /** The job that was asked to pause: a later one has not been. */
  const [pausedJob, setPausedJob] = useState<string | null>(null);
  const look = async (): Promise<void> => setQueryData(runKey(runId), await client.training.get({ runId }));
  const pause = useCommand(async () => {
    setPausedJob(run.jobId);
    try {
      await client.training.pause({ runId });
    } catch (thrown) {
      setPausedJob(null);
      throw thrown;
    }
  });
  const resume = useCommand(async (learningRate: number | null) => {
    await client.training.resume({ runId, learningRate });
    await look();
    showToast({ message: t('training.run.resumed') });
  });
  const cancel = useCommand(async () => {
    if (run.jobId !== null) await client.jobs.cancel({ jobId: run.jobId });
    return true;
  });
  const finish = useCommand(async () => {
    await client.training.finish({ runId });
    await look();
    return true;
  });
  const remove = useCommand(async () => {
    await client.training.remove({ runId });
    navigate({ screen: 'data', tab: 'runs' }, { replace: true });
    showToast({ message: t('training.run.removeDialog.done') });
  });
  return {
    mayTrain,
    pausing: run.state === 'running' && (pause.running || (pausedJob !== null && pausedJob === run.jobId)),
    pause: () => void pause.run(),
    resuming: resume.running,
    resume: (learningRate) => void resume.run(learningRate),
    cancel: async () => (await cancel.run()) === true,
    cancelling: cancel.running,
    finish: async () => (await finish.run()) === true,
    finishing: finish.running,
    remove: () => void remove.run(),
    removing: remove.running,
    removeError: remove.error,
    error: pause.error ?? resume.error ?? cancel.error ?? finish.error,
  };
}
