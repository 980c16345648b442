import { IconCheck, IconMinus } from '@tabler/icons-react';
import type { Tuning } from '../../../../main/contract/benchmarks.contract.ts';
import { useTexts } from '../../../i18n/i18n.ts';
import { KeyValueList } from '../../../ui/key-value-list.tsx';
import { Notice } from '../../../ui/notice.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { figureText, performanceOf } from '../figure-cells.tsx';
import { DOUBTFUL_LOAD } from '../figures.ts';
import classes from '../quality.module.css';
import { gainText, isGain } from './gain-text.ts';
import { TrialsTable } from './trials-table.tsx';

type Line = Tuning['explanation'][number];

/** Everything that is kept of a tuning: what it gained, how it came to it, all trials. */
export function TuningView({ tuning }: { tuning: Tuning }) {
  const { t, format } = useTexts();
  const { chosen, foreignLoad } = tuning;
  return (
    <div className={classes['stack']}>
      {foreignLoad !== null && foreignLoad > DOUBTFUL_LOAD && (
        <Notice tone="look" title={t('quality.detail.foreignTitle')}>
          <p>{t('quality.tunings.detail.foreign', { share: format.percent(foreignLoad) })}</p>
        </Notice>
      )}
      {tuning.outdated === null ? (
        <Notice tone={isGain(chosen.score) ? 'fine' : 'info'}>
          <p>{t(isGain(chosen.score) ? 'quality.tunings.detail.used' : 'quality.tunings.detail.nothingGained')}</p>
        </Notice>
      ) : (
        <Notice tone="look" title={t(`quality.tunings.outdated.${tuning.outdated}`)}>
          <p>{t(`quality.tunings.outdatedWhy.${tuning.outdated}`)}</p>
        </Notice>
      )}
      <Gains tuning={tuning} />
      <Panel title={t('quality.tunings.detail.explanation')}>
        <ul className={classes['lines']}>
          {tuning.explanation.map((line) => (
            <li key={line.setting} data-outcome={line.outcome}>
              {line.outcome === 'better' ? <IconCheck size={18} aria-hidden /> : <IconMinus size={18} aria-hidden />}
              <span>
                <ExplanationLine line={line} />
              </span>
            </li>
          ))}
        </ul>
      </Panel>
      <div className={classes['pair']}>
        <Panel title={t('quality.tunings.detail.settings')}>
          <ChosenSettings tuning={tuning} />
        </Panel>
        <Panel title={t('quality.tunings.detail.facts')}>
          <KeyValueList
            items={[
              { key: 'goal', label: t('quality.tunings.detail.goal'), value: t(`quality.goals.${tuning.goal}.label`) },
              { key: 'budget', label: t('quality.tunings.detail.budget'), value: format.duration(tuning.budgetMs) },
              { key: 'took', label: t('quality.tunings.detail.took'), value: format.duration(tuning.durationMs) },
              { key: 'machine', label: t('quality.tunings.detail.machine'), value: tuning.machineName },
              { key: 'engine', label: t('quality.tunings.detail.engine'), value: tuning.engineRelease },
              { key: 'when', label: t('quality.tunings.detail.when'), value: format.dateTime(tuning.atMs) },
              { key: 'by', label: t('quality.tunings.detail.by'), value: tuning.startedBy },
            ]}
          />
        </Panel>
      </div>
      <Panel title={t('quality.tunings.detail.trials')}>
        <TrialsTable tuning={tuning} />
      </Panel>
    </div>
  );
}

/** Reading and writing before and after. */
function Gains({ tuning }: { tuning: Tuning }) {
  const { t, format } = useTexts();
  const { default: before, chosen: after } = tuning;
  const pairs = [
    { key: 'reading', from: before.promptTokensPerSecond, to: after.promptTokensPerSecond },
    { key: 'writing', from: before.generationTokensPerSecond, to: after.generationTokensPerSecond },
  ] as const;
  return (
    <dl className={classes['heads']} aria-label={t('quality.tunings.detail.gained')}>
      {pairs.map(({ key, from, to }) => (
        <div key={key} className={classes['head']}>
          <dt>{t(`quality.tunings.detail.${key}`)}</dt>
          <dd>
            {from > 0 ? gainText(to / from, t, format) : '–'}
            <span className={classes['headNote']}>
              {t('quality.tunings.detail.fromTo', { from: figureText(from, format), to: figureText(to, format) })} {t('quality.figures.speedUnit')}
            </span>
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** A value of a setting in words: "automatic", "Q8_0", "512". */
function useSettingValue(): (setting: Line['setting'], value: string | number) => string {
  const { t, format } = useTexts();
  return (setting, value) => {
    if (typeof value === 'number') return format.number(value);
    if (setting === 'flashAttention' && (value === 'auto' || value === 'on' || value === 'off')) return t(`quality.performance.flash.${value}`);
    return value;
  };
}

function ExplanationLine({ line }: { line: Line }) {
  const { t, format } = useTexts();
  const valueOf = useSettingValue();
  return t(`quality.tunings.lines.${line.outcome}`, {
    setting: t(`quality.performance.${line.setting}`),
    from: valueOf(line.setting, line.from),
    to: valueOf(line.setting, line.to),
    gain: gainText(line.gain, t, format),
  });
}

function ChosenSettings({ tuning }: { tuning: Tuning }) {
  const { t, format } = useTexts();
  const { settings } = tuning.chosen;
  const { batchSize, flashAttention, kvType } = performanceOf(settings);
  return (
    <KeyValueList
      items={[
        { key: 'backend', label: t('deployments.settings.backend'), value: t(`engine.backends.${settings.backend}`) },
        ...(settings.backend === 'cpu'
          ? []
          : [{ key: 'layers', label: t('quality.performance.gpuLayers'), value: format.number(settings.gpuLayers), explain: t('deployments.settings.gpuLayersExplain') }]),
        { key: 'threads', label: t('quality.performance.threads'), value: format.number(settings.threads), explain: t('deployments.settings.threadsExplain') },
        { key: 'batch', label: t('quality.performance.batchSize'), value: format.number(batchSize), explain: t('quality.performance.batchSizeExplain') },
        {
          key: 'flash',
          label: t('quality.performance.flashAttention'),
          value: t(`quality.performance.flash.${flashAttention}`),
          explain: t('quality.performance.flashAttentionExplain'),
        },
        { key: 'kv', label: t('quality.performance.kvType'), value: kvType, explain: t('quality.performance.kvTypeExplain') },
        { key: 'context', label: t('deployments.settings.context'), value: t('deployments.settings.contextValue', { tokens: format.number(settings.contextSize) }) },
      ]}
    />
  );
}
