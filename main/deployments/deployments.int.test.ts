import { join } from 'node:path';
import OpenAI from 'openai';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChatEvent, DeploymentView, TrialEvent } from '../contract/deployments.contract.ts';
import { SMALL_RANDOM_MODEL, writeRandomModel } from '../engine/testing/random-model.ts';
import { isAlive } from '../kernel/processes/testing/living.ts';
import { temporaryFolder } from '../kernel/testing/temporary-house.ts';
import { importModel, startTestApplication, testPassword, until } from '../testing/test-application.ts';
import type { TestApplication } from '../testing/test-application.ts';

const settings = { backend: 'cpu' as const, gpuLayers: 0, contextSize: 512, parallelSequences: 2, threads: 1 };
const limits = { maxOutputTokens: 400, queueLimit: 4, memoryLimitBytes: 2 ** 31 };
let app: TestApplication;
let source: ReturnType<typeof temporaryFolder>;
let versionId: string;
let modelId: string;

beforeEach(async () => {
  app = await startTestApplication({ changes: { servesModels: true } });
  await app.client.gateway.setPort({ port: 20_000 + Math.floor(Math.random() * 20_000) });
  source = temporaryFolder('source');
  const path = join(source.path, 'small.gguf');
  await writeRandomModel(path, SMALL_RANDOM_MODEL);
  modelId = await importModel(app.client, path, 'Small');
  versionId = (await app.client.models.get({ modelId })).versions[0]?.id ?? '';
});
afterEach(async () => {
  await app.dispose();
  source.remove();
});

async function deploy(name = 'small'): Promise<DeploymentView> {
  const { id } = await app.client.deployments.create({ name, versionId, settings, limits, trialId: null });
  return whenReady(id);
}
function whenReady(deploymentId: string): Promise<DeploymentView> {
  return until(async () => {
    const view = await app.client.deployments.get({ deploymentId });
    if (view.state === 'failed') throw new Error(JSON.stringify(view.problem));
    return view.state === 'ready' && view;
  });
}
async function ask(deploymentId: string, maxOutputTokens = 8): Promise<ChatEvent[]> {
  const events: ChatEvent[] = [];
  const stream = await app.client.deployments.chat({ deploymentId, messages: [{ role: 'user', content: 'Hello' }], sampling: { temperature: 0, maxOutputTokens } });
  for await (const event of stream) events.push(event);
  return events;
}
async function auditOf(type: 'deployments.questionAsked' | 'deployments.engineFailed' | 'deployments.engineRecovered' | 'deployments.tried' | 'gateway.requestServed' | 'gateway.requestRefused') {
  return (await app.client.audit.list({ filter: { types: [type] }, cursor: null, limit: 50 })).events;
}

describe('deploying', () => {
  it('recommends settings that fit, loads, answers, and leaves counts but no words in the log', async () => {
    const report = await app.client.deployments.fit({ versionId });
    expect(report.recommended.fits).toBe(true);
    expect(report.recommended.settings.threads).toBeLessThanOrEqual(report.hardware.physicalCores);
    const { id } = await deploy();
    const events = await ask(id);
    const finished = events.at(-1);
    expect(finished).toMatchObject({ kind: 'finished', reason: 'length', usage: { outputTokens: 8 } });
    const [event] = await auditOf('deployments.questionAsked');
    expect(event).toMatchObject({ object: { id, name: 'small' }, actor: { name: 'Ada' }, after: { usage: { outputTokens: 8 } } });
    expect(JSON.stringify(event)).not.toContain('Hello');
  });

  it('takes the trial over instead of loading twice', async () => {
    const events: TrialEvent[] = [];
    const question = { name: 'tried', versionId, settings, limits, question: 'Hello' };
    for await (const event of await app.client.deployments.trial(question)) events.push(event);
    const finished = events.at(-1);
    if (finished?.kind !== 'finished') throw new Error('the trial did not finish');
    expect(events.some((event) => event.kind === 'loaded' && event.loadMs > 0)).toBe(true);
    const view = await app.client.deployments.create({ name: 'tried', versionId, settings, limits, trialId: finished.trialId });
    expect(view.state).toBe('ready');
    expect((await ask(view.id)).at(-1)?.kind).toBe('finished');
    expect(await auditOf('deployments.tried')).toHaveLength(1);
  });

  it('ends a trial that nobody wants: no process is left', async () => {
    const stream = await app.client.deployments.trial({ name: 'tried', versionId, settings, limits, question: 'Hello' });
    let trialId = '';
    for await (const event of stream) if (event.kind === 'finished') trialId = event.trialId;
    await app.client.deployments.endTrial({ trialId });
    const view = await app.client.deployments.create({ name: 'tried', versionId, settings, limits, trialId });
    expect(view.state).toBe('starting');
  });

  it('refuses what does not fit and says what would', async () => {
    const huge = { ...settings, contextSize: 4_000_000, parallelSequences: 64 };
    const fit = await app.client.deployments.predict({ versionId, settings: huge });
    expect(fit.fits).toBe(false);
    await expect(app.client.deployments.create({ name: 'huge', versionId, settings: huge, limits, trialId: null })).rejects.toMatchObject({
      code: expect.stringMatching(/CONTEXT_TOO_LARGE|DOES_NOT_FIT/) as string,
    });
    await expect(app.client.deployments.create({ name: 'metal', versionId, settings: { ...settings, backend: 'metal', gpuLayers: 2 }, limits, trialId: null })).rejects.toMatchObject({
      code: 'BACKEND_UNAVAILABLE',
    });
    expect(await app.client.deployments.list({})).toEqual([]);
  });

  it('refuses a second deployment of the same name, also when both are asked for at once', async () => {
    const create = () => app.client.deployments.create({ name: 'twice', versionId, settings, limits, trialId: null });
    const outcomes = await Promise.allSettled([create(), create()]);
    expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await app.client.deployments.list({})).toHaveLength(1);
  });

  it('keeps a model in use from being deleted or retired, and names the use', async () => {
    const { id } = await deploy();
    await expect(app.client.models.delete({ modelId, confirmName: 'Small' })).rejects.toMatchObject({ code: 'MODEL_IN_USE', data: { deployments: ['small'] } });
    await expect(app.client.models.retire({ modelId })).rejects.toMatchObject({ code: 'MODEL_IN_USE' });
    await app.client.deployments.remove({ deploymentId: id });
    await app.client.models.retire({ modelId });
    await expect(app.client.deployments.create({ name: 'late', versionId, settings, limits, trialId: null })).rejects.toMatchObject({ code: 'MODEL_RETIRED' });
  });

  it('stops and starts, and runs again after a restart of the application', async () => {
    const { id, processId } = await deploy();
    await app.client.deployments.stop({ deploymentId: id });
    expect(isAlive(processId ?? 0)).toBe(false);
    await expect(ask(id)).rejects.toMatchObject({ code: 'DEPLOYMENT_NOT_READY' });
    await app.client.deployments.start({ deploymentId: id });
    await whenReady(id);
    await app.restart();
    await app.client.accounts.signIn({ password: testPassword });
    await whenReady(id);
    expect((await ask(id)).at(-1)?.kind).toBe('finished');
  });
});

