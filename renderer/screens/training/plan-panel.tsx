import type { ReactNode } from 'react';
import type { TrainingPlan } from '../../../main/contract/training.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Notice } from '../../ui/notice.tsx';
import { useStable } from './use-stable.ts';
import classes from './training.module.css';
import type { PlanAnswer } from './use-plan.ts';

export interface PlanPanelProps {
  answer: PlanAnswer;
  /** Buttons that lead out of what stands against it. */
  renderWays: (problem: NonNullable<TrainingPlan['problem']>) => ReactNode;
}

/** What the training would take on this machine, and why it cannot start. */
export function PlanPanel({ answer, renderWays }: PlanPanelProps) {
  const { t, format } = useTexts();
  const { plan, current } = answer;
  const problem = useStable(plan?.problem ?? null);
  return (
    <section className={`${classes['plan'] ?? ''} ${classes['notHidden'] ?? ''}`} aria-label={t('training.wizard.plan.title')} data-pending={!current || undefined}>
      <h3 className={classes['sectionTitle']}>{t('training.wizard.plan.title')}</h3>
      {plan === null && answer.error === null && <p className={classes['dim']}>{t('training.wizard.plan.looking')}</p>}
      <ErrorNotice error={answer.error} />
      {plan !== null && (
        <>
          <ErrorNotice error={problem} actions={problem === null ? undefined : renderWays(problem)} />
          {lacksDisk(plan) && <Notice tone="look">{t('training.wizard.plan.diskMissing', { needed: format.bytes(plan.neededDiskBytes), free: format.bytes(plan.freeDiskBytes) })}</Notice>}
          <PlanFacts plan={plan} />
        </>
      )}
    </section>
  );
}

/** Starting is refused then, although it could be planned. */
export function lacksDisk({ neededDiskBytes, freeDiskBytes }: TrainingPlan): boolean {
  return neededDiskBytes > freeDiskBytes;
}

function PlanFacts({ plan }: { plan: TrainingPlan }) {
  const { t, format } = useTexts();
  const facts: [string, string, ReactNode][] = [
    ['time', t('training.wizard.plan.time'), <Time key="time" plan={plan} />],
    ['steps', t('training.wizard.plan.steps'), format.number(plan.stepCount)],
    ['tokens', t('training.wizard.plan.tokens'), t('training.wizard.plan.tokensAbout', { tokens: format.number(plan.tokenCount) })],
    ['rows', t('training.wizard.plan.rows'), t('training.wizard.plan.rowsValue', { train: format.number(plan.rowCount), validation: format.number(plan.validationRowCount) })],
    [
      'parameters',
      t('training.wizard.plan.parameters'),
      t('training.wizard.plan.parametersValue', { trainable: format.count(plan.trainableCount), all: format.count(plan.parameterCount) }),
    ],
    ['disk', t('training.wizard.plan.disk'), t('training.wizard.plan.diskValue', { needed: format.bytes(plan.neededDiskBytes), free: format.bytes(plan.freeDiskBytes) })],
  ];
  return (
    <>
      <MemoryNeed neededBytes={plan.neededBytes} freeBytes={plan.availableBytes} />
      <dl className={classes['facts']}>
        {facts.map(([key, label, value]) => (
          <div key={key}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function Time({ plan: { durationMs, speed } }: { plan: TrainingPlan }) {
  const { t, format } = useTexts();
  if (durationMs === null || speed === null) return t('training.wizard.plan.timeUnknown');
  const rate = format.rate(speed.tokensPerSecond, 'tokens');
  return (
    <>
      {format.duration(roundedMs(durationMs))}
      <span className={classes['note']}>{t(speed.from === 'earlier-run' ? 'training.wizard.plan.fromEarlierRun' : 'training.wizard.plan.fromRule', { rate })}</span>
    </>
  );
}

/** An estimate is spoken in round numbers: "about 2 min", not "2 min 7 s". */
export function roundedMs(durationMs: number): number {
  const roundTo = durationMs < 60_000 ? 5000 : durationMs < 3_600_000 ? 60_000 : 600_000;
  return Math.max(roundTo, Math.round(durationMs / roundTo) * roundTo);
}

/** Needed against free, as a bar and in words; red past the end of the free. */
function MemoryNeed({ neededBytes, freeBytes }: { neededBytes: number; freeBytes: number }) {
  const { t, format } = useTexts();
  const over = neededBytes > freeBytes;
  const words = t(over ? 'training.wizard.plan.over' : 'training.wizard.plan.needs', { needed: format.bytes(neededBytes), free: format.bytes(freeBytes) });
  const label = t('training.wizard.plan.memory');
  return (
    <div className={classes['need']} data-over={over || undefined}>
      <div className={classes['needHead']}>
        <span>{label}</span>
        <span className={classes['needNumbers']}>{words}</span>
      </div>
      <div className={classes['needTrack']} role="img" aria-label={t('common.labelled', { label, value: words })}>
        <span className={classes['needFill']} style={{ width: `${String(Math.min(100, (neededBytes / Math.max(1, freeBytes)) * 100))}%` }} />
      </div>
    </div>
  );
}
