import { Fragment, useState } from 'react';
import type { ReactNode } from 'react';
import type { DataRow, DataSplit } from '../../../main/contract/datasets.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import classes from './data.module.css';
import { cutParts } from './text-parts.ts';
import type { TextPart } from './text-parts.ts';

/** Longer texts are folded, so that one row never fills the screen. */
const FOLDED_CHARACTERS = 600;
const FOLDED_LINES = 8;
/** Fewer characters more are simply shown. */
const WORTH_FOLDING = 80;

interface RowViewProps {
  row: DataRow;
  /** Over the row: its number, its side. */
  head?: ReactNode;
  /** The texts of the row in parts, those marked that were looked for or changed. */
  parts?: readonly (readonly TextPart[])[];
  /** What a mark means: found, or only here before or after a change. */
  mark?: Mark;
}

type Mark = 'mark' | 'del' | 'ins';

/** A row as it is kept: running text, or the turns of a conversation. */
export function RowView({ row, head, parts, mark = 'mark' }: RowViewProps) {
  const { t } = useTexts();
  const labels = row.kind === 'text' ? [{ label: t('data.text'), role: 'text' }] : row.messages.map(({ role }) => ({ label: t(`data.roles.${role}`), role }));
  const texts = textsOf(row);
  return (
    <article className={classes['row']}>
      {head !== undefined && <header className={classes['rowHead']}>{head}</header>}
      <dl className={classes['turns']}>
        {labels.map(({ label, role }, place) => (
          // oxlint-disable-next-line react/no-array-index-key -- the turns of a row are never reordered
          <div key={place} className={classes['turn']} data-role={role}>
            <dt>{label}</dt>
            <dd>
              <FoldedText parts={parts?.[place] ?? [{ text: texts[place] ?? '', marked: false }]} mark={mark} />
            </dd>
          </div>
        ))}
      </dl>
    </article>
  );
}

/** The texts of a row in order. */
export function textsOf(row: DataRow): string[] {
  return row.kind === 'text' ? [row.text] : row.messages.map(({ content }) => content);
}

function FoldedText({ parts, mark: Marked }: { parts: readonly TextPart[]; mark: Mark }) {
  const { t } = useTexts();
  const [chosen, setChosen] = useState<boolean | null>(null);
  const length = foldedLength(parts.map(({ text }) => text).join(''));
  const beginning = length === null ? null : cutParts(parts, length);
  // What was looked for is not folded away.
  const open = chosen ?? (beginning !== null && parts.some(({ marked }) => marked) && !beginning.some(({ marked }) => marked));
  const folded = beginning !== null && !open;
  return (
    <>
      <span className={classes['text']}>
        {(folded ? beginning : parts).map(({ text, marked }, place) => (
          // oxlint-disable-next-line react/no-array-index-key -- parts of one text, never reordered
          <Fragment key={place}>{marked ? <Marked>{text}</Marked> : text}</Fragment>
        ))}
        {folded && '…'}
      </span>
      {beginning !== null && (
        <button type="button" className={classes['fold']} aria-expanded={open} onClick={() => setChosen(!open)}>
          {t(open ? 'data.rows.showLess' : 'data.rows.showAll')}
        </button>
      )}
    </>
  );
}

/** Where a long text is cut, or null where the whole is short enough. */
function foldedLength(text: string): number | null {
  let end = 0;
  for (let line = 0; line < FOLDED_LINES; line += 1) {
    const next = text.indexOf('\n', end);
    if (next === -1 || next > FOLDED_CHARACTERS) {
      end = Math.min(text.length, FOLDED_CHARACTERS);
      break;
    }
    end = next + 1;
  }
  return text.length - end < WORTH_FOLDING ? null : end;
}

/** Which side a row is on, in words and a colour of its own. */
export function SplitMark({ split }: { split: DataSplit }) {
  const { t } = useTexts();
  return (
    <span className={classes['split']} data-split={split}>
      {t(`data.splits.${split}`)}
    </span>
  );
}
