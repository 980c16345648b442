import { Progress } from '@mantine/core';
import type { JobProgress } from '../../../main/contract/jobs.contract.ts';
import type { TrainingRun } from '../../../main/contract/training.contract.ts';
import { NO_VALUE } from '../../i18n/format.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { Explained } from '../../ui/key-value-list.tsx';
import type { KeyValue } from '../../ui/key-value-list.tsx';
import { Panel } from '../../ui/panel.tsx';
import { roundedMs } from './plan-panel.tsx';
import classes from './training.module.css';

/** The newest step: the job reports more often than the run is written down. */
export function stepOf(run: TrainingRun, progress: JobProgress | null): number {
  return progress?.phase === 'train' && progress.unit === 'steps' ? Math.max(run.step, progress.done) : run.step;
}

/** Steps, time left, speed, memory against what was foretold, the checkpoint it would go on from. */
export function RunProgress({ run, progress }: { run: TrainingRun; progress: JobProgress | null }) {
  const { t, format } = useTexts();
  const running = run.state === 'running';
  const step = stepOf(run, progress);
  const share = run.stepCount === null || run.stepCount === 0 ? null : Math.min(1, step / run.stepCount);
  const leftMs = (progress?.phase === 'train' ? progress.etaMs : null) ?? run.etaMs;
  const epochs = share === null ? null : Math.min(run.settings.epochs, share * run.settings.epochs);
  const items: KeyValue[] = [
    ...(epochs === null
      ? []
      : [{ key: 'epoch', label: t('training.run.progress.epoch'), value: t('training.run.progress.epochs', { done: format.number(epochs, 1), total: format.number(run.settings.epochs) }) }]),
    ...(running ? [{ key: 'left', label: t('training.run.progress.left'), value: leftMs === null ? NO_VALUE : format.duration(roundedMs(leftMs)) }] : []),
    { key: 'spent', label: t('training.run.progress.spent'), value: format.duration(run.activeMs) },
    { key: 'speed', label: t('training.run.progress.speed'), value: format.rate(run.tokensPerSecond, 'tokens') },
    {
      key: 'memory',
      label: t('training.run.progress.memory'),
      value:
        run.peakRssBytes === null
          ? t('training.run.progress.memoryOnlyPredicted', { predicted: format.bytes(run.predictedBytes) })
          : t('training.run.progress.memoryValue', { peak: format.bytes(run.peakRssBytes), predicted: format.bytes(run.predictedBytes) }),
    },
    ...(run.state === 'finished'
      ? []
      : [
          {
            key: 'checkpoint',
            label: t('training.run.progress.checkpoint'),
            explain: t('training.run.progress.checkpointExplain'),
            value: run.checkpointStep === null ? t('training.run.progress.checkpointNone') : t('training.run.progress.checkpointValue', { step: format.number(run.checkpointStep) }),
          },
        ]),
  ];
  return (
    <Panel title={t('training.run.progress.title')}>
      <div className={classes['bar']}>
        <div className={classes['barHead']}>
          <span>{t('training.run.progress.steps')}</span>
          <strong>{t('training.run.progress.of', { done: format.number(step), total: format.number(run.stepCount) })}</strong>
        </div>
        <Progress value={(share ?? 0) * 100} aria-label={t('training.run.progress.bar')} />
      </div>
      <dl className={classes['facts']}>
        {items.map(({ key, label, explain, value }) => (
          <div key={key}>
            <dt>{explain === undefined ? label : <Explained label={label} explain={explain} />}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
