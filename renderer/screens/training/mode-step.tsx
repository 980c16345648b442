import { Select, Slider, Stack } from '@mantine/core';
import { useEffect, useEffectEvent, useRef } from 'react';
import type { DatasetVersion } from '../../../main/contract/datasets.contract.ts';
import type { TrainingMode, TrainingOptions } from '../../../main/contract/training.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import type { Query } from '../../state/queries.ts';
import { ChoiceCards } from '../../ui/choice-cards.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { recommendedMode } from './train-draft.ts';
import type { TrainDraft } from './train-draft.ts';
import classes from './training.module.css';
import { chosenData } from './use-train-wizard.ts';

const MODES = ['new', 'incremental', 'mixed'] as const satisfies readonly TrainingMode['kind'][];

interface ModeStepProps {
  draft: TrainDraft;
  kind: TrainingMode['kind'];
  options: TrainingOptions;
  /** Every data version there is. */
  versions: Query<DatasetVersion[]>;
  onChange: (part: Partial<TrainDraft>) => void;
}

/** On the data as it is, new rows only, or old and new mixed with the share of the old. */
export function ModeStep({ draft, kind, options, versions, onChange }: ModeStepProps) {
  const { t } = useTexts();
  const recommended = recommendedMode(options, draft.data);
  const others = (versions.data ?? []).filter(({ id }) => id !== draft.data?.versionId);
  const tuned = options.tunedOn.map(({ datasetName: name, number }) => t('training.dataVersion', { name, number })).join(t('common.listSeparator'));
  const helpOf = (value: TrainingMode['kind']): string => {
    if (value === 'incremental') return options.tunedOn.length === 0 ? t('training.wizard.mode.notTuned') : t('training.wizard.mode.choices.incremental.help', { list: tuned });
    if (value === 'mixed' && versions.data !== undefined && others.length === 0) return t('training.wizard.mode.noOld');
    return t(`training.wizard.mode.choices.${value}.help`);
  };
  return (
    <Stack gap="lg">
      <ChoiceCards
        label={t('training.wizard.mode.question')}
        value={kind}
        onChange={(mode) => onChange({ mode })}
        choices={MODES.map((value) => ({
          value,
          label: t(`training.wizard.mode.choices.${value}.label`),
          help: helpOf(value),
          recommended: value === recommended,
          disabled: (value === 'incremental' && options.tunedOn.length === 0) || (value === 'mixed' && others.length === 0),
        }))}
      />
      {kind === 'mixed' && <QueryState query={versions}>{() => <Mixture draft={draft} others={others} options={options} onChange={onChange} />}</QueryState>}
    </Stack>
  );
}

/** What it was tuned on, else an earlier version of the same data set, else the newest other one. */
function usualOld(others: readonly DatasetVersion[], options: TrainingOptions, draft: TrainDraft): DatasetVersion | undefined {
  const tuned = options.tunedOn.at(-1)?.datasetVersionId;
  return others.find(({ id }) => id === tuned) ?? others.find(({ datasetId }) => datasetId === draft.data?.datasetId) ?? others[0];
}

function Mixture({ draft, others, options, onChange }: Pick<ModeStepProps, 'draft' | 'options' | 'onChange'> & { others: readonly DatasetVersion[] }) {
  const { t, format } = useTexts();
  const { oldShare } = draft;
  const known = others.some(({ id }) => id === draft.oldData?.versionId);
  const takeUsual = useEffectEvent(() => {
    const usual = usualOld(others, options, draft);
    onChange({ oldData: usual === undefined ? null : chosenData(usual) });
  });
  useEffect(() => {
    if (!known) takeUsual();
  }, [known]);
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // What the choice asks for besides must not stay below the edge of the window.
    place.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  const shareLabel = t('training.wizard.mode.share');
  return (
    <div ref={place} className={`${classes['inset'] ?? ''} ${classes['notHidden'] ?? ''}`}>
      <Select
        label={t('training.wizard.mode.oldData')}
        description={t('training.wizard.mode.oldDataHelp')}
        allowDeselect={false}
        searchable
        value={draft.oldData?.versionId ?? null}
        data={others.map(({ id, datasetName: name, number }) => ({ value: id, label: t('training.dataVersion', { name, number }) }))}
        onChange={(id) => {
          const taken = others.find((each) => each.id === id);
          if (taken !== undefined) onChange({ oldData: chosenData(taken) });
        }}
      />
      <div className={classes['tight']}>
        <span className={classes['fieldLabel']}>{shareLabel}</span>
        <div className={classes['sliderRow']}>
          <Slider
            min={5}
            max={95}
            step={5}
            label={null}
            value={Math.round(oldShare * 100)}
            thumbLabel={shareLabel}
            onChange={(percent) => onChange({ oldShare: percent / 100 })}
          />
          <output className={classes['sliderValue']}>{format.percent(oldShare)}</output>
        </div>
        <p className={classes['dim']}>
          {t('training.wizard.mode.shareWords', { old: format.number(oldShare * 100), new: format.number((1 - oldShare) * 100) })}
        </p>
      </div>
    </div>
  );
}
