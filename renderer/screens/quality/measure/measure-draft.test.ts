import { expect, it } from 'vitest';
import type { DeploymentView } from '../../../../main/contract/deployments.contract.ts';
import { contextOf, emptyDraft, measureCommand, planOf, withPreset } from './measure-draft.ts';
import { presetPlans } from './measure-plan.ts';

const version = { modelId: 'm', modelName: 'Ward model', versionId: 'v', versionNumber: 2, quantization: 'Q4_K_M', sizeBytes: 1, contextLength: 512 };
const settings = { backend: 'cpu', gpuLayers: 0, contextSize: 4096, parallelSequences: 1, threads: 4 } as const;

it('measures no more than the model or the deployment can hold', () => {
  expect(contextOf({ ...emptyDraft, version }, null)).toBe(512);
  expect(contextOf({ ...emptyDraft, version: { ...version, contextLength: 0 } }, null)).toBe(4096);
  const deployment = { settings: { ...settings, contextSize: 1024 } } as DeploymentView;
  expect(contextOf({ ...emptyDraft, kind: 'deployment' }, deployment)).toBeLessThan(1024);
});

it('begins an own choice with what fits of the preset before, and keeps what was typed afterwards', () => {
  const own = withPreset({ ...emptyDraft, preset: 'usual' }, 'own', 512);
  expect(own.typed.promptSizes).toBe('128, 512');
  expect(planOf(own, 512)).toEqual(own.own);
  const typed = { ...own, typed: { ...own.typed, promptSizes: '64' }, own: { ...own.own, promptSizes: [64] } };
  const back = withPreset(withPreset(typed, 'own', 512), 'quick', 512);
  expect(back.own.promptSizes).toEqual([64]);
  expect(planOf(back, 512).promptSizes).toEqual([512]);
});

it('writes the command as the command line takes it', () => {
  expect(measureCommand({ model: 'Ward model', versionNumber: 2 }, presetPlans.usual, { settings, label: ' before ' })).toBe(
    "modelward benchmark 'Ward model@2' --prompt 128,512,2048 --generate 128 --streams 1,4 --stream-prompt 256 --stream-output 64 --repeats 5 --backend cpu --context 4096 --threads 4 --name before",
  );
  expect(measureCommand({ deployment: 'ward-3' }, { ...presetPlans.quick, promptSizes: [], streams: [] }, { settings: null, label: '' })).toBe(
    'modelward benchmark --deployment ward-3 --prompt 0 --generate 128 --repeats 3',
  );
});
