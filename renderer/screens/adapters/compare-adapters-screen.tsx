import { ActionIcon, Button, NumberInput, Select, Textarea, Tooltip } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import type { Adapter } from '../../../main/contract/adapters.contract.ts';
import type { DeploymentView } from '../../../main/contract/deployments.contract.ts';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useQuery } from '../../state/queries.ts';
import type { RouteOf } from '../../state/routes.ts';
import { useViewState } from '../../state/view-state.ts';
import { BackLink } from '../../ui/back-link.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { canBeAsked } from '../../ui/deployment-state.ts';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { InertText } from '../playground/inert-text.tsx';
import type { Turn } from '../playground/conversation.ts';
import { Figures, Progressing } from '../playground/turn-view.tsx';
import classes from './adapters.module.css';
import { choicesOf, MOST_VARIANTS, sameAs, usualVariants, withOneMore } from './comparison.ts';
import type { ComparisonSettings, Variant } from './comparison.ts';
import { useComparison } from './use-comparison.ts';
import { fitting, useAdapters } from './use-adapters.ts';
import { WeightInput } from './weight-input.tsx';

const USUAL_TOKENS = 200;

/** One question, answered with different adapters, side by side. */
export default function CompareAdaptersScreen({ route }: { route: RouteOf<'compare-adapters'> }) {
  const { t } = useTexts();
  const { deploymentId } = route;
  const deployment = useQuery(`deployment/${deploymentId}`, (signal) => client.deployments.get({ deploymentId }, { signal }), { topics: ['deployments', 'adapters'] });
  const adapters = useAdapters();
  const name = deployment.data?.name ?? '';
  return (
    <Page
      key={deploymentId}
      title={t('adapters.compare.title', { name })}
      lead={t('adapters.compare.lead')}
      back={<BackLink to={{ screen: 'deployment', deploymentId }} label={name === '' ? t('deployments.title') : name} />}
    >
      <QueryState query={deployment}>
        {(view) => <QueryState query={adapters}>{(all) => <Content deployment={view} adapters={fitting(all, view.versionId)} />}</QueryState>}
      </QueryState>
    </Page>
  );
}

function Content({ deployment, adapters }: { deployment: DeploymentView; adapters: readonly Adapter[] }) {
  const { t } = useTexts();
  const [settings, setSettings] = useViewState<ComparisonSettings>(`compare-adapters/${deployment.id}`, {
    question: '',
    temperature: 0,
    maxOutputTokens: Math.min(USUAL_TOKENS, deployment.limits.maxOutputTokens),
    variants: usualVariants(adapters[0]?.id),
  });
  const comparison = useComparison(deployment.id);
  const running = comparison.current !== null;
  const change = (part: Partial<ComparisonSettings>): void => setSettings((before) => ({ ...before, ...part }));
  // One that was deleted meanwhile can no longer be asked with.
  const variants = settings.variants.filter(({ which }) => typeof which === 'string' || adapters.some(({ id }) => id === which.adapterId));
  const changeVariants = (next: readonly Variant[]): void => {
    comparison.clear();
    change({ variants: next });
  };
  const ready = canBeAsked(deployment);
  const question = settings.question.trim();
  const ask = (): void => {
    if (question === '' || !ready || running) return;
    comparison.ask({
      question,
      temperature: settings.temperature,
      maxOutputTokens: settings.maxOutputTokens,
      variants: variants.map((variant) => choicesOf(variant, deployment.adapters)),
    });
  };
  if (adapters.length === 0) return <Notice tone="info">{t('adapters.compare.none')}</Notice>;
  return (
    <div className={classes['stack']}>
      {!ready && <Notice tone="look">{t('adapters.compare.notRunning')}</Notice>}
      <Panel>
        <form
          className={classes['asking']}
          onSubmit={(event) => {
            event.preventDefault();
            ask();
          }}
        >
          <Textarea
            label={t('adapters.compare.question')}
            value={settings.question}
            autosize
            minRows={2}
            maxRows={8}
            maxLength={20_000}
            onChange={(event) => change({ question: event.currentTarget.value })}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
              event.preventDefault();
              ask();
            }}
          />
          <div className={classes['askRow']}>
            <Tooltip label={t('adapters.compare.temperatureHelp')} multiline maw="20rem">
              <NumberInput
                label={t('adapters.compare.temperature')}
                w="8rem"
                value={settings.temperature}
                min={0}
                max={2}
                step={0.1}
                decimalScale={2}
                onChange={(value) => typeof value === 'number' && value >= 0 && value <= 2 && change({ temperature: value })}
              />
            </Tooltip>
            <NumberInput
              label={t('adapters.compare.maxTokens')}
              w="14rem"
              value={settings.maxOutputTokens}
              min={1}
              max={deployment.limits.maxOutputTokens}
              step={50}
              allowDecimal={false}
              onChange={(value) => typeof value === 'number' && value >= 1 && change({ maxOutputTokens: Math.min(value, deployment.limits.maxOutputTokens) })}
            />
            {running ? (
              <Button key="stop" variant="default" onClick={comparison.stop}>
                {t('adapters.compare.stop')}
              </Button>
            ) : (
              <Button key="ask" type="submit" disabled={question === '' || !ready}>
                {t('adapters.compare.ask')}
              </Button>
            )}
            {variants.length < MOST_VARIANTS && (
              <Button
                variant="subtle"
                leftSection={<IconPlus size={16} aria-hidden />}
                disabled={running}
                onClick={() => changeVariants(withOneMore(variants, adapters[0]?.id))}
              >
                {t('adapters.compare.add')}
              </Button>
            )}
          </div>
          <p className={classes['dim']}>{t('adapters.compare.others')}</p>
        </form>
      </Panel>
      <div className={classes['variants']}>
        {variants.map((variant, index) => (
          <VariantColumn
            key={variant.id}
            place={index}
            variant={variant}
            adapters={adapters}
            attached={deployment.adapters.length > 0}
            disabled={running}
            turn={comparison.turns[index]}
            waiting={comparison.current !== null && comparison.current < index}
            sameAs={running ? null : sameAs(comparison.turns.map(({ answer }) => answer), index)}
            onChange={(changed) => changeVariants(variants.map((each, at) => (at === index ? changed : each)))}
            {...(variants.length > 1 ? { onRemove: () => changeVariants(variants.filter((_, at) => at !== index)) } : {})}
          />
        ))}
      </div>
    </div>
  );
}

