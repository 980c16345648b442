import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelVersion } from '../contract/models.contract.ts';
import type { TrainingOrder, TrainingSettings } from '../contract/training.contract.ts';
import { temporaryFolder } from '../kernel/testing/temporary-house.ts';
import { startTestApplication } from '../testing/test-application.ts';
import type { TestApplication } from '../testing/test-application.ts';
import { endOfJob, importRandomModel, importTickets, QUICK_SETTINGS, ticketLines, train } from './testing/training-fixture.ts';

let app: TestApplication;
const source = temporaryFolder('source');
let base = { modelId: '', versionId: '' };
let tickets = { datasetId: '', versionId: '' };
let more = { datasetId: '', versionId: '' };
let tuned = '';
beforeAll(async () => {
  app = await startTestApplication();
  base = await importRandomModel(app.client, source.path, { name: 'Desk', tensorType: 'F16' });
  tickets = await importTickets(app.client, source.path, { name: 'Tickets', lines: ticketLines(40) });
  more = await importTickets(app.client, source.path, { name: 'Tickets again', lines: ticketLines(55), datasetId: tickets.datasetId });
}, 180_000);
afterAll(async () => {
  await app.dispose();
  source.remove();
});
const leftovers = (): string[] => (existsSync(join(app.dataFolder, 'training')) ? readdirSync(join(app.dataFolder, 'training')) : []);
const versionsOf = async (modelId: string): Promise<ModelVersion[]> => (await app.client.models.get({ modelId })).versions;
const orderOf = (changes: Partial<Omit<TrainingOrder, 'settings'>> & { settings?: Partial<TrainingSettings> } = {}): TrainingOrder => ({
  versionId: base.versionId,
  datasetVersionId: tickets.versionId,
  mode: { kind: 'new' },
  ...changes,
  settings: { ...QUICK_SETTINGS, ...changes.settings },
});
const problemOf = async (changes: Parameters<typeof orderOf>[0]) => (await app.client.training.plan(orderOf(changes))).problem;

