import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JobView } from '../contract/jobs.contract.ts';
import type { ModelVersion } from '../contract/models.contract.ts';
import { K_QUANT_MODEL } from '../engine/testing/quantize-fixture.ts';
import { writeRandomModel } from '../engine/testing/random-model.ts';
import { temporaryFolder } from '../kernel/testing/temporary-house.ts';
import { importModel, startTestApplication, until } from '../testing/test-application.ts';
import type { TestApplication } from '../testing/test-application.ts';

const text = { kind: 'inline' as const, name: 'round.txt', text: 'The patient was seen on the ward this morning and is doing well. '.repeat(60) };
const briefly = { text, chunks: 2, contextSize: 128 };

let app: TestApplication;
const source = temporaryFolder('source');
let modelId = '';
let versionId = '';
beforeAll(async () => {
  app = await startTestApplication();
  await writeRandomModel(join(source.path, 'k.gguf'), K_QUANT_MODEL);
  modelId = await importModel(app.client, join(source.path, 'k.gguf'), 'Ward notes');
  versionId = (await versions())[0]?.id ?? '';
}, 60_000);
afterAll(async () => {
  await app.dispose();
  source.remove();
});

async function versions(): Promise<ModelVersion[]> {
  return (await app.client.models.get({ modelId })).versions;
}
async function ended(jobId: string): Promise<JobView> {
  return until(async () => {
    const view = await app.client.jobs.get({ jobId });
    return view.state === 'queued' || view.state === 'running' ? null : view;
  }, 120_000);
}
async function events(type: string): Promise<{ after: unknown; object: { type: string; name: string } }[]> {
  return (await app.client.audit.list({ filter: {}, cursor: null, limit: 200 })).events.filter((event) => event.type === type);
}

describe('shrinking a model', () => {
  let reportId = '';
  it('computes an importance matrix and keeps it with its lineage', async () => {
    const { jobId } = await app.client.quantization.computeMatrix({ versionId, ...briefly });
    const job = await ended(jobId);
    expect(job).toMatchObject({ error: null, result: { objectType: 'matrix' } });
    const [matrix] = await app.client.quantization.matrices({});
    expect(matrix).toMatchObject({ id: job.result?.objectId, versionId, source: 'computed', chunks: 2, contextSize: 128, entries: 28, startedBy: 'Ada', text: { name: 'round.txt' } });
    expect(JSON.stringify(await events('quantization.matrixStarted'))).not.toContain('seen on the ward');
    const options = { importanceMatrixId: matrix?.id ?? '' };
    const made = await app.client.quantization.quantize({ versionId, type: 'IQ2_XS', options, evaluate: false });
    expect((await ended(made.jobId)).error).toBeNull();
  }, 120_000);

  it('measures every block and proposes what may go', async () => {
    const { jobId } = await app.client.quantization.measureLayers({ versionId, ...briefly });
    expect((await ended(jobId)).error).toBeNull();
    const [report] = await app.client.quantization.layerReports({ versionId });
    reportId = report?.id ?? '';
    expect(report?.influence).toHaveLength(4);
    const [, second = 0, third = 0] = report?.influence ?? [];
    const one = await app.client.quantization.proposePruning({ reportId, removeCount: 1, layers: null });
    expect(one.layers).toEqual([second <= third ? 1 : 2]);
    expect(one.fits).toBe(true);
    expect(one.speedRatio).toBeGreaterThan(1.2);
    expect(one.ramBytes).toBeLessThan(one.sourceRamBytes);
    await expect(app.client.quantization.proposePruning({ reportId, removeCount: 3, layers: null })).rejects.toMatchObject({ code: 'PRUNE_REFUSED', data: { reason: 'too-many' } });
  }, 120_000);

  it.each([
    [[0], 'first-or-last'],
    [[3], 'first-or-last'],
    [[4], 'unknown-layer'],
  ])('refuses to leave out %j', async (layers, reason) => {
    await expect(app.client.quantization.prune({ versionId, reportId, layers, evaluate: false })).rejects.toMatchObject({ code: 'PRUNE_REFUSED', data: { reason } });
  });

  it('prunes, then measures what it cost, and a threshold blocks the approval', async () => {
    const proposal = await app.client.quantization.proposePruning({ reportId, removeCount: 2, layers: null });
    const { jobId } = await app.client.quantization.prune({ versionId, reportId, layers: proposal.layers, evaluate: true });
    const job = await ended(jobId);
    expect(job.error).toBeNull();
    const pruned = (await versions()).find(({ id }) => id === job.result?.objectId);
    expect(pruned).toMatchObject({ facts: { layerCount: 2, quantization: 'F32' }, lineage: { parentNumber: 1, derivation: { kind: 'pruned', layers: [1, 2], parentLayerCount: 4 } } });
    if (process.platform === 'linux') expect(pruned?.sha256).toBe('605d6847fc5306032d8dd47423e6d300d58fb6da3600fa6b3bd46b48cecaf6df'); // llama-quantize v0.4.0 --prune-layers 1,2
    expect(Math.abs(proposal.sizeBytes - (pruned?.sizeBytes ?? 0))).toBeLessThan(5000);

    const evaluation = await until(async () => (await app.client.jobs.list({})).find(({ kind }) => kind === 'quantization.evaluate'));
    expect((await ended(evaluation.id)).error).toBeNull();
    const [found] = await app.client.quantization.evaluations({ versionId: pruned?.id ?? '' });
    expect(found).toMatchObject({ modelName: 'Ward notes', parentVersionId: versionId, parentVersionNumber: 1, text: { name: 'held-out' }, violations: [] });
    expect(found?.klDivergence.value).toBeGreaterThan(0);
    expect(found?.speed.generationTokensPerSecond).toBeGreaterThan(0);
    expect(found?.sizeBytes).toBeLessThan(found?.parentSizeBytes ?? 0);

    const policy = await app.client.quantization.policy({});
    await app.client.quantization.setPolicy({ ...policy, maxMeanKlDivergence: 1e-9 });
    await expect(app.client.models.approveVersion({ versionId: pruned?.id ?? '' })).rejects.toMatchObject({ code: 'APPROVAL_BLOCKED', data: { reason: 'kl-divergence', limit: 1e-9, value: found?.klDivergence.value } });
    expect((await app.client.quantization.evaluation({ evaluationId: found?.id ?? '' })).violations).toMatchObject([{ rule: 'kl-divergence' }]);
    await app.client.quantization.setPolicy({ ...policy, maxMeanKlDivergence: 100 });
    await app.client.models.approveVersion({ versionId: pruned?.id ?? '', note: 'Seen by the committee.' });
    expect((await versions()).find(({ id }) => id === pruned?.id)?.approval).toMatchObject({ by: 'Ada', note: 'Seen by the committee.' });
  }, 180_000);

  it('has nothing to compare an imported version with, unless it is told', async () => {
    await expect(app.client.quantization.evaluate({ versionId, ...briefly })).rejects.toMatchObject({ code: 'NO_PARENT' });
    await expect(app.client.quantization.evaluate({ versionId, parentVersionId: versionId, ...briefly })).rejects.toMatchObject({ code: 'NO_PARENT' });
  });

  it('keeps the record of a text that was too short', async () => {
    const { jobId } = await app.client.quantization.measureLayers({ versionId, text: { kind: 'inline', name: 'short', text: 'Hello.' }, chunks: 0, contextSize: 128 });
    expect((await ended(jobId)).error).toMatchObject({ code: 'TEXT_TOO_SHORT' });
    expect(await events('quantization.layersFailed')).toHaveLength(1);
  }, 60_000);
});
