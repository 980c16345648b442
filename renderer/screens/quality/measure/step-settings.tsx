import { Stack } from '@mantine/core';
import type { EngineSettings, FitReport } from '../../../../main/contract/deployments.contract.ts';
import type { Tuning } from '../../../../main/contract/benchmarks.contract.ts';
import { useTexts } from '../../../i18n/i18n.ts';
import { ChoiceCards } from '../../../ui/choice-cards.tsx';
import { StepHardware } from '../../deployments/deploy/step-hardware.tsx';
import type { Prediction } from '../../deployments/deploy/use-prediction.ts';
import { performanceLine } from '../figure-cells.tsx';
import { settingsKey } from '../figures.ts';
import type { MeasureDraft, SettingsChoice } from './measure-draft.ts';

interface StepSettingsProps {
  draft: MeasureDraft;
  onChange: (part: Partial<MeasureDraft>) => void;
  report: FitReport;
  settings: EngineSettings;
  prediction: Prediction;
  /** What auto-tuning found for this version and still holds; null without. */
  tuning: Tuning | null;
  onLookAgain: () => void;
}

/** Recommended, tuned or own settings; below them the same fields and the same prediction as when deploying. */
export function StepSettings({ draft, onChange, report, settings, prediction, tuning, onLookAgain }: StepSettingsProps) {
  const { t, format } = useTexts();
  const recommended = report.recommended.settings;
  const tuned = tuning?.chosen.settings ?? null;
  // The recommendation may be the tuned one already: then there is nothing to choose between.
  const offersTuned = tuned !== null && settingsKey(tuned) !== settingsKey(recommended);
  const choose = (settingsChoice: SettingsChoice): void =>
    onChange({ settingsChoice, settings: settingsChoice === 'recommended' ? null : settingsChoice === 'tuned' ? tuned : settings });
  const choices = (['recommended', ...(offersTuned ? (['tuned'] as const) : []), 'own'] as const).map((value) => ({
    value,
    label: value === 'tuned' ? t('quality.measure.settings.tuned.label', { date: format.date(tuning?.atMs ?? null) }) : t(`quality.measure.settings.${value}.label`),
    help: helpOf(value),
    recommended: value === 'recommended',
  }));
  return (
    <Stack gap="lg">
      <ChoiceCards label={t('quality.measure.settings.choice')} value={draft.settingsChoice} onChange={choose} choices={choices} />
      {draft.settingsChoice === 'own' && (
        <StepHardware
          purpose="text-generation"
          report={report}
          settings={settings}
          prediction={prediction}
          onSettings={(next) => onChange(next === null ? { settings: null, settingsChoice: 'recommended' } : { settings: next })}
          onLookAgain={onLookAgain}
        />
      )}
    </Stack>
  );

  function helpOf(value: SettingsChoice): string {
    if (value === 'own') return t('quality.measure.settings.own.help');
    if (value === 'tuned') return t('quality.measure.settings.tuned.help', { line: tuned === null ? '' : lineOf(tuned) });
    return t('quality.measure.settings.recommended.help', { line: lineOf(recommended) });
  }
  function lineOf(each: EngineSettings): string {
    const where = t('quality.measure.settings.chosen', { backend: t(`engine.backends.${each.backend}`), threads: format.number(each.threads) });
    return [where, performanceLine(each, t, format)].join(t('common.listSeparator'));
  }
}
