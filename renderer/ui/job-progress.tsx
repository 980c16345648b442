import type { JobProgress, JobView } from '../../main/contract/jobs.contract.ts';
import type { Formatter } from '../i18n/format.ts';
import { useTexts } from '../i18n/i18n.ts';
import { useJobProgress } from '../state/jobs.ts';
import { ProgressPanel } from './progress-panel.tsx';
import type { ProgressPhase } from './progress-panel.tsx';

/** Fraction done of a progress, or null where the total is not known. */
export function fractionOf(progress: JobProgress | null): number | null {
  if (progress === null || progress.total === null || progress.total === 0) return null;
  return Math.min(1, progress.done / progress.total);
}

/** "1.2 GB / 4.1 GB", "480 MB/s", in the words of the language; empty where not known. Time left is the caller's. */
export function amountsOf(progress: JobProgress | null, format: Formatter): { amount: string; rate: string; left: string | null } {
  if (progress === null) return { amount: '', rate: '', left: null };
  const shown = (value: number): string => (progress.unit === 'bytes' ? format.bytes(value) : format.number(value));
  const counted = progress.unit === 'bytes' || (progress.total ?? 0) > 1;
  const amount = !counted ? '' : progress.total === null ? shown(progress.done) : `${shown(progress.done)} / ${shown(progress.total)}`;
  return {
    amount,
    rate: progress.rate === null || progress.rate === 0 || !counted ? '' : format.rate(progress.rate, progress.unit),
    left: progress.etaMs === null ? null : format.duration(progress.etaMs),
  };
}

interface JobProgressPanelProps {
  job: JobView;
  /** All phases of this kind of job in order, with their labels. */
  phases: readonly { id: string; label: string }[];
  onCancel?: () => void;
  cancelling?: boolean;
}

/** A job's progress as a ProgressPanel: phases done with their durations, the running one with amount, speed, time left. */
export function JobProgressPanel({ job, phases, onCancel, cancelling = false }: JobProgressPanelProps) {
  const { t, format } = useTexts();
  const progress = useJobProgress(job);
  const { amount, rate, left } = amountsOf(progress, format);
  const shown = phases.map(({ id, label }): ProgressPhase => {
    const finished = job.phases.find((phase) => phase.phase === id);
    if (finished !== undefined) return { id, label, state: 'done', note: format.duration(finished.durationMs) };
    if (progress?.phase === id) return { id, label, state: 'running', ...(progress.detail === '' ? {} : { note: progress.detail }) };
    return { id, label, state: 'waiting' };
  });
  const firstWaiting = shown.findIndex(({ state }) => state === 'waiting');
  const running = job.state === 'running' || job.state === 'queued';
  const marked = shown.map((phase, index) => {
    if (index !== firstWaiting || shown.some(({ state }) => state === 'running')) return phase;
    if (running) return { ...phase, state: 'running' as const };
    return job.state === 'failed' ? { ...phase, state: 'failed' as const } : phase;
  });
  return (
    <ProgressPanel
      label={job.title}
      phases={marked}
      fraction={fractionOf(progress)}
      facts={[amount, rate, left === null ? '' : t('jobs.timeLeft', { time: left })]}
      cancelling={cancelling}
      {...(running && onCancel !== undefined ? { onCancel } : {})}
      {...(running ? { remark: t('jobs.survives') } : {})}
    />
  );
}
