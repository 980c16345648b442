import { expect, it } from 'vitest';
import type { TrainingOptions, TrainingSettings } from '../../../main/contract/training.contract.ts';
import type { ShrinkVersion } from '../shrinking/shrink-version.ts';
import { changedCount, contextChoices, emptyTrainDraft, orderOf, parseRate, recommendedMode, trainCommand } from './train-draft.ts';
import type { ChosenData } from './train-draft.ts';

const recommended: TrainingSettings = {
  contextSize: 512,
  epochs: 3,
  learningRate: 0.0003,
  schedule: 'cosine',
  warmupShare: 0.05,
  weightDecay: 0.01,
  layers: { kind: 'all' },
  learnFrom: 'answers',
  patience: 3,
  evaluationsPerEpoch: 4,
  seed: 1,
  saveAs: 'F16',
  threads: null,
};
const options = (tunedOn: TrainingOptions['tunedOn'] = []) => ({ recommended, tunedOn }) as unknown as TrainingOptions;
const version = { versionId: 'v', modelName: 'Ward model', number: 2 } as ShrinkVersion;
const data: ChosenData = { datasetId: 'd', datasetName: 'tickets', versionId: 'dv2', number: 2, trainRows: 90, validationRows: 10 };
const draft = { ...emptyTrainDraft, version, data };

it('goes on with new rows only where the version was tuned on an earlier version of the data', () => {
  expect(recommendedMode(options(), data)).toBe('new');
  expect(recommendedMode(options([{ datasetVersionId: 'dv1', datasetName: 'tickets', number: 1 }]), data)).toBe('incremental');
  expect(recommendedMode(options([{ datasetVersionId: 'dv2', datasetName: 'tickets', number: 2 }]), data)).toBe('new');
});

it('makes no order while something is missing', () => {
  expect(orderOf(emptyTrainDraft, options())).toBeNull();
  expect(orderOf(draft, undefined)).toBeNull();
  expect(orderOf({ ...draft, mode: 'mixed' }, options())).toBeNull();
  expect(orderOf({ ...draft, mode: 'mixed', oldData: { ...data, versionId: 'dv1' } }, options())).toEqual({
    versionId: 'v',
    datasetVersionId: 'dv2',
    mode: { kind: 'mixed', oldDatasetVersionId: 'dv1', oldShare: 0.3 },
    settings: recommended,
  });
});

it('reads learning rates as people write them', () => {
  expect(['0.0001', '1e-4', ' 0,0001 ', '2.5E-5'].map(parseRate)).toEqual([1e-4, 1e-4, 1e-4, 2.5e-5]);
  for (const wrong of ['', '0', '-1', '0.2', 'small', '1e-400', 'NaN']) expect(parseRate(wrong)).toBeNull();
});

it('offers contexts up to what the model was made for', () => {
  expect(contextChoices(1024, 512)).toEqual([256, 512, 768, 1024]);
  expect(contextChoices(128, 256)).toEqual([256]);
  expect(contextChoices(512, 1280)).toEqual([256, 512, 1280]);
});

it('writes the command with what differs from the recommendation', () => {
  expect(trainCommand(draft, { kind: 'new' }, recommended)).toBe("modelward train 'Ward model@2' tickets@2 --mode new");
  const settings: TrainingSettings = { ...recommended, contextSize: 256, learningRate: 2e-5, layers: { kind: 'last', count: 2 }, patience: null };
  expect(changedCount(settings, recommended)).toBe(4);
  const mixed = { ...draft, settings, oldData: { ...data, versionId: 'dv1', number: 1 } };
  expect(trainCommand(mixed, { kind: 'mixed', oldDatasetVersionId: 'dv1', oldShare: 0.25 }, recommended)).toBe(
    "modelward train 'Ward model@2' tickets@2 --mode mixed --old tickets@1 --old-share 0.25 --context 256 --learning-rate 2e-5 --layers 2 --patience none",
  );
});
