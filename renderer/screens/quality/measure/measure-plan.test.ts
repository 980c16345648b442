import { expect, it } from 'vitest';
import type { Benchmark } from '../../../../main/contract/benchmarks.contract.ts';
import { assumedSpeeds, estimateMs, measuresNothing, parseNumbers, planWithin, presetPlans, spokenEstimate } from './measure-plan.ts';

const bounds = { least: 1, most: 4096, count: 4 };

it('reads lists as people type them', () => {
  expect(parseNumbers('512, 128 2048', bounds)).toEqual([128, 512, 2048]);
  expect(parseNumbers('128，512、512', bounds)).toEqual([128, 512]);
  expect(parseNumbers('', bounds)).toEqual([]);
  for (const wrong of ['0', '5000', '12.5', '-3', 'many', '1 2 3 4 5']) expect(parseNumbers(wrong, bounds)).toBeNull();
});

it('leaves out what a small context cannot hold, and never measures nothing instead', () => {
  const plan = planWithin(presetPlans.thorough, 600);
  expect(plan.promptSizes).toEqual([128, 512]);
  expect(plan.streamPromptTokens + plan.streamOutputTokens).toBeLessThanOrEqual(600);
  expect(planWithin(presetPlans.quick, 100)).toMatchObject({ promptSizes: [100], generationSizes: [100] });
  expect(planWithin(presetPlans.thorough, 131_072)).toEqual(presetPlans.thorough);
  expect(measuresNothing({ ...presetPlans.quick, promptSizes: [], generationSizes: [], streams: [] })).toBe(true);
});

it('estimates from what was measured, else from the size', () => {
  const guessed = assumedSpeeds([], 'v', { sizeBytes: 5e9, onGpu: false });
  expect(guessed).toMatchObject({ generationTokensPerSecond: 3, measured: false });
  const spread = (mean: number) => ({ count: 1, mean, deviation: 0, min: mean, median: mean, max: mean });
  const row = (test: 'prompt' | 'generation', mean: number) => ({ test, promptTokens: 512, outputTokens: 128, streams: 1, tokensPerSecond: spread(mean), ttftMs: null, interTokenMs: null });
  const earlier = [{ atMs: 2, model: { versionId: 'v' }, rows: [row('prompt', 256), row('generation', 64)] }] as unknown as Benchmark[];
  const known = assumedSpeeds(earlier, 'v', { sizeBytes: 5e9, onGpu: false });
  expect(known).toEqual({ promptTokensPerSecond: 256, generationTokensPerSecond: 64, measured: true });
  // 512 ÷ 256 + 128 ÷ 64 + (128 ÷ 256 + 32 ÷ 64) = 5 s, four times with the warm-up, and 6.5 s for loading 5 GB.
  expect(estimateMs(presetPlans.quick, known, 5e9)).toBeCloseTo(26_500);
});

it('speaks estimates in round numbers', () => {
  expect([900, 12_400, 131_000].map(spokenEstimate)).toEqual([10_000, 10_000, 120_000]);
});
