import type { ReactNode } from 'react';

export interface Column<Row> {
  key: string;
  /** Column title; a number column names its unit in `unit`, not in each cell. */
  header: string;
  unit?: string;
  /** Width in rem. With `grow` the column takes what is left and this is ignored. */
  widthRem?: number;
  grow?: boolean;
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

/** What a click on a header does: sort by it, then the other way round. */
export function nextSort<Row>(sort: SortOrder | null, column: Column<Row>): SortOrder {
  if (sort?.column === column.key) return { column: column.key, descending: !sort.descending };
  return { column: column.key, descending: column.sortDescendingFirst ?? false };
}
