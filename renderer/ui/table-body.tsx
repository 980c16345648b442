import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useCallback, useEffect, useMemo, useRef } from 'react';
import type { KeyboardEvent, MouseEvent, RefObject } from 'react';
import { keptValue, useViewState } from '../state/view-state.ts';
import classes from './data-table.module.css';
import type { BelowItem, Column } from './data-table-rows.ts';

interface TableBodyProps<Row> {
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  /** Lines of what did not fit into columns. */
  below: readonly (readonly BelowItem<Row>[])[];
  rowKey: (row: Row) => string;
  stateKey: string;
  scroller: RefObject<HTMLDivElement | null>;
  rowHeightPx: number;
  /** Height of the header, which covers the top of what is seen. */
  headerHeightPx: number;
  onOpen?: (row: Row) => void;
  onReachEnd?: () => void;
}

/** Rows drawn above and below what is seen, so that quick scrolling meets no blank. */
const OVERSCAN = 12;

/**
 * The rows of a DataTable: only those near the view exist. One of them is in the tab order; arrow keys, Page, Home and End
 * move from it, Enter opens. A component of its own, so that scrolling redraws nothing else.
 */
export function TableBody<Row>(props: TableBodyProps<Row>) {
  const { rows, columns, below, rowKey, stateKey, scroller, rowHeightPx, headerHeightPx, onOpen, onReachEnd } = props;
  const [currentKey, setCurrentKey] = useViewState<string | null>(`${stateKey}/row`, null);
  const latest = useRef({ rows, rowKey, onOpen, onReachEnd });
  latest.current = { rows, rowKey, onOpen, onReachEnd };
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeightPx,
    overscan: OVERSCAN,
    scrollPaddingEnd: headerHeightPx,
    initialOffset: Number(keptValue(`${stateKey}/scroll`) ?? 0),
    getItemKey: (index) => {
      const row = rows[index];
      return row === undefined ? index : rowKey(row);
    },
  });
  useEffect(() => virtualizer.measure(), [virtualizer, rowHeightPx]);

  const items = virtualizer.getVirtualItems();
  const before = items[0]?.start ?? 0;
  const after = Math.max(0, virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0));
  const lastIndex = items.at(-1)?.index ?? -1;
  useEffect(() => {
    if (lastIndex >= rows.length - 1 - OVERSCAN && rows.length > 0) latest.current.onReachEnd?.();
  }, [lastIndex, rows.length]);

  const current = useMemo(() => rows.findIndex((row) => rowKey(row) === currentKey), [rows, rowKey, currentKey]);
  const tabStop = items.some(({ index }) => index === current) ? current : (items[0]?.index ?? -1);

  const onFocus = useCallback((key: string) => setCurrentKey(key), [setCurrentKey]);
  const onClick = useCallback(
    (event: MouseEvent, key: string, index: number) => {
      if (event.target instanceof Element && event.target.closest('a, button, input') !== null) return;
      // Somebody who marks text to copy it does not want to leave.
      if (window.getSelection()?.toString() !== '') return;
      setCurrentKey(key);
      const row = latest.current.rows[index];
      if (row !== undefined) latest.current.onOpen?.(row);
    },
    [setCurrentKey],
  );
  const onKeyDown = useCallback(
    (event: KeyboardEvent<HTMLTableRowElement>, index: number) => {
      if (event.target !== event.currentTarget) return;
      const { rows: all, onOpen: open, rowKey: keyOf } = latest.current;
      const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeightPx) - 2);
      const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -all.length, End: all.length };
      const step = steps[event.key];
      if (step !== undefined) {
        event.preventDefault();
        const target = Math.max(0, Math.min(all.length - 1, index + step));
        const row = all[target];
        if (row === undefined) return;
        setCurrentKey(keyOf(row));
        virtualizer.scrollToIndex(target, { align: 'auto' });
        requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`tr[data-index="${String(target)}"]`)?.focus({ preventScroll: true }));
      } else if (event.key === 'Enter' && open !== undefined) {
        event.preventDefault();
        const row = all[index];
        if (row !== undefined) open(row);
      }
    },
    [scroller, rowHeightPx, setCurrentKey, virtualizer],
  );

  return (
    <tbody>
      {before > 0 && <tr aria-hidden style={{ height: before }} className={classes['space']} />}
      {items.map(({ index, key }) => {
        const row = rows[index];
        if (row === undefined) return null;
        return (
          <TableRow
            key={key}
            row={row}
            rowId={rowKey(row)}
            index={index}
            columns={columns as readonly Column<unknown>[]}
            below={below as readonly (readonly BelowItem<unknown>[])[]}
            tabStop={index === tabStop}
            current={index === current}
            opens={onOpen !== undefined}
            onFocus={onFocus}
            onClick={onClick}
            onKeyDown={onKeyDown}
          />
        );
      })}
      {after > 0 && <tr aria-hidden style={{ height: after }} className={classes['space']} />}
    </tbody>
  );
}

interface TableRowProps {
  row: unknown;
  rowId: string;
  index: number;
  columns: readonly Column<unknown>[];
  below: readonly (readonly BelowItem<unknown>[])[];
  tabStop: boolean;
  current: boolean;
  opens: boolean;
  onFocus: (key: string) => void;
  onClick: (event: MouseEvent, key: string, index: number) => void;
  onKeyDown: (event: KeyboardEvent<HTMLTableRowElement>, index: number) => void;
}

const TableRow = memo(function TableRow(props: TableRowProps) {
  const { row, rowId, index, columns, below, tabStop, current, opens, onFocus, onClick, onKeyDown } = props;
  return (
    <tr
      data-index={index}
      aria-rowindex={index + 2}
      tabIndex={tabStop ? 0 : -1}
      className={classes['row']}
      data-opens={opens || undefined}
      data-current={current || undefined}
      onFocus={(event) => event.target === event.currentTarget && onFocus(rowId)}
      onKeyDown={(event) => onKeyDown(event, index)}
      onClick={(event) => onClick(event, rowId, index)}
    >
      {columns.map((column, place) => (
        <td key={column.key} data-align={column.align ?? 'left'} data-actions={column.actions} {...titleOf(column, row)}>
          {column.render(row)}
          {place === 0 && below.length > 0 && <LinesBelow row={row} lines={below} />}
        </td>
      ))}
    </tr>
  );
});

/** What did not fit into columns, below the row: label, value, unit. Part of the first cell, drawn over the whole width. */
function LinesBelow({ row, lines }: { row: unknown; lines: TableRowProps['below'] }) {
  return (
    <div className={classes['lines']}>
      {lines.map((line) => (
        <div key={line[0]?.column.key} className={classes['line']}>
          {line.map(({ column, widthRem }) => (
            <span key={column.key} className={classes['item']} data-grow={column.grow} style={{ width: `${String(widthRem)}rem` }} {...titleOf(column, row)}>
              <span className={classes['itemLabel']}>{column.header}</span> {column.render(row)}
              {column.unit !== undefined && ` ${column.unit}`}
            </span>
          ))}
        </div>
      ))}
    </div>
  );
}

/** A long text may be cut off: then its whole is the tooltip. */
function titleOf(column: Column<unknown>, row: unknown): { title?: string } {
  const title = column.filterText?.(row);
  return title === undefined || title.length < 20 ? {} : { title };
}
