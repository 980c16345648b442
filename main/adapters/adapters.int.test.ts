import { chmodSync, existsSync, readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ComparisonEvent, DeploymentView } from '../contract/deployments.contract.ts';
import { writeRandomAdapter } from '../engine/testing/random-adapter.ts';
import { SMALL_RANDOM_MODEL, writeRandomModel } from '../engine/testing/random-model.ts';
import { temporaryFolder } from '../kernel/testing/temporary-house.ts';
import { importModel, startTestApplication, testPassword, until } from '../testing/test-application.ts';
import type { TestApplication } from '../testing/test-application.ts';

const settings = { backend: 'cpu' as const, gpuLayers: 0, contextSize: 512, parallelSequences: 2, threads: 1 };
const limits = { maxOutputTokens: 400, queueLimit: 0, memoryLimitBytes: 2 ** 31 };
let app: TestApplication;
let source: ReturnType<typeof temporaryFolder>;
let modelId: string;
const fileIn = (name: string): string => join(source.path, name);

let deployment: DeploymentView;
let adapterId: string;

/** One application for all: each test goes on where the one before it ended. */
beforeAll(async () => {
  app = await startTestApplication({ changes: { servesModels: true } });
  await app.client.gateway.setPort({ port: 20_000 + Math.floor(Math.random() * 20_000) });
  source = temporaryFolder('adapters');
  await writeRandomModel(fileIn('base.gguf'), SMALL_RANDOM_MODEL);
  await writeRandomAdapter(fileIn('letters.gguf'), fileIn('base.gguf'), { rank: 4, alpha: 8, name: 'Ward letters' });
  modelId = await importModel(app.client, fileIn('base.gguf'), 'Base');
});
afterAll(async () => {
  await app.dispose();
  source.remove();
});

async function importAdapter(file = 'letters.gguf', name = 'Ward letters'): Promise<string> {
  const { jobId } = await app.client.adapters.import({ source: { kind: 'path', path: fileIn(file) }, modelId, name });
  const job = await until(async () => {
    const view = await app.client.jobs.get({ jobId });
    return view.state !== 'queued' && view.state !== 'running' && view;
  });
  if (job.state !== 'succeeded') throw Object.assign(new Error(job.state), job.error);
  return job.result?.objectId ?? '';
}
async function deploy(): Promise<DeploymentView> {
  const versionId = (await app.client.models.get({ modelId })).versions[0]?.id ?? '';
  const { id } = await app.client.deployments.create({ name: 'base', versionId, settings, limits, trialId: null });
  return whenReady(id);
}
function whenReady(deploymentId: string): Promise<DeploymentView> {
  return until(async () => {
    const view = await app.client.deployments.get({ deploymentId });
    if (view.state === 'failed') throw new Error(JSON.stringify(view.problem));
    return view.state === 'ready' && view;
  });
}
const question = { messages: [{ role: 'user' as const, content: 'A secret question' }], sampling: { temperature: 0, maxOutputTokens: 12 } };
async function ask(deploymentId: string): Promise<string> {
  let text = '';
  for await (const event of await app.client.deployments.chat({ deploymentId, ...question })) if (event.kind === 'text') text += event.text;
  return text;
}
const audited = async (type: string) => (await app.client.audit.list({ filter: { types: [type as 'adapters.imported'] }, cursor: null, limit: 50 })).events;

