import { IconAlertTriangle, IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Evaluation } from '../../../main/contract/quantization.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { CopyField } from '../../ui/copy-field.tsx';
import { Explained, KeyValueList } from '../../ui/key-value-list.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { comparisonRows, explanationOf, toneOfRecommendation, wordOfRecommendation } from './comparison-rows.ts';
import type { ComparisonRow } from './comparison-rows.ts';
import { textName } from './lineage.tsx';
import classes from './comparison.module.css';

const icons = { fine: IconCircleCheck, look: IconAlertTriangle, act: IconCircleX, running: IconAlertTriangle, off: IconAlertTriangle };

/** What a version lost and gained: the recommendation in one sentence, both versions side by side, thresholds, how it was measured. */
export function ComparisonCard({ evaluation, actions }: { evaluation: Evaluation; actions?: ReactNode }) {
  const { t, format } = useTexts();
  const { recommendation, violations } = evaluation;
  const tone = toneOfRecommendation[recommendation];
  const word = wordOfRecommendation(evaluation);
  const Icon = icons[tone];
  const { quality, effort } = comparisonRows(evaluation, t, format);
  return (
    <div className={classes['card']}>
      <div className={classes['verdict']} data-tone={tone}>
        <Icon size={28} stroke={1.8} aria-hidden className={classes['verdictIcon']} />
        <div className={classes['verdictText']}>
          <p className={classes['verdictTitle']}>{t(`comparisons.recommendation.${word}.title`)}</p>
          <p>{t(`comparisons.recommendation.${word}.body`)}</p>
        </div>
        {actions !== undefined && <div className={classes['verdictActions']}>{actions}</div>}
      </div>
      {violations.length > 0 && (
        <div className={classes['violations']} role="note">
          <p className={classes['verdictTitle']}>{t('comparisons.violations.title')}</p>
          <ul>
            {violations.map(({ rule, value, limit }) => (
              <li key={rule}>{t(`comparisons.violations.${rule}`, { value: format.number(value, rule === 'kl-divergence' ? 3 : 1), limit: format.number(limit, 3) })}</li>
            ))}
          </ul>
        </div>
      )}
      <table className={classes['table']} aria-label={t('comparisons.table')}>
        <thead>
          <tr>
            <th scope="col">{t('comparisons.measure')}</th>
            <th scope="col" data-number>
              {t('comparisons.parent', { number: evaluation.parentVersionNumber, quantization: evaluation.parentQuantization })}
            </th>
            <th scope="col" data-number>
              {t('comparisons.parent', { number: evaluation.versionNumber, quantization: evaluation.quantization })}
            </th>
            <th scope="col">{t('comparisons.change')}</th>
          </tr>
        </thead>
        <Rows title={t('comparisons.quality')} rows={quality} />
        <Rows title={t('comparisons.effort')} rows={effort} />
      </table>
      <details className={classes['how']}>
        <summary>{t('comparisons.how')}</summary>
        <KeyValueList
          items={[
            { key: 'text', label: t('comparisons.text'), value: t('shrinking.text.used', { name: textName(evaluation.text.name, t), tokens: format.number(evaluation.text.tokens) }) },
            {
              key: 'windows',
              label: t('comparisons.windows'),
              value: t('comparisons.windowsValue', { chunks: format.number(evaluation.chunks), window: format.number(evaluation.contextSize) }),
            },
            { key: 'ratio', label: t('comparisons.rows.ratio'), explain: t('comparisons.rows.ratioExplain'), value: ratioText() },
            { key: 'at', label: t('comparisons.measuredAt'), value: format.dateTime(evaluation.atMs) },
            { key: 'by', label: t('comparisons.measuredBy'), value: evaluation.startedBy },
            { key: 'hash', label: t('comparisons.textHash'), value: <CopyField value={evaluation.text.sha256} label={t('comparisons.textHash')} /> },
          ]}
        />
        <p className={classes['definitions']}>{t('comparisons.definitions')}</p>
      </details>
    </div>
  );

  function ratioText(): string {
    const { value, error } = evaluation.perplexityRatio;
    return t('comparisons.withError', { value: format.number(value, 4), error: format.number(error, 4) });
  }
}

function Rows({ title, rows }: { title: string; rows: readonly ComparisonRow[] }) {
  const { t } = useTexts();
  return (
    <tbody>
      <tr className={classes['group']}>
        <th colSpan={4} scope="rowgroup">
          {title}
        </th>
      </tr>
      {rows.map(({ key, parent, version, change }) => (
        <tr key={key}>
          <th scope="row">
            <Explained label={t(`comparisons.rows.${key}`)} explain={t(`comparisons.rows.${explanationOf(key)}`)} />
          </th>
          <td data-number>{parent}</td>
          <td data-number data-strong>
            {version}
          </td>
          <td>{change !== null && (change.tone === 'off' ? change.words : <StatusBadge quiet tone={change.tone} label={change.words} />)}</td>
        </tr>
      ))}
    </tbody>
  );
}
