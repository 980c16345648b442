import type { JobView } from '../../../main/contract/jobs.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useJobProgress } from '../../state/jobs.ts';
import { Panel } from '../../ui/panel.tsx';
import { amountsOf, fractionOf } from '../../ui/job-progress.tsx';
import { ProgressPanel } from '../../ui/progress-panel.tsx';
import classes from './jobs.module.css';
import { useJobCommands } from './use-job-commands.ts';

/** What runs or waits now, above the list, with its progress. */
export function RunningJobs({ jobs, onOpen }: { jobs: readonly JobView[]; onOpen: (jobId: string) => void }) {
  const { t } = useTexts();
  const live = jobs.filter(({ state }) => state === 'running' || state === 'queued');
  if (live.length === 0) return null;
  return (
    <div className={classes['running']}>
      <Panel title={t('jobsScreen.running')}>
        <ul className={classes['runningList']}>
          {live.map((job) => (
            <li key={job.id}>
              <RunningJob job={job} onOpen={onOpen} />
            </li>
          ))}
        </ul>
      </Panel>
    </div>
  );
}

function RunningJob({ job, onOpen }: { job: JobView; onOpen: (jobId: string) => void }) {
  const { t, format } = useTexts();
  const progress = useJobProgress(job);
  const { cancel, cancelling } = useJobCommands(job);
  const phases: Record<string, string> = t('jobs.phases', { returnObjects: true });
  const { amount, rate, left } = amountsOf(progress, format);
  const phase = progress === null ? t(`jobs.states.${job.state}`) : (phases[progress.phase] ?? progress.phase);
  return (
    <>
      <button type="button" className={classes['link']} onClick={() => onOpen(job.id)}>
        {t('jobsScreen.detail.title', { kind: t(`jobs.kinds.${job.kind}`), title: job.title })}
      </button>
      {job.state === 'queued' ? (
        <p className={classes['note']}>{t('jobsScreen.detail.waiting')}</p>
      ) : (
        <ProgressPanel
          label={job.title}
          phases={[{ id: progress?.phase ?? 'start', label: phase, state: 'running' }]}
          fraction={fractionOf(progress)}
          facts={[amount, rate, left === null ? '' : t('jobs.timeLeft', { time: left })]}
          cancelling={cancelling}
          {...(cancel === null ? {} : { onCancel: cancel })}
        />
      )}
    </>
  );
}
