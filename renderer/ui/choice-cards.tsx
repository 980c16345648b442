import { Badge, Radio, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTexts } from '../i18n/i18n.ts';
import classes from './choice-cards.module.css';

export interface Choice<Value extends string> {
  value: Value;
  label: string;
  /** One line under the label. */
  help?: ReactNode;
  recommended?: boolean;
  disabled?: boolean;
  lang?: string;
}

interface ChoiceCardsProps<Value extends string> {
  /** The question, for screen readers. */
  label: string;
  choices: readonly Choice<Value>[];
  value: Value | null;
  onChange: (value: Value) => void;
}

/** One question, a few answers: radio buttons as large cards, the recommended one marked. For wizards. */
export function ChoiceCards<Value extends string>({ label, choices, value, onChange }: ChoiceCardsProps<Value>) {
  const { t } = useTexts();
  return (
    <Radio.Group aria-label={label} value={value} onChange={(next) => onChange(next as Value)}>
      <Stack gap="xs">
        {choices.map((choice) => (
          <Radio.Card key={choice.value} value={choice.value} disabled={choice.disabled ?? false} className={classes['card'] ?? ''} aria-label={choice.label}>
            <Radio.Indicator disabled={choice.disabled ?? false} />
            <span className={classes['body']}>
              <span className={classes['label']} {...(choice.lang === undefined ? {} : { lang: choice.lang })}>
                {choice.label}
                {choice.recommended === true && (
                  <Badge variant="light" color="accent" size="sm" tt="none">
                    {t('common.recommended')}
                  </Badge>
                )}
              </span>
              {choice.help !== undefined && <span className={classes['help']}>{choice.help}</span>}
            </span>
          </Radio.Card>
        ))}
      </Stack>
    </Radio.Group>
  );
}
