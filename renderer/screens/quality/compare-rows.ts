import type { Benchmark, BenchmarkRow, Percentiles } from '../../../main/contract/benchmarks.contract.ts';
import { figureOf, rowKey, timeFigure } from './figures.ts';
import type { Figure } from './figures.ts';

/** One line of the side-by-side table: a figure, and where each benchmark has it. */
export interface CompareRow {
  key: string;
  kind: 'speed' | 'ttft' | 'interToken' | 'load' | 'ram' | 'vram';
  /** What the figure was measured in; null for what belongs to the whole benchmark. */
  row: BenchmarkRow | null;
  /** One per benchmark, in their order; null where it was not measured. */
  figures: readonly (Figure | null)[];
}

const ORDER = ['prompt', 'generation', 'streams'] as const;

/** All figures of some benchmarks, each once: prompts by length, answers by length, streams by number, then loading and memory. */
export function compareRows(benchmarks: readonly Benchmark[]): CompareRow[] {
  const byKey = new Map<string, BenchmarkRow>();
  for (const { rows } of benchmarks) for (const row of rows) byKey.set(rowKey(row), byKey.get(rowKey(row)) ?? row);
  const measured = [...byKey.values()].toSorted(
    (a, b) => ORDER.indexOf(a.test) - ORDER.indexOf(b.test) || a.streams - b.streams || a.promptTokens - b.promptTokens || a.outputTokens - b.outputTokens,
  );
  const rows = measured.flatMap((row): CompareRow[] => {
    const key = rowKey(row);
    const found = benchmarks.map((each) => each.rows.find((other) => rowKey(other) === key) ?? null);
    const times = (kind: 'ttft' | 'interToken', read: (each: BenchmarkRow) => Percentiles | null): CompareRow => ({
      key: `${key}/${kind}`,
      kind,
      row,
      figures: found.map((each) => {
        const percentiles = each === null ? null : read(each);
        return percentiles === null ? null : timeFigure(percentiles.p50);
      }),
    });
    return [
      { key, kind: 'speed', row, figures: found.map((each) => (each === null ? null : figureOf(each.tokensPerSecond))) },
      times('ttft', (each) => each.ttftMs),
      times('interToken', (each) => each.interTokenMs),
    ];
  });
  const whole = (kind: 'load' | 'ram' | 'vram', read: (benchmark: Benchmark) => number | null): CompareRow => ({
    key: kind,
    kind,
    row: null,
    figures: benchmarks.map((benchmark) => {
      const value = read(benchmark);
      return value === null ? null : timeFigure(value);
    }),
  });
  rows.push(whole('load', ({ loadMs }) => loadMs), whole('ram', ({ peakRamBytes }) => peakRamBytes), whole('vram', ({ peakVramBytes }) => peakVramBytes));
  return rows.filter(({ figures }) => figures.some((figure) => figure !== null));
}

/** A test over its sizes: the places on the axis and a value of each benchmark there. */
export interface SizeCurves {
  test: BenchmarkRow['test'];
  places: number[];
  /** Index = benchmark, then place. */
  rows: (BenchmarkRow | null)[][];
}

const placeOf: Record<BenchmarkRow['test'], (row: BenchmarkRow) => number> = {
  prompt: ({ promptTokens }) => promptTokens,
  generation: ({ outputTokens }) => outputTokens,
  streams: ({ streams }) => streams,
};

/** The tests that were measured at all, with the sizes they were measured at. One size gives bars, more give a curve. */
export function sizeCurves(benchmarks: readonly Benchmark[]): SizeCurves[] {
  return ORDER.flatMap((test) => {
    const place = placeOf[test];
    const places = [...new Set(benchmarks.flatMap(({ rows }) => rows.filter((row) => row.test === test).map(place)))].toSorted((a, b) => a - b);
    if (places.length === 0) return [];
    const rows = benchmarks.map((benchmark) => places.map((at) => benchmark.rows.find((row) => row.test === test && place(row) === at) ?? null));
    return [{ test, places, rows }];
  });
}
