import type { TrialEvent } from '../../../../main/contract/deployments.contract.ts';
import { useTexts } from '../../../i18n/i18n.ts';
import { KeyValueList } from '../../../ui/key-value-list.tsx';
import classes from '../deploy/deploy.module.css';
import { RankedList } from './ranked-list.tsx';
import { threeDecimals } from './three-decimals.ts';
import own from './vectors.module.css';

/** What a model that writes no text makes of one question. */
export type Made = Extract<TrialEvent, { kind: 'embedded' | 'ranked' }>;

export function MadeView({ made }: { made: Made }) {
  const { t, format } = useTexts();
  if (made.kind === 'ranked') {
    return (
      <div>
        <p className={classes['answerLabel']}>{t('textVectors.trial.order')}</p>
        <RankedList label={t('textVectors.trial.order')} documents={made.documents} />
      </div>
    );
  }
  return (
    <section aria-label={t('textVectors.trial.embedding')}>
      <p className={classes['answerLabel']}>{t('textVectors.trial.embedding')}</p>
      <KeyValueList
        items={[
          { key: 'dimensions', label: t('textVectors.trial.dimensions'), value: format.number(made.dimensions), explain: t('textVectors.trial.dimensionsExplain') },
          { key: 'length', label: t('textVectors.trial.length'), value: threeDecimals(made.length, format.language), explain: t('textVectors.trial.lengthExplain') },
          { key: 'first', label: t('textVectors.trial.first'), value: <span className={own['numbers']}>{`${made.first.map((value) => threeDecimals(value, format.language)).join(' · ')} …`}</span> },
        ]}
      />
    </section>
  );
}
