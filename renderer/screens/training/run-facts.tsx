import type { TrainingRun, TrainingSettings } from '../../../main/contract/training.contract.ts';
import type { Formatter } from '../../i18n/format.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { KeyValueList } from '../../ui/key-value-list.tsx';
import type { KeyValue } from '../../ui/key-value-list.tsx';
import { Panel } from '../../ui/panel.tsx';
import { RouteLink } from '../../ui/route-link.tsx';
import { dataName, modeName, rateText, runName } from './run-words.ts';
import type { Translate } from './run-words.ts';

/** Every setting with its value in words. */
export function settingsItems(settings: TrainingSettings, t: Translate, format: Formatter): KeyValue[] {
  const { layers, patience, threads } = settings;
  return [
    { key: 'epochs', label: t('training.run.facts.epochs'), value: format.number(settings.epochs) },
    { key: 'context', label: t('training.run.facts.context'), value: t('training.run.facts.contextValue', { tokens: format.number(settings.contextSize) }) },
    {
      key: 'rate',
      label: t('training.run.facts.learningRate'),
      value: t('training.run.facts.rateValue', {
        rate: rateText(settings.learningRate),
        schedule: t(`training.schedules.${settings.schedule}`),
        warmup: format.percent(settings.warmupShare),
      }),
    },
    { key: 'decay', label: t('training.run.facts.weightDecay'), value: format.number(settings.weightDecay, 4) },
    {
      key: 'layers',
      label: t('training.run.facts.layers'),
      value: layers.kind === 'all' ? t('training.run.facts.layersAll') : t('training.run.facts.layersLast', { count: layers.count }),
    },
    { key: 'learnFrom', label: t('training.run.facts.learnFrom'), value: t(`training.learnFrom.${settings.learnFrom}`) },
    {
      key: 'patience',
      label: t('training.run.facts.patience'),
      value: patience === null ? t('training.run.facts.patienceNone') : t('training.run.facts.patienceValue', { count: patience }),
    },
    { key: 'evaluations', label: t('training.run.facts.evaluations'), value: format.number(settings.evaluationsPerEpoch) },
    { key: 'seed', label: t('training.run.facts.seed'), value: String(settings.seed) },
    { key: 'saveAs', label: t('training.run.facts.saveAs'), value: settings.saveAs },
    { key: 'threads', label: t('training.run.facts.threads'), value: threads === null ? t('training.run.facts.threadsAuto') : format.number(threads) },
  ];
}

/** From what, on what and how a run was started. */
export function RunFacts({ run }: { run: TrainingRun }) {
  const { t, format } = useTexts();
  const data = (each: TrainingRun['dataset']) =>
    each.datasetId === null ? dataName(each, t) : <RouteLink to={{ screen: 'dataset', datasetId: each.datasetId }}>{dataName(each, t)}</RouteLink>;
  return (
    <Panel title={t('training.run.facts.title')}>
      <KeyValueList
        columns={2}
        items={[
          {
            key: 'model',
            label: t('training.run.facts.model'),
            value: run.modelId === null ? runName(run, t) : <RouteLink to={{ screen: 'model', modelId: run.modelId }}>{runName(run, t)}</RouteLink>,
          },
          { key: 'data', label: t('training.run.facts.data'), value: data(run.dataset) },
          { key: 'mode', label: t('training.run.facts.mode'), value: modeName(run, t, format) },
          ...(run.oldDataset === null ? [] : [{ key: 'old', label: t('training.run.facts.oldData'), value: data(run.oldDataset) }]),
          ...settingsItems(run.settings, t, format),
          {
            key: 'by',
            label: t('training.run.facts.by'),
            value: t('training.run.facts.byValue', { who: run.startedBy, when: format.dateTime(run.createdAtMs) }),
          },
        ]}
      />
    </Panel>
  );
}
