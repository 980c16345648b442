import type { Tuning, TuningTrial } from '../../../../main/contract/benchmarks.contract.ts';
import { useTexts } from '../../../i18n/i18n.ts';
import { Explained } from '../../../ui/key-value-list.tsx';
import { ScrollRegion } from '../../../ui/scroll-region.tsx';
import { figureText, performanceOf } from '../figure-cells.tsx';
import { settingsKey } from '../figures.ts';
import classes from '../quality.module.css';

/** Every setting that was tried, in the order it was, the default and the chosen one marked. */
export function TrialsTable({ tuning }: { tuning: Tuning }) {
  const { t, format } = useTexts();
  const onGpu = tuning.backend !== 'cpu';
  const [defaultKey, chosenKey] = [settingsKey(tuning.default.settings), settingsKey(tuning.chosen.settings)];
  const trials = tuning.trials.map((trial, index) => ({ trial, number: index + 1 }));
  return (
    <ScrollRegion label={t('quality.tunings.trialTable.label')} className={classes['scroller']}>
      <table className={classes['figures']}>
        <thead>
          <tr>
            <th scope="col">{t('quality.tunings.trialTable.number')}</th>
            {onGpu && (
              <th scope="col" data-align="right">
                {t('quality.tunings.trialTable.layers')}
              </th>
            )}
            <th scope="col" data-align="right">
              {t('quality.tunings.trialTable.threads')}
            </th>
            <th scope="col" data-align="right">
              {t('quality.tunings.trialTable.batch')}
            </th>
            <th scope="col">{t('quality.tunings.trialTable.flash')}</th>
            <th scope="col">{t('quality.tunings.trialTable.kv')}</th>
            {(['prompt', 'generation'] as const).map((key) => (
              <th key={key} scope="col" data-align="right">
                {t(`quality.tunings.trialTable.${key}`)}
                <span className={classes['second']}>{t('quality.figures.speedUnit')}</span>
              </th>
            ))}
            <th scope="col" data-align="right">
              <Explained label={t('quality.tunings.trialTable.score')} explain={t('quality.tunings.trialTable.scoreExplain')} />
            </th>
            <th scope="col">{t('quality.tunings.trialTable.remark')}</th>
          </tr>
        </thead>
        <tbody>
          {trials.map(({ trial, number }) => (
            <tr key={number} data-marked={settingsKey(trial.settings) === chosenKey || undefined}>
              <th scope="row">{format.number(number)}</th>
              {onGpu && <td data-align="right">{format.number(trial.settings.gpuLayers)}</td>}
              <td data-align="right">{format.number(trial.settings.threads)}</td>
              <td data-align="right">{format.number(performanceOf(trial.settings).batchSize)}</td>
              <td>{t(`quality.performance.flash.${performanceOf(trial.settings).flashAttention}`)}</td>
              <td>{performanceOf(trial.settings).kvType}</td>
              <td data-align="right">{figureText(trial.problem === null ? trial.promptTokensPerSecond : null, format)}</td>
              <td data-align="right">{figureText(trial.problem === null ? trial.generationTokensPerSecond : null, format)}</td>
              <td data-align="right">{trial.problem === null ? format.number(trial.score, 3) : '–'}</td>
              <td>{remarkOf(trial)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );

  function remarkOf(trial: TuningTrial): string {
    if (trial.problem !== null) return t('quality.tunings.trialTable.failed', { problem: trial.problem });
    const key = settingsKey(trial.settings);
    return [...(key === defaultKey ? [t('quality.tunings.trialTable.default')] : []), ...(key === chosenKey ? [t('quality.tunings.trialTable.chosen')] : [])].join(t('common.listSeparator'));
  }
}
