import type { TrainingRun, ValidationFigure } from '../../../main/contract/training.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { Explained } from '../../ui/key-value-list.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Panel } from '../../ui/panel.tsx';
import { LOSS_DIGITS } from './run-words.ts';
import classes from './training.module.css';

const FIGURES = ['loss', 'perplexity', 'accuracy'] as const;

/** What the training brought: validation before and at its best, side by side. */
export function RunResult({ run }: { run: TrainingRun }) {
  const { t, format } = useTexts();
  const { before, best } = run;
  if (before === null || best === null) return null;
  const finished = run.state === 'finished';
  const shown = (name: (typeof FIGURES)[number], figure: ValidationFigure): string => {
    if (name === 'accuracy') return t('training.run.result.percent', { value: format.number(figure.accuracy * 100, 1) });
    return format.number(figure[name], name === 'loss' ? LOSS_DIGITS : 2);
  };
  const change = (name: (typeof FIGURES)[number]): { text: string; verdict: 'better' | 'worse' | 'same' } => {
    const difference = best[name] - before[name];
    const better = name === 'accuracy' ? difference > 0 : difference < 0;
    const value =
      name === 'accuracy'
        ? t('training.run.result.points', { change: signed(difference * 100, 1) })
        : t('training.run.result.percent', { value: signed(before[name] === 0 ? 0 : (difference / before[name]) * 100, 1) });
    return { text: value, verdict: difference === 0 ? 'same' : better ? 'better' : 'worse' };
  };
  const signed = (value: number, digits: number): string => `${value > 0 ? '+' : value < 0 ? '−' : ''}${format.number(Math.abs(value), digits)}`;
  return (
    <Panel title={t('training.run.result.title')}>
      <div className={classes['tight']}>
        <table className={classes['figures']}>
          <thead>
            <tr>
              <th scope="col">
                <span className="visually-hidden">{t('training.run.result.title')}</span>
              </th>
              <th scope="col">{t('training.run.result.before')}</th>
              <th scope="col">{t(finished ? 'training.run.result.after' : 'training.run.result.soFar')}</th>
              <th scope="col">{t('training.run.result.change')}</th>
            </tr>
          </thead>
          <tbody>
            {FIGURES.map((name) => {
              const { text, verdict } = change(name);
              return (
                <tr key={name}>
                  <th scope="row">
                    <Explained label={t(`training.run.result.${name}`)} explain={t(`training.run.result.${name}Explain`)} />
                  </th>
                  <td>{shown(name, before)}</td>
                  <td data-strong>{shown(name, best)}</td>
                  <td data-verdict={verdict}>
                    {text} <span className="visually-hidden">{t(`training.run.result.${verdict}`)}</span>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
        {finished && best.loss >= before.loss && <Notice tone="look">{t('training.run.result.noGain')}</Notice>}
        <p className={classes['lead']}>{t('training.run.result.lead', { tokens: format.number(best.tokens) })}</p>
      </div>
    </Panel>
  );
}
