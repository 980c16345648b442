import { describe, expect, it } from 'vitest';
import type { Tuning } from '../contract/benchmarks.contract.ts';
import type { EngineSettings } from '../contract/deployments.contract.ts';
import { modelFactsSchema } from '../contract/models.contract.ts';
import type { ModelFacts } from '../contract/models.contract.ts';
import type { HardwareView } from '../contract/system.contract.ts';
import { recommendSettings } from '../engine/fit/recommend.ts';
import { modelFactsOf } from '../engine/gguf/model-facts.ts';
import { readGgufFile } from '../engine/gguf/gguf-reader.ts';
import { realModelPath } from '../engine/testing/real-model.ts';
import { withTuning } from './use-tuning.ts';

const gigabyte = 1e9;
const hardware: HardwareView = {
  cpuName: 'CPU', physicalCores: 8, usableCores: 4, ramTotalBytes: 16 * gigabyte, ramAvailableBytes: 12 * gigabyte, engineRelease: 'v0.4.0',
  backends: [{ backend: 'cpu', available: true, reason: null, detail: '', software: false, devices: [] }],
};
const tuningWith = (changes: Partial<EngineSettings>): Pick<Tuning, 'chosen' | 'atMs' | 'goal'> => ({
  atMs: 5, goal: 'balanced',
  chosen: {
    settings: { backend: 'cpu', gpuLayers: 0, contextSize: 1024, parallelSequences: 1, threads: 3, performance: { batchSize: 1024, flashAttention: 'on', kvType: 'F16' }, ...changes },
    promptTokensPerSecond: 100, generationTokensPerSecond: 10, score: 1.124, problem: null,
  },
});
async function facts(): Promise<ModelFacts> {
  return modelFactsSchema.parse(modelFactsOf([await readGgufFile((await realModelPath()).path)]));
}

describe('a recommendation with what was measured', () => {
  it('takes threads and performance, keeps context and parallel answers, and says why', async () => {
    const usual = recommendSettings(await facts(), hardware);
    const { recommended, why } = withTuning(usual, tuningWith({}), { facts: await facts(), hardware });
    expect(recommended.settings).toEqual({ ...usual.recommended.settings, threads: 3, performance: { batchSize: 1024, flashAttention: 'on', kvType: 'F16' } });
    expect(why).toMatchObject({ code: 'tuned', data: { gain: 1.124, gainPercent: 12, usualCode: 'cpu-no-gpu' } });
  });

  it('never has more threads than cores, and never what does not fit', async () => {
    const usual = recommendSettings(await facts(), hardware);
    expect(withTuning(usual, tuningWith({ threads: 64 }), { facts: await facts(), hardware }).recommended.settings.threads).toBe(4);
    const tight = { ...hardware, ramAvailableBytes: 0, ramTotalBytes: gigabyte };
    expect(withTuning(usual, tuningWith({}), { facts: await facts(), hardware: tight })).toBe(usual);
  });
});
