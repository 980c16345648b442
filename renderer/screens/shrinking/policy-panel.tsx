import { Button, Checkbox, Group, NumberInput, Stack, Switch } from '@mantine/core';
import { useState } from 'react';
import type { QualityPolicy } from '../../../main/contract/quantization.contract.ts';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useCommand } from '../../state/commands.ts';
import { useQuery } from '../../state/queries.ts';
import { useMay } from '../../state/session.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Panel } from '../../ui/panel.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { showToast } from '../../ui/toast.tsx';
import classes from './shrinking.module.css';

/** What a version must keep, so that Q4_K_M of a usual model passes and anything worse does not. */
const RECOMMENDED: QualityPolicy = {
  maxPerplexityIncreasePercent: 5,
  maxMeanKlDivergence: 0.05,
  minTopTokenAgreementPercent: 90,
  requireEvaluation: true,
  onlyApprovedMayServe: false,
};

type Threshold = 'perplexity' | 'divergence' | 'agreement';
const thresholds = [
  { key: 'perplexity', field: 'maxPerplexityIncreasePercent', max: 1000, step: 1, decimals: 2 },
  { key: 'divergence', field: 'maxMeanKlDivergence', max: 100, step: 0.01, decimals: 4 },
  { key: 'agreement', field: 'minTopTokenAgreementPercent', max: 100, step: 1, decimals: 2 },
] as const satisfies readonly { key: Threshold; field: keyof QualityPolicy; max: number; step: number; decimals: number }[];

/** The quality policy in words; administrators change it here. */
export function PolicyPanel() {
  const { t } = useTexts();
  const policy = useQuery('quality/policy', (signal) => client.quantization.policy({}, { signal }), { topics: ['quantization'] });
  const mayChange = useMay('settings.manage');
  const [editing, setEditing] = useState(false);
  const change = mayChange && !editing && policy.data !== undefined && (
    <Button variant="subtle" onClick={() => setEditing(true)}>
      {t('comparisons.policy.change')}
    </Button>
  );
  return (
    <Panel title={t('comparisons.policy.title')} actions={change}>
      <QueryState query={policy}>
        {(data) => (
          <Stack gap="md">
            <p className={classes['dim']}>{t('comparisons.policy.lead')}</p>
            {editing ? <PolicyForm policy={data} onDone={() => setEditing(false)} /> : <PolicyWords policy={data} />}
            {!mayChange && <p className={classes['dim']}>{t('comparisons.policy.adminOnly')}</p>}
          </Stack>
        )}
      </QueryState>
    </Panel>
  );
}

function PolicyWords({ policy }: { policy: QualityPolicy }) {
  const { t, format } = useTexts();
  const word = (on: boolean): string => t(on ? 'comparisons.policy.on' : 'comparisons.policy.offWord');
  return (
    <PolicyList
      items={[
        ...thresholds.map(({ key, field, decimals }) => {
          const value = policy[field];
          return {
            key,
            label: t(`comparisons.policy.${key}`),
            value: value === null ? t('comparisons.policy.off') : `${format.number(value, decimals)} ${t(`comparisons.policy.${key}Unit`)}`,
          };
        }),
        { key: 'evaluation', label: t('comparisons.policy.requireEvaluation'), value: word(policy.requireEvaluation) },
        { key: 'approved', label: t('comparisons.policy.onlyApproved'), value: word(policy.onlyApprovedMayServe) },
      ]}
    />
  );
}

function PolicyList({ items }: { items: readonly { key: string; label: string; value: string }[] }) {
  return (
    <dl className={classes['policy']}>
      {items.map(({ key, label, value }) => (
        <div key={key}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function PolicyForm({ policy, onDone }: { policy: QualityPolicy; onDone: () => void }) {
  const { t } = useTexts();
  const [draft, setDraft] = useState(policy);
  const save = useCommand((wanted: QualityPolicy) => client.quantization.setPolicy(wanted));
  const change = (part: Partial<QualityPolicy>): void => setDraft((before) => ({ ...before, ...part }));
  const submit = async (): Promise<void> => {
    if ((await save.run(draft)) === undefined) return;
    showToast({ message: t('comparisons.policy.saved') });
    onDone();
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <Stack gap="lg">
        <div className={classes['fields']}>
          {thresholds.map(({ key, field, max, step, decimals }) => (
            <div key={key} className={classes['threshold']}>
              <Checkbox
                label={t(`comparisons.policy.${key}`)}
                checked={draft[field] !== null}
                onChange={(event) => change({ [field]: event.currentTarget.checked ? (policy[field] ?? RECOMMENDED[field]) : null })}
              />
              <NumberInput
                aria-label={t(`comparisons.policy.${key}`)}
                description={t(`comparisons.policy.${key}Help`)}
                inputWrapperOrder={['label', 'input', 'description', 'error']}
                suffix={` ${t(`comparisons.policy.${key}Unit`)}`}
                min={0}
                max={max}
                step={step}
                decimalScale={decimals}
                clampBehavior="strict"
                disabled={draft[field] === null}
                placeholder={t('comparisons.policy.off')}
                value={draft[field] ?? ''}
                onChange={(value) => typeof value === 'number' && change({ [field]: value })}
              />
            </div>
          ))}
        </div>
        <Switch
          label={t('comparisons.policy.requireEvaluation')}
          description={t('comparisons.policy.requireEvaluationHelp')}
          checked={draft.requireEvaluation}
          onChange={(event) => change({ requireEvaluation: event.currentTarget.checked })}
        />
        <Switch
          label={t('comparisons.policy.onlyApproved')}
          description={t('comparisons.policy.onlyApprovedHelp')}
          checked={draft.onlyApprovedMayServe}
          onChange={(event) => change({ onlyApprovedMayServe: event.currentTarget.checked })}
        />
        <ErrorNotice error={save.error} />
        <Group gap="xs">
          <Button type="submit" loading={save.running}>
            {t('comparisons.policy.save')}
          </Button>
          <Button variant="default" onClick={onDone}>
            {t('common.cancel')}
          </Button>
          <Button variant="subtle" onClick={() => setDraft(RECOMMENDED)}>
            {t('comparisons.policy.recommended')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
