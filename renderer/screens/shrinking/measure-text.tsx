import { NumberInput, Stack, Textarea, TextInput } from '@mantine/core';
import { useTexts } from '../../i18n/i18n.ts';
import { ChoiceCards } from '../../ui/choice-cards.tsx';
import { USUAL_CONTEXT } from './measure-draft.ts';
import type { BundledName, MeasureDraft } from './measure-draft.ts';
import classes from './shrinking.module.css';

const LONGEST_TEXT = 8_000_000;
const MOST_CHUNKS = 10_000;
const SMALLEST_CONTEXT = 128;
const LARGEST_CONTEXT = 8192;

interface MeasureTextProps {
  draft: MeasureDraft;
  bundled: BundledName;
  disabled?: boolean;
  onChange: (draft: MeasureDraft) => void;
}

/** Which text to measure with: the one in the box, a file of this machine, or one that is pasted; how much of it is folded. */
export function MeasureTextChoice({ draft, bundled, disabled = false, onChange }: MeasureTextProps) {
  const { t, format } = useTexts();
  const change = (part: Partial<MeasureDraft>): void => onChange({ ...draft, ...part });
  return (
    <Stack gap="sm">
      <ChoiceCards
        label={t('shrinking.text.label')}
        value={draft.kind}
        onChange={(kind) => change({ kind })}
        choices={[
          {
            value: 'bundled',
            label: t(bundled === 'calibration' ? 'shrinking.text.calibration' : 'shrinking.text.heldOut'),
            help: t(bundled === 'calibration' ? 'shrinking.text.calibrationHelp' : 'shrinking.text.heldOutHelp'),
            recommended: true,
            disabled,
          },
          { value: 'path', label: t('shrinking.text.path'), help: t('shrinking.text.pathHelp'), disabled },
          { value: 'inline', label: t('shrinking.text.inline'), help: t('shrinking.text.inlineHelp'), disabled },
        ]}
      />
      {draft.kind === 'path' && (
        <TextInput
          label={t('shrinking.text.pathLabel')}
          value={draft.path}
          spellCheck={false}
          disabled={disabled}
          onChange={(event) => change({ path: event.currentTarget.value })}
        />
      )}
      {draft.kind === 'inline' && (
        <Textarea
          label={t('shrinking.text.inlineLabel')}
          description={t('shrinking.text.ownWords', { characters: format.number(draft.inline.length) })}
          autosize
          minRows={4}
          maxRows={10}
          maxLength={LONGEST_TEXT}
          value={draft.inline}
          disabled={disabled}
          onChange={(event) => change({ inline: event.currentTarget.value })}
        />
      )}
      <details className={classes['folded']}>
        <summary>{t('shrinking.text.how')}</summary>
        <div className={classes['fields']}>
          <NumberInput
            label={t('shrinking.text.chunks')}
            description={t('shrinking.text.chunksHelp')}
            min={0}
            max={MOST_CHUNKS}
            allowDecimal={false}
            value={draft.chunks}
            disabled={disabled}
            onChange={(value) => change({ chunks: typeof value === 'number' ? value : 0 })}
          />
          <NumberInput
            label={t('shrinking.text.context')}
            description={t('shrinking.text.contextHelp')}
            min={SMALLEST_CONTEXT}
            max={LARGEST_CONTEXT}
            step={SMALLEST_CONTEXT}
            clampBehavior="blur"
            allowDecimal={false}
            value={draft.contextSize}
            disabled={disabled}
            onChange={(value) => change({ contextSize: typeof value === 'number' ? value : USUAL_CONTEXT })}
          />
        </div>
      </details>
    </Stack>
  );
}