it('imports, refuses a second time, renames, deletes; the log says all of it', async () => {
  const inspection = await app.client.adapters.inspect({ source: { kind: 'path', path: fileIn('letters.gguf') } });
  expect(inspection).toMatchObject({ fileName: 'letters.gguf', suggestedName: 'Ward letters', facts: { alpha: 8, rank: { lowest: 4, highest: 4 } }, fits: [{ modelId, modelName: 'Base', versionNumber: 1 }] });
  adapterId = await importAdapter();
  const folder = join(app.dataFolder, 'adapters');
  const adapter = await app.client.adapters.get({ adapterId });
  expect(adapter).toMatchObject({ name: 'Ward letters', modelName: 'Base', importedBy: 'Ada', sourceName: 'letters.gguf', fits: [{ versionNumber: 1 }], deployments: [] });
  expect(readdirSync(folder)).toEqual([`${adapter.sha256}.gguf`]);
  if (process.platform !== 'win32') expect(statSync(join(folder, `${adapter.sha256}.gguf`)).mode & 0o777).toBe(0o400);
  await expect(importAdapter('letters.gguf', 'Again')).rejects.toMatchObject({ code: 'ADAPTER_ALREADY_IMPORTED', data: { adapterId, name: 'Ward letters' } });
  await expect(importAdapter('letters.gguf', ' ward LETTERS ')).rejects.toMatchObject({ code: 'NAME_TAKEN' });
  await app.client.adapters.rename({ adapterId, name: 'Letters', notes: 'From the surgery' });
  expect((await app.client.adapters.list({})).map(({ name, notes }) => [name, notes])).toEqual([['Letters', 'From the surgery']]);
  await app.client.adapters.delete({ adapterId });
  expect(readdirSync(folder)).toEqual([]);
  expect(await app.client.adapters.list({})).toEqual([]);
  expect(await audited('adapters.imported')).toMatchObject([{ object: { type: 'adapter', id: adapterId, name: 'Ward letters' }, after: { rank: { lowest: 4 }, model: 'Base' } }]);
  expect(await audited('adapters.deleted')).toMatchObject([{ before: { sha256: adapter.sha256 } }]);
  expect(await audited('adapters.importFailed')).toMatchObject([{ reason: 'ADAPTER_ALREADY_IMPORTED' }]);
});

it('refuses what is none, what fits nothing here, and a broken file; nothing is left behind', async () => {
  const inspect = (name: string) => app.client.adapters.inspect({ source: { kind: 'path', path: fileIn(name) } });
  await expect(inspect('base.gguf')).rejects.toMatchObject({ code: 'ADAPTER_REFUSED', data: { reason: 'not-an-adapter' } });
  writeFileSync(fileIn('text.gguf'), 'not a model at all');
  await expect(inspect('text.gguf')).rejects.toMatchObject({ code: 'GGUF_REFUSED' });
  await expect(inspect('gone.gguf')).rejects.toMatchObject({ code: 'PATH_NOT_FOUND' });
  await writeRandomModel(fileIn('other.gguf'), { ...SMALL_RANDOM_MODEL, layers: 3, seed: 2 });
  await writeRandomAdapter(fileIn('other-adapter.gguf'), fileIn('other.gguf'));
  expect((await inspect('other-adapter.gguf')).fits).toEqual([]);
  await expect(importAdapter('other-adapter.gguf')).rejects.toMatchObject({ code: 'ADAPTER_REFUSED', data: { reason: 'unknown-tensor', detail: 'blk.2.attn_q.weight' } });
  expect(readdirSync(join(app.dataFolder, 'adapters'))).toEqual([]);
});

it('attaches and takes off without loading again, keeps it over a restart, and refuses to delete what is in use', async () => {
  adapterId = await importAdapter();
  deployment = await deploy();
  const { id, processId, loadMs } = deployment;
  const plain = await ask(id);
  const attached = await app.client.deployments.setAdapters({ deploymentId: id, adapters: [{ adapterId, weight: 0.5 }] });
  expect(attached).toMatchObject({ processId, loadMs, adapters: [{ adapterId, name: 'Ward letters', weight: 0.5 }] });
  const changed = await ask(id);
  expect(changed).not.toBe(plain);
  expect((await app.client.adapters.get({ adapterId })).deployments).toEqual([{ id, name: 'base', weight: 0.5 }]);
  await expect(app.client.adapters.delete({ adapterId })).rejects.toMatchObject({ code: 'ADAPTER_IN_USE', data: { deployments: ['base'] } });

  await app.restart({ servesModels: true });
  await app.client.accounts.signIn({ password: testPassword });
  await whenReady(id);
  expect(await ask(id)).toBe(changed);
  await app.client.deployments.setAdapters({ deploymentId: id, adapters: [] });
  expect(await ask(id)).toBe(plain);
  expect(await audited('deployments.adaptersChanged')).toMatchObject([
    { before: { adapters: [{ adapterId, weight: 0.5 }] }, after: { adapters: [] } },
    { before: { adapters: [] }, after: { adapters: [{ adapterId, name: 'Ward letters', weight: 0.5 }] } },
  ]);
  await expect(app.client.deployments.setAdapters({ deploymentId: id, adapters: [{ adapterId, weight: 1 }, { adapterId, weight: 2 }] })).rejects.toMatchObject({ code: 'WRONG_INPUT' });
});

