import type { DataRowView, DatasetDiff } from '../../../main/contract/datasets.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import classes from './data.module.css';
import { RowView, SplitMark, textsOf } from './row-view.tsx';
import { changedParts } from './text-parts.ts';

export const DIFF_KINDS = ['added', 'removed', 'changed'] as const;
export type DiffKind = (typeof DIFF_KINDS)[number];

/** The rows of one kind of difference; a changed one before and after, side by side, with the words that changed marked. */
export function DiffRows({ diff, kind, count }: { diff: DatasetDiff; kind: DiffKind; count: number }) {
  const { t, format } = useTexts();
  const shown = diff[kind].length;
  if (shown === 0) return <p className={classes['nothing']}>{t('data.diff.nothing')}</p>;
  return (
    <>
      {count > shown && <p className={classes['dim']}>{t('data.diff.first', { shown: format.number(shown), total: format.number(count) })}</p>}
      <ol className={classes['rows']} aria-label={t(`data.diff.${kind}`)}>
        {kind === 'changed'
          ? diff.changed.map(({ from, to }) => (
              <li key={`${String(from.position)}/${String(to.position)}`}>
                <ChangedRow from={from} to={to} diff={diff} />
              </li>
            ))
          : diff[kind].map((view) => (
              <li key={view.position}>
                <RowView row={view.row} head={<RowHead view={view} number={kind === 'added' ? diff.toNumber : diff.fromNumber} />} />
              </li>
            ))}
      </ol>
    </>
  );
}

function RowHead({ view, number }: { view: DataRowView; number: number }) {
  const { t, format } = useTexts();
  return (
    <>
      <span>{t('data.diff.place', { number: format.number(number), row: format.number(view.position + 1) })}</span>
      <SplitMark split={view.split} />
    </>
  );
}

function ChangedRow({ from, to, diff }: { from: DataRowView; to: DataRowView; diff: DatasetDiff }) {
  const before = textsOf(from.row);
  const after = textsOf(to.row);
  const parts = Array.from({ length: Math.max(before.length, after.length) }, (_, place) => changedParts(before[place] ?? '', after[place] ?? ''));
  return (
    <div className={classes['sides']}>
      <RowView row={from.row} head={<RowHead view={from} number={diff.fromNumber} />} parts={parts.map((part) => part.from)} mark="del" />
      <RowView row={to.row} head={<RowHead view={to} number={diff.toNumber} />} parts={parts.map((part) => part.to)} mark="ins" />
    </div>
  );
}
