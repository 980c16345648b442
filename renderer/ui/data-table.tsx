import { Group } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { useMemo, useRef } from 'react';
import type { CSSProperties, ReactNode } from 'react';
import { useTexts } from '../i18n/i18n.ts';
import { keepValue, useViewState } from '../state/view-state.ts';
import classes from './data-table.module.css';
import { arrangeRows, fittingColumns, linesBelow, nextSort, widthOf, widthOfAll } from './data-table-rows.ts';
import type { Column, Facet, SortOrder } from './data-table-rows.ts';
import { TableBody } from './table-body.tsx';
import { TableFilter } from './table-filter.tsx';
import { useEdges, useMeasures } from './table-measures.ts';

export type { Column, Facet } from './data-table-rows.ts';

interface DataTableProps<Row> {
  /** Name of the table for screen readers. */
  label: string;
  /** Filter, sort order, scroll and chosen row are kept under this key. */
  stateKey: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  /** Enter, double click or a click on the row. The first column should also hold a link for screen readers. */
  onOpen?: (row: Row) => void;
  initialSort?: SortOrder;
  /** Narrowing lists beside the filter field. */
  facets?: readonly Facet<Row>[];
  /** Hides the filter field, for short tables. */
  withFilter?: boolean;
  /** Further pieces at the right of the filter. */
  tools?: ReactNode;
  /** The order of `rows` is the main side's (paged lists): no sorting, no local filtering. */
  ordered?: boolean;
  /** Called when the last rows come into view: fetch the next page. */
  onReachEnd?: () => void;
  /** All rows there are, when more exist than are loaded. */
  total?: number;
  /** Shown when there are rows but none matches. */
  nothingMatches?: ReactNode;
  /** Height: fills its flex parent (default) or grows with its rows up to `maxRows`. */
  maxRows?: number;
}

/** One line of 2.5 rem; a cell never wraps, long texts end in an ellipsis and are whole in the tooltip of the cell. */
const ROW_REM = 2.5;
/** Every line of values below a row, and the room under the last. Must agree with data-table.module.css. */
const LINE_REM = 1.5;
const UNDER_LINES_REM = 0.375;
/** Shorter lines would hold no value whole; where there is less room the table scrolls anyway. */
const LEAST_LINE_REM = 11;
/** Padding of a cell, both sides together. */
const CELL_PADDING_REM = 1.5;
/** A table that grows with its rows never fills more of a low window than this, so that the page can still be scrolled. */
const MOST_OF_WINDOW = 'max(16rem, 75vh)';