describe('an engine that dies', () => {
  it('gives the client a clean error in the middle of a stream, comes back by itself, and both are recorded', async () => {
    const { id, processId } = await deploy();
    const stream = await app.client.deployments.chat({ deploymentId: id, messages: [{ role: 'user', content: 'Hello' }], sampling: { maxOutputTokens: 400 } });
    const received: ChatEvent[] = [];
    const failure = (async () => {
      for await (const event of stream) {
        received.push(event);
        if (event.kind === 'text' && received.length === 3) process.kill(processId ?? 0, 'SIGKILL');
      }
    })();
    await expect(failure).rejects.toMatchObject({ code: 'ENGINE_FAILED', data: { reason: 'crashed' } });
    await until(async () => {
      const view = await app.client.deployments.get({ deploymentId: id });
      return view.state === 'ready' && view.processId !== processId;
    });
    expect((await ask(id)).at(-1)?.kind).toBe('finished');
    expect(await auditOf('deployments.engineFailed')).toHaveLength(1);
    expect(await auditOf('deployments.engineRecovered')).toHaveLength(1);
    const asked = await auditOf('deployments.questionAsked');
    expect(asked.map((event) => [event.result, event.object.name]).sort()).toEqual([
      ['done', 'small'],
      ['refused', 'small'],
    ]);
  });
});

describe('the endpoint', () => {
  it('serves the official client: models, an answer, a stream, and refuses a revoked key; what is stopped is not listed', async () => {
    const { id } = await deploy();
    const { apiKey, secret } = await app.client.apiKeys.create({ name: 'Ward 3' });
    const { baseUrl } = await app.client.gateway.status({});
    const openai = new OpenAI({ apiKey: secret, baseURL: baseUrl, maxRetries: 0 });
    expect((await openai.models.list()).data.map((model) => model.id)).toEqual(['small']);
    const answer = await openai.chat.completions.create({ model: 'small', messages: [{ role: 'user', content: 'Hi' }], max_tokens: 5, temperature: 0 });
    expect(answer.usage?.completion_tokens).toBe(5);
    expect(answer.choices[0]?.finish_reason).toBe('length');
    let text = '';
    const stream = await openai.chat.completions.create({ model: 'small', messages: [{ role: 'user', content: 'Hi' }], max_tokens: 5, temperature: 0, stream: true });
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
    expect(text).toBe(answer.choices[0]?.message.content);
    await app.client.deployments.stop({ deploymentId: id });
    await until(async () => (await app.client.deployments.get({ deploymentId: id })).state === 'stopped');
    expect((await openai.models.list()).data).toEqual([]);
    await app.client.deployments.start({ deploymentId: id });
    expect((await openai.models.list()).data.map((model) => model.id), 'also while it starts').toEqual(['small']);
    await until(async () => (await app.client.deployments.get({ deploymentId: id })).state === 'ready');
    expect((await openai.models.list()).data.map((model) => model.id)).toEqual(['small']);
    await app.client.apiKeys.revoke({ keyId: apiKey.id });
    await expect(openai.models.list()).rejects.toMatchObject({ status: 401 });
    const served = await until(async () => {
      const events = await auditOf('gateway.requestServed');
      return events.length >= 2 && events;
    });
    expect(JSON.stringify(served)).not.toContain(secret);
    expect(served[0]?.actor).toMatchObject({ kind: 'api-key', name: 'Ward 3' });
    expect((await auditOf('gateway.requestRefused')).length).toBeGreaterThan(0);
  });
});