it('compares side by side on the running deployment: others wait, nothing stays behind', async () => {
  const { id } = deployment;
  const plain = await ask(id);
  const compare = async (signal?: AbortSignal) => {
    const texts = ['', '', ''];
    const variants = [[], [{ adapterId, weight: 1 }], [{ adapterId, weight: 0 }]];
    const events: ComparisonEvent[] = [];
    for await (const step of await app.client.deployments.compareAdapters({ deploymentId: id, ...question, variants }, signal === undefined ? {} : { signal })) {
      events.push(step);
      if (step.event.kind === 'text') texts[step.variant] += step.event.text;
    }
    return { texts, events };
  };
  const [{ texts }, ...others] = await Promise.all([compare(), ask(id), ask(id)]);
  expect(texts[0]).toBe(plain);
  expect(texts[1]).not.toBe(plain);
  expect(texts[2]).toBe(plain);
  expect(others).toEqual([plain, plain]);
  for await (const { event } of await app.client.deployments.compareAdapters({ deploymentId: id, ...question, variants: [[{ adapterId, weight: 1 }], []] })) if (event.kind === 'text') break;
  expect(await ask(id)).toBe(plain);
  expect((await app.client.deployments.get({ deploymentId: id })).adapters).toEqual([]);
  const log = await audited('deployments.questionAsked');
  expect(log.some(({ after }) => JSON.stringify(after).includes('Ward letters'))).toBe(true);
  expect(JSON.stringify(log)).not.toContain('secret');
});

it('a new version is held against the adapter when somebody asks, and a deleted model takes its adapters along', async () => {
  await app.client.deployments.remove({ deploymentId: deployment.id });
  await writeRandomModel(fileIn('small.gguf'), { ...SMALL_RANDOM_MODEL, tensorType: 'Q8_0', seed: 5 });
  await writeRandomModel(fileIn('pruned.gguf'), { ...SMALL_RANDOM_MODEL, layers: 1, seed: 6 });
  for (const name of ['small.gguf', 'pruned.gguf']) {
    const { jobId } = await app.client.models.import({ source: { kind: 'path', path: fileIn(name) }, target: { kind: 'new-version', modelId }, notes: '' });
    await until(async () => (await app.client.jobs.get({ jobId })).state === 'succeeded');
  }
  const [pruned, , first] = (await app.client.models.get({ modelId })).versions;
  expect((await app.client.adapters.get({ adapterId })).fits.map(({ versionNumber }) => versionNumber)).toEqual([1, 2]);
  const wrong = await app.client.deployments.create({ name: 'pruned', versionId: pruned?.id ?? '', settings, limits, trialId: null });
  await expect(app.client.deployments.setAdapters({ deploymentId: wrong.id, adapters: [{ adapterId, weight: 1 }] })).rejects.toMatchObject({ code: 'ADAPTER_REFUSED', data: { reason: 'shape' } });
  await app.client.deployments.remove({ deploymentId: wrong.id });
  const { sha256 } = await app.client.adapters.get({ adapterId });
  const stored = join(app.dataFolder, 'adapters', `${sha256}.gguf`);
  chmodSync(stored, 0o600);
  truncateSync(stored, 100);
  const fitting = await app.client.deployments.create({ name: 'fitting', versionId: first?.id ?? '', settings, limits, trialId: null });
  await expect(app.client.deployments.setAdapters({ deploymentId: fitting.id, adapters: [{ adapterId, weight: 1 }] })).rejects.toMatchObject({ code: 'MODEL_FILE_CHANGED' });
  await app.client.deployments.remove({ deploymentId: fitting.id });
  await app.client.models.delete({ modelId, confirmName: 'Base' });
  expect(await app.client.adapters.list({})).toEqual([]);
  expect(existsSync(stored)).toBe(false);
});
