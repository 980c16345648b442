import { useTexts } from '../../i18n/i18n.ts';
import { toneOfShare } from './key-words.ts';
import classes from './keys.module.css';

/** How much of a limit is used, as a thin bar; the number stands beside it in words. */
export function QuotaBar({ used, limit, label }: { used: number; limit: number; label: string }) {
  const { t, format } = useTexts();
  const share = Math.min(1, used / limit);
  const text = t('apiKeys.quota.of', { used: format.number(used), limit: format.number(limit) });
  return (
    <span className={classes['track']} role="meter" aria-label={label} aria-valuemin={0} aria-valuemax={limit} aria-valuenow={Math.min(used, limit)} aria-valuetext={text}>
      <span className={classes['fill']} data-tone={toneOfShare(used / limit)} style={{ width: `${String(share * 100)}%` }} />
    </span>
  );
}