/**
 * The table of every screen: real <table> rows, virtualised (5,000 rows scroll smoothly), sortable by its headers,
 * filterable, with the arrow keys, Home, End, Page Up, Page Down and Enter on the rows. Columns that do not fit, at the text
 * size the person has, move into lines below each row; if even the rest is too wide, the table scrolls inside its frame.
 */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { columns, rows, rowKey, stateKey, onOpen, onReachEnd, ordered = false } = props;
  const { t, language, format } = useTexts();
  const [text, setText] = useViewState(`${stateKey}/filter`, '');
  const [chosenFacets, setChosenFacets] = useViewState<Record<string, string>>(`${stateKey}/facets`, {});
  const [sort, setSort] = useViewState<SortOrder | null>(`${stateKey}/sort`, props.initialSort ?? null);

  const shown = useMemo(() => {
    if (ordered) return rows;
    const tests = (props.facets ?? []).flatMap((facet) => {
      const value = chosenFacets[facet.key];
      return value === undefined ? [] : [(row: Row) => facet.test(row, value)];
    });
    return arrangeRows({ rows, columns, text, sort, language, tests });
  }, [ordered, rows, columns, text, sort, language, props.facets, chosenFacets]);

  const scroller = useRef<HTMLDivElement>(null);
  const remProbe = useRef<HTMLSpanElement>(null);
  const { widthRem, remPx } = useMeasures(scroller, remProbe);
  const fitting = useMemo(() => fittingColumns(columns, widthRem), [columns, widthRem]);
  const leastRem = widthOfAll(fitting);
  const overflows = leastRem > widthRem;
  const actionsRem = fitting.reduce((sum, column) => sum + (column.actions === true ? widthOf(column) : 0), 0);
  const below = useMemo(
    () => linesBelow(columns, fitting, Math.max(LEAST_LINE_REM, widthRem - CELL_PADDING_REM - (overflows ? actionsRem : 0))),
    [columns, fitting, widthRem, overflows, actionsRem],
  );
  const linesRem = below.length === 0 ? 0 : below.length * LINE_REM + UNDER_LINES_REM;
  const rowRem = ROW_REM + linesRem;
  const edges = useEdges(scroller);
  const filtered = text !== '' || Object.keys(chosenFacets).length > 0;
  const total = props.total ?? rows.length;
  const height = props.maxRows === undefined ? {} : { maxHeight: `min(${String(ROW_REM + props.maxRows * rowRem)}rem, ${MOST_OF_WINDOW})` };

  return (
    <div className={classes['frame']} data-fills={props.maxRows === undefined || undefined}>
      {((props.withFilter ?? true) || props.tools !== undefined) && (
        <Group gap="xs" className={classes['tools'] ?? ''}>
          {(props.withFilter ?? true) && (
            <TableFilter text={text} onText={setText} facets={props.facets ?? []} chosen={chosenFacets} onChosen={setChosenFacets} />
          )}
          <span className={classes['count']} aria-live="polite">
            {filtered && !ordered
              ? t('common.shownOfAll', { shown: format.number(shown.length), total: format.number(total) })
              : t('common.countRows', { count: total, total: format.number(total) })}
          </span>
          {props.tools !== undefined && <Group gap="xs" ml="auto">{props.tools}</Group>}
        </Group>
      )}
      <div className={classes['view']} style={height}>
        <span ref={remProbe} className={classes['probe']} aria-hidden />
        <div
          ref={scroller}
          className={classes['scroller']}
          style={{ '--lines-height': `${String(linesRem)}rem` } as CSSProperties}
          data-overflows={overflows || undefined}
          onScroll={(event) => {
            keepValue(`${stateKey}/scroll`, event.currentTarget.scrollTop);
            edges.look();
          }}
          {...(overflows ? { role: 'group', tabIndex: 0, 'aria-label': props.label } : {})}
        >
          <table className={classes['table']} style={{ minWidth: `${String(leastRem)}rem` }} aria-label={props.label} aria-rowcount={shown.length + 1}>
            <colgroup>
              {fitting.map((column) => (
                <col key={column.key} style={{ width: column.grow === true ? 'auto' : `${String(column.widthRem)}rem` }} />
              ))}
            </colgroup>
            <thead>
              <tr aria-rowindex={1}>
                {fitting.map((column) => (
                  <HeaderCell
                    key={column.key}
                    column={column}
                    sort={sort}
                    sortable={!ordered && column.sortValue !== undefined}
                    onSort={() => setSort(nextSort(sort, column))}
                  />
                ))}
              </tr>
            </thead>
            <TableBody
              rows={shown}
              columns={fitting}
              below={below}
              rowKey={rowKey}
              stateKey={stateKey}
              scroller={scroller}
              rowHeightPx={rowRem * remPx}
              headerHeightPx={ROW_REM * remPx}
              {...(onOpen === undefined ? {} : { onOpen })}
              {...(onReachEnd === undefined ? {} : { onReachEnd })}
            />
          </table>
          {shown.length === 0 && <p className={classes['nothing']}>{props.nothingMatches ?? t('common.nothingMatches')}</p>}
        </div>
        {edges.left && <span className={classes['edge']} data-side="left" aria-hidden />}
        {edges.right && <span className={classes['edge']} data-side="right" style={{ right: `${String(actionsRem)}rem` }} aria-hidden />}
      </div>
    </div>
  );
}

interface HeaderCellProps<Row> {
  column: Column<Row>;
  sort: SortOrder | null;
  sortable: boolean;
  onSort: () => void;
}

function HeaderCell<Row>({ column, sort, sortable, onSort }: HeaderCellProps<Row>) {
  const active = sort?.column === column.key;
  const Arrow = active && sort.descending ? IconArrowDown : IconArrowUp;
  const label = (
    <span className={classes['headerText']}>
      {column.header}
      {column.unit !== undefined && <span className={classes['unit']}>{` ${column.unit}`}</span>}
    </span>
  );
  const direction = active ? (sort.descending ? 'descending' : 'ascending') : 'none';
  return (
    <th scope="col" data-align={column.align ?? 'left'} data-actions={column.actions} {...(sortable ? { 'aria-sort': direction } : {})}>
      {sortable ? (
        <button type="button" className={classes['sort']} data-active={active || undefined} onClick={onSort}>
          {label}
          <Arrow size={14} aria-hidden className={classes['arrow']} />
        </button>
      ) : (
        <span className={classes['plainHeader']}>{label}</span>
      )}
    </th>
  );
}
