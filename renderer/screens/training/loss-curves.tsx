import { useMemo } from 'react';
import type { TrainingPoint, TrainingRun } from '../../../main/contract/training.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { LineChart } from '../../ui/line-chart.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Panel } from '../../ui/panel.tsx';
import { risingSince } from './curve.ts';
import { LOSS_DIGITS, rateText } from './run-words.ts';
import classes from './training.module.css';
import { useCurve } from './use-curve.ts';

/** Loss on training and validation over the steps, the best pointed out; the learning rate small below. */
export function LossCurves({ run }: { run: TrainingRun }) {
  const { t, format } = useTexts();
  const { points, error } = useCurve(run);
  const rising = useMemo(() => (points === null || run.state === 'finished' ? null : risingSince(points)), [points, run.state]);
  return (
    <Panel>
      <div className={classes['stack']}>
        <ErrorNotice error={error} />
        {points !== null && points.length < 2 && (
          <p className={classes['dim']}>{t('training.run.curves.none')}</p>
        )}
        {points !== null && points.length > 1 && <Charts points={points} run={run} />}
        {rising !== null && <Notice tone="look">{t('training.run.curves.overfit', { step: format.number(rising) })}</Notice>}
        <p className={classes['lead']}>{t('training.run.curves.lead')}</p>
      </div>
    </Panel>
  );
}

function Charts({ points, run }: { points: readonly TrainingPoint[]; run: TrainingRun }) {
  const { t, format } = useTexts();
  const { best, bestStep } = run;
  const places = useMemo(() => points.map(({ step }) => step), [points]);
  const series = useMemo(
    () => [
      { id: 'train', label: t('training.run.curves.train'), color: 1 as const, values: trainValues(points) },
      { id: 'validation', label: t('training.run.curves.validation'), color: 2 as const, dots: true, values: points.map(({ validation }) => validation ?? undefined) },
    ],
    [points, t],
  );
  const rates = useMemo(() => [{ id: 'rate', label: t('training.run.curves.rate'), color: 6 as const, values: points.map(({ learningRate }) => learningRate) }], [points, t]);
  const loss = (value: number): string => format.number(value, LOSS_DIGITS);
  return (
    <>
      <LineChart
        title={t('training.run.curves.title')}
        places={places}
        scale="steps"
        formatPlace={(step) => format.number(step)}
        axisLabel={t('training.run.curves.step')}
        series={series}
        format={loss}
        min="fit"
        marks={best === null || bestStep === null ? [] : [{ place: bestStep, value: best.loss, label: t('training.run.curves.bestMark') }]}
        heightRem={16}
      />
      {best !== null && bestStep !== null && (
        <p className={classes['dim']}>{t('training.run.curves.best', { loss: loss(best.loss), step: format.number(bestStep) })}</p>
      )}
      <LineChart
        title={t('training.run.curves.rate')}
        places={places}
        scale="steps"
        formatPlace={(step) => format.number(step)}
        series={rates}
        format={rateText}
        heightRem={6}
      />
    </>
  );
}

/** A point may only hold a validation: the training line goes on past it. Where no step has a training loss, it is a gap. */
function trainValues(points: readonly TrainingPoint[]): (number | null | undefined)[] {
  return points.map(({ train, validation }) => train ?? (validation === null ? null : undefined));
}
