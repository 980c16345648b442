import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JobView } from '../contract/jobs.contract.ts';
import type { ModelVersion } from '../contract/models.contract.ts';
import { writeImportanceMatrixFile } from '../engine/native/importance-matrix-file.ts';
import { K_QUANT_MODEL, randomImportanceMatrix } from '../engine/testing/quantize-fixture.ts';
import { SMALL_RANDOM_MODEL, writeRandomModel } from '../engine/testing/random-model.ts';
import { realModelPath } from '../engine/testing/real-model.ts';
import { temporaryFolder } from '../kernel/testing/temporary-house.ts';
import { importModel, startTestApplication, until } from '../testing/test-application.ts';
import type { TestApplication } from '../testing/test-application.ts';

const plainOptions = { importanceMatrixId: null, outputTensorType: null, tokenEmbeddingType: null, overrides: [], pure: false, leaveOutputTensor: false, threads: null };

let app: TestApplication;
const source = temporaryFolder('source');
let modelId = '';
let versionId = '';
beforeAll(async () => {
  app = await startTestApplication();
  const path = join(source.path, 'k.gguf');
  await writeRandomModel(path, K_QUANT_MODEL);
  modelId = await importModel(app.client, path, 'Ward notes');
  versionId = (await versions())[0]?.id ?? '';
}, 60_000);
afterAll(async () => {
  await app.dispose();
  source.remove();
});

async function versions(id = modelId): Promise<ModelVersion[]> {
  return (await app.client.models.get({ modelId: id })).versions;
}
async function ended(jobId: string): Promise<JobView> {
  return until(async () => {
    const view = await app.client.jobs.get({ jobId });
    return view.state === 'queued' || view.state === 'running' ? null : view;
  }, 60_000);
}
async function quantize(type: string, changes: Partial<Parameters<typeof app.client.quantization.quantize>[0]> = {}): Promise<JobView> {
  const { jobId } = await app.client.quantization.quantize({ versionId, type, options: plainOptions, evaluate: false, ...changes });
  return ended(jobId);
}
async function made(job: JobView): Promise<ModelVersion> {
  expect(job.error).toBeNull();
  expect(job.result?.objectType).toBe('version');
  const found = (await versions()).find(({ id }) => id === job.result?.objectId);
  if (found === undefined) throw new Error('the version that the job made is not there');
  return found;
}
const storedFile = (version: ModelVersion): string => join(app.dataFolder, 'models', version.sha256, 'model.gguf');
const leftovers = (): string[] => (existsSync(join(app.dataFolder, 'quarantine')) ? readdirSync(join(app.dataFolder, 'quarantine')) : []);
async function events(type: string): Promise<{ after: unknown; object: { type: string; name: string }; result: string; reason: string }[]> {
  return (await app.client.audit.list({ filter: {}, cursor: null, limit: 200 })).events.filter((event) => event.type === type);
}

