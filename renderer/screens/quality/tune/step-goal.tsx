import { Checkbox, NumberInput, Select, Stack } from '@mantine/core';
import { TUNING_GOALS } from '../../../../main/contract/benchmarks.contract.ts';
import type { FitReport } from '../../../../main/contract/deployments.contract.ts';
import type { Backend } from '../../../../main/contract/system.contract.ts';
import { useTexts } from '../../../i18n/i18n.ts';
import { ChoiceCards } from '../../../ui/choice-cards.tsx';
import classes from '../quality.module.css';
import { BUDGETS, LEAST_CONTEXT, MOST_CONTEXT, recommendedBudget } from './tune-draft.ts';
import type { TuneDraft, TuneRequest } from './tune-draft.ts';

interface StepGoalProps {
  draft: TuneDraft;
  onChange: (part: Partial<TuneDraft>) => void;
  report: FitReport;
  request: TuneRequest;
  sizeBytes: number;
}

/** What shall be fast, how long it may take, on what it computes. */
export function StepGoal({ draft, onChange, report, request, sizeBytes }: StepGoalProps) {
  const { t } = useTexts();
  const { recommended, hardware } = report;
  const budget = draft.budget ?? recommendedBudget(sizeBytes);
  const most = recommended.trainedContextSize > 0 ? recommended.trainedContextSize : MOST_CONTEXT;
  return (
    <Stack gap="lg">
      <ChoiceCards
        label={t('quality.tune.goal.goal')}
        value={draft.goal}
        onChange={(goal) => onChange({ goal })}
        choices={TUNING_GOALS.map((value) => ({
          value,
          label: t(`quality.goals.${value}.label`),
          help: t(`quality.goals.${value}.help`),
          recommended: value === 'balanced',
        }))}
      />
      <section>
        <h3 className={classes['sectionTitle']}>{t('quality.tune.goal.budget')}</h3>
        <ChoiceCards
          label={t('quality.tune.goal.budget')}
          value={budget}
          onChange={(next) => onChange({ budget: next })}
          choices={BUDGETS.map((value) => ({
            value,
            label: t(`quality.tune.goal.budgets.${value}`),
            help: t(`quality.tune.goal.budgetHelp.${value}`),
            recommended: value === recommendedBudget(sizeBytes),
          }))}
        />
      </section>
      <div className={classes['fields']}>
        <Select
          label={t('quality.tune.goal.backend')}
          allowDeselect={false}
          value={request.backend}
          data={hardware.backends.filter(({ available }) => available).map(({ backend }) => ({ value: backend, label: t(`engine.backends.${backend}`) }))}
          onChange={(backend) => backend !== null && onChange({ backend: backend as Backend })}
        />
        <NumberInput
          label={t('quality.tune.goal.context')}
          suffix={` ${t('quality.measure.plan.tokens')}`}
          value={request.contextSize}
          min={LEAST_CONTEXT}
          max={Math.max(LEAST_CONTEXT, most)}
          step={256}
          allowDecimal={false}
          allowNegative={false}
          thousandSeparator=","
          clampBehavior="blur"
          onChange={(next) => typeof next === 'number' && next >= LEAST_CONTEXT && next <= most && onChange({ contextSize: next })}
        />
      </div>
      <Checkbox
        label={t('quality.tune.goal.smallerKv')}
        description={t('quality.tune.goal.smallerKvHelp')}
        checked={draft.allowSmallerKv}
        onChange={(event) => onChange({ allowSmallerKv: event.currentTarget.checked })}
      />
    </Stack>
  );
}
