import type { ReactNode } from 'react';
import type { UsageSpan, UsageTotal } from '../../../main/contract/usage.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { NO_VALUE } from '../../i18n/format.ts';
import classes from './usage.module.css';

/** The sums of the period, each with what puts it into proportion. */
export function UsageTotals({ total }: { total: UsageTotal }) {
  const { t, format } = useTexts();
  const { requests, refused, failed, cancelled, promptTokens, cachedTokens, outputTokens, queue, firstToken } = total;
  const spanNote = (span: UsageSpan | null): string => (span === null ? '' : t('usage.totals.spanNote', { p95: format.duration(span.p95Ms) }));
  return (
    <dl className={classes['totals']}>
      <Total label={t('usage.totals.requests')} note={t('usage.totals.requestsNote', { refused: format.number(refused), troubled: format.number(failed + cancelled) })}>
        {format.number(requests)}
      </Total>
      <Total label={t('usage.totals.tokensIn')} note={promptTokens === 0 ? '' : t('usage.totals.tokensInNote', { share: format.percent(cachedTokens / promptTokens) })}>
        {format.number(promptTokens)}
      </Total>
      <Total label={t('usage.totals.tokensOut')} note="">
        {format.number(outputTokens)}
      </Total>
      <Total label={t('usage.totals.firstToken')} note={spanNote(firstToken)}>
        {firstToken === null ? NO_VALUE : format.duration(firstToken.p50Ms)}
      </Total>
      <Total label={t('usage.totals.queue')} note={spanNote(queue)}>
        {queue === null ? NO_VALUE : format.duration(queue.p50Ms)}
      </Total>
    </dl>
  );
}

function Total({ label, note, children }: { label: string; note: string; children: ReactNode }) {
  return (
    <div className={classes['total']}>
      <dt>{label}</dt>
      <dd className={classes['figure']}>{children}</dd>
      {note !== '' && <dd className={classes['note']}>{note}</dd>}
    </div>
  );
}
