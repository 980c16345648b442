import { ActionIcon, Button, Checkbox, Select, TextInput, Tooltip } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useTexts } from '../../i18n/i18n.ts';
import { expertCount, isPattern, TENSOR_TYPES, withOverride } from './quantize-draft.ts';
import type { OverrideDraft, QuantizeDraft } from './quantize-draft.ts';
import classes from './shrinking.module.css';

const MOST_OVERRIDES = 64;
const LONGEST_PATTERN = 200;

interface ExpertOptionsProps {
  draft: QuantizeDraft;
  onChange: (part: Partial<QuantizeDraft>) => void;
}

/** What only somebody needs who knows the tensors of the model by name. Folded. */
export function ExpertOptions({ draft, onChange }: ExpertOptionsProps) {
  const { t } = useTexts();
  const { overrides } = draft;
  const changed = expertCount(draft);
  const setOverride = (wanted: number, part: Partial<OverrideDraft>): void =>
    onChange({ overrides: overrides.map((each) => (each.id === wanted ? { ...each, ...part } : each)) });
  const types = TENSOR_TYPES.map((type) => ({ value: type, label: type }));
  return (
    <details className={classes['folded']}>
      <summary>
        {t('shrinking.expert.title')}
        {changed > 0 && <span className={classes['dim']}>{t('shrinking.expert.changed', { count: changed })}</span>}
      </summary>
      <div className={classes['inset']}>
        <fieldset className={classes['overrides']}>
          <legend>{t('shrinking.expert.overrides')}</legend>
          <p className={classes['dim']}>{t('shrinking.expert.overridesHelp')}</p>
          {overrides.map((override, place) => {
            const number = place + 1;
            const wrong = override.pattern.trim() !== '' && !isPattern(override.pattern.trim());
            return (
              <div key={override.id} className={classes['override']}>
                <TextInput
                  aria-label={t('shrinking.expert.pattern', { number })}
                  placeholder={t('shrinking.expert.patternPlaceholder')}
                  maxLength={LONGEST_PATTERN}
                  spellCheck={false}
                  value={override.pattern}
                  error={wrong ? t('shrinking.expert.patternWrong') : null}
                  onChange={(event) => setOverride(override.id, { pattern: event.currentTarget.value })}
                />
                <Select
                  aria-label={t('shrinking.expert.tensorType', { number })}
                  data={types}
                  value={override.type}
                  allowDeselect={false}
                  onChange={(type) => type !== null && setOverride(override.id, { type })}
                />
                <Tooltip label={t('shrinking.expert.remove', { number })}>
                  <ActionIcon aria-label={t('shrinking.expert.remove', { number })} onClick={() => onChange({ overrides: overrides.filter(({ id }) => id !== override.id) })}>
                    <IconTrash size={18} aria-hidden />
                  </ActionIcon>
                </Tooltip>
              </div>
            );
          })}
          <div>
            <Button
              variant="subtle"
              leftSection={<IconPlus size={16} aria-hidden />}
              disabled={overrides.length >= MOST_OVERRIDES}
              onClick={() => onChange({ overrides: withOverride(overrides) })}
            >
              {t('shrinking.expert.add')}
            </Button>
          </div>
        </fieldset>
        <div className={classes['fields']}>
          <Select
            label={t('shrinking.expert.output')}
            placeholder={t('shrinking.expert.auto')}
            data={types}
            value={draft.outputTensorType}
            clearable
            onChange={(outputTensorType) => onChange({ outputTensorType })}
          />
          <Select
            label={t('shrinking.expert.embedding')}
            placeholder={t('shrinking.expert.auto')}
            data={types}
            value={draft.tokenEmbeddingType}
            clearable
            onChange={(tokenEmbeddingType) => onChange({ tokenEmbeddingType })}
          />
        </div>
        <Checkbox label={t('shrinking.expert.pure')} checked={draft.pure} onChange={(event) => onChange({ pure: event.currentTarget.checked })} />
        <Checkbox
          label={t('shrinking.expert.leaveOutput')}
          checked={draft.leaveOutputTensor}
          onChange={(event) => onChange({ leaveOutputTensor: event.currentTarget.checked })}
        />
      </div>
    </details>
  );
}
