import { describe, expect, it } from 'vitest';
import { fitSchema } from '../../contract/deployments.contract.ts';
import type { EngineSettings, Fit } from '../../contract/deployments.contract.ts';
import { errorCatalogue } from '../../contract/errors.ts';
import type { ErrorData } from '../../contract/errors.ts';
import { availableBackend, factsOf8B, gpu, hardwareOf, randomFacts, randomHardware, withBackend } from './testing/model-facts-fixture.ts';
import { seededRandom } from '../testing/seeded-random.ts';
import { checkFit } from './check-fit.ts';
import { roomOf } from './hardware-room.ts';
import { maxGpuLayersOf } from './predict-memory.ts';

const GIB = 1024 ** 3;
const onCpu: EngineSettings = { backend: 'cpu', gpuLayers: 0, contextSize: 4096, parallelSequences: 1, threads: 4 };

function shortageIn(fit: Fit): ErrorData<'DOES_NOT_FIT'> {
  expect(fit.problem?.code).toBe('DOES_NOT_FIT');
  return errorCatalogue.DOES_NOT_FIT.parse(fit.problem?.data);
}

describe('an 8B model', () => {
  const facts = factsOf8B();
  it('fits a machine with room', () => {
    const fit = checkFit(facts, onCpu, hardwareOf());
    expect(fitSchema.parse(fit)).toMatchObject({ fits: true, problem: null, maxGpuLayers: 33, trainedContextSize: 131_072 });
  });
  it('is refused where a backend is missing, with the reason', () => {
    const fit = checkFit(facts, { ...onCpu, backend: 'cuda', gpuLayers: 5 }, hardwareOf());
    expect(fit).toMatchObject({ fits: false, problem: { code: 'BACKEND_UNAVAILABLE', data: { backend: 'cuda', reason: 'package-missing' } } });
  });
  it('is refused a context it was not trained for', () => {
    const fit = checkFit(facts, { ...onCpu, contextSize: 200_000 }, hardwareOf());
    expect(fit).toMatchObject({ fits: false, problem: { code: 'CONTEXT_TOO_LARGE', data: { requested: 200_000, trained: 131_072 } } });
  });
  it('too large for the RAM is told what would fit: less context', () => {
    const { where, neededBytes, availableBytes, wouldFit } = shortageIn(checkFit(facts, { ...onCpu, contextSize: 131_072 }, hardwareOf()));
    expect(where).toBe('ram');
    expect(neededBytes).toBeGreaterThan(availableBytes);
    expect(wouldFit?.backend).toBe('cpu');
    expect(wouldFit?.contextSize).toBeGreaterThan(8192);
  });
  it('too large for the GPU is told how many layers would fit there', () => {
    const hardware = withBackend(availableBackend('vulkan', [gpu(4)]));
    const { where, wouldFit } = shortageIn(checkFit(facts, { ...onCpu, backend: 'vulkan', gpuLayers: 33 }, hardware));
    expect(where).toBe('vram');
    expect(wouldFit).toMatchObject({ backend: 'vulkan', contextSize: 4096 });
    expect(wouldFit?.gpuLayers).toBeGreaterThan(5);
    expect(wouldFit?.gpuLayers).toBeLessThan(33);
  });
  it('is told to put more on the GPU where RAM is what is short', () => {
    const hardware = withBackend(availableBackend('cuda', [gpu(24)]), hardwareOf({ ramAvailableBytes: 3 * GIB }));
    const { where, wouldFit } = shortageIn(checkFit(facts, { ...onCpu, backend: 'cuda', gpuLayers: 1 }, hardware));
    expect(where).toBe('ram');
    expect(wouldFit).toEqual({ backend: 'cuda', gpuLayers: 33, contextSize: 4096 });
  });
  it('meets both needs from RAM where the GPU shares it', () => {
    const shared = withBackend(availableBackend('metal', [gpu(12, { sharesRam: true })]), hardwareOf({ ramAvailableBytes: 6 * GIB }));
    const own = withBackend(availableBackend('metal', [gpu(12)]), hardwareOf({ ramAvailableBytes: 6 * GIB }));
    const settings: EngineSettings = { ...onCpu, backend: 'metal', gpuLayers: 33, contextSize: 8192 };
    expect(checkFit(facts, settings, own).fits).toBe(true);
    expect(shortageIn(checkFit(facts, settings, shared)).where).toBe('ram');
  });
  it('is told that nothing would fit', () => {
    expect(shortageIn(checkFit(facts, onCpu, hardwareOf({ ramAvailableBytes: GIB }))).wouldFit).toBeNull();
  });
});

describe('room', () => {
  it('leaves a tenth of RAM, 1 GB at most, and a twentieth of a GPU, 300 MB at most', () => {
    expect(roomOf(hardwareOf({ ramTotalBytes: 4e9, ramAvailableBytes: 3e9 }), 'cpu').ramBytes).toBe(2.6e9);
    expect(roomOf(hardwareOf({ ramTotalBytes: 64e9, ramAvailableBytes: 30e9 }), 'cpu').ramBytes).toBe(29e9);
    const two = withBackend(availableBackend('cuda', [{ name: 'a', totalBytes: 2e9, freeBytes: 2e9 }, { name: 'b', totalBytes: 24e9, freeBytes: 20e9 }]));
    expect(roomOf(two, 'cuda')).toMatchObject({ vramBytes: 1.9e9 + 19.7e9, devices: 2, sharesRam: false });
  });
});

describe('for any model on any machine', () => {
  it('what would fit really fits, and what fits needs no more than there is', () => {
    const random = seededRandom(5);
    let offered = 0;
    for (let round = 0; round < 1000; round += 1) {
      const facts = randomFacts(random);
      const hardware = randomHardware(random);
      const settings: EngineSettings = {
        backend: random.pick(['cpu', 'cuda', 'vulkan', 'metal']),
        gpuLayers: random.below(maxGpuLayersOf(facts) + 1),
        contextSize: 64 + random.below(facts.contextLength > 0 ? facts.contextLength : 20_000),
        parallelSequences: 1 + random.below(4),
        threads: 1,
      };
      const fit = checkFit(facts, settings, hardware);
      expect(fit.fits).toBe(fit.problem === null);
      if (fit.fits) {
        const room = roomOf(hardware, settings.backend);
        expect(fit.prediction.totalRamBytes).toBeLessThanOrEqual(room.ramBytes);
        expect(fit.prediction.totalVramBytes).toBeLessThanOrEqual(room.vramBytes);
      }
      if (fit.problem?.code !== 'DOES_NOT_FIT') continue;
      const { wouldFit } = errorCatalogue.DOES_NOT_FIT.parse(fit.problem.data);
      if (wouldFit === null) continue;
      offered += 1;
      expect(checkFit(facts, { ...settings, ...wouldFit } as EngineSettings, hardware).problem).toBeNull();
      expect(wouldFit.contextSize).toBeLessThanOrEqual(settings.contextSize);
    }
    expect(offered).toBeGreaterThan(30);
  });

  it('answers fast enough for a slider to follow', () => {
    const facts = factsOf8B({ layerCount: 126, contextLength: 131_072 });
    const hardware = withBackend(availableBackend('cuda', [gpu(24)]));
    const startedMs = performance.now();
    for (let index = 0; index < 20; index += 1) checkFit(facts, { ...onCpu, backend: 'cuda', gpuLayers: 127, contextSize: 131_072 }, hardware);
    expect((performance.now() - startedMs) / 20).toBeLessThan(50);
  });
});
