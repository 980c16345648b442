import type { JobProgress, JobView } from '../../main/contract/jobs.contract.ts';
import type { Formatter } from '../i18n/format.ts';
import { useTexts } from '../i18n/i18n.ts';
import { useJobProgress } from '../state/jobs.ts';
import { shownPhases } from './job-phases.ts';
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
  /** All phases of this kind of job in order; `note` puts what a phase found into words. */
  phases: readonly { id: string; label: string; note?: (detail: string) => string }[];
  /** Under the bar, in place of amount, speed and time left: where those would tell nothing. */
  facts?: readonly string[];
  onCancel?: () => void;
  cancelling?: boolean;
}

/** A job's progress as a ProgressPanel: phases done with their durations, the running one with amount, speed, time left. */
export function JobProgressPanel({ job, phases, facts, onCancel, cancelling = false }: JobProgressPanelProps) {
  const { t, format } = useTexts();
  const progress = useJobProgress(job);
  const { amount, rate, left } = amountsOf(progress, format);
  const running = job.state === 'running' || job.state === 'queued';
  const shown = shownPhases(job, progress, phases.map(({ id }) => id)).map((phase): ProgressPhase => {
    const known = phases.find(({ id }) => id === phase.id);
    const found = phase.detail === '' ? '' : (known?.note?.(phase.detail) ?? '');
    const duration = phase.durationMs === null ? '' : format.duration(phase.durationMs);
    const note = [found, duration].filter((part) => part !== '').join(' · ');
    return { id: phase.id, label: known?.label ?? phase.id, state: phase.state, ...(note === '' ? {} : { note }) };
  });
  return (
    <ProgressPanel
      label={job.title}
      phases={shown}
      fraction={fractionOf(progress)}
      facts={facts ?? [amount, rate, left === null ? '' : t('jobs.timeLeft', { time: left })]}
      cancelling={cancelling}
      {...(running && onCancel !== undefined ? { onCancel } : {})}
      {...(running ? { remark: t('jobs.survives') } : {})}
    />
  );
}
