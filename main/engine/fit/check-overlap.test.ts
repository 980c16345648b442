import { expect, it } from 'vitest';
import type { EngineSettings } from '../../contract/deployments.contract.ts';
import { errorCatalogue } from '../../contract/errors.ts';
import { checkOverlap } from './check-overlap.ts';
import { predictMemory } from './predict-memory.ts';
import { factsOf8B, gpu, hardwareOf, withBackend, availableBackend } from './testing/model-facts-fixture.ts';

const GIB = 1024 ** 3;
const onCpu: EngineSettings = { backend: 'cpu', gpuLayers: 0, contextSize: 4096, parallelSequences: 1, threads: 4 };
const facts = factsOf8B();
const need = predictMemory(facts, onCpu).totalRamBytes;
const nothing = { ramBytes: 0, vramBytes: 0 };

it('has no problem where there is room beside the one that serves', () => {
  const hardware = hardwareOf({ ramTotalBytes: 64 * GIB, ramAvailableBytes: need + 2 * GIB });
  expect(checkOverlap(facts, onCpu, { hardware, held: { ramBytes: 5 * GIB, vramBytes: 0 }, name: 'ward' })).toMatchObject({ fit: { fits: true, problem: null }, fitsAfterStopping: true });
});

it('names the numbers, what is held, and that it fits once the other has stopped', () => {
  const hardware = hardwareOf({ ramTotalBytes: 16 * GIB, ramAvailableBytes: need - GIB });
  const { fit, fitsAfterStopping } = checkOverlap(facts, onCpu, { hardware, held: { ramBytes: 4 * GIB, vramBytes: 0 }, name: 'ward' });
  expect(fitsAfterStopping).toBe(true);
  expect(fit.problem?.code).toBe('OVERLAP_DOES_NOT_FIT');
  expect(errorCatalogue.OVERLAP_DOES_NOT_FIT.parse(fit.problem?.data)).toMatchObject({ name: 'ward', where: 'ram', neededBytes: need, heldBytes: 4 * GIB, fitsAfterStopping: true });
});

it('says so where stopping the other would not help either', () => {
  const hardware = hardwareOf({ ramTotalBytes: 16 * GIB, ramAvailableBytes: need - 4 * GIB });
  expect(checkOverlap(facts, onCpu, { hardware, held: { ramBytes: GIB, vramBytes: 0 }, name: 'ward' })).toMatchObject({ fitsAfterStopping: false, fit: { problem: { data: { fitsAfterStopping: false } } } });
  const wrongContext = checkOverlap(facts, { ...onCpu, contextSize: 1_000_000 }, { hardware, held: nothing, name: 'ward' });
  expect(wrongContext).toMatchObject({ fitsAfterStopping: false, fit: { problem: { code: 'CONTEXT_TOO_LARGE' } } });
});

it('counts what comes back on a graphics card', () => {
  const onGpu: EngineSettings = { ...onCpu, backend: 'cuda', gpuLayers: 33 };
  const hardware = withBackend(availableBackend('cuda', [gpu(8, { freeGib: 2 })]), hardwareOf({ ramTotalBytes: 64 * GIB, ramAvailableBytes: 40 * GIB }));
  expect(checkOverlap(facts, onGpu, { hardware, held: { ramBytes: GIB, vramBytes: 5.5 * GIB }, name: 'ward' })).toMatchObject({ fitsAfterStopping: true, fit: { problem: { data: { where: 'vram', heldBytes: 5.5 * GIB } } } });
  expect(checkOverlap(facts, onGpu, { hardware, held: nothing, name: 'ward' }).fitsAfterStopping).toBe(false);
});
