import { expect, it } from 'vitest';
import type { Benchmark, BenchmarkRow, Tuning } from '../../../main/contract/benchmarks.contract.ts';
import { compareRows, sizeCurves } from './compare-rows.ts';
import { standingOf } from './tuning-columns.tsx';

const spread = (mean: number) => ({ count: 3, mean, deviation: 1, min: mean, median: mean, max: mean });
const row = (test: BenchmarkRow['test'], size: number, mean: number, streams = 1): BenchmarkRow => ({
  test,
  promptTokens: test === 'generation' ? 0 : size,
  outputTokens: test === 'prompt' ? 0 : size,
  streams,
  tokensPerSecond: spread(mean),
  ttftMs: test === 'streams' ? { count: 3, p50: 10 * streams, p95: 1, p99: 1, max: 1 } : null,
  interTokenMs: null,
});
const benchmark = (rows: BenchmarkRow[], loadMs: number | null = null) => ({ rows, loadMs, peakRamBytes: null, peakVramBytes: null }) as unknown as Benchmark;

it('lists every figure once, with a gap where a benchmark does not have it', () => {
  const rows = compareRows([benchmark([row('generation', 128, 5), row('prompt', 512, 50)], 900), benchmark([row('prompt', 128, 40), row('prompt', 512, 60), row('streams', 64, 9, 4)])]);
  expect(rows.map(({ kind, row: measured }) => [kind, measured?.test, measured?.promptTokens])).toEqual([
    ['speed', 'prompt', 128],
    ['speed', 'prompt', 512],
    ['speed', 'generation', 0],
    ['speed', 'streams', 64],
    ['ttft', 'streams', 64],
    ['load', undefined, undefined],
  ]);
  expect(rows[0]?.figures).toEqual([null, { value: 40, deviation: 1, runs: 3, higherIsBetter: true }]);
  expect(rows.at(-1)?.figures).toEqual([{ value: 900, deviation: 0, runs: 0, higherIsBetter: false }, null]);
});

it('draws a kind of measurement over all sizes it was made at', () => {
  const [prompt, streams] = sizeCurves([benchmark([row('prompt', 512, 50), row('streams', 64, 7, 2)]), benchmark([row('prompt', 128, 40), row('streams', 64, 9, 1)])]);
  expect(prompt).toMatchObject({ test: 'prompt', places: [128, 512] });
  expect(prompt?.rows.map((each) => each.map((found) => found?.tokensPerSecond.mean ?? null))).toEqual([[null, 50], [40, null]]);
  expect(streams).toMatchObject({ test: 'streams', places: [1, 2] });
});

it('says which tuning is used: the newest of a version and backend that holds', () => {
  const tuning = (id: string, atMs: number, part: Partial<Tuning> = {}): Tuning => ({ id, atMs, versionId: 'v', backend: 'cpu', outdated: null, ...part }) as unknown as Tuning;
  const standings = standingOf([tuning('old', 1), tuning('new', 2), tuning('gone', 3, { outdated: 'engine-changed' }), tuning('card', 1, { backend: 'cuda' }), tuning('other', 1, { versionId: 'w' })]);
  expect(Object.fromEntries(standings)).toEqual({ old: 'superseded', new: 'holds', gone: 'engine-changed', card: 'holds', other: 'holds' });
});
