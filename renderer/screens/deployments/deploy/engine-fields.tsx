import { NumberInput, Slider } from '@mantine/core';
import type { ReactNode } from 'react';
import type { EngineSettings, Fit } from '../../../../main/contract/deployments.contract.ts';
import type { ServedPurpose } from '../../../../main/contract/models.contract.ts';
import type { HardwareView } from '../../../../main/contract/system.contract.ts';
import { useTexts } from '../../../i18n/i18n.ts';
import { Explained } from '../../../ui/key-value-list.tsx';
import { contextStops, nearestStop } from './deploy-draft.ts';
import classes from './deploy.module.css';

/** Bounds of the contract that no machine reaches. */
const MOST_PARALLEL = 64;
const LEAST_CONTEXT = 64;
const MOST_CONTEXT = 4_194_304;

interface EngineFieldsProps {
  settings: EngineSettings;
  /** Tells how many layers there are and what the model was trained for. */
  fit: Fit;
  hardware: HardwareView;
  purpose: ServedPurpose;
  onSettings: (settings: EngineSettings) => void;
}

/** Layers, context, parallel answers and threads: a field each, a slider beside the two that have a range. */
export function EngineFields({ settings, fit, hardware, purpose, onSettings }: EngineFieldsProps) {
  const { t, format } = useTexts();
  const stops = contextStops(fit.trainedContextSize);
  const writes = purpose === 'text-generation';
  const change = (changed: Partial<EngineSettings>): void => onSettings({ ...settings, ...changed });
  return (
    <div className={classes['fields']}>
      {settings.backend !== 'cpu' && (
        <Field
          name="gpuLayers"
          note={t('deployments.settings.gpuLayersValue', { layers: format.number(settings.gpuLayers), most: format.number(fit.maxGpuLayers) })}
          value={settings.gpuLayers}
          min={0}
          max={fit.maxGpuLayers}
          onValue={(gpuLayers) => change({ gpuLayers })}
        >
          <Slider
            thumbLabel={t('deployments.settings.gpuLayers')}
            value={settings.gpuLayers}
            min={0}
            max={fit.maxGpuLayers}
            label={null}
            onChange={(gpuLayers) => change({ gpuLayers })}
          />
        </Field>
      )}
      <Field
        name={writes ? 'context' : 'longest'}
        note={t('deployments.settings.contextUnit')}
        value={settings.contextSize}
        min={LEAST_CONTEXT}
        max={MOST_CONTEXT}
        step={256}
        onValue={(contextSize) => change({ contextSize })}
      >
        {stops.length > 1 && (
          <Slider
            thumbLabel={t(writes ? 'deployments.settings.context' : 'textVectors.settings.longest')}
            value={nearestStop(stops, settings.contextSize)}
            min={0}
            max={stops.length - 1}
            label={null}
            thumbProps={{ 'aria-valuetext': t('deployments.settings.contextValue', { tokens: format.number(settings.contextSize) }) }}
            onChange={(stop) => change({ contextSize: stops[stop] ?? settings.contextSize })}
          />
        )}
      </Field>
      {writes && (
        <Field
          name="parallel"
          value={settings.parallelSequences}
          min={1}
          max={MOST_PARALLEL}
          onValue={(parallelSequences) => change({ parallelSequences })}
        />
      )}
      <Field name="threads" value={settings.threads} min={1} max={hardware.usableCores} onValue={(threads) => change({ threads })} />
    </div>
  );
}

interface FieldProps {
  name: 'gpuLayers' | 'context' | 'longest' | 'parallel' | 'threads';
  note?: string;
  value: number;
  min: number;
  max: number;
  step?: number;
  onValue: (value: number) => void;
  children?: ReactNode;
}

function Field({ name, note, value, min, max, step = 1, onValue, children }: FieldProps) {
  const { t } = useTexts();
  const label = name === 'longest' ? t('textVectors.settings.longest') : t(`deployments.settings.${name}`);
  const explain = name === 'longest' ? t('textVectors.settings.longestExplain') : t(`deployments.settings.${name}Explain`);
  return (
    <div className={classes['field']}>
      <span className={classes['fieldLabel']}>
        <Explained label={label} explain={explain} />
      </span>
      <div className={classes['fieldRow']}>
        <NumberInput
          aria-label={label}
          className={classes['number'] ?? ''}
          value={value}
          min={min}
          max={max}
          step={step}
          allowDecimal={false}
          thousandSeparator=","
          allowNegative={false}
          clampBehavior="blur"
          // An empty field keeps the last number until something is typed.
          onChange={(next) => typeof next === 'number' && next >= min && next <= max && onValue(next)}
        />
        {note !== undefined && <span className={classes['fieldNote']}>{note}</span>}
      </div>
      {children}
    </div>
  );
}
