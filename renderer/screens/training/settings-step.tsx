import { Button, Stack } from '@mantine/core';
import type { TrainingOptions, TrainingSettings } from '../../../main/contract/training.contract.ts';
import type { Formatter } from '../../i18n/format.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { ChoiceCards } from '../../ui/choice-cards.tsx';
import { AdvancedFields, UsualFields } from './settings-fields.tsx';
import type { SettingsFieldsProps } from './settings-fields.tsx';
import { PlanPanel } from './plan-panel.tsx';
import type { PlanPanelProps } from './plan-panel.tsx';
import { rateText } from './run-words.ts';
import type { Translate } from './run-words.ts';
import { changedCount } from './train-draft.ts';
import type { TrainDraft } from './train-draft.ts';
import classes from './training.module.css';

interface SettingsStepProps extends PlanPanelProps {
  draft: TrainDraft;
  options: TrainingOptions;
  onChange: (part: Partial<TrainDraft>) => void;
}

/** "3 epochs, context of 512 tokens, learning rate 0.0003, all layers" */
export function settingsLine({ epochs, contextSize, learningRate, layers }: TrainingSettings, t: Translate, format: Formatter): string {
  const times = t('training.wizard.settings.epochsCount', { count: epochs });
  const which = layers.kind === 'all' ? t('training.wizard.settings.layersAll') : t('training.wizard.settings.layersLast', { count: layers.count });
  return t('training.wizard.settings.line', { epochs: times, tokens: format.number(contextSize), rate: rateText(learningRate), layers: which });
}

/** The recommended settings or own ones, with what the training would take beside them. */
export function SettingsStep({ draft, options, onChange, ...plan }: SettingsStepProps) {
  const { t, format } = useTexts();
  const { recommended } = options;
  const settings = draft.settings ?? recommended;
  const own = draft.settings !== null;
  const changed = changedCount(draft.settings, recommended);
  const fields: SettingsFieldsProps = {
    settings,
    options,
    wrong: draft.wrong,
    onSettings: (part) => onChange({ settings: { ...settings, ...part } }),
    onWrong: (name, wrong) => {
      const others = draft.wrong.filter((each) => each !== name);
      onChange({ wrong: wrong ? [...others, name] : others });
    },
  };
  return (
    <div className={classes['beside']}>
      <div className={classes['columns']}>
        <Stack gap="lg">
          <ChoiceCards
            label={t('training.wizard.settings.choice')}
            value={own ? 'own' : 'recommended'}
            onChange={(choice) => onChange(choice === 'own' ? { settings } : { settings: null, wrong: [] })}
            choices={[
              { value: 'recommended', label: t('training.wizard.settings.recommended'), help: settingsLine(recommended, t, format), recommended: true },
              { value: 'own', label: t('training.wizard.settings.own'), help: t('training.wizard.settings.ownHelp') },
            ]}
          />
          {own && (
            <div className={classes['stack']}>
              <UsualFields {...fields} />
              <details className={classes['folded']}>
                <summary>
                  {t('training.wizard.settings.advanced')}
                  {changed > 0 && <span className={classes['dim']}>{t('training.wizard.settings.changed', { count: changed })}</span>}
                </summary>
                <AdvancedFields {...fields} />
              </details>
              {changed > 0 && (
                <div>
                  <Button variant="subtle" onClick={() => onChange({ settings: recommended, wrong: [] })}>
                    {t('training.wizard.settings.reset')}
                  </Button>
                </div>
              )}
            </div>
          )}
        </Stack>
        <PlanPanel {...plan} />
      </div>
    </div>
  );
}
