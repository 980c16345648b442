import { NumberInput, Select, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { LEARNING_RATE_SCHEDULES } from '../../../main/contract/training.contract.ts';
import type { TrainingOptions, TrainingSettings } from '../../../main/contract/training.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { rateText } from './run-words.ts';
import { contextChoices, parseRate } from './train-draft.ts';
import classes from './training.module.css';

const SAVE_FORMATS: readonly TrainingSettings['saveAs'][] = ['F32', 'F16', 'BF16'];
const MOST = { epochs: 1000, patience: 100, evaluations: 100, seed: 4_294_967_295 } as const;

export interface SettingsFieldsProps {
  settings: TrainingSettings;
  options: TrainingOptions;
  /** Names of the fields that hold no number within their bounds. */
  wrong: readonly string[];
  onSettings: (part: Partial<TrainingSettings>) => void;
  onWrong: (name: string, wrong: boolean) => void;
}

/** What one changes first: how often, how long a window, whose tokens count. */
export function UsualFields({ settings, options, wrong, onSettings, onWrong }: SettingsFieldsProps) {
  const { t, format } = useTexts();
  return (
    <div className={classes['fields']}>
      <NumberField
        name="epochs"
        label={t('training.wizard.settings.fields.epochs')}
        help={t('training.wizard.settings.fields.epochsHelp')}
        value={settings.epochs}
        bounds={{ least: 1, most: MOST.epochs }}
        wrong={wrong}
        onWrong={onWrong}
        onValue={(epochs) => epochs !== null && onSettings({ epochs })}
      />
      <Select
        label={t('training.wizard.settings.fields.context')}
        description={t('training.wizard.settings.fields.contextHelp', { trained: format.number(options.trainedContextSize) })}
        allowDeselect={false}
        value={String(settings.contextSize)}
        data={contextChoices(options.trainedContextSize, settings.contextSize).map((size) => ({ value: String(size), label: format.number(size) }))}
        onChange={(size) => size !== null && onSettings({ contextSize: Number(size) })}
      />
      <Select
        label={t('training.wizard.settings.fields.learnFrom')}
        description={t('training.wizard.settings.fields.learnFromHelp')}
        allowDeselect={false}
        value={settings.learnFrom}
        data={(['answers', 'everything'] as const).map((value) => ({ value, label: t(`training.wizard.settings.fields.${value}`) }))}
        onChange={(learnFrom) => (learnFrom === 'answers' || learnFrom === 'everything') && onSettings({ learnFrom })}
      />
      <Layers settings={settings} options={options} wrong={wrong} onSettings={onSettings} onWrong={onWrong} />
    </div>
  );
}

function Layers({ settings, options, wrong, onSettings, onWrong }: SettingsFieldsProps) {
  const { t, format } = useTexts();
  const { layers } = settings;
  return (
    <>
      <Select
        label={t('training.wizard.settings.fields.layers')}
        description={t('training.wizard.settings.fields.layersHelp')}
        allowDeselect={false}
        value={layers.kind}
        data={[
          { value: 'all', label: t('training.wizard.settings.fields.layersAll', { total: format.number(options.layerCount) }) },
          { value: 'last', label: t('training.wizard.settings.fields.layersLast') },
        ]}
        onChange={(kind) => onSettings({ layers: kind === 'last' ? { kind, count: Math.max(1, Math.ceil(options.layerCount / 2)) } : { kind: 'all' } })}
      />
      {layers.kind === 'last' && (
        <NumberField
          name="layers"
          label={t('training.wizard.settings.fields.layersCount')}
          value={layers.count}
          bounds={{ least: 1, most: Math.max(1, options.layerCount) }}
          wrong={wrong}
          onWrong={onWrong}
          onValue={(count) => count !== null && onSettings({ layers: { kind: 'last', count } })}
        />
      )}
    </>
  );
}

/** The rest, folded: how AdamW learns, when it stops, what is written. */
export function AdvancedFields({ settings, options, wrong, onSettings, onWrong }: SettingsFieldsProps) {
  const { t, format } = useTexts();
  const shared = { wrong, onWrong };
  return (
    <div className={classes['fields']}>
      <RateField value={settings.learningRate} onValue={(learningRate) => onSettings({ learningRate })} onWrong={onWrong} />
      <Select
        label={t('training.wizard.settings.fields.schedule')}
        description={t('training.wizard.settings.fields.scheduleHelp')}
        allowDeselect={false}
        value={settings.schedule}
        data={LEARNING_RATE_SCHEDULES.map((value) => ({ value, label: t(`training.schedules.${value}`) }))}
        onChange={(value) => {
          const schedule = LEARNING_RATE_SCHEDULES.find((each) => each === value);
          if (schedule !== undefined) onSettings({ schedule });
        }}
      />
      <NumberField
        {...shared}
        name="warmup"
        label={t('training.wizard.settings.fields.warmup')}
        help={t('training.wizard.settings.fields.warmupHelp')}
        value={Number((settings.warmupShare * 100).toFixed(2))}
        bounds={{ least: 0, most: 50, decimals: 1 }}
        suffix=" %"
        onValue={(percent) => percent !== null && onSettings({ warmupShare: Number((percent / 100).toFixed(4)) })}
      />
      <NumberField
        {...shared}
        name="weightDecay"
        label={t('training.wizard.settings.fields.weightDecay')}
        help={t('training.wizard.settings.fields.weightDecayHelp')}
        value={settings.weightDecay}
        bounds={{ least: 0, most: 1, decimals: 4 }}
        step={0.01}
        onValue={(weightDecay) => weightDecay !== null && onSettings({ weightDecay })}
      />
      <NumberField
        {...shared}
        name="patience"
        label={t('training.wizard.settings.fields.patience')}
        help={t('training.wizard.settings.fields.patienceHelp')}
        value={settings.patience}
        bounds={{ least: 1, most: MOST.patience }}
        optional
        onValue={(patience) => onSettings({ patience })}
      />
      <NumberField
        {...shared}
        name="evaluations"
        label={t('training.wizard.settings.fields.evaluations')}
        help={t('training.wizard.settings.fields.evaluationsHelp')}
        value={settings.evaluationsPerEpoch}
        bounds={{ least: 1, most: MOST.evaluations }}
        onValue={(evaluationsPerEpoch) => evaluationsPerEpoch !== null && onSettings({ evaluationsPerEpoch })}
      />
      <NumberField
        {...shared}
        name="seed"
        label={t('training.wizard.settings.fields.seed')}
        help={t('training.wizard.settings.fields.seedHelp')}
        value={settings.seed}
        bounds={{ least: 0, most: MOST.seed }}
        onValue={(seed) => seed !== null && onSettings({ seed })}
      />
      <Select
        label={t('training.wizard.settings.fields.saveAs')}
        description={t('training.wizard.settings.fields.saveAsHelp')}
        allowDeselect={false}
        value={settings.saveAs}
        data={[...SAVE_FORMATS]}
        onChange={(value) => {
          const saveAs = SAVE_FORMATS.find((each) => each === value);
          if (saveAs !== undefined) onSettings({ saveAs });
        }}
      />
      <NumberField
        {...shared}
        name="threads"
        label={t('training.wizard.settings.fields.threads')}
        help={t('training.wizard.settings.fields.threadsHelp', { cores: format.number(options.usableCores) })}
        value={settings.threads}
        bounds={{ least: 1, most: Math.max(1, options.usableCores) }}
        optional
        onValue={(threads) => onSettings({ threads })}
      />
    </div>
  );
}

interface NumberFieldProps {
  name: string;
  label: string;
  help?: string;
  value: number | null;
  bounds: { least: number; most: number; decimals?: number };
  /** Empty is an answer too: null. */
  optional?: boolean;
  suffix?: string;
  step?: number;
  wrong: readonly string[];
  onValue: (value: number | null) => void;
  onWrong: (name: string, wrong: boolean) => void;
}

/** A number within bounds; what is not one is said under the field, and nobody goes on until it is. */
function NumberField({ name, label, help, value, bounds, optional = false, suffix, step, wrong, onValue, onWrong }: NumberFieldProps) {
  const { t, format } = useTexts();
  const decimals = bounds.decimals ?? 0;
  const sentence = t(decimals === 0 ? 'training.wizard.settings.wrong.whole' : 'training.wizard.settings.wrong.number', {
    least: format.number(bounds.least),
    most: format.number(bounds.most),
  });
  return (
    <NumberInput
      label={label}
      description={help}
      value={value ?? ''}
      allowNegative={false}
      allowDecimal={decimals > 0}
      decimalScale={decimals}
      thousandSeparator=","
      clampBehavior="none"
      step={step ?? 1}
      {...(suffix === undefined ? {} : { suffix })}
      error={wrong.includes(name) ? sentence : null}
      onChange={(next) => {
        if (next === '' && optional) {
          onWrong(name, false);
          onValue(null);
          return;
        }
        const fine = typeof next === 'number' && next >= bounds.least && next <= bounds.most;
        onWrong(name, !fine);
        if (fine) onValue(next);
      }}
    />
  );
}

function RateField({ value, onValue, onWrong }: { value: number; onValue: (rate: number) => void; onWrong: (name: string, wrong: boolean) => void }) {
  const { t } = useTexts();
  const [typed, setTyped] = useState(rateText(value));
  useEffect(() => {
    // Also when the recommended settings are taken back.
    setTyped((text) => (parseRate(text) === value ? text : rateText(value)));
  }, [value]);
  return (
    <TextInput
      label={t('training.wizard.settings.fields.learningRate')}
      description={t('training.wizard.settings.fields.learningRateHelp')}
      value={typed}
      inputMode="decimal"
      autoComplete="off"
      error={parseRate(typed) === null ? t('training.wizard.settings.wrong.rate') : null}
      onChange={(event) => {
        const text = event.currentTarget.value;
        setTyped(text);
        const rate = parseRate(text);
        onWrong('learningRate', rate === null);
        if (rate !== null) onValue(rate);
      }}
    />
  );
}
