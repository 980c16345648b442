import { NumberInput, Stack, TextInput } from '@mantine/core';
import { LARGEST_QUOTA, MOST_CONCURRENT, QUOTA_UNITS, QUOTA_WINDOWS } from '../../../main/contract/api-keys.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { ChoiceCards } from '../../ui/choice-cards.tsx';
import type { Choice } from '../../ui/choice-cards.tsx';
import { expiryOf, USUAL_LIMITS, withQuota } from './key-draft.ts';
import type { ExpiryChoice, LimitChoice } from './key-draft.ts';
import type { KeyFieldsProps } from './key-fields.tsx';
import classes from './keys.module.css';

/** How much it may use. */
export function LimitFields({ draft, onChange }: KeyFieldsProps) {
  const { t, format } = useTexts();
  const { own } = draft;
  const usual = { requests: format.number(USUAL_LIMITS.quotas.requests.minute), concurrent: format.number(USUAL_LIMITS.maxConcurrent) };
  const choices: Choice<LimitChoice>[] = [
    { value: 'usual', label: t('apiKeys.wizard.limits.usual'), help: t('apiKeys.wizard.limits.usualHelp', usual), recommended: true },
    { value: 'own', label: t('apiKeys.wizard.limits.own') },
    { value: 'none', label: t('apiKeys.wizard.limits.none'), help: t('apiKeys.wizard.limits.noneHelp') },
  ];
  return (
    <Stack gap="md">
      <ChoiceCards label={t('apiKeys.wizard.limits.step')} value={draft.limits} choices={choices} onChange={(limits) => onChange({ limits })} />
      {draft.limits === 'own' && (
        <div className={classes['limits']}>
          <p className={classes['dim']}>{t('apiKeys.wizard.limits.empty')}</p>
          {QUOTA_UNITS.map((unit) => (
            <fieldset key={unit} className={classes['fieldset']}>
              <legend className={classes['legend']}>{t(`apiKeys.units.${unit}`)}</legend>
              <div className={classes['limitRow']}>
                {QUOTA_WINDOWS.map((window) => (
                  <LimitInput
                    key={window}
                    label={t(`apiKeys.perWindow.${window}`)}
                    spoken={t('common.labelled', { label: t(`apiKeys.units.${unit}`), value: t(`apiKeys.perWindow.${window}`) })}
                    value={own.quotas[unit][window]}
                    most={LARGEST_QUOTA}
                    onValue={(value) => onChange({ own: { ...own, quotas: withQuota(own.quotas, unit, { [window]: value }) } })}
                  />
                ))}
              </div>
            </fieldset>
          ))}
          <div className={classes['limitRow']}>
            <LimitInput
              label={t('apiKeys.wizard.limits.concurrent')}
              value={own.maxConcurrent}
              most={MOST_CONCURRENT}
              onValue={(maxConcurrent) => onChange({ own: { ...own, maxConcurrent } })}
            />
          </div>
        </div>
      )}
    </Stack>
  );
}

interface LimitInputProps {
  label: string;
  /** For screen readers, where the label alone is not enough. */
  spoken?: string;
  value: number | null;
  most: number;
  onValue: (value: number | null) => void;
}

function LimitInput({ label, spoken, value, most, onValue }: LimitInputProps) {
  const { t } = useTexts();
  return (
    <NumberInput
      label={label}
      {...(spoken === undefined ? {} : { 'aria-label': spoken })}
      placeholder={t('apiKeys.wizard.limits.noLimits')}
      value={value ?? ''}
      min={1}
      max={most}
      allowNegative={false}
      allowDecimal={false}
      thousandSeparator=","
      clampBehavior="blur"
      onChange={(next) => {
        if (next === '') onValue(null);
        else if (typeof next === 'number' && next >= 1 && next <= most) onValue(next);
      }}
    />
  );
}

/** How long it is valid. */
export function ExpiryFields({ draft, onChange, nowMs }: KeyFieldsProps & { nowMs: number }) {
  const { t, format } = useTexts();
  const until = (expiry: ExpiryChoice): string => {
    const untilMs = expiryOf({ expiry, day: draft.day }, nowMs);
    return t('apiKeys.wizard.expiry.until', { date: format.date(untilMs === null ? null : untilMs - 1) });
  };
  const choices: Choice<ExpiryChoice>[] = [
    { value: 'year', label: t('apiKeys.wizard.expiry.year'), help: until('year'), recommended: true },
    { value: 'quarter', label: t('apiKeys.wizard.expiry.quarter'), help: until('quarter') },
    { value: 'date', label: t('apiKeys.wizard.expiry.date') },
    { value: 'never', label: t('apiKeys.wizard.expiry.never'), help: t('apiKeys.wizard.expiry.neverHelp') },
  ];
  const untilMs = expiryOf(draft, nowMs);
  return (
    <Stack gap="md">
      <ChoiceCards label={t('apiKeys.wizard.expiry.step')} value={draft.expiry} choices={choices} onChange={(expiry) => onChange({ expiry })} />
      {draft.expiry === 'date' && (
        <TextInput
          type="date"
          label={t('apiKeys.wizard.expiry.dateLabel')}
          value={draft.day}
          maw="16rem"
          error={draft.day !== '' && (untilMs === null || untilMs <= nowMs) ? t('apiKeys.wizard.expiry.dateWrong') : null}
          onChange={(event) => onChange({ day: event.currentTarget.value })}
        />
      )}
    </Stack>
  );
}