describe('quantizing', () => {
  it('offers every type with what is needed to choose it', async () => {
    const types = await app.client.quantization.types({});
    expect(types.length).toBeGreaterThan(30);
    expect(types.find(({ type }) => type === 'IQ2_XXS')).toMatchObject({ ftype: 19, importanceMatrix: 'required', expectedLoss: 'very-high' });
  });

  it('plans to the byte, then makes a version with parent, settings, log, trial and event', async () => {
    const plan = await app.client.quantization.plan({ versionId, type: 'q4_k_m', options: plainOptions });
    expect(plan).toMatchObject({ type: 'Q4_K_M', fits: true, fallbackCount: 0, warnings: [] });
    const job = await quantize('Q4_K_M');
    expect(job.phases.map(({ phase }) => phase)).toEqual(['space', 'quantize', 'hash', 'check', 'trial-load', 'register']);
    const version = await made(job);
    expect(version).toMatchObject({
      number: 2,
      sizeBytes: plan.sizeBytes,
      importedBy: 'Ada',
      facts: { quantization: 'Q4_K_M', parameterCount: expect.any(Number) },
      lineage: { parentVersionId: versionId, parentNumber: 1, derivation: { kind: 'quantized', type: 'Q4_K_M', engineRelease: expect.stringMatching(/0\.4\.0/), fallbackCount: 0, importanceMatrix: null } },
    });
    expect(version.trial?.peakRssBytes).toBeGreaterThan(1_000_000);
    expect(version.lineage?.derivation.log).toContain('converting to q4_K');
    const bytes = readFileSync(storedFile(version));
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(version.sha256);
    if (process.platform === 'linux' && process.arch === 'x64') expect(version.sha256).toBe('dac12fecf89dfdb86288b2a220c9ddfb5c72f36c1d52e42bbedf812f86024bf5'); // llama-quantize v0.4.0
    const [event] = await events('quantization.quantized');
    expect(event).toMatchObject({ object: { type: 'model', name: 'Ward notes' }, after: { number: 2, parentNumber: 1, type: 'Q4_K_M', sha256: version.sha256 } });
    expect(JSON.stringify(event?.after)).not.toContain('converting');
    expect((await events('quantization.started'))).toHaveLength(1);
    expect(leftovers()).toEqual([]);
  });

  it('does not keep the same bytes twice', async () => {
    const again = await quantize('Q4_K_M');
    expect(again.error).toMatchObject({ code: 'MODEL_ALREADY_IMPORTED', data: { modelId, name: 'Ward notes' } });
    expect(leftovers()).toEqual([]);
  });

  it('obeys what the expert asks of single tensors', async () => {
    const options = { ...plainOptions, outputTensorType: 'q8_0', overrides: [{ pattern: 'attn_v', type: 'F16' }] };
    const version = await made(await quantize('Q6_K', { options }));
    expect(version.lineage?.derivation).toMatchObject({ outputTensorType: 'q8_0', overrides: options.overrides });
    expect(version.facts.tensorTypes.map(({ type }) => type).sort()).toEqual(['F16', 'F32', 'Q6_K', 'Q8_0']);
  });

  it('says which tensors fall back and to what', async () => {
    const { path } = await realModelPath();
    const id = await importModel(app.client, path, 'Stories');
    const stories = (await versions(id))[0]?.id ?? '';
    const plan = await app.client.quantization.plan({ versionId: stories, type: 'Q4_K_M', options: plainOptions });
    expect(plan.warnings).toContain('many-fallbacks');
    expect(plan.tensors.find(({ name }) => name === 'blk.0.attn_q.weight')).toMatchObject({ fallbackFrom: 'Q4_K', to: 'Q5_0' });
    const { jobId } = await app.client.quantization.quantize({ versionId: stories, type: 'Q4_K_M', options: plainOptions, evaluate: false });
    const job = await ended(jobId);
    expect(job.error).toBeNull();
    const [version] = await versions(id);
    expect(version?.lineage?.derivation).toMatchObject({ fallbackCount: plan.fallbackCount });
    expect(version?.sizeBytes).toBe(plan.sizeBytes);
  });

  it('quantizes a quantized version only when that was accepted, and names the one to take instead', async () => {
    const q4 = (await versions()).find(({ facts }) => facts.quantization === 'Q4_K_M');
    const wish = { versionId: q4?.id ?? '', type: 'Q4_0', options: plainOptions };
    const input = { ...wish, evaluate: false };
    await expect(app.client.quantization.quantize(input)).rejects.toMatchObject({ code: 'REQUANTIZE_NOT_ACCEPTED', data: { quantization: 'Q4_K_M', parentVersionNumber: 1 } });
    expect((await app.client.quantization.plan(wish)).warnings).toContain('already-quantized');
    const { jobId } = await app.client.quantization.quantize({ ...input, acceptRequantize: true });
    expect((await made(await ended(jobId))).lineage?.parentNumber).toBe(2);
  });
});

