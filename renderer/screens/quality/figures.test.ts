import { expect, it } from 'vitest';
import type { Benchmark, BenchmarkRow } from '../../../main/contract/benchmarks.contract.ts';
import { compareFigures, differencesOf, digitsOf, headlineOf, historyOf, settingsKey, timeFigure } from './figures.ts';

const spread = (mean: number, deviation = 0, count = 5) => ({ count, mean, deviation, min: mean, median: mean, max: mean });
const row = (test: BenchmarkRow['test'], promptTokens: number, outputTokens: number, mean: number): BenchmarkRow => ({ test, promptTokens, outputTokens, streams: 1, tokensPerSecond: spread(mean), ttftMs: null, interTokenMs: null });
const times = (p50: number) => ({ count: 5, p50, p95: p50, p99: p50, max: p50 });
const settings = { backend: 'cpu', gpuLayers: 0, contextSize: 512, parallelSequences: 1, threads: 2 } as const;
const machine = { key: 'k', name: 'n', system: 's', processor: 'p', cores: 2, ramBytes: 1, devices: [] };

function benchmark(part: Partial<Benchmark>): Benchmark {
  return {
    id: 'b', source: 'measured', label: 'l', atMs: 1, startedBy: 'x',
    model: { modelId: 'm', versionId: 'v', deploymentId: null, name: 'm', versionNumber: 1, quantization: 'F16', sha256: null, sizeBytes: null, parameterCount: null },
    machine, engine: { release: 'b1', backend: 'cpu', driver: null }, settings, plan: null, loadMs: null, peakRamBytes: null, peakVramBytes: null, rows: [], foreignLoad: null,
    ...part,
  };
}

it('takes the usual sizes for the list, or what is nearest to them', () => {
  const rows = [row('prompt', 128, 0, 10), row('prompt', 700, 0, 20), row('generation', 0, 64, 5)];
  expect(headlineOf({ rows })).toMatchObject({ prompt: { promptTokens: 700 }, generation: { outputTokens: 64 }, ttftMs: null });
  expect(headlineOf({ rows: [...rows, { ...row('streams', 128, 64, 9), streams: 4, ttftMs: times(90) }, { ...row('streams', 128, 64, 9), ttftMs: times(30) }] }).ttftMs).toBe(30);
});

it('calls a difference one only beyond what both vary', () => {
  const figure = (value: number, deviation: number) => ({ value, deviation, runs: 5, higherIsBetter: true });
  expect(compareFigures(figure(110, 6), figure(100, 5))).toEqual({ ratio: 1.1, verdict: 'within' });
  expect(compareFigures(figure(110, 2), figure(100, 5))?.verdict).toBe('better');
  expect(compareFigures(figure(50, 2), figure(100, 5))?.verdict).toBe('worse');
  expect(compareFigures(timeFigure(50), timeFigure(100))?.verdict).toBe('better');
  expect(compareFigures(timeFigure(104), timeFigure(100))?.verdict).toBe('within');
  expect(compareFigures(timeFigure(104), timeFigure(0))).toBeNull();
});

it('tells in what compared benchmarks differ', () => {
  expect(differencesOf([benchmark({}), benchmark({ settings: { ...settings, performance: { batchSize: 512, flashAttention: 'auto', kvType: 'F16' } } })])).toEqual([]);
  expect(differencesOf([benchmark({}), benchmark({ machine: null, engine: { release: 'b2', backend: 'cuda', driver: null }, settings: { ...settings, threads: 4 } })])).toEqual([
    'machine', 'engine', 'backend', 'settings',
  ]);
  const untold = { machine: null, settings: null, engine: { release: '', backend: '', driver: null } };
  expect(differencesOf([benchmark(untold), benchmark(untold)])).toEqual(['machine', 'engine', 'backend', 'settings']);
  expect(settingsKey(settings)).not.toBe(settingsKey({ ...settings, performance: { batchSize: 512, flashAttention: 'auto', kvType: 'Q8_0' } }));
});

it('follows one version on one machine, oldest first', () => {
  const own = benchmark({ id: 'own', atMs: 5 });
  const others = [benchmark({ id: 'old', atMs: 2 }), benchmark({ id: 'elsewhere', machine: { ...machine, key: 'other' } }), benchmark({ id: 'other', model: { ...own.model, versionId: 'w' } })];
  expect(historyOf(own, [own, ...others]).map(({ id }) => id)).toEqual(['old', 'own']);
});

it('writes as many digits as a figure carries', () => {
  expect([0.432, 8.27, 41.27, 1204.6].map(digitsOf)).toEqual([2, 2, 1, 0]);
});
