import { describe, expect, it } from 'vitest';
import type { TuningGoal } from '../../contract/benchmarks.contract.ts';
import type { EngineSettings } from '../../contract/deployments.contract.ts';
import { performanceOf } from '../measuring/engine-performance.ts';
import { seededRandom } from '../testing/seeded-random.ts';
import { autoTune, TrialProblem } from './auto-tune.ts';
import type { TuneOutcome } from './auto-tune.ts';
import type { SpeedKind, Speeds } from './compare-speeds.ts';
import { BATCH_SIZES, ladderOf } from './tuning-space.ts';
import type { TuningSpace } from './tuning-space.ts';

const start: EngineSettings = { backend: 'cpu', gpuLayers: 0, contextSize: 4096, parallelSequences: 2, threads: 16 };
const wide: TuningSpace = { settings: start, goal: 'balanced', maxThreads: 16, maxGpuLayers: 0, allowSmallerKv: true, promptTokens: 2048 };
type Landscape = (settings: EngineSettings) => Record<SpeedKind, number>;

/** A processor with `fast` quick cores of 16 (more only wait), a batch that suits it, and attention that is off at a price. */
const processor =
  (fast: number, bestBatch: number): Landscape =>
  (settings) => {
    const { batchSize, flashAttention, kvType } = performanceOf(settings);
    const width = (threads: number): number => (threads <= fast ? threads : fast * 0.7 + (threads - fast) * 0.05);
    const batch = 1 - 0.06 * Math.abs(Math.log2(batchSize / bestBatch));
    const attention = flashAttention === 'off' ? 0.75 : 1;
    const cache = kvType === 'F16' ? 1 : kvType === 'Q8_0' ? 0.55 : 0.5;
    return { prompt: 100 * width(settings.threads) * batch * attention * cache, generation: 20 * Math.sqrt(width(Math.max(1, settings.threads - 1))) * attention * (0.7 + 0.3 * cache) };
  };

interface Run {
  landscape: Landscape;
  space?: TuningSpace;
  goal?: TuningGoal;
  /** Standard deviation of a measurement, as a share. */
  noise?: number;
  /** The machine gets slower while it is measured: share per measurement. */
  drift?: number;
  budgetMs?: number;
  seed?: number;
}

async function tune({ landscape, space = wide, goal = space.goal, noise = 0, drift = 0, budgetMs = 60_000, seed = 1 }: Run): Promise<TuneOutcome & { measurements: number; elapsedMs: number }> {
  const random = seededRandom(seed);
  let now = 0;
  let measurements = 0;
  const outcome = await autoTune({
    space: { ...space, goal },
    budgetMs,
    nowMs: () => now,
    measure(settings, kinds) {
      measurements += 1;
      const speeds: Speeds = {};
      for (const kind of kinds) {
        const gauss = Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
        speeds[kind] = landscape(settings)[kind] * Math.exp(noise * gauss) * (1 - drift) ** measurements;
        now += 300;
      }
      return Promise.resolve(speeds);
    },
  });
  return { ...outcome, measurements, elapsedMs: now };
}

function scoreOf(landscape: Landscape, settings: EngineSettings, goal: TuningGoal = 'balanced'): number {
  const { prompt, generation } = landscape(settings);
  return goal === 'prompt' ? prompt : goal === 'generation' ? generation : Math.sqrt(prompt * generation);
}

/** Every combination there is. */
function bestOf(landscape: Landscape, space: TuningSpace, goal: TuningGoal = 'balanced'): { score: number; count: number } {
  let score = 0;
  let count = 0;
  for (let threads = 1; threads <= space.maxThreads; threads += 1)
    for (const batchSize of BATCH_SIZES)
      for (const flashAttention of ['auto', 'on', 'off'] as const)
        for (const kvType of ['F16', 'Q8_0', 'Q4_0'] as const) {
          score = Math.max(score, scoreOf(landscape, { ...space.settings, threads, performance: { batchSize, flashAttention, kvType } }, goal));
          count += 1;
        }
  return { score, count };
}