describe('a training', () => {
  it('of a half-precision base learns, and becomes a version with its lineage, its curve and its event', async () => {
    const plan = await app.client.training.plan(orderOf());
    expect(plan).toMatchObject({ problem: null, speed: { from: 'rule' }, trainableCount: plan.parameterCount });
    expect((await app.client.training.options({ versionId: base.versionId, datasetVersionId: tickets.versionId })).recommended).toMatchObject({ saveAs: 'F16', learnFrom: 'answers', contextSize: 256 });
    const { run, job } = await train(app.client, { versionId: base.versionId, datasetVersionId: tickets.versionId, settings: { saveAs: 'F16' } });
    expect(job.error).toBeNull();
    expect(job.phases.map(({ phase }) => phase)).toEqual(['prepare', 'tokenize', 'before', 'train', 'save', 'hash', 'trial-load', 'register']);
    expect(job.result).toEqual({ objectType: 'training-run', objectId: run.id });
    expect(run).toMatchObject({ state: 'finished', modelName: 'Desk', startedBy: 'Ada', resumable: false, stoppedEarly: false, problem: null, result: { modelId: base.modelId, number: 2 } });
    expect(run.step).toBe(run.stepCount);
    expect(run.best?.loss).toBeLessThan((run.before?.loss ?? 0) / 2);
    expect(run.best?.accuracy).toBeGreaterThan((run.before?.accuracy ?? 1) + 0.2);
    expect(run.tokensPerSecond).toBeGreaterThan(100);
    expect(run.peakRssBytes).toBeGreaterThan(run.predictedBytes * 0.7);
    expect(run.peakRssBytes).toBeLessThan(run.predictedBytes * 1.4);

    const points = await app.client.training.curve({ runId: run.id, afterStep: -1 });
    expect(points.map(({ step }) => step)).toEqual(Array.from({ length: run.step + 1 }, (_, step) => step));
    expect(points[0]).toMatchObject({ train: null, validation: run.before?.loss });
    expect(points.at(-1)?.validation).toBeLessThan(2);
    expect(points.at(-1)?.train).toBeLessThan((points[1]?.train ?? 0) / 2);
    expect(await app.client.training.curve({ runId: run.id, afterStep: run.step - 1 })).toHaveLength(1);

    const [version] = await versionsOf(base.modelId);
    tuned = version?.id ?? '';
    expect(version).toMatchObject({
      id: run.result?.versionId,
      number: 2,
      facts: { quantization: 'F16', name: 'Desk', chatTemplate: { present: true } },
      lineage: {
        parentVersionId: base.versionId,
        derivation: { kind: 'tuned', runId: run.id, mode: 'new', data: [{ datasetVersionId: tickets.versionId, datasetName: 'Tickets', number: 1, part: 'new' }], steps: run.bestStep, validationBefore: run.before?.loss, validationAfter: run.best?.loss, settings: { learningRate: 0.003, seed: 7 } },
      },
    });
    expect(version?.trial?.peakRssBytes).toBeGreaterThan(0);
    const { events } = await app.client.audit.list({ filter: {}, cursor: null, limit: 50 });
    expect(events.find(({ type }) => type === 'training.trained')).toMatchObject({ object: { name: 'Desk' }, after: { number: 2, parentNumber: 1, settings: { seed: 7 }, data: [{ sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }] } });
    await expect.poll(leftovers).toEqual([]); // after the job has ended
    expect((await app.client.datasets.get({ datasetId: tickets.datasetId })).versions.find(({ number }) => number === 1)?.trained).toEqual([{ modelId: base.modelId, modelName: 'Desk', versionId: tuned, versionNumber: 2 }]);
  }, 180_000);

  it('goes on from a tuned version on new rows only, with its last layer alone, and older ones can be mixed in', async () => {
    const incremental = orderOf({ versionId: tuned, datasetVersionId: more.versionId, mode: { kind: 'incremental' } });
    expect((await app.client.training.options({ versionId: tuned, datasetVersionId: null })).tunedOn).toEqual([{ datasetVersionId: tickets.versionId, datasetName: 'Tickets', number: 1 }]);
    const plan = await app.client.training.plan(incremental);
    expect(plan).toMatchObject({ problem: null, speed: { from: 'earlier-run' } });
    const whole = await app.client.training.plan({ ...incremental, mode: { kind: 'new' } });
    expect(plan.rowCount).toBeLessThan(whole.rowCount * 0.5);
    const { runId, jobId } = await app.client.training.start({ ...incremental, settings: { ...incremental.settings, epochs: 1, layers: { kind: 'last', count: 1 } } });
    expect((await endOfJob(app.client, jobId)).error).toBeNull();
    const run = await app.client.training.get({ runId });
    const version = (await versionsOf(base.modelId)).find(({ id }) => id === run.result?.versionId);
    expect(version?.lineage).toMatchObject({ parentVersionId: tuned, derivation: { mode: 'incremental' } });
    // What it knows now it has from both.
    const next = run.result?.versionId ?? '';
    expect((await app.client.training.options({ versionId: next, datasetVersionId: null })).tunedOn.map(({ number }) => number).sort()).toEqual([1, 2]);
    expect(await problemOf({ versionId: next, datasetVersionId: more.versionId, mode: { kind: 'incremental' } })).toMatchObject({ code: 'TRAINING_REFUSED', data: { reason: 'nothing-new' } });

    const mixed = await app.client.training.start(orderOf({ versionId: tuned, datasetVersionId: more.versionId, mode: { kind: 'mixed', oldDatasetVersionId: tickets.versionId, oldShare: 0.5 }, settings: { epochs: 1, learningRate: 0.0001, saveAs: 'F16' } }));
    expect((await endOfJob(app.client, mixed.jobId)).error).toBeNull();
    const ended = await app.client.training.get({ runId: mixed.runId });
    expect(ended.oldDataset).toMatchObject({ number: 1, name: 'Tickets' });
    const lineage = (await versionsOf(base.modelId)).find(({ id }) => id === ended.result?.versionId)?.lineage;
    expect(lineage?.derivation).toMatchObject({ mode: 'mixed', data: [{ number: 2, part: 'new' }, { number: 1, part: 'old' }] });
  }, 180_000);

  it('stops when it diverges, keeps the best, and goes on from there with smaller steps', async () => {
    const { run, job } = await train(app.client, { versionId: tuned, datasetVersionId: tickets.versionId, settings: { epochs: 4, learningRate: 0.1, schedule: 'constant', warmupShare: 0 } });
    expect(job.error).toMatchObject({ code: 'TRAINING_DIVERGED' });
    expect(run).toMatchObject({ state: 'failed', resumable: true, problem: { code: 'TRAINING_DIVERGED', data: { goodStep: run.bestStep } } });
    await expect(app.client.datasets.delete({ datasetId: tickets.datasetId, confirmName: 'Tickets' })).rejects.toMatchObject({ code: 'DATASET_IN_USE', data: { models: ['Desk'] } });
    const { jobId } = await app.client.training.resume({ runId: run.id, learningRate: 0.0005 });
    expect((await endOfJob(app.client, jobId)).error).toBeNull();
    const after = await app.client.training.get({ runId: run.id });
    expect(after).toMatchObject({ state: 'finished', settings: { learningRate: 0.0005 } });
    expect(after.best?.loss).toBeLessThan(after.before?.loss ?? 0);
    const steps = (await app.client.training.curve({ runId: run.id, afterStep: -1 })).map(({ step }) => step);
    expect(steps).toEqual(Array.from({ length: (after.stepCount ?? 0) + 1 }, (_, step) => step));
    await app.client.training.remove({ runId: run.id });
    await expect(app.client.training.get({ runId: run.id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    // Its version still says what it was trained on.
    expect((await app.client.training.options({ versionId: after.result?.versionId ?? '', datasetVersionId: null })).tunedOn).toHaveLength(1);
  }, 180_000);
});

it('what cannot be trained is refused before anything is queued', async () => {
  const runs = (await app.client.training.list({})).length;
  const options = { importanceMatrixId: null, outputTensorType: null, tokenEmbeddingType: null, overrides: [], pure: false, leaveOutputTensor: false, threads: null };
  const { jobId } = await app.client.quantization.quantize({ versionId: base.versionId, type: 'Q8_0', options, evaluate: false });
  const versionId = (await endOfJob(app.client, jobId)).result?.objectId ?? '';
  const refusal = { code: 'TRAINING_REFUSED', data: { reason: 'quantized', detail: 'Q8_0', parentVersionId: base.versionId, parentNumber: 1 } };
  expect(await problemOf({ versionId })).toMatchObject(refusal);
  expect((await app.client.training.options({ versionId, datasetVersionId: null })).problem).toMatchObject(refusal);
  await expect(app.client.training.start(orderOf({ versionId }))).rejects.toMatchObject(refusal);
  expect(await problemOf({ mode: { kind: 'incremental' } })).toMatchObject({ data: { reason: 'not-tuned' } });
  const alone = await importTickets(app.client, source.path, { name: 'No validation', lines: ticketLines(5), shares: { train: 100, validation: 0, test: 0 } });
  await expect(app.client.training.start(orderOf({ datasetVersionId: alone.versionId }))).rejects.toMatchObject({ data: { reason: 'no-validation' } });
  expect(await app.client.training.list({})).toHaveLength(runs);
}, 180_000);
