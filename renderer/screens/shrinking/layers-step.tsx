import { Slider, Stack, Switch } from '@mantine/core';
import type { LayerReport, PruneProposal } from '../../../main/contract/quantization.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Explained } from '../../ui/key-value-list.tsx';
import { Notice } from '../../ui/notice.tsx';
import { InfluenceChart } from './influence-chart.tsx';
import { isLargeShare, mostRemovable, toggledLayer } from './prune-draft.ts';
import type { PruneDraft } from './prune-draft.ts';
import { SizeChange, useSizeWords } from './size-change.tsx';
import type { Pruning } from './use-pruning.ts';
import classes from './shrinking.module.css';

interface LayersStepProps {
  draft: PruneDraft;
  report: LayerReport;
  removeCount: number;
  pruning: Pruning;
  onChange: (part: Partial<PruneDraft>) => void;
}

/** How many layers go, or which; the prediction follows. */
export function LayersStep({ draft, report, removeCount, pruning, onChange }: LayersStepProps) {
  const { t, format } = useTexts();
  const { proposal } = pruning;
  const total = report.influence.length;
  const removed = draft.layers ?? proposal?.layers ?? [];
  const most = mostRemovable(total);
  const byHand = draft.layers !== null;
  return (
    <Stack gap="lg">
      <div className={classes['sliderRow']}>
        <span id="prune-count" className={classes['sectionTitle']}>
          {t('shrinking.prune.layers.count')}
        </span>
        <Slider
          className={classes['slider'] ?? ''}
          aria-labelledby="prune-count"
          thumbProps={{ 'aria-labelledby': 'prune-count' }}
          min={1}
          max={most}
          step={1}
          value={Math.min(most, Math.max(1, byHand ? removed.length : removeCount))}
          disabled={byHand || most < 2}
          label={null}
          onChange={(count) => onChange({ removeCount: count })}
        />
        <span className={classes['sliderValue']}>{t('shrinking.prune.layers.countOf', { count: format.number(removed.length), total: format.number(total) })}</span>
      </div>
      <InfluenceChart
        influence={report.influence}
        removed={removed}
        {...(byHand ? { onToggle: (layer: number) => onChange({ layers: toggledLayer(removed, layer) }) } : {})}
      />
      <Switch
        label={t('shrinking.prune.layers.byHand')}
        description={t('shrinking.prune.layers.byHandHelp')}
        checked={byHand}
        onChange={(event) => onChange(event.currentTarget.checked ? { layers: removed } : { layers: null, removeCount: Math.max(1, removed.length) })}
      />
      {byHand && removed.length === 0 && <Notice tone="info">{t('shrinking.prune.layers.nothing')}</Notice>}
      <ErrorNotice error={pruning.error} />
      {proposal !== null && removed.length > 0 && pruning.error === null && <Predicted proposal={proposal} pending={!pruning.current} />}
      <Notice tone="look" title={t('shrinking.prune.layers.honestTitle')}>
        {isLargeShare(removed.length, total) && <p>{t('shrinking.prune.layers.tooMany')}</p>}
        <p>{t('shrinking.prune.layers.honest')}</p>
      </Notice>
    </Stack>
  );
}

function Predicted({ proposal, pending }: { proposal: PruneProposal; pending: boolean }) {
  const { t, format } = useTexts();
  const words = useSizeWords();
  const amount = (before: number, after: number) => ({
    before: { label: t('shrinking.plan.now'), value: format.bytes(before) },
    after: { label: t('shrinking.plan.after'), value: format.bytes(after) },
    ratio: after / Math.max(1, before),
    words: words(after / Math.max(1, before)),
  });
  const { sourceSizeBytes, sizeBytes, sourceRamBytes, ramBytes, speedRatio, fits, freeBytes } = proposal;
  return (
    <section aria-label={t('shrinking.prune.layers.predicted')} className={classes['predicted']} data-pending={pending || undefined}>
      <h3 className={classes['sectionTitle']}>{t('shrinking.prune.layers.predicted')}</h3>
      <div className={classes['predictions']}>
        <div>
          <p className={classes['predictionTitle']}>{t('shrinking.prune.layers.size')}</p>
          <SizeChange {...amount(sourceSizeBytes, sizeBytes)} />
        </div>
        <div>
          <p className={classes['predictionTitle']}>{t('shrinking.prune.layers.memory')}</p>
          <SizeChange {...amount(sourceRamBytes, ramBytes)} />
        </div>
        <div>
          <p className={classes['predictionTitle']}>
            <Explained label={t('shrinking.prune.layers.speed')} explain={t('shrinking.prune.layers.speedExplain')} />
          </p>
          <p className={classes['predictionFigure']}>{t('shrinking.prune.layers.faster', { percent: format.percent(speedRatio - 1) })}</p>
        </div>
      </div>
      {!fits && <Notice tone="look">{t('shrinking.plan.roomMissing', { needed: format.bytes(sizeBytes), free: format.bytes(freeBytes) })}</Notice>}
    </section>
  );
}
