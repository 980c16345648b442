import { Button, Progress } from '@mantine/core';
import { IconCheck, IconCircleDashed, IconLoader2, IconMinus, IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTexts } from '../i18n/i18n.ts';
import classes from './progress-panel.module.css';

export interface ProgressPhase {
  id: string;
  label: string;
  state: 'waiting' | 'running' | 'done' | 'failed' | 'stopped';
  /** At the right: how long it took, or a number it found. */
  note?: string;
}

interface ProgressPanelProps {
  /** What is being done, for screen readers. */
  label: string;
  phases: readonly ProgressPhase[];
  /** 0–1 of the running phase; null where it cannot be told (the bar then runs without a number). */
  fraction: number | null;
  /** Under the bar: "1.2 GB of 4.1 GB", "480 MB/s", "12 s left", as far as known. */
  facts: readonly string[];
  onCancel?: () => void;
  cancelling?: boolean;
  /** Under everything: e.g. that the window may be closed. */
  remark?: ReactNode;
}

/** Work in progress: its phases, a bar, amount, speed, time left and a way to cancel. For jobs, trials and measurements. */
export function ProgressPanel(props: ProgressPanelProps) {
  const { t } = useTexts();
  const running = props.phases.find(({ state }) => state === 'running');
  const percent = props.fraction === null ? null : Math.round(Math.max(0, Math.min(1, props.fraction)) * 100);
  return (
    <section aria-label={props.label} className={classes['panel']}>
      <ol className={classes['phases']}>
        {props.phases.map((phase) => (
          <li key={phase.id} data-state={phase.state}>
            <PhaseIcon state={phase.state} />
            <span className={classes['label']}>{phase.label}</span>
            <span className="visually-hidden">{t(`jobs.phaseStates.${phase.state}`)}</span>
            {phase.note !== undefined && <span className={classes['note']}>{phase.note}</span>}
          </li>
        ))}
      </ol>
      {(running !== undefined || props.onCancel !== undefined) && (
        // The same bar and button while the work waits and while it runs: nothing moves away under a click.
        <>
          <Progress.Root size="md" aria-hidden={false}>
            <Progress.Section
              value={running === undefined ? 0 : (percent ?? 100)}
              animated={running !== undefined && percent === null}
              striped={running !== undefined && percent === null}
              aria-label={running?.label ?? t('jobs.states.queued')}
              {...(running !== undefined && percent === null ? { 'aria-valuenow': undefined } : {})}
            />
          </Progress.Root>
          <div className={classes['foot']}>
            <span className={classes['facts']}>{running === undefined ? t('jobs.states.queued') : props.facts.filter((fact) => fact !== '').join(' · ')}</span>
            {props.onCancel !== undefined && (
              <Button variant="default" onClick={props.onCancel} loading={props.cancelling ?? false}>
                {t('jobs.cancel')}
              </Button>
            )}
          </div>
        </>
      )}
      {props.remark !== undefined && <p className={classes['remark']}>{props.remark}</p>}
      <div className="visually-hidden" role="status">
        {running === undefined ? '' : `${running.label}${percent === null ? '' : ` ${String(Math.floor(percent / 10) * 10)} %`}`}
      </div>
    </section>
  );
}

function PhaseIcon({ state }: { state: ProgressPhase['state'] }) {
  const Icon = { waiting: IconCircleDashed, running: IconLoader2, done: IconCheck, failed: IconX, stopped: IconMinus }[state];
  return <Icon size={18} stroke={2} aria-hidden className={classes['icon']} />;
}