describe('what cannot be quantized is refused before anything is queued', () => {
  const refusals: [string, Partial<Parameters<typeof app.client.quantization.quantize>[0]> & { type: string }, Record<string, unknown>][] = [
    ['a type there is not', { type: 'Q9_X' }, { reason: 'unknown-type' }],
    ['a type that needs a matrix', { type: 'IQ2_XXS' }, { reason: 'matrix-required' }],
    ['a tensor type there is not', { type: 'Q8_0', options: { ...plainOptions, overrides: [{ pattern: 'attn', type: 'q7_7' }] } }, { reason: 'unknown-tensor-type', detail: 'q7_7' }],
    ['a tensor type that cannot be written', { type: 'Q8_0', options: { ...plainOptions, outputTensorType: 'Q8_K' } }, { reason: 'unknown-tensor-type' }],
    ['a pattern that is none', { type: 'Q8_0', options: { ...plainOptions, overrides: [{ pattern: 'attn_(', type: 'q8_0' }] } }, { reason: 'bad-pattern', detail: 'attn_(' }],
    ['a pattern that only JavaScript understands', { type: 'Q8_0', options: { ...plainOptions, overrides: [{ pattern: '(?<=attn)', type: 'q8_0' }] } }, { reason: 'bad-pattern' }],
    ['the type it has', { type: 'F32' }, { reason: 'nothing-to-do' }],
  ];
  it.each(refusals)('%s', async (_name, input, data) => {
    const before = (await app.client.jobs.list({})).length;
    await expect(app.client.quantization.quantize({ versionId, options: plainOptions, evaluate: false, ...input })).rejects.toMatchObject({ code: 'QUANTIZATION_REFUSED', data });
    expect((await app.client.jobs.list({})).length).toBe(before);
  });
});

describe('importance matrices', () => {
  let matrixId = '';
  it('are taken in from a file of llama-imatrix, with their lineage', async () => {
    const path = join(source.path, 'matrix.gguf');
    await writeImportanceMatrixFile(path, randomImportanceMatrix(K_QUANT_MODEL));
    const matrix = await app.client.quantization.importMatrix({ versionId, path });
    matrixId = matrix.id;
    expect(matrix).toMatchObject({ versionId, modelName: 'Ward notes', versionNumber: 1, source: 'imported', chunks: 3, contextSize: 128, entries: 28, text: { name: 'a calibration text' } });
    expect(matrix.sha256).toBe(createHash('sha256').update(readFileSync(path)).digest('hex'));
    expect(matrix.usableFor).toContain((await versions()).find(({ facts }) => facts.quantization === 'Q4_K_M')?.id);
    expect(readdirSync(join(app.dataFolder, 'importance-matrices'))).toEqual([`${matrix.id}.gguf`]);
    expect(await app.client.quantization.matrices({})).toHaveLength(1);
  });

  it('open the types that need one, and are named in the result', async () => {
    const version = await made(await quantize('IQ2_XXS', { options: { ...plainOptions, importanceMatrixId: matrixId } }));
    const [matrix] = await app.client.quantization.matrices({});
    expect(version.lineage?.derivation).toMatchObject({ importanceMatrix: { sha256: matrix?.sha256, textName: 'a calibration text' } });
    const written = Object.fromEntries(version.facts.metadata.map(({ key, text }) => [key, text]));
    expect(written).toMatchObject({ 'quantize.imatrix.file': `imatrix-${matrix?.sha256.slice(0, 16)}.gguf`, 'quantize.imatrix.dataset': 'a calibration text', 'quantize.imatrix.entries_count': '28' });
  });

  it('of another model are refused with the tensor and both sizes', async () => {
    const path = join(source.path, 'other.gguf');
    await writeImportanceMatrixFile(path, randomImportanceMatrix(SMALL_RANDOM_MODEL));
    const mismatch = { code: 'IMPORTANCE_MATRIX_MISMATCH', data: { tensor: 'blk.0.attn_q.weight', matrixSize: 64, tensorSize: 256 } };
    await expect(app.client.quantization.importMatrix({ versionId, path })).rejects.toMatchObject(mismatch);
    const smallPath = join(source.path, 'small.gguf');
    await writeRandomModel(smallPath, SMALL_RANDOM_MODEL);
    const small = (await versions(await importModel(app.client, smallPath, 'Small')))[0]?.id ?? '';
    await app.client.quantization.importMatrix({ versionId: small, path });
    const [foreign] = await app.client.quantization.matrices({});
    await expect(app.client.quantization.plan({ versionId, type: 'Q4_0', options: { ...plainOptions, importanceMatrixId: foreign?.id ?? '' } })).rejects.toMatchObject(mismatch);
    expect(leftovers()).toEqual([]);
  });

  it('that are none are refused', async () => {
    const path = join(source.path, 'letter.dat');
    writeFileSync(path, 'Dear colleague, this is no matrix at all.');
    await expect(app.client.quantization.importMatrix({ versionId, path })).rejects.toMatchObject({ code: 'IMPORTANCE_MATRIX_UNREADABLE', data: { path } });
  });

  it('go with their file when they are removed, and with their model when that is deleted', async () => {
    await app.client.quantization.removeMatrix({ matrixId });
    const [left] = await app.client.quantization.matrices({});
    expect(readdirSync(join(app.dataFolder, 'importance-matrices'))).toEqual([`${left?.id ?? ''}.gguf`]);
    const small = (await app.client.models.list({})).find(({ name }) => name === 'Small');
    await app.client.models.delete({ modelId: small?.id ?? '', confirmName: 'Small' });
    expect(await app.client.quantization.matrices({})).toEqual([]);
    expect(readdirSync(join(app.dataFolder, 'importance-matrices'))).toEqual([]);
    expect((await events('quantization.matrixRemoved'))).toHaveLength(1);
  });
});

