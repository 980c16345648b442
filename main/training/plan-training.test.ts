import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelFacts } from '../contract/models.contract.ts';
import type { HardwareView } from '../contract/system.contract.ts';
import type { TrainingOrder, TrainingSettings } from '../contract/training.contract.ts';
import { modelFactsOf } from '../engine/gguf/model-facts.ts';
import { readModelHeaders } from '../engine/gguf/split-files.ts';
import { writeRandomModel } from '../engine/testing/random-model.ts';
import type { RandomModelOptions } from '../engine/testing/random-model.ts';
import { temporaryFolder } from '../kernel/testing/temporary-house.ts';
import type { LoadableVersion } from '../models/index.ts';
import { baseProblem } from './check-base.ts';
import { planTraining, recommendSettings } from './plan-training.ts';
import type { PlanFacts } from './plan-training.ts';
import { QUICK_SETTINGS, TRAINED_MODEL } from './testing/training-fixture.ts';
import { isTrained } from './trained-tensors.ts';
import { refused } from './training-refused.ts';
import type { DataOutline } from './training-data.ts';

const folder = temporaryFolder('plan');
afterAll(() => folder.remove());
let made = 0;
async function versionOf(changes: Partial<RandomModelOptions> = {}, number = 1): Promise<LoadableVersion> {
  made += 1;
  const path = join(folder.path, `${made}.gguf`);
  const { paths } = await writeRandomModel(path, { ...TRAINED_MODEL, ...changes });
  const first = paths[0] ?? path;
  const facts = modelFactsOf((await readModelHeaders(first)).headers) as unknown as ModelFacts;
  return { versionId: `v${number}-${made}`, number, modelId: 'm', modelName: 'Desk', retired: false, facts, sizeBytes: 1, path: first };
}
let version: LoadableVersion;
beforeAll(async () => {
  version = await versionOf();
});

const data = { rowCount: 100, textBytes: 30_000, splits: { train: 80, validation: 20, test: 0 }, kinds: { text: 0, chat: 100 } };
const outlineOf = (changes: Partial<DataOutline> = {}, versionChanges: Partial<typeof data> = {}): DataOutline =>
  ({ version: { id: 'd', ...data, ...versionChanges }, old: null, trainRows: 80, trainBytes: 24_000, validationRows: 20, problem: null, ...changes }) as DataOutline;
const hardwareWith = (ramAvailableBytes: number): HardwareView => ({ ramTotalBytes: 64e9, ramAvailableBytes, backends: [] }) as unknown as HardwareView;
const factsOf = (changes: Partial<PlanFacts> = {}): PlanFacts => ({ version, problem: null, outline: outlineOf(), hardware: hardwareWith(32e9), usableCores: 2, freeDiskBytes: 1e12, earlier: [], ...changes });
const orderOf = (settings: Partial<TrainingSettings> = {}, mode: TrainingOrder['mode'] = { kind: 'new' }): TrainingOrder => ({ versionId: 'v', datasetVersionId: 'd', mode, settings: { ...QUICK_SETTINGS, ...settings } });
const problemOf = async (facts: Partial<PlanFacts>, settings: Partial<TrainingSettings> = {}) => (await planTraining(factsOf(facts), orderOf(settings))).problem;

