import type { JobProgress, JobView } from '../../contract/jobs.contract.ts';

export interface ProgressReport {
  done: number;
  total: number | null;
  unit: JobProgress['unit'];
  detail?: string;
}

const smallestIntervalMs = 250; // at most four reports a second
/** Weight of the newest measurement in the smoothed rate. */
const smoothing = 0.3;

/** Turns raw counts into the one progress shape: rate, time left, at most four reports a second, phases with durations. */
export function createProgressMeter(jobId: string, publish: (progress: JobProgress) => void) {
  const finished: JobView['phases'] = [];
  let phase = '';
  let phaseStart = performance.now();
  let latest: JobProgress | null = null;
  let lastPublished = Number.NEGATIVE_INFINITY;
  let lastCount = 0;
  let lastCountAt = phaseStart;
  let rate: number | null = null;

  const close = (detail: string): void => {
    if (phase === '') return;
    finished.push({ phase, durationMs: Math.round(performance.now() - phaseStart), detail });
    phase = '';
  };
  const send = (progress: JobProgress, now: number): void => {
    latest = progress;
    lastPublished = now;
    publish(progress);
  };

  return {
    latest: () => latest,
    phases: () => [...finished],
    /** A new phase is always published, however soon it follows. */
    enter(name: string, previousDetail = ''): void {
      close(previousDetail);
      phase = name;
      const now = performance.now();
      phaseStart = now;
      lastCount = 0;
      lastCountAt = now;
      rate = null;
      send({ jobId, phase, done: 0, total: null, unit: 'steps', rate: null, etaMs: null, detail: '' }, now);
    },
    report({ done, total, unit, detail = '' }: ProgressReport): void {
      const now = performance.now();
      const complete = total !== null && done >= total;
      if (now - lastPublished < smallestIntervalMs && !complete) return;
      const seconds = (now - lastCountAt) / 1000;
      if (seconds > 0.05 && done > lastCount) {
        const momentary = (done - lastCount) / seconds;
        rate = rate === null ? momentary : rate + smoothing * (momentary - rate);
        lastCount = done;
        lastCountAt = now;
      }
      const etaMs = rate === null || rate <= 0 || total === null ? null : Math.max(0, Math.round(((total - done) / rate) * 1000));
      send({ jobId, phase, done, total, unit, rate, etaMs, detail }, now);
    },
    finish(): void {
      close('');
    },
  };
}
