import { Stack, Switch } from '@mantine/core';
import type { AppError } from '../../client/as-error.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { KeyValueList } from '../../ui/key-value-list.tsx';
import type { KeyValue } from '../../ui/key-value-list.tsx';
import type { ShrinkVersion } from './shrink-version.ts';
import classes from './shrinking.module.css';

interface ShrinkSummaryProps {
  version: ShrinkVersion;
  /** What the new version will be: "Q4_K_M", "26 layers". */
  becomes: string;
  sizeBytes: number;
  sourceSizeBytes: number;
  freeBytes: number;
  /** Further things to know before the button is pressed. */
  remarks?: readonly string[];
  choices: readonly KeyValue[];
  evaluate: boolean;
  onEvaluate: (evaluate: boolean) => void;
  error: AppError | null;
}

/** What will happen, with the numbers, and whether it is measured afterwards. */
export function ShrinkSummary(props: ShrinkSummaryProps) {
  const { t, format } = useTexts();
  const { version, sizeBytes, freeBytes, evaluate } = props;
  const size = format.bytes(sizeBytes);
  return (
    <Stack gap="lg">
      <section>
        <h3 className={classes['sectionTitle']}>{t('shrinking.summary.effect')}</h3>
        <ul className={classes['effects']}>
          <li>
            {t('shrinking.summary.writes', {
              number: version.nextNumber,
              name: version.modelName,
              type: props.becomes,
              size,
              sourceSize: format.bytes(props.sourceSizeBytes),
            })}
          </li>
          {props.remarks?.map((remark) => <li key={remark}>{remark}</li>)}
          <li>{t('shrinking.summary.room', { size, left: format.bytes(Math.max(0, freeBytes - sizeBytes)) })}</li>
          <li>{t('shrinking.summary.keeps', { number: version.number })}</li>
          <li>{t('shrinking.summary.checked')}</li>
          <li>{t(evaluate ? 'shrinking.summary.measured' : 'shrinking.summary.notMeasured')}</li>
        </ul>
      </section>
      <Switch
        label={t('shrinking.summary.evaluate')}
        description={t('shrinking.summary.evaluateHelp')}
        checked={evaluate}
        onChange={(event) => props.onEvaluate(event.currentTarget.checked)}
      />
      <section>
        <h3 className={classes['sectionTitle']}>{t('shrinking.summary.choices')}</h3>
        <KeyValueList columns={2} items={props.choices} />
      </section>
      <ErrorNotice error={props.error} />
    </Stack>
  );
}
