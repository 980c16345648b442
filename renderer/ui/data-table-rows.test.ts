import { expect, it } from 'vitest';
import { arrangeRows, fittingColumns, nextSort } from './data-table-rows.ts';
import type { Column } from './data-table-rows.ts';

interface Row {
  name: string;
  size: number | null;
}
const rows: Row[] = [
  { name: 'beta 10', size: 3 },
  { name: 'beta 9', size: null },
  { name: 'Alpha', size: 7 },
];
const columns: Column<Row>[] = [
  { key: 'name', header: 'Name', grow: true, sortValue: (row) => row.name, filterText: (row) => row.name, render: (row) => row.name },
  { key: 'size', header: 'Size', widthRem: 6, sortValue: (row) => row.size, render: (row) => row.size },
];
const names = (arranged: readonly Row[]) => arranged.map(({ name }) => name);
const arrange = (part: { text?: string; sort?: { column: string; descending: boolean } | null; tests?: ((row: Row) => boolean)[] }) =>
  names(arrangeRows({ rows, columns, text: part.text ?? '', sort: part.sort ?? null, language: 'en', tests: part.tests ?? [] }));

it('sorts numbers in names as people do, and unknown values last both ways', () => {
  expect(arrange({ sort: { column: 'name', descending: false } })).toEqual(['Alpha', 'beta 9', 'beta 10']);
  expect(arrange({ sort: { column: 'size', descending: false } })).toEqual(['beta 10', 'Alpha', 'beta 9']);
  expect(arrange({ sort: { column: 'size', descending: true } })).toEqual(['Alpha', 'beta 10', 'beta 9']);
});

it('keeps rows that hold every word and pass every test', () => {
  expect(arrange({ text: '  10 BETA ' })).toEqual(['beta 10']);
  expect(arrange({ text: 'beta', tests: [(row) => row.size !== null] })).toEqual(['beta 10']);
  expect(arrange({ text: 'gamma' })).toEqual([]);
});

it('turns the order round on the second click and starts downwards where the column says so', () => {
  const size: Column<Row> = { key: 'size', header: 'Size', sortDescendingFirst: true, render: () => null };
  expect(nextSort(null, size)).toEqual({ column: 'size', descending: true });
  expect(nextSort({ column: 'size', descending: true }, size)).toEqual({ column: 'size', descending: false });
});

it('leaves out the least important columns until the rest fits, and never one that must stay', () => {
  const wide: Column<Row>[] = [
    { key: 'name', header: 'Name', grow: true, render: () => null },
    { key: 'a', header: 'A', widthRem: 8, drop: 2, render: () => null },
    { key: 'b', header: 'B', widthRem: 8, drop: 1, render: () => null },
  ];
  const keys = (widthRem: number) => fittingColumns(wide, widthRem).map(({ key }) => key);
  expect(keys(30)).toEqual(['name', 'a', 'b']);
  expect(keys(29)).toEqual(['name', 'a']);
  expect(keys(5)).toEqual(['name']);
});