describe('auto-tuning on known landscapes', () => {
  const cases = [4, 8, 12, 16].flatMap((fast) => [128, 512, 2048].map((bestBatch) => ({ fast, bestBatch })));
  it.each(cases)('comes within 5 % of the best of all, $fast quick cores, batch $bestBatch', async ({ fast, bestBatch }) => {
    const landscape = processor(fast, bestBatch);
    for (const goal of ['balanced', 'prompt', 'generation'] as const) {
      for (let seed = 1; seed <= 5; seed += 1) {
        const { chosen, measurements } = await tune({ landscape, goal, noise: 0.02, drift: 0.002, budgetMs: 120_000, seed });
        const best = bestOf(landscape, wide, goal);
        expect(scoreOf(landscape, chosen.settings, goal) / best.score, `${goal}, seed ${seed}: ${JSON.stringify(chosen.settings)}`).toBeGreaterThan(0.95);
        // Three measurements of each combination would be 2,592.
        expect(measurements).toBeLessThan((best.count * 3) / 10);
      }
    }
  });

  it('is never worse than the default, however noisy', async () => {
    for (let seed = 1; seed <= 60; seed += 1) {
      const landscape = processor(16, 512); // the default is the best there is
      const { chosen } = await tune({ landscape, noise: 0.15, drift: 0.003, seed });
      expect(scoreOf(landscape, chosen.settings) / scoreOf(landscape, start), `seed ${seed}: ${JSON.stringify(chosen)}`).toBeGreaterThan(0.95);
    }
  });

  it('keeps the default, with a score of 1, where nothing is better, and says so', async () => {
    const { chosen, default: usual, explanation } = await tune({ landscape: processor(16, 512), noise: 0.01 });
    expect(chosen.settings).toEqual(start);
    expect([chosen.score, usual.score]).toEqual([1, 1]);
    expect(explanation.map(({ setting, outcome }) => [setting, outcome])).toEqual([
      ['gpuLayers', 'not-applicable'],
      ['threads', 'default-is-best'],
      ['batchSize', 'default-is-best'],
      ['flashAttention', 'default-is-best'],
      ['kvType', 'default-is-best'],
    ]);
  });

  it('explains what a change gained, and measures it against the default at the end', async () => {
    const landscape = processor(8, 512);
    const { chosen, explanation, default: usual } = await tune({ landscape });
    expect(chosen.settings.threads).toBe(8);
    const threads = explanation.find(({ setting }) => setting === 'threads');
    expect(threads).toMatchObject({ from: 16, to: 8, outcome: 'better' });
    expect(threads?.gain).toBeCloseTo(scoreOf(landscape, chosen.settings) / scoreOf(landscape, start), 5);
    expect(chosen.score).toBeCloseTo(threads?.gain ?? 0, 5);
    expect(usual.promptTokensPerSecond).toBeCloseTo(landscape(start).prompt, 5);
  });

  it('takes nothing for better that only drifted', async () => {
    const flat: Landscape = () => ({ prompt: 500, generation: 50 });
    const { chosen, explanation } = await tune({ landscape: flat, drift: 0.02, budgetMs: 300_000 });
    expect(chosen.settings).toEqual(start);
    expect(new Set(explanation.slice(1).map(({ outcome }) => outcome))).toEqual(new Set(['no-difference']));
  });

  it('stops searching within its budget and says what was not tried', async () => {
    const { elapsedMs, explanation } = await tune({ landscape: processor(8, 512), budgetMs: 12_000 });
    expect(elapsedMs).toBeLessThan(12_000 + 6 * 600);
    expect(explanation.at(-1)?.outcome).toBe('not-tried-no-time');
  });

  it('goes on without a setting that does not run, and records why', async () => {
    const landscape = processor(8, 512);
    const failing: Landscape = (settings) => {
      if (performanceOf(settings).batchSize > 512) throw new TrialProblem('not enough memory');
      return landscape(settings);
    };
    const { trials, chosen } = await tune({ landscape: failing });
    expect(trials.find(({ problem }) => problem !== null)).toMatchObject({ problem: 'not enough memory', settings: { performance: { batchSize: 1024 } } });
    expect(chosen.settings.threads).toBe(8);
  });

  it('ends when the default itself does not run', async () => {
    await expect(tune({ landscape: () => { throw new TrialProblem('no'); } })).rejects.toThrow('no');
  });

  it('takes a smaller KV cache only for a real gain, and never when it is not allowed', async () => {
    const gaining = (gain: number): Landscape => (settings) => ({ prompt: 500, generation: performanceOf(settings).kvType === 'Q8_0' ? 50 * gain : 50 });
    const kvTypeOf = async (gain: number, allowSmallerKv: boolean) => performanceOf((await tune({ landscape: gaining(gain), space: { ...wide, allowSmallerKv }, goal: 'generation' })).chosen.settings).kvType;
    expect(await kvTypeOf(1.2, true)).toBe('Q8_0');
    expect(await kvTypeOf(1.02, true)).toBe('F16');
    expect(await kvTypeOf(1.2, false)).toBe('F16');
  });

  it('finds that half of the layers on the GPU is better than all', async () => {
    const space: TuningSpace = { ...wide, settings: { ...start, backend: 'vulkan', gpuLayers: 32 }, maxGpuLayers: 32 };
    const landscape: Landscape = ({ gpuLayers }) => ({ prompt: 500 + gpuLayers, generation: 100 - Math.abs(gpuLayers - 16) * 2 });
    expect((await tune({ landscape, space })).chosen.settings.gpuLayers).toBe(16);
  });
});

describe('what may be tried', () => {
  it('never has more threads than may be used, a batch that a prompt cannot fill, or layers without a GPU', () => {
    expect(ladderOf('threads', start, wide).up).toEqual([]);
    expect(ladderOf('threads', { ...start, threads: 2 }, { ...wide, maxThreads: 2 })).toEqual({ down: [1], up: [] });
    expect(ladderOf('threads', { ...start, threads: 1 }, { ...wide, maxThreads: 1 })).toEqual({ down: [], up: [] });
    expect(ladderOf('batchSize', start, { ...wide, promptTokens: 512 }).up).toEqual([]);
    expect(ladderOf('gpuLayers', start, wide)).toEqual({ down: [], up: [] });
  });

  it('has no quantized cache without flash attention', () => {
    const off: EngineSettings = { ...start, performance: { batchSize: 512, flashAttention: 'off', kvType: 'F16' } };
    expect(ladderOf('kvType', off, wide).down).toEqual([]);
  });
});