describe('the policy', () => {
  it('asks for nothing until somebody decides, then stops an approval that was not measured', async () => {
    const q6 = (await versions()).find(({ facts }) => facts.quantization === 'Q6_K');
    const policy = await app.client.quantization.policy({});
    expect(policy).toEqual({ maxPerplexityIncreasePercent: null, maxMeanKlDivergence: null, minTopTokenAgreementPercent: null, requireEvaluation: false, onlyApprovedMayServe: false });
    await app.client.quantization.setPolicy({ ...policy, requireEvaluation: true });
    await expect(app.client.models.approveVersion({ versionId: q6?.id ?? '' })).rejects.toMatchObject({ code: 'APPROVAL_BLOCKED', data: { reason: 'not-evaluated' } });
    await app.client.models.approveVersion({ versionId }); // imported: it has nothing it could have lost
    expect((await versions()).filter(({ approval }) => approval !== null).map(({ number }) => number)).toEqual([1]);
    expect(await events('quantization.policyChanged')).toMatchObject([{ after: { requireEvaluation: true } }]);
    await app.client.quantization.setPolicy(policy);
  });

  it('lets only approved versions serve where that was decided', async () => {
    const q6 = (await versions()).find(({ facts }) => facts.quantization === 'Q6_K');
    const policy = await app.client.quantization.policy({});
    await app.client.quantization.setPolicy({ ...policy, onlyApprovedMayServe: true });
    const { recommended, limits } = await app.client.deployments.fit({ versionId: q6?.id ?? '' });
    const deploy = { name: 'ward-3', versionId: q6?.id ?? '', settings: recommended.settings, limits, trialId: null };
    await expect(app.client.deployments.create(deploy)).rejects.toMatchObject({ code: 'VERSION_NOT_APPROVED', data: { name: 'Ward notes', number: q6?.number } });
    await app.client.models.approveVersion({ versionId: q6?.id ?? '' });
    const created = await app.client.deployments.create(deploy);
    await app.client.deployments.stop({ deploymentId: created.id });
    await app.client.models.withdrawApproval({ versionId: q6?.id ?? '' });
    await expect(app.client.deployments.start({ deploymentId: created.id })).rejects.toMatchObject({ code: 'VERSION_NOT_APPROVED' });
    await app.client.deployments.remove({ deploymentId: created.id });
    await app.client.quantization.setPolicy(policy);
  });
});
