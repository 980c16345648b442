import { join } from 'node:path';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeploymentView, TrialEvent } from '../contract/deployments.contract.ts';
import { writeGguf } from '../engine/gguf/gguf-writer.ts';
import { SMALL_RANDOM_ENCODER, writeRandomEncoder } from '../engine/testing/random-encoder.ts';
import { SMALL_RANDOM_MODEL, writeRandomModel } from '../engine/testing/random-model.ts';
import { temporaryFolder } from '../kernel/testing/temporary-house.ts';
import { importModel, startTestApplication, until } from '../testing/test-application.ts';
import type { TestApplication } from '../testing/test-application.ts';

const settings = { backend: 'cpu' as const, gpuLayers: 0, contextSize: 128, parallelSequences: 1, threads: 1 };
const limits = { maxOutputTokens: 128, queueLimit: 4, memoryLimitBytes: 2 ** 31 };
const source = temporaryFolder('source');
let app: TestApplication;
const versions = new Map<string, string>();
const idOf = (name: string): string => versions.get(name) ?? '';

beforeAll(async () => {
  app = await startTestApplication({ changes: { servesModels: true } });
  await app.client.gateway.setPort({ port: 20_000 + Math.floor(Math.random() * 20_000) });
  const pathOf = (name: string): string => join(source.path, `${name}.gguf`);
  await writeRandomEncoder(pathOf('search'), { ...SMALL_RANDOM_ENCODER, name: 'Search' });
  await writeRandomEncoder(pathOf('search-2'), { ...SMALL_RANDOM_ENCODER, name: 'Search', seed: 2 });
  await writeRandomEncoder(pathOf('order'), { ...SMALL_RANDOM_ENCODER, name: 'Order', pooling: 'rank' });
  await writeRandomModel(pathOf('chat'), SMALL_RANDOM_MODEL);
  for (const name of ['search', 'search-2', 'order', 'chat']) {
    const modelId = await importModel(app.client, pathOf(name), name);
    versions.set(name, (await app.client.models.get({ modelId })).versions[0]?.id ?? '');
  }
}, 60_000);
afterAll(async () => {
  await app.dispose();
  source.remove();
});

async function deploy(name: string, trialId: string | null = null): Promise<DeploymentView> {
  const { id } = await app.client.deployments.create({ name, versionId: idOf(name), settings, limits, trialId });
  return until(async () => {
    const view = await app.client.deployments.get({ deploymentId: id });
    return view.state === 'ready' && view;
  });
}
async function tried(events: AsyncIterable<TrialEvent>): Promise<TrialEvent[]> {
  const seen: TrialEvent[] = [];
  for await (const event of events) seen.push(event);
  return seen;
}

