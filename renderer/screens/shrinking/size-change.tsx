import { useTexts } from '../../i18n/i18n.ts';
import classes from './shrinking.module.css';

interface SizeChangeProps {
  before: { label: string; value: string };
  after: { label: string; value: string };
  /** After ÷ before; the bar of the larger one is full. */
  ratio: number;
  /** What the change amounts to: "72 % smaller". */
  words: string;
  /** Further facts, after the change. */
  remark?: string;
  tone?: 'fine' | 'look';
}

/** Two figures of the same thing, before and after, as bars of one scale. */
export function SizeChange({ before, after, ratio, words, remark, tone = 'fine' }: SizeChangeProps) {
  const most = Math.max(1, ratio);
  return (
    <div className={classes['change']}>
      <Bar label={before.label} value={before.value} share={1 / most} />
      <Bar label={after.label} value={after.value} share={ratio / most} strong />
      <p className={classes['changeWords']} data-tone={tone}>
        {words}
        {remark !== undefined && <span className={classes['dim']}>{` · ${remark}`}</span>}
      </p>
    </div>
  );
}

function Bar({ label, value, share, strong = false }: { label: string; value: string; share: number; strong?: boolean }) {
  return (
    <div className={classes['changeRow']} data-strong={strong || undefined}>
      <span className={classes['changeLabel']}>{label}</span>
      <span className={classes['changeTrack']} aria-hidden>
        <span className={classes['changeFill']} style={{ width: `${String(Math.max(0.5, share * 100))}%` }} />
      </span>
      <span className={classes['changeValue']}>{value}</span>
    </div>
  );
}

/** "72 % smaller" or "3 % larger". */
export function useSizeWords(): (ratio: number) => string {
  const { t, format } = useTexts();
  return (ratio) =>
    ratio <= 1 ? t('shrinking.plan.smaller', { percent: format.percent(1 - ratio) }) : t('shrinking.plan.larger', { percent: format.percent(ratio - 1) });
}