describe('a plan', () => {
  it('counts steps, tokens, memory, disk and time', async () => {
    const plan = await planTraining(factsOf(), orderOf());
    expect(plan).toMatchObject({ problem: null, tokenCount: 8000, stepCount: 64, rowCount: 80, validationRowCount: 20, trainableCount: plan.parameterCount, speed: { from: 'rule' } });
    expect(plan.neededBytes).toBeGreaterThan(plan.parameterCount * 12);
    expect(plan.neededDiskBytes).toBeGreaterThan(plan.parameterCount * 40);
    expect(plan.durationMs).toBeGreaterThan(0);
    const mixed = await planTraining(factsOf(), orderOf({}, { kind: 'mixed', oldDatasetVersionId: 'o', oldShare: 0.5 }));
    expect(mixed.stepCount).toBe(2 * plan.stepCount);
    const last = await planTraining(factsOf(), orderOf({ layers: { kind: 'last', count: 1 } }));
    expect(last.trainableCount).toBeLessThan(plan.trainableCount);
    expect(last.neededBytes).toBeLessThan(plan.neededBytes);
    const wider = await planTraining(factsOf({ version: await versionOf({ tensorType: 'F16' }) }), orderOf());
    expect(wider.neededDiskBytes).toBe(plan.neededDiskBytes + plan.parameterCount * 4);
  });

  it('believes an earlier run more than the rule', async () => {
    const run = { modelId: 'm', dataset: { versionId: 'd' }, mode: { kind: 'new' }, trainTokens: 12_345, trainBytes: 24_000, tokensPerSecond: 500, trainableCount: version.facts.parameterCount, parameterCount: version.facts.parameterCount };
    const plan = await planTraining(factsOf({ earlier: [run as never] }), orderOf({ epochs: 1 }));
    expect(plan).toMatchObject({ tokenCount: 12_345, stepCount: 49, speed: { from: 'earlier-run', tokensPerSecond: 500 }, durationMs: (49 * 256 * 1000) / 500 });
  });

  it('says why it cannot start', async () => {
    expect(await problemOf({ version: await versionOf({ chatTemplate: null }) })).toMatchObject({ code: 'TRAINING_REFUSED', data: { reason: 'no-chat-template' } });
    expect(await problemOf({ outline: outlineOf({ problem: refused('nothing-new') }) })).toMatchObject({ data: { reason: 'nothing-new' } });
    expect(await problemOf({}, { contextSize: 1024 })).toMatchObject({ data: { reason: 'context', found: 512, needed: 1024 } });
    expect(await problemOf({ outline: outlineOf({ trainRows: 2, trainBytes: 90 }) })).toMatchObject({ data: { reason: 'too-few-tokens', found: 30, needed: 256 } });
    const long = await versionOf({ context: 16_384 });
    const much = (await planTraining(factsOf({ version: long }), orderOf({ contextSize: 4096 }))).neededBytes;
    const tight = { version: long, hardware: hardwareWith(much * 0.6 + 1e9) };
    const refusal = await problemOf(tight, { contextSize: 4096 });
    expect(refusal).toMatchObject({ code: 'TRAINING_DOES_NOT_FIT', data: { contextSize: 4096, smallerContext: expect.any(Number) } });
    const { smallerContext } = (refusal?.data ?? {}) as { smallerContext: number };
    expect(smallerContext).toBeGreaterThanOrEqual(256);
    expect(smallerContext).toBeLessThan(4096);
    expect(await problemOf(tight, { contextSize: smallerContext })).toBeNull();
    expect(await problemOf(tight, { contextSize: smallerContext + 256 })).not.toBeNull();
    expect(await problemOf({ version: long, hardware: hardwareWith(1e9) }, { contextSize: 4096 })).toMatchObject({ code: 'TRAINING_DOES_NOT_FIT', data: { smallerContext: null } });
  });
});

describe('a base', () => {
  it.each([
    ['gemma', { architecture: 'gemma' } as const, { reason: 'architecture', detail: 'gemma' }],
    ['in parts', { splitInto: 2 }, { reason: 'split-file' }],
  ])('%s is refused', async (_name, changes, data_) => {
    const found = await versionOf(changes);
    expect(baseProblem({ familyOf: () => [], version: () => found }, found)).toMatchObject({ code: 'TRAINING_REFUSED', data: data_ });
  });

  it('that is quantized names the one it was made from, over several generations', async () => {
    const [float, first, second] = [await versionOf({ tensorType: 'F16' }, 1), await versionOf({ tensorType: 'Q8_0' }, 2), await versionOf({ tensorType: 'Q8_0' }, 3)];
    const all = [float, first, second];
    const family = all.map(({ versionId, number, facts }, index) => ({ versionId, number, parentVersionId: all[index - 1]?.versionId ?? null, quantization: facts.quantization, approved: false }));
    const models = { familyOf: () => family, version: (id: string) => all.find(({ versionId }) => versionId === id) ?? second };
    expect(baseProblem(models, second)).toMatchObject({ data: { reason: 'quantized', detail: 'Q8_0', parentVersionId: float.versionId, parentNumber: 1 } });
    expect(baseProblem({ ...models, familyOf: () => [] }, second)).toMatchObject({ data: { reason: 'quantized', parentVersionId: null, parentNumber: null } });
    expect(baseProblem(models, float)).toBeNull();
  });
});

describe('recommended settings', () => {
  const tickets = { longRowTokens: 300, tokenCount: 20_000, textBytes: 60_000, chatRows: 100 };
  it('hold nearly every row, learn from answers, and keep the type of the base', async () => {
    const recommended = await recommendSettings({ version: await versionOf({ tensorType: 'F16' }), trainable: true, availableBytes: 32e9, data: tickets });
    expect(recommended).toMatchObject({ contextSize: 512, learnFrom: 'answers', saveAs: 'F16', learningRate: 1e-4, epochs: 10, schedule: 'cosine', patience: 3 });
  });
  it('take a context that was trained and fits, and fewer rounds over much data', async () => {
    expect((await recommendSettings({ version, trainable: true, availableBytes: 32e9, data: { ...tickets, longRowTokens: 5000 } })).contextSize).toBe(512);
    expect(await recommendSettings({ version, trainable: true, availableBytes: 1, data: { ...tickets, tokenCount: 6e6, chatRows: 0 } })).toMatchObject({ contextSize: 256, epochs: 1, learnFrom: 'everything' });
  });
});

it('trains the last blocks with what stands behind them', () => {
  const trained = (name: string): boolean => isTrained(name, { kind: 'last', count: 1 }, 2);
  expect(['blk.1.attn_q.weight', 'output.weight', 'output_norm.weight'].every(trained)).toBe(true);
  expect(['blk.0.attn_q.weight', 'token_embd.weight'].some(trained)).toBe(false);
  expect(isTrained('token_embd.weight', { kind: 'all' }, 2)).toBe(true);
});
