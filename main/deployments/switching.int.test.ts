import { join } from 'node:path';
import OpenAI from 'openai';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DeploymentView, TrialEvent } from '../contract/deployments.contract.ts';
import type { SwitchEvent } from '../contract/deployment-versions.contract.ts';
import { writeRandomAdapter } from '../engine/testing/random-adapter.ts';
import { SMALL_RANDOM_MODEL, writeRandomModel } from '../engine/testing/random-model.ts';
import { hasEnded, isAlive } from '../kernel/processes/testing/living.ts';
import { temporaryFolder } from '../kernel/testing/temporary-house.ts';
import { importModel, startTestApplication, testPassword, until } from '../testing/test-application.ts';
import type { TestApplication } from '../testing/test-application.ts';
import { inferenceProcesses } from './testing/child-processes.ts';

const settings = { backend: 'cpu' as const, gpuLayers: 0, contextSize: 512, parallelSequences: 4, threads: 1 };
const limits = { maxOutputTokens: 200, queueLimit: 16, memoryLimitBytes: 2 ** 31 };
const question = 'Who is on duty?';
const source = temporaryFolder('source');
let app: TestApplication;
let modelId: string;
let first: string;
let second: string;

beforeAll(async () => {
  app = await startTestApplication({ changes: { servesModels: true } });
  await app.client.gateway.setPort({ port: 20_000 + Math.floor(Math.random() * 20_000) });
  const path = (seed: number): string => join(source.path, `ward-${seed}.gguf`);
  for (const seed of [1, 2]) await writeRandomModel(path(seed), { ...SMALL_RANDOM_MODEL, seed });
  modelId = await importModel(app.client, path(1), 'Ward');
  const { jobId } = await app.client.models.import({ source: { kind: 'path', path: path(2) }, target: { kind: 'new-version', modelId }, notes: '' });
  await until(async () => (await app.client.jobs.get({ jobId })).state === 'succeeded');
  const { versions } = await app.client.models.get({ modelId });
  first = versions.find(({ number }) => number === 1)?.id ?? '';
  second = versions.find(({ number }) => number === 2)?.id ?? '';
}, 60_000);
afterAll(async () => {
  await app.dispose();
  source.remove();
});

async function deploy(name: string): Promise<DeploymentView> {
  const { id } = await app.client.deployments.create({ name, versionId: first, settings, limits, trialId: null });
  return ready(id);
}
const get = (deploymentId: string): Promise<DeploymentView> => app.client.deployments.get({ deploymentId });
const ready = (deploymentId: string): Promise<DeploymentView> =>
  until(async () => {
    const view = await get(deploymentId);
    return view.state === 'ready' && view;
  }, 30_000);
const target = { settings, limits, detachAdapters: false };
async function tryOut(deploymentId: string, versionId = second): Promise<{ trialId: string; answer: string }> {
  let answer = '';
  let trialId = '';
  for await (const event of await app.client.deployments.trySwitch({ deploymentId, versionId, ...target, question })) {
    if (event.kind === 'text') answer += event.text;
    if (event.kind === 'finished') trialId = event.trialId;
  }
  return { trialId, answer };
}
async function rollBack(deploymentId: string): Promise<SwitchEvent[]> {
  const events: SwitchEvent[] = [];
  for await (const event of await app.client.deployments.rollBack({ deploymentId, stopFirst: false })) events.push(event);
  return events;
}
async function answer(deploymentId: string): Promise<string> {
  let text = '';
  for await (const event of await app.client.deployments.chat({ deploymentId, messages: [{ role: 'user', content: question }], sampling: { temperature: 0, maxOutputTokens: 48 } })) {
    if (event.kind === 'text') text += event.text;
  }
  return text;
}
const eventsOf = async (types: ('deployments.versionSwitched' | 'deployments.rolledBack' | 'deployments.tried')[]) => (await app.client.audit.list({ filter: { types }, cursor: null, limit: 50 })).events;

interface Streamed {
  startedAtMs: number;
  text: string;
  finish: string | null;
}

