import { Checkbox, NumberInput, Stack, TextInput } from '@mantine/core';
import type { BenchmarkPlan } from '../../../../main/contract/benchmarks.contract.ts';
import { useTexts } from '../../../i18n/i18n.ts';
import { ChoiceCards } from '../../../ui/choice-cards.tsx';
import { Notice } from '../../../ui/notice.tsx';
import classes from '../quality.module.css';
import { withPreset } from './measure-draft.ts';
import type { MeasureDraft } from './measure-draft.ts';
import { measuresNothing, parseNumbers, PRESETS, presetPlans, spokenEstimate } from './measure-plan.ts';

/** Bounds of the contract. */
const MOST_ANSWER = 16_384;
const MOST_STREAMS = 64;
const MOST_REPEATS = 50;
type ListName = keyof MeasureDraft['typed'];
const listCounts: Record<ListName, number> = { promptSizes: 8, generationSizes: 8, streams: 6 };

interface StepPlanProps {
  draft: MeasureDraft;
  onDraft: (draft: MeasureDraft) => void;
  /** Tokens a single measurement may have. */
  contextSize: number;
  plan: BenchmarkPlan;
  estimate: { valueMs: number; measured: boolean };
}

function mostOf(name: ListName, contextSize: number): number {
  if (name === 'streams') return MOST_STREAMS;
  return name === 'promptSizes' ? contextSize : Math.min(MOST_ANSWER, contextSize);
}

/** Whether the own choice can be measured as it is typed. */
export function planFault(draft: MeasureDraft, contextSize: number): 'list' | 'nothing' | 'context' | null {
  if (draft.preset !== 'own') return null;
  const names: ListName[] = ['promptSizes', 'generationSizes', 'streams'];
  if (names.some((name) => parseNumbers(draft.typed[name], { least: 1, most: mostOf(name, contextSize), count: listCounts[name] }) === null)) return 'list';
  if (measuresNothing(draft.own)) return 'nothing';
  return draft.own.streams.length > 0 && draft.own.streamPromptTokens + draft.own.streamOutputTokens > contextSize ? 'context' : null;
}

/** How thoroughly: a preset, or sizes of one's own; how long it takes. */
export function StepPlan({ draft, onDraft, contextSize, plan, estimate }: StepPlanProps) {
  const { t, format } = useTexts();
  const fault = planFault(draft, contextSize);
  const shortened = draft.preset !== 'own' && presetPlans[draft.preset].promptSizes.some((size) => size > contextSize);
  return (
    <Stack gap="lg">
      <ChoiceCards
        label={t('quality.measure.plan.question')}
        value={draft.preset}
        onChange={(preset) => onDraft(withPreset(draft, preset, contextSize))}
        choices={PRESETS.map((value) => ({
          value,
          label: t(`quality.measure.plan.presets.${value}.label`),
          help: t(`quality.measure.plan.presets.${value}.help`),
          recommended: value === 'usual',
        }))}
      />
      {draft.preset === 'own' && <OwnPlan draft={draft} onDraft={onDraft} contextSize={contextSize} plan={plan} />}
      {fault === 'nothing' && <Notice tone="look">{t('quality.measure.plan.nothing')}</Notice>}
      {fault === null && (
        <p className={classes['estimate']}>
          <strong>{t('quality.measure.plan.estimate', { time: format.duration(spokenEstimate(estimate.valueMs)) })}</strong>
          <span className={classes['dim']}>{t(estimate.measured ? 'quality.measure.plan.estimateFromEarlier' : 'quality.measure.plan.estimateFromSize')}</span>
          {shortened && <span className={classes['dim']}>{t('quality.measure.plan.shortened', { contextSize: format.number(contextSize) })}</span>}
        </p>
      )}
    </Stack>
  );
}

function OwnPlan({ draft, onDraft, contextSize, plan }: Omit<StepPlanProps, 'estimate'>) {
  const { t, format } = useTexts();
  const change = (part: Partial<BenchmarkPlan>): void => onDraft({ ...draft, own: { ...draft.own, ...part } });
  const list = (name: ListName) => {
    const bounds = { least: 1, most: mostOf(name, contextSize), count: listCounts[name] };
    const wrong = parseNumbers(draft.typed[name], bounds) === null;
    return (
      <TextInput
        label={t(`quality.measure.plan.${name}`)}
        description={t(name === 'streams' ? 'quality.measure.plan.streamsHelp' : 'quality.measure.plan.sizesHelp')}
        value={draft.typed[name]}
        inputMode="numeric"
        autoComplete="off"
        error={wrong ? t('quality.measure.plan.wrongList', { least: '1', most: format.number(bounds.most), count: bounds.count }) : null}
        onChange={(event) => {
          const text = event.currentTarget.value;
          const numbers = parseNumbers(text, bounds);
          onDraft({ ...draft, typed: { ...draft.typed, [name]: text }, ...(numbers === null ? {} : { own: { ...draft.own, [name]: numbers } }) });
        }}
      />
    );
  };
  const number = (name: 'streamPrompt' | 'streamOutput' | 'repeats', { value, most, onValue }: { value: number; most: number; onValue: (value: number) => void }) => (
    <NumberInput
      label={t(`quality.measure.plan.${name}`)}
      value={value}
      min={name === 'streamOutput' ? 2 : 1}
      max={most}
      allowDecimal={false}
      allowNegative={false}
      thousandSeparator=","
      clampBehavior="blur"
      {...(name === 'repeats' ? {} : { suffix: ` ${t('quality.measure.plan.tokens')}` })}
      onChange={(next) => typeof next === 'number' && next >= 1 && next <= most && onValue(next)}
    />
  );
  return (
    <Stack gap="md">
      <div className={classes['fields']}>
        {list('promptSizes')}
        {list('generationSizes')}
        {list('streams')}
      </div>
      <div className={classes['fields']}>
        {plan.streams.length > 0 && (
          <>
            {number('streamPrompt', { value: plan.streamPromptTokens, most: Math.min(32_768, contextSize), onValue: (streamPromptTokens) => change({ streamPromptTokens }) })}
            {number('streamOutput', { value: plan.streamOutputTokens, most: Math.min(8192, contextSize), onValue: (streamOutputTokens) => change({ streamOutputTokens }) })}
          </>
        )}
        {number('repeats', { value: plan.repeats, most: MOST_REPEATS, onValue: (repeats) => change({ repeats }) })}
      </div>
      {planFault(draft, contextSize) === 'context' && (
        <Notice tone="look">
          {t('quality.measure.plan.aboveContext', { needed: format.number(plan.streamPromptTokens + plan.streamOutputTokens), contextSize: format.number(contextSize) })}
        </Notice>
      )}
      <Checkbox label={t('quality.measure.plan.warmUp')} checked={plan.warmUp} onChange={(event) => change({ warmUp: event.currentTarget.checked })} />
    </Stack>
  );
}
