import { Stack } from '@mantine/core';
import type { TrainingMode, TrainingPlan, TrainingSettings } from '../../../main/contract/training.contract.ts';
import type { AppError } from '../../client/as-error.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { KeyValueList } from '../../ui/key-value-list.tsx';
import type { ShrinkVersion } from '../shrinking/shrink-version.ts';
import { roundedMs } from './plan-panel.tsx';
import { settingsItems } from './run-facts.tsx';
import { modeName } from './run-words.ts';
import type { ChosenData } from './train-draft.ts';
import classes from './training.module.css';

interface TrainSummaryProps {
  version: ShrinkVersion;
  data: ChosenData;
  oldData: ChosenData | null;
  mode: TrainingMode;
  settings: TrainingSettings;
  plan: TrainingPlan;
  error: AppError | null;
}

/** What will happen, with its numbers, and what was chosen. */
export function TrainSummary({ version, data, oldData, mode, settings, plan, error }: TrainSummaryProps) {
  const { t, format } = useTexts();
  const model = version.modelName;
  const memory = { memory: format.bytes(plan.neededBytes), free: format.bytes(plan.availableBytes) };
  const named = ({ datasetName: name, number }: ChosenData): string => t('training.dataVersion', { name, number });
  return (
    <Stack gap="lg">
      <section>
        <h3 className={classes['sectionTitle']}>{t('training.wizard.summary.effect')}</h3>
        <ul className={classes['effects']}>
          <li>
            {t('training.wizard.summary.learns', {
              model,
              number: version.number,
              rows: format.number(plan.rowCount),
              steps: format.number(plan.stepCount),
              tokens: format.number(plan.tokenCount),
            })}
          </li>
          <li>
            {plan.durationMs === null
              ? t('training.wizard.summary.takesUntold', memory)
              : t('training.wizard.summary.takes', { ...memory, time: format.duration(roundedMs(plan.durationMs)) })}
          </li>
          <li>{t('training.wizard.summary.measures', { rows: format.number(plan.validationRowCount) })}</li>
          <li>{settings.patience === null ? t('training.wizard.summary.never') : t('training.wizard.summary.stops', { count: settings.patience })}</li>
          <li>{t('training.wizard.summary.becomes', { number: version.nextNumber, model, format: settings.saveAs, parent: version.number })}</li>
          <li>
            {t('training.wizard.summary.disk', { needed: format.bytes(plan.neededDiskBytes), left: format.bytes(Math.max(0, plan.freeDiskBytes - plan.neededDiskBytes)) })}
          </li>
          <li>{t('training.wizard.summary.pausable')}</li>
        </ul>
      </section>
      <section>
        <h3 className={classes['sectionTitle']}>{t('training.wizard.summary.choices')}</h3>
        <KeyValueList
          columns={2}
          items={[
            { key: 'model', label: t('training.run.facts.model'), value: t('shrinking.version.chosen', { name: model, number: version.number, quantization: version.quantization }) },
            { key: 'data', label: t('training.run.facts.data'), value: named(data) },
            { key: 'mode', label: t('training.run.facts.mode'), value: modeName({ mode }, t, format) },
            ...(mode.kind === 'mixed' && oldData !== null ? [{ key: 'old', label: t('training.run.facts.oldData'), value: named(oldData) }] : []),
            ...settingsItems(settings, t, format),
          ]}
        />
      </section>
      <ErrorNotice error={error} />
    </Stack>
  );
}