describe('an embedding model', () => {
  it('is imported after a trial of what it is for, and its list says so', async () => {
    const models = await app.client.models.list({});
    expect(Object.fromEntries(models.map(({ name, purpose }) => [name, purpose]))).toMatchObject({ search: 'embedding', order: 'reranking', chat: 'text-generation' });
    const { recommended, limits: found } = await app.client.deployments.fit({ versionId: idOf('search') });
    expect(recommended).toMatchObject({ fits: true, settings: { contextSize: 128, parallelSequences: 1 } });
    expect(found.queueLimit).toBeGreaterThan(0);
  });

  it('shows a vector in its trial, goes live with it, and compares texts', async () => {
    const order = { name: 'search', versionId: idOf('search'), settings, limits };
    const events = await tried(await app.client.deployments.trial({ ...order, question: 'the patient is in pain' }));
    const shown = events.find(({ kind }) => kind === 'embedded');
    if (shown?.kind !== 'embedded') throw new Error('no vector');
    expect(shown).toMatchObject({ dimensions: 32, length: expect.closeTo(1, 5) });
    expect(shown.first).toHaveLength(8);
    const finished = events.at(-1);
    expect(finished).toMatchObject({ kind: 'finished', usage: { promptTokens: 7, outputTokens: 0 } });
    const view = await deploy('search', finished?.kind === 'finished' ? finished.trialId : null);
    expect(view).toMatchObject({ purpose: 'embedding', requestCount: 1 });

    const seen = await app.client.deployments.embed({ deploymentId: view.id, texts: ['pain', 'pain', 'an invoice'] });
    expect(seen.similarities[0]?.[1]).toBeCloseTo(1, 5);
    expect(seen.similarities[0]?.[2]).toBeLessThan(0.999);
    expect(seen).toMatchObject({ dimensions: 32, promptTokens: 3 + 3 + 5 });
    const { events: audit } = await app.client.audit.list({ filter: { types: ['deployments.questionAsked'] }, cursor: null, limit: 5 });
    expect(audit[0]).toMatchObject({ object: { name: 'search' }, after: { usage: { promptTokens: 11, outputTokens: 0 } } });
    expect(JSON.stringify(audit)).not.toContain('invoice');
    await app.client.deployments.remove({ deploymentId: view.id });
  });

  it('answers programs through the gateway, and refuses to chat by name', async () => {
    const view = await deploy('search');
    const { secret } = await app.client.apiKeys.create({ name: 'Archive' });
    const { port } = await app.client.gateway.status({});
    const openai = new OpenAI({ apiKey: secret, baseURL: `http://127.0.0.1:${port}/v1`, maxRetries: 0 });
    const made = await openai.embeddings.create({ model: 'search', input: ['pain', 'an invoice'] });
    expect(made.data).toHaveLength(2);
    expect(made.usage.prompt_tokens).toBe(8);
    await expect(openai.chat.completions.create({ model: 'search', messages: [{ role: 'user', content: 'Hello' }] })).rejects.toMatchObject({ code: 'model_not_suitable' });
    const chat = await app.client.deployments.chat({ deploymentId: view.id, messages: [{ role: 'user', content: 'Hello' }], sampling: { temperature: 0.7, topP: 0.95 } });
    await expect(chat.next()).rejects.toMatchObject({ code: 'GENERATION_REFUSED', data: { reason: 'no-generation' } });
    await app.client.deployments.remove({ deploymentId: view.id });
  });

  it('moves to another version of its kind, and to no other kind', async () => {
    const view = await deploy('search');
    const { choices } = await app.client.deployments.switchChoices({ deploymentId: view.id });
    expect(choices.map(({ modelName }) => modelName).sort()).toEqual(['search', 'search-2']);
    const target = { deploymentId: view.id, settings, limits, detachAdapters: false };
    const before = await app.client.deployments.embed({ deploymentId: view.id, texts: ['pain', 'an invoice'] });
    const events = await tried(await app.client.deployments.trySwitch({ ...target, versionId: idOf('search-2'), question: 'pain' }));
    expect(events.map(({ kind }) => kind)).toContain('embedded');
    const finished = events.at(-1);
    if (finished?.kind !== 'finished') throw new Error('the trial did not finish');
    await app.client.deployments.switchVersion({ ...target, versionId: idOf('search-2'), trialId: finished.trialId });
    const after = await app.client.deployments.embed({ deploymentId: view.id, texts: ['pain', 'an invoice'] });
    expect(after.similarities[0]?.[1]).not.toBeCloseTo(before.similarities[0]?.[1] ?? 0, 5);
    for await (const event of await app.client.deployments.rollBack({ deploymentId: view.id, stopFirst: false })) void event;
    const back = await app.client.deployments.embed({ deploymentId: view.id, texts: ['pain', 'an invoice'] });
    expect(back.similarities[0]?.[1]).toBeCloseTo(before.similarities[0]?.[1] ?? 0, 5);
    const other = await app.client.deployments.trySwitch({ ...target, versionId: idOf('chat'), question: 'pain' });
    await expect(other.next()).rejects.toMatchObject({ code: 'OTHER_PURPOSE', data: { purpose: 'embedding', wanted: 'text-generation' } });
    await app.client.deployments.remove({ deploymentId: view.id });
  });

  it('is refused what needs a model that writes', async () => {
    const versionId = idOf('search');
    const refusal = { code: 'MODEL_NOT_CHATTABLE', data: { purpose: 'embedding' } };
    const plan = { promptSizes: [16], generationSizes: [], streams: [], streamPromptTokens: 16, streamOutputTokens: 16, repeats: 1, warmUp: false };
    await expect(app.client.benchmarks.start({ subject: { kind: 'version', versionId, settings }, plan })).rejects.toMatchObject(refusal);
    await expect(app.client.quantization.plan({ versionId, type: 'Q8_0', options: {} })).rejects.toMatchObject(refusal);
  });
});

describe('a projector', () => {
  it('is no model on its own, and is refused as before', async () => {
    const path = join(source.path, 'mmproj.gguf');
    const metadata = [{ key: 'general.architecture', type: 'string' as const, value: 'clip' }];
    await writeGguf(path, { metadata, tensors: [{ name: 'v.patch_embd.weight', type: 'F32', dimensions: [4], data: new Uint8Array(16) }] });
    const { jobId } = await app.client.models.import({ source: { kind: 'path', path }, target: { kind: 'new-model', name: 'Projector' }, notes: '' });
    const job = await until(async () => {
      const view = await app.client.jobs.get({ jobId });
      return view.state === 'failed' && view;
    });
    expect(job.error).toMatchObject({ code: 'MODEL_NOT_CHATTABLE', data: { purpose: 'projector' } });
  });
});

describe('a reranking model', () => {
  it('shows an order in its trial and ranks what a person gives', async () => {
    const documents = ['the patient is in pain', 'rain in the week', 'an invoice'];
    const order = { name: 'order', versionId: idOf('order'), settings, limits };
    const events = await tried(await app.client.deployments.trial({ ...order, question: 'pain', documents }));
    const shown = events.find(({ kind }) => kind === 'ranked');
    if (shown?.kind !== 'ranked') throw new Error('no order');
    expect(shown.documents.map(({ text }) => text).sort()).toEqual([...documents].sort());
    const scores = shown.documents.map(({ score }) => score);
    expect(scores).toEqual(scores.toSorted((one, other) => other - one));
    const view = await deploy('order');
    const { scores: again } = await app.client.deployments.rank({ deploymentId: view.id, query: 'pain', documents });
    for (const { text, score } of shown.documents) expect(again[documents.indexOf(text)]).toBeCloseTo(score, 4);
    await expect(app.client.deployments.embed({ deploymentId: view.id, texts: ['pain'] })).rejects.toMatchObject({ code: 'GENERATION_REFUSED', data: { reason: 'no-embeddings' } });
    await app.client.deployments.remove({ deploymentId: view.id });
  });
});
