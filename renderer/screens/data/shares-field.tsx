import { Fieldset, NumberInput } from '@mantine/core';
import { DATA_SPLITS } from '../../../main/contract/datasets.contract.ts';
import type { SplitShares } from '../../../main/contract/datasets.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { Notice } from '../../ui/notice.tsx';
import { expectedRows } from './data-draft.ts';
import classes from './data.module.css';

interface SharesFieldProps {
  shares: SplitShares;
  /** Rows that will be kept. */
  rowCount: number;
  /** Without it the shares are fixed. */
  onShares?: (shares: SplitShares) => void;
}

/** Bound of the contract for validation and test. */
const MOST = 50;

/** How rows are divided. What is not for validation or test is for training, so that it always adds up to 100. */
export function SharesField({ shares, rowCount, onShares }: SharesFieldProps) {
  const { t, format } = useTexts();
  const rows = expectedRows(rowCount, shares);
  const set = (side: 'validation' | 'test', value: number): void => {
    const next = { ...shares, [side]: value };
    onShares?.({ ...next, train: 100 - next.validation - next.test });
  };
  return (
    <Fieldset legend={t('data.target.shares')} variant="unstyled" className={classes['fieldset'] ?? ''}>
      <p className={classes['help']}>{t(onShares === undefined ? 'data.target.sharesFixed' : 'data.target.sharesHelp')}</p>
      <div className={classes['sharesBar']} aria-hidden>
        {DATA_SPLITS.map((split) => shares[split] > 0 && <span key={split} data-split={split} style={{ flexGrow: shares[split] }} />)}
      </div>
      <div className={classes['shares']}>
        {DATA_SPLITS.map((split) => (
          <div key={split} className={classes['share']} data-split={split}>
            {split === 'train' || onShares === undefined ? (
              <>
                <span className={classes['shareLabel']}>{t(`data.splits.${split}`)}</span>
                <output className={classes['shareValue']}>{`${format.number(shares[split])} %`}</output>
              </>
            ) : (
              <NumberInput
                label={t(`data.splits.${split}`)}
                value={shares[split]}
                min={0}
                max={MOST}
                allowDecimal={false}
                allowNegative={false}
                clampBehavior="strict"
                suffix=" %"
                onChange={(value) => set(split, typeof value === 'number' ? value : 0)}
              />
            )}
            <span className={classes['shareRows']}>{t('data.target.about', { total: format.number(rows[split]) })}</span>
            <span className={classes['shareExplain']}>{t(`data.splitsExplain.${split}`)}</span>
          </div>
        ))}
      </div>
      {shares.train < 1 && <Notice tone="look">{t('data.target.sharesNoTraining')}</Notice>}
      {shares.train >= 1 && shares.validation === 0 && onShares !== undefined && <Notice tone="look">{t('data.target.sharesNoValidation')}</Notice>}
    </Fieldset>
  );
}
