import { describe, expect, it } from 'vitest';
import { deploymentLimitsSchema, engineSettingsSchema, fitReportSchema } from '../../contract/deployments.contract.ts';
import { availableBackend, factsOf8B, gpu, hardwareOf, randomFacts, randomHardware, withBackend } from './testing/model-facts-fixture.ts';
import { seededRandom } from '../testing/seeded-random.ts';
import { checkFit } from './check-fit.ts';
import { recommendSettings } from './recommend.ts';

const GIB = 1024 ** 3;

describe('an 8B model is recommended', () => {
  const facts = factsOf8B();
  it('all of a GPU that holds it', () => {
    const { recommended, why } = recommendSettings(facts, withBackend(availableBackend('cuda', [gpu(16, { name: 'RTX' })])));
    expect(recommended.settings).toEqual({ backend: 'cuda', gpuLayers: 33, contextSize: 8192, parallelSequences: 2, threads: 8 });
    expect(why).toMatchObject({ code: 'all-on-gpu', data: { device: 'RTX', gpuLayers: 33 } });
  });
  it('CUDA before Vulkan for the same card', () => {
    const hardware = withBackend(availableBackend('vulkan', [gpu(16)]), withBackend(availableBackend('cuda', [gpu(16)])));
    expect(recommendSettings(facts, hardware).recommended.settings.backend).toBe('cuda');
  });
  it('part of a GPU that is too small, if it holds a good part', () => {
    const { recommended, why } = recommendSettings(facts, withBackend(availableBackend('vulkan', [gpu(4)])));
    expect(recommended.settings.backend).toBe('vulkan');
    expect(recommended.settings.gpuLayers).toBeGreaterThan(8);
    expect(recommended.settings.gpuLayers).toBeLessThan(33);
    expect(why.code).toBe('part-on-gpu');
  });
  it('the CPU where the GPU is far too small, and told so', () => {
    const { recommended, why } = recommendSettings(facts, withBackend(availableBackend('vulkan', [gpu(1)])));
    expect(recommended.settings.backend).toBe('cpu');
    expect(why.code).toBe('cpu-gpu-too-small');
    expect(Number(why.data['neededBytes'])).toBeGreaterThan(Number(why.data['freeBytes']));
  });
  it('the CPU where there is no GPU', () => {
    const { recommended, why } = recommendSettings(facts, hardwareOf());
    expect(recommended.settings).toEqual({ backend: 'cpu', gpuLayers: 0, contextSize: 8192, parallelSequences: 2, threads: 8 });
    expect(why).toEqual({ code: 'cpu-no-gpu', data: {} });
  });
  it('one sequence where memory is tight, and less context where it is tighter', () => {
    const tight = recommendSettings(facts, hardwareOf({ ramAvailableBytes: 8.2 * GIB })).recommended;
    expect(tight).toMatchObject({ fits: true, settings: { parallelSequences: 1, contextSize: 8192 } });
    const tighter = recommendSettings(facts, hardwareOf({ ramAvailableBytes: 6.6 * GIB })).recommended;
    expect(tighter.fits).toBe(true);
    expect(tighter.settings.contextSize).toBeLessThan(8192);
  });
  it('nothing where nothing fits, with the numbers', () => {
    const { recommended, why } = recommendSettings(facts, hardwareOf({ ramAvailableBytes: 2 * GIB }));
    expect(recommended.fits).toBe(false);
    expect(why.code).toBe('nothing-fits');
    expect(Number(why.data['neededBytes'])).toBeGreaterThan(Number(why.data['availableBytes']));
  });
  it('no software renderer, however much memory it claims', () => {
    const { recommended, why } = recommendSettings(facts, withBackend(availableBackend('vulkan', [gpu(64, { name: 'llvmpipe' })], true)));
    expect(recommended.settings.backend).toBe('cpu');
    expect(why.code).toBe('cpu-no-gpu');
  });
  it('never more context than it was trained with', () => {
    expect(recommendSettings(factsOf8B({ contextLength: 2048 }), hardwareOf()).recommended.settings.contextSize).toBe(2048);
  });
  it('a memory limit well above the need and not above the machine', () => {
    const { recommended, limits } = recommendSettings(facts, hardwareOf());
    expect(limits.memoryLimitBytes).toBeGreaterThan(recommended.prediction.totalRamBytes * 1.5);
    expect(limits.memoryLimitBytes).toBeLessThanOrEqual(16 * GIB);
  });
});

describe('for any model on any machine', () => {
  it('the recommendation obeys the contract, fits or says so, and never asks for what is not there', () => {
    const random = seededRandom(77);
    const reasons = new Map<string, number>();
    for (let round = 0; round < 400; round += 1) {
      const facts = randomFacts(random);
      const hardware = randomHardware(random);
      const report = fitReportSchema.parse({ hardware, ...recommendSettings(facts, hardware) });
      const { settings, fits } = report.recommended;
      reasons.set(report.why.code, (reasons.get(report.why.code) ?? 0) + 1);
      engineSettingsSchema.parse(settings);
      deploymentLimitsSchema.parse(report.limits);
      expect(fits).toBe(report.why.code !== 'nothing-fits');
      expect(checkFit(facts, settings, hardware)).toEqual(report.recommended);
      expect(settings.threads).toBeLessThanOrEqual(hardware.physicalCores);
      expect(settings.threads).toBeLessThanOrEqual(hardware.usableCores);
      expect(settings.contextSize).toBeLessThanOrEqual(Math.max(64, facts.contextLength > 0 ? facts.contextLength : 8192));
      expect(report.limits.memoryLimitBytes).toBeGreaterThanOrEqual(Math.min(report.recommended.prediction.totalRamBytes, hardware.ramTotalBytes));
      const view = hardware.backends.find(({ backend }) => backend === settings.backend);
      expect(view).toMatchObject({ available: true, software: false });
    }
    expect([...reasons.keys()].sort()).toEqual(['all-on-gpu', 'cpu-gpu-too-small', 'cpu-no-gpu', 'nothing-fits', 'part-on-gpu']);
  });
});
