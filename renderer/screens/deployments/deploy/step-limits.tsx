import { NumberInput, Stack, TextInput } from '@mantine/core';
import type { DeploymentLimits, Fit } from '../../../../main/contract/deployments.contract.ts';
import type { ServedPurpose } from '../../../../main/contract/models.contract.ts';
import { useTexts } from '../../../i18n/i18n.ts';
import { Notice } from '../../../ui/notice.tsx';
import { nameFault, SMALLEST_MEMORY_LIMIT_BYTES } from './deploy-draft.ts';
import { QueueTimeoutField } from './queue-timeout-field.tsx';
import classes from './deploy.module.css';

const GIGABYTE = 1024 ** 3;
const MOST_OUTPUT = 1_048_576;
const MOST_QUEUE = 10_000;

interface StepLimitsProps {
  name: string;
  takenNames: ReadonlySet<string>;
  limits: DeploymentLimits;
  fit: Fit;
  purpose: ServedPurpose;
  onName: (name: string) => void;
  onLimits: (limits: Partial<DeploymentLimits>) => void;
}

/** What it is called and how much it may take. */
export function StepLimits({ name, takenNames, limits, fit, purpose, onName, onLimits }: StepLimitsProps) {
  const { t, format } = useTexts();
  const fault = nameFault(name, takenNames);
  const predictedBytes = fit.prediction.totalRamBytes;
  return (
    <Stack gap="lg">
      <TextInput
        label={t('deployments.wizard.limits.name')}
        description={t('deployments.wizard.limits.nameHelp')}
        maw="26rem"
        value={name}
        maxLength={64}
        spellCheck={false}
        autoComplete="off"
        error={fault === null ? null : t(`deployments.wizard.limits.${fault}`)}
        onChange={(event) => onName(event.currentTarget.value)}
      />
      <div className={classes['fields']}>
        {purpose === 'text-generation' && (
          <LimitField
            name="maxOutput"
            unit={t('deployments.limits.tokens')}
            value={limits.maxOutputTokens}
            min={1}
            max={MOST_OUTPUT}
            step={256}
            error={limits.maxOutputTokens > fit.settings.contextSize ? t('deployments.wizard.limits.outputAboveContext', { contextSize: format.number(fit.settings.contextSize) }) : null}
            onValue={(maxOutputTokens) => onLimits({ maxOutputTokens })}
          />
        )}
        <LimitField
          name="queue"
          unit={t('deployments.limits.requests')}
          value={limits.queueLimit}
          min={0}
          max={MOST_QUEUE}
          step={1}
          onValue={(queueLimit) => onLimits({ queueLimit })}
        />
        <QueueTimeoutField limits={limits} onLimits={onLimits} />
        <LimitField
          name="memory"
          unit={t('deployments.limits.gigabytes')}
          value={Math.round((limits.memoryLimitBytes / GIGABYTE) * 100) / 100}
          min={Math.ceil((SMALLEST_MEMORY_LIMIT_BYTES / GIGABYTE) * 100) / 100}
          max={100_000}
          step={0.5}
          decimals={2}
          onValue={(gigabytes) => onLimits({ memoryLimitBytes: Math.round(gigabytes * GIGABYTE) })}
        />
      </div>
      {limits.memoryLimitBytes < predictedBytes && (
        <Notice tone="look">{t('deployments.wizard.limits.memoryLow', { predicted: format.bytes(predictedBytes) })}</Notice>
      )}
    </Stack>
  );
}

interface LimitFieldProps {
  name: 'maxOutput' | 'queue' | 'memory';
  unit: string;
  value: number;
  min: number;
  max: number;
  step: number;
  decimals?: number;
  error?: string | null;
  onValue: (value: number) => void;
}

function LimitField({ name, unit, value, min, max, step, decimals = 0, error = null, onValue }: LimitFieldProps) {
  const { t } = useTexts();
  return (
    <NumberInput
      label={t(`deployments.limits.${name}`)}
      description={t(`deployments.limits.${name}Explain`)}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      suffix={` ${unit}`}
      value={value}
      min={min}
      max={max}
      step={step}
      allowNegative={false}
      thousandSeparator=","
      allowDecimal={decimals > 0}
      decimalScale={decimals}
      clampBehavior="blur"
      error={error}
      onChange={(next) => typeof next === 'number' && next >= min && next <= max && onValue(next)}
    />
  );
}
