import type { ReactNode } from 'react';

export interface Column<Row> {
  key: string;
  /** Column title; a number column names its unit in `unit`, not in each cell. */
  header: string;
  unit?: string;
  /** Width in rem. With `grow` the column takes what is left and this is ignored. */
  widthRem?: number;
  grow?: boolean;
  /** Left out when the table is too narrow for all columns: 1 goes first, then 2, … A column without it always stays. */
  drop?: number;
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

/** Least width of a column that grows, in rem. */
export const GROW_REM = 14;

/** Width a column needs, in rem; of one that grows, the least. */
export function widthOf<Row>(column: Column<Row>): number {
  return column.widthRem ?? GROW_REM;
}

/** The columns that fit into a width, in rem: those with the lowest `drop` are left out first. */
export function fittingColumns<Row>(columns: readonly Column<Row>[], widthRem: number): readonly Column<Row>[] {
  let kept = columns;
  while (kept.reduce((sum, column) => sum + widthOf(column), 0) > widthRem) {
    const droppable = kept.flatMap((column) => (column.drop === undefined ? [] : [column.drop]));
    if (droppable.length === 0) break;
    const next = Math.min(...droppable);
    kept = kept.filter((column) => column.drop !== next);
  }
  return kept;
}

/** What a click on a header does: sort by it, then the other way round. */
export function nextSort<Row>(sort: SortOrder | null, column: Column<Row>): SortOrder {
  if (sort?.column === column.key) return { column: column.key, descending: !sort.descending };
  return { column: column.key, descending: column.sortDescendingFirst ?? false };
}
