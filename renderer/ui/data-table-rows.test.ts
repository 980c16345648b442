import { expect, it } from 'vitest';
import { arrangeRows, fittingColumns, linesBelow, nextSort } from './data-table-rows.ts';
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

const wide: Column<Row>[] = [
  { key: 'name', header: 'Name', grow: true, render: () => null },
  { key: 'a', header: 'A', widthRem: 8, drop: 2, render: () => null },
  { key: 'b', header: 'B', widthRem: 8, drop: 1, render: () => null },
  { key: 'c', header: 'C', widthRem: 8, render: () => null },
  { key: 'd', header: 'D', widthRem: 8, render: () => null },
  { key: 'actions', header: 'Actions', widthRem: 5, actions: true, render: () => null },
];
const fitting = (widthRem: number) => fittingColumns(wide, widthRem).map(({ key }) => key);

it('moves the least important columns until the rest fits, those without a number last and from the right', () => {
  expect(fitting(51)).toEqual(['name', 'a', 'b', 'c', 'd', 'actions']);
  expect(fitting(50.9)).toEqual(['name', 'a', 'c', 'd', 'actions']);
  expect(fitting(35)).toEqual(['name', 'c', 'd', 'actions']);
  expect(fitting(34)).toEqual(['name', 'c', 'actions']);
});

it('never moves the first column nor the actions', () => {
  expect(fitting(20)).toEqual(['name', 'actions']);
  expect(fitting(1)).toEqual(['name', 'actions']);
});

it('packs what has gone into lines that fit, in the order of the columns', () => {
  const below = (widthRem: number) => linesBelow(wide, fittingColumns(wide, 20), widthRem);
  const keys = (widthRem: number) => below(widthRem).map((line) => line.map(({ column }) => column.key));
  expect(keys(60)).toEqual([['a', 'b', 'c', 'd']]);
  expect(keys(20)).toEqual([['a', 'b'], ['c', 'd']]);
  expect(keys(5)).toEqual([['a'], ['b'], ['c'], ['d']]);
  for (const line of below(20)) expect(line.reduce((sum, { widthRem }) => sum + widthRem, 0)).toBeLessThanOrEqual(20);
  expect(linesBelow(wide, wide, 60)).toEqual([]);
});

it('gives a Chinese label the room its characters take', () => {
  const labelled = (header: string): number => linesBelow([{ key: 'x', header, widthRem: 5, render: () => null }], [], 60)[0]?.[0]?.widthRem ?? 0;
  expect(labelled('排队请求')).toBeGreaterThan(labelled('Line'));
});
