import type { ReactNode } from 'react';

export interface Column<Row> {
  key: string;
  /** Column title; a number column names its unit in `unit`, not in each cell. */
  header: string;
  unit?: string;
  /** Width in rem; of a column that grows, the least. */
  widthRem?: number;
  /** Takes what the others leave. */
  grow?: boolean;
  /**
   * Where the table is too narrow for all columns, some move into a second line of their row: 1 goes first, then 2, …,
   * then those without a number, the rightmost first. The first column and those with `actions` always stay.
   */
  drop?: number;
  /** Holds the buttons of the row: never leaves its place, and stays in view when the table scrolls sideways. */
  actions?: boolean;
  /** Numbers stand right. */
  align?: 'left' | 'right';
  /** Makes the column sortable. Null sorts last in both directions. */
  sortValue?: (row: Row) => string | number | null;
  /** First click sorts downwards (dates, sizes). */
  sortDescendingFirst?: boolean;
  /** Text the filter field searches, and the tooltip of a cut-off cell. */
  filterText?: (row: Row) => string;
  render: (row: Row) => ReactNode;
}

/** A list beside the filter field that narrows the rows to those with one property. */
export interface Facet<Row> {
  key: string;
  label: string;
  options: readonly { value: string; label: string }[];
  test: (row: Row, value: string) => boolean;
}

export interface SortOrder {
  column: string;
  descending: boolean;
}

interface Arrangement<Row> {
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  text: string;
  sort: SortOrder | null;
  language: string;
  tests: readonly ((row: Row) => boolean)[];
}

/** Rows that pass all tests and hold every word of the filter, in the chosen order; equal rows keep their order. */
export function arrangeRows<Row>({ rows, columns, text, sort, language, tests }: Arrangement<Row>): readonly Row[] {
  const words = text.toLocaleLowerCase(language).split(/\s+/).filter((word) => word !== '');
  const searched = columns.flatMap((column) => (column.filterText === undefined ? [] : [column.filterText]));
  const matches = (row: Row): boolean => {
    if (!tests.every((test) => test(row))) return false;
    if (words.length === 0) return true;
    const haystack = searched.map((read) => read(row)).join('\n').toLocaleLowerCase(language);
    return words.every((word) => haystack.includes(word));
  };
  const kept = words.length === 0 && tests.length === 0 ? rows : rows.filter(matches);
  const read = columns.find((column) => column.key === sort?.column)?.sortValue;
  if (sort === null || read === undefined) return kept;
  const collator = new Intl.Collator(language, { numeric: true, sensitivity: 'base' });
  const sign = sort.descending ? -1 : 1;
  return kept
    .map((row) => ({ row, value: read(row) }))
    .sort((a, b) => {
      if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null);
      if (typeof a.value === 'number' && typeof b.value === 'number') return sign * (a.value - b.value);
      return sign * collator.compare(String(a.value), String(b.value));
    })
    .map(({ row }) => row);
}

/** Least width of a column that grows, in rem, where it says none. */
export const GROW_REM = 14;

/** Width a column needs, in rem; of one that grows, the least. */
export function widthOf<Row>(column: Column<Row>): number {
  return column.widthRem ?? GROW_REM;
}

/** Sum of the widths the columns need, in rem. */
export function widthOfAll<Row>(columns: readonly Column<Row>[]): number {
  return columns.reduce((sum, column) => sum + widthOf(column), 0);
}

/** The columns that fit into a width, in rem, in their order; the first one and those with actions even if they do not fit. */
export function fittingColumns<Row>(columns: readonly Column<Row>[], widthRem: number): readonly Column<Row>[] {
  // The first that goes stands first: explicit numbers upwards, then the rest from the right.
  const leaving = columns
    .map((column, place) => ({ column, place }))
    .filter(({ column, place }) => place > 0 && column.actions !== true)
    .sort((a, b) => (a.column.drop ?? Infinity) - (b.column.drop ?? Infinity) || b.place - a.place)
    .map(({ column }) => column);
  const gone = new Set<Column<Row>>();
  let neededRem = widthOfAll(columns);
  for (const column of leaving) {
    if (neededRem <= widthRem) break;
    gone.add(column);
    neededRem -= widthOf(column);
  }
  return gone.size === 0 ? columns : columns.filter((column) => !gone.has(column));
}

/** A value that moved below its row: its column and the width it takes there, label included, in rem. */
export interface BelowItem<Row> {
  column: Column<Row>;
  widthRem: number;
}

/** Width of a character of the small text below a row, in rem: Chinese ones are as wide as they are high. */
const WIDE_REM = 0.8125;
const NARROW_REM = 0.44;
/** Room between two values, and between a label and its value. */
const GAP_REM = 1.5;
/** Room a cell has for its text at least; of a column that grows, at most. */
const LEAST_VALUE_REM = 2;
const MOST_VALUE_REM = 12;
/** What a column is wider than its values: padding, and in one of numbers, whose header is the longer part, more. */
const CELL_PADDING_REM = 1.5;
const NUMBER_PADDING_REM = 3;

function textRem(text: string): number {
  return Array.from(text).reduce((sum, character) => sum + (/[\u2E80-\uFFEF]/u.test(character) ? WIDE_REM : NARROW_REM), 0);
}

/** The columns that have gone, packed into lines of a width in rem. The same in every row, so that values stand below each other. */
export function linesBelow<Row>(columns: readonly Column<Row>[], fitting: readonly Column<Row>[], widthRem: number): readonly (readonly BelowItem<Row>[])[] {
  const lines: BelowItem<Row>[][] = [];
  let leftRem = 0;
  for (const column of columns) {
    if (fitting.includes(column)) continue;
    const valueRem = Math.min(MOST_VALUE_REM, Math.max(LEAST_VALUE_REM, widthOf(column) - (column.align === 'right' ? NUMBER_PADDING_REM : CELL_PADDING_REM)));
    const neededRem = Math.min(widthRem, textRem(column.header) + textRem(column.unit ?? '') + valueRem + GAP_REM);
    const line = lines.at(-1);
    if (line === undefined || neededRem > leftRem) {
      lines.push([{ column, widthRem: neededRem }]);
      leftRem = widthRem - neededRem;
    } else {
      line.push({ column, widthRem: neededRem });
      leftRem -= neededRem;
    }
  }
  return lines;
}

/** What a click on a header does: sort by it, then the other way round. */
export function nextSort<Row>(sort: SortOrder | null, column: Column<Row>): SortOrder {
  if (sort?.column === column.key) return { column: column.key, descending: !sort.descending };
  return { column: column.key, descending: column.sortDescendingFirst ?? false };
}