it('switches and rolls back while four programs stream without pause: no request fails, every answer is whole', { timeout: 60_000 }, async () => {
  const deployment = await deploy('ward');
  const { secret } = await app.client.apiKeys.create({ name: 'Ward 3' });
  const { baseUrl } = await app.client.gateway.status({});
  const openai = new OpenAI({ apiKey: secret, baseURL: baseUrl, maxRetries: 0 });
  const ofFirst = await answer(deployment.id);
  const answers: Streamed[] = [];
  const failures: unknown[] = [];
  const streaming = { goesOn: true };
  const program = async (): Promise<void> => {
    while (streaming.goesOn) {
      const own: Streamed = { startedAtMs: performance.now(), text: '', finish: null };
      try {
        const stream = await openai.chat.completions.create({ model: 'ward', messages: [{ role: 'user', content: question }], max_tokens: 48, temperature: 0, stream: true });
        for await (const { choices } of stream) {
          own.text += choices[0]?.delta.content ?? '';
          own.finish = choices[0]?.finish_reason ?? own.finish;
        }
        answers.push(own);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  const programs = Array.from({ length: 4 }, program);
  const more = (): Promise<unknown> => {
    const { length } = answers;
    return until(async () => answers.length >= length + 8 || failures.length > 0, 30_000);
  };
  await more();
  const tried = await tryOut(deployment.id);
  expect(tried.answer).not.toBe('');
  const switched = await app.client.deployments.switchVersion({ deploymentId: deployment.id, versionId: second, ...target, trialId: tried.trialId });
  const switchedAtMs = performance.now();
  expect(switched).toMatchObject({ state: 'ready', versionId: second, versionNumber: 2 });
  expect(switched.processId).not.toBe(deployment.processId);
  await more();
  const steps = await app.client.deployments.versions({ deploymentId: deployment.id });
  expect(steps.rollBack).toMatchObject({ versionNumber: 1, warmUntilMs: expect.any(Number) as number });
  const backAtMs = performance.now();
  expect((await rollBack(deployment.id)).map(({ kind }) => kind), 'still loaded: nothing to load').toEqual(['switched']);
  const backSinceMs = performance.now();
  await more();
  streaming.goesOn = false;
  await Promise.all(programs);

  expect(failures).toEqual([]);
  const ofSecond = answers.find(({ startedAtMs }) => startedAtMs > switchedAtMs && startedAtMs < backAtMs)?.text ?? '';
  expect(ofSecond).not.toBe(ofFirst);
  expect(new Set(answers.map(({ text }) => text))).toEqual(new Set([ofFirst, ofSecond]));
  expect(answers.every(({ finish }) => finish === 'length' || finish === 'stop')).toBe(true);
  for (const { startedAtMs, text } of answers) {
    if (startedAtMs > switchedAtMs && startedAtMs < backAtMs) expect(text).toBe(ofSecond);
    if (startedAtMs > backSinceMs) expect(text).toBe(ofFirst);
  }
  expect(await get(deployment.id)).toMatchObject({ versionId: first, processId: deployment.processId, errorCount: 0, requestCount: answers.length + 2 }); // and the question before, and that of the trial
  const history = await app.client.deployments.versions({ deploymentId: deployment.id });
  expect(history.rows.map(({ step, versionNumber, how, byName }) => [step, versionNumber, how, byName])).toEqual([
    [3, 1, 'rolled-back', 'Ada'],
    [2, 2, 'switched', 'Ada'],
    [1, 1, 'created', 'Ada'],
  ]);
  expect(history.rollBack, 'back where it began').toBeNull();
  const audited = await eventsOf(['deployments.versionSwitched', 'deployments.rolledBack']);
  expect(audited.map(({ type, before, after }) => [type, before, after])).toMatchObject([
    ['deployments.rolledBack', { version: 2 }, { version: 1, settings: { contextSize: 512 } }],
    ['deployments.versionSwitched', { version: 1, versionId: first }, { version: 2, versionId: second }],
  ]);
  await expect(rollBack(deployment.id)).rejects.toMatchObject({ code: 'NOTHING_TO_ROLL_BACK_TO' });
  await app.client.deployments.remove({ deploymentId: deployment.id });
  await until(async () => inferenceProcesses().length === 0);
});

it('changes nothing when the new engine is killed in its trial, when the trial is stopped, or when the application ends before the switch', { timeout: 90_000 }, async () => {
  const { id, processId } = await deploy('steady');
  const before = new Set(inferenceProcesses());
  const trial = async (onLoaded: (newProcess: number) => 'go-on' | 'leave'): Promise<TrialEvent[]> => {
    const events: TrialEvent[] = [];
    for await (const event of await app.client.deployments.trySwitch({ deploymentId: id, versionId: second, ...target, question })) {
      events.push(event);
      if (event.kind !== 'loaded') continue;
      const started = inferenceProcesses().find((each) => !before.has(each));
      if (started === undefined) throw new Error('no engine was started');
      if (onLoaded(started) === 'leave') break;
    }
    return events;
  };
  const unchanged = async (): Promise<void> => {
    expect(await get(id)).toMatchObject({ state: 'ready', versionId: first, processId });
    expect((await app.client.deployments.versions({ deploymentId: id })).rows).toHaveLength(1);
  };
  await expect(
    trial((newProcess) => {
      process.kill(newProcess, 'SIGKILL');
      return 'go-on';
    }),
  ).rejects.toMatchObject({ code: 'ENGINE_FAILED', data: { reason: 'crashed' } });
  await unchanged();
  let left = 0;
  await trial((newProcess) => {
    left = newProcess;
    return 'leave';
  });
  expect(await hasEnded(left, 10_000)).toBe(true);
  await unchanged();
  expect((await eventsOf(['deployments.tried'])).slice(0, 2).map(({ result, reason }) => [result, reason])).toEqual([
    ['cancelled', 'CANCELLED'],
    ['refused', 'ENGINE_FAILED'],
  ]);

  const { trialId } = await tryOut(id);
  await app.restart();
  await app.client.accounts.signIn({ password: testPassword });
  expect(isAlive(processId ?? 0)).toBe(false);
  expect(await ready(id)).toMatchObject({ versionId: first });
  await expect(app.client.deployments.switchVersion({ deploymentId: id, versionId: second, ...target, trialId })).rejects.toMatchObject({ code: 'TRIAL_OVER' });
  expect((await app.client.deployments.versions({ deploymentId: id })).rows).toHaveLength(1);
  await app.client.deployments.remove({ deploymentId: id });
});

it('refuses adapters that do not fit before anything starts; taken off with the switch they come back with the roll-back', { timeout: 60_000 }, async () => {
  const { id } = await deploy('letters');
  const wide = join(source.path, 'wide.gguf');
  await writeRandomModel(wide, { ...SMALL_RANDOM_MODEL, feedForward: 192, seed: 3 });
  const { jobId } = await app.client.models.import({ source: { kind: 'path', path: wide }, target: { kind: 'new-version', modelId }, notes: '' });
  await until(async () => (await app.client.jobs.get({ jobId })).state === 'succeeded');
  const third = (await app.client.models.get({ modelId })).versions.find(({ number }) => number === 3)?.id ?? '';
  await writeRandomAdapter(join(source.path, 'letters.gguf'), join(source.path, 'ward-1.gguf'), { name: 'Letters' });
  const imported = await app.client.adapters.import({ source: { kind: 'path', path: join(source.path, 'letters.gguf') }, modelId, name: 'Letters' });
  const adapterId = (await until(async () => (await app.client.jobs.get(imported)).result)).objectId;
  await app.client.deployments.setAdapters({ deploymentId: id, adapters: [{ adapterId, weight: 0.5 }] });
  const withLetters = await answer(id);

  expect((await app.client.deployments.planSwitch({ deploymentId: id, versionId: third })).adapters).toMatchObject([{ name: 'Letters', fits: false }]);
  const count = inferenceProcesses().length;
  const wanted = { deploymentId: id, versionId: third, ...target };
  await expect(
    (async () => {
      for await (const _ of await app.client.deployments.trySwitch({ ...wanted, question })) expect.unreachable();
    })(),
  ).rejects.toMatchObject({ code: 'ADAPTER_REFUSED' });
  expect(inferenceProcesses()).toHaveLength(count);
  let trialId = '';
  for await (const event of await app.client.deployments.trySwitch({ ...wanted, detachAdapters: true, question })) if (event.kind === 'finished') trialId = event.trialId;
  expect(await app.client.deployments.switchVersion({ ...wanted, detachAdapters: true, trialId })).toMatchObject({ versionNumber: 3, adapters: [] });
  await rollBack(id);
  expect(await get(id)).toMatchObject({ versionNumber: 1, adapters: [{ name: 'Letters', weight: 0.5 }] });
  expect(await answer(id)).toBe(withLetters);
  await app.client.deployments.remove({ deploymentId: id });
});