interface VariantColumnProps {
  place: number;
  variant: Variant;
  adapters: readonly Adapter[];
  /** Whether anything is attached to the deployment. */
  attached: boolean;
  disabled: boolean;
  turn: Turn | undefined;
  /** Its turn comes later. */
  waiting: boolean;
  sameAs: number | null;
  onChange: (variant: Variant) => void;
  onRemove?: () => void;
}

function VariantColumn({ place, variant, adapters, attached, disabled, turn, waiting, sameAs: twin, onChange, onRemove }: VariantColumnProps) {
  const { t, format } = useTexts();
  const number = format.number(place + 1);
  const single = typeof variant.which !== 'string';
  return (
    <section className={classes['variant']} aria-label={t('adapters.compare.variant', { number })}>
      <div className={classes['variantHead']}>
        <Select
          aria-label={t('adapters.compare.which', { number })}
          data={[
            { value: 'plain', label: t('adapters.compare.plain') },
            ...(attached || variant.which === 'attached' ? [{ value: 'attached', label: t('adapters.compare.attached') }] : []),
            ...adapters.map(({ id, name }) => ({ value: `=${id}`, label: name })),
          ]}
          value={typeof variant.which === 'string' ? variant.which : `=${variant.which.adapterId}`}
          allowDeselect={false}
          disabled={disabled}
          onChange={(value) => {
            if (value === null) return;
            onChange({ ...variant, which: value === 'plain' || value === 'attached' ? value : { adapterId: value.slice(1) } });
          }}
        />
        <ActionIcon aria-label={t('adapters.compare.remove', { number })} disabled={disabled || onRemove === undefined} onClick={onRemove}>
          <IconX size={18} aria-hidden />
        </ActionIcon>
        {single && (
          <div className={classes['variantWeight']}>
            <span className={classes['dim']} aria-hidden>
              {t('adapters.compare.weightLabel')}
            </span>
            <WeightInput label={t('adapters.compare.weight', { number })} weight={variant.weight} disabled={disabled} onWeight={(weight) => onChange({ ...variant, weight })} />
          </div>
        )}
      </div>
      <div className={classes['variantBody']} aria-busy={turn !== undefined && turn.phase !== 'ended'}>
        {turn === undefined && <p className={classes['dim']}>{t('adapters.compare.notAsked')}</p>}
        {turn !== undefined && waiting && <p className={classes['dim']}>{t('adapters.compare.turn')}</p>}
        {turn !== undefined && !waiting && (
          <>
            {turn.answer !== '' && <InertText text={turn.answer} />}
            {turn.phase !== 'ended' && <Progressing turn={turn} />}
            <ErrorNotice error={turn.error} />
            {twin !== null && <p className={classes['dim']}>{t('adapters.compare.same', { number: format.number(twin) })}</p>}
            {turn.phase === 'ended' && <Figures turn={turn} />}
          </>
        )}
      </div>
    </section>
  );
}
