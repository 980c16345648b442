import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { ChatEvent, DeploymentLimits, DeploymentView, EngineSettings, Lifecycle } from '../contract/deployments.contract.ts';
import { SMALL_RANDOM_MODEL, writeRandomModel } from '../engine/testing/random-model.ts';
import { temporaryFolder } from '../kernel/testing/temporary-house.ts';
import { openTestHouse } from '../testing/test-house.ts';
import type { TestHouse } from '../testing/test-house.ts';
import { until } from '../testing/test-application.ts';

const MINUTE_MS = 60_000;
const settings: EngineSettings = { backend: 'cpu', gpuLayers: 0, contextSize: 512, parallelSequences: 2, threads: 1 };
const limits: DeploymentLimits = { maxOutputTokens: 400, queueLimit: 8, memoryLimitBytes: 2 ** 31 };
const onDemand: Lifecycle = { kind: 'on-demand', idleMinutes: 15 };
const pinned: Lifecycle = { kind: 'pinned' };
const source = temporaryFolder('source');
/** What the machine says of its memory; null is the truth. */
let memory: { ramTotalBytes: number; ramAvailableBytes: number } | null = null;
let test: TestHouse;
let versionId: string;
let smaller: string;

beforeAll(async () => {
  test = await openTestHouse({ machine: () => memory ?? {} });
  const import1 = async (name: string, seed: number): Promise<string> => {
    const path = join(source.path, `${name}.gguf`);
    await writeRandomModel(path, { ...SMALL_RANDOM_MODEL, seed });
    return test.house.models.get(await test.importModel(path, name)).versions[0]?.id ?? '';
  };
  versionId = await import1('Ward', 1);
  smaller = await import1('Desk', 2);
}, 120_000);
afterEach(async () => {
  memory = null;
  for (const { id } of test.house.deployments.list()) await test.house.deployments.remove(test.ada(), id);
  if (test.bugs.length > 0) throw new Error('unforeseen', { cause: test.bugs });
});
afterAll(async () => {
  await test.close();
  source.remove();
});

async function deploy(name: string, lifecycle: Lifecycle, changed: Partial<DeploymentLimits> = {}): Promise<DeploymentView> {
  const { id } = await test.house.deployments.create(test.ada(), { name, versionId, settings, limits: { ...limits, ...changed }, trialId: null, lifecycle });
  return until(async () => {
    const view = test.house.deployments.get(id);
    return view.state === 'ready' && view;
  }, 30_000);
}
const stateOf = (id: string): string => test.house.deployments.get(id).state;
async function ask(name: string, { tokens = 4, signal = new AbortController().signal } = {}): Promise<Extract<ChatEvent, { kind: 'finished' }>['reason']> {
  for await (const event of test.house.deployments.chatByName(name, { messages: [{ role: 'user', content: 'Hello' }], sampling: { temperature: 0, topP: 1, maxOutputTokens: tokens }, signal })) {
    if (event.kind === 'finished') return event.reason;
  }
  throw new Error('the answer did not end');
}
const auditOf = (type: 'deployments.loadedOnDemand' | 'deployments.unloaded' | 'deployments.lifecycleChanged' | 'deployments.memoryBudgetChanged') =>
  test.house.audit.list({ filter: { types: [type] }, cursor: null, limit: 50 }).then(({ events }) => events);
async function asleep(id: string): Promise<void> {
  test.house.deployments.unloadIdle();
  await until(async () => stateOf(id) === 'sleeping' && (await test.house.deployments.memory()).holders.every(({ deploymentId }) => deploymentId !== id));
}

it('is unloaded after its minutes without a request, not before, and eight requests that wake it share one load', { timeout: 60_000 }, async () => {
  const { id } = await deploy('ward', onDemand);
  await ask('ward');
  test.advance(14 * MINUTE_MS);
  test.house.deployments.unloadIdle();
  expect(stateOf(id)).toBe('ready');
  await ask('ward'); // counts from the last request
  test.advance(14 * MINUTE_MS);
  test.house.deployments.unloadIdle();
  expect(stateOf(id)).toBe('ready');
  test.advance(2 * MINUTE_MS);
  await asleep(id);
  expect(test.house.deployments.get(id)).toMatchObject({ processId: null, requestCount: 2, problem: null });

  const starts = test.engineStarts;
  const gone = new AbortController();
  const impatient = ask('ward', { signal: gone.signal });
  const others = Array.from({ length: 7 }, () => ask('ward'));
  await until(async () => stateOf(id) === 'starting');
  gone.abort();
  expect(await impatient, 'whoever leaves is told so at once').toBe('cancelled');
  expect(await Promise.all(others)).toEqual(Array.from({ length: 7 }, () => 'length'));
  expect(test.engineStarts - starts).toBe(1);
  expect(await auditOf('deployments.loadedOnDemand')).toMatchObject([{ object: { name: 'ward' }, actor: { kind: 'system' }, after: { versionId } }]);
  expect(await auditOf('deployments.unloaded')).toMatchObject([{ object: { name: 'ward' }, after: { why: 'idle', idleMinutes: 15 } }]);
});

it('keeps what is being asked, and what is pinned; the next request after that finds it asleep', { timeout: 60_000 }, async () => {
  const { id } = await deploy('ward', onDemand);
  const running = ask('ward', { tokens: 300 });
  await until(async () => test.house.deployments.get(id).activeRequests === 1);
  test.advance(60 * MINUTE_MS);
  test.house.deployments.unloadIdle();
  expect(stateOf(id)).toBe('ready');
  expect(await running).toBe('length');
  await test.house.deployments.setLifecycle(test.ada(), { deploymentId: id, lifecycle: pinned });
  test.advance(60 * MINUTE_MS);
  test.house.deployments.unloadIdle();
  expect(stateOf(id)).toBe('ready');
  await test.house.deployments.setLifecycle(test.ada(), { deploymentId: id, lifecycle: onDemand });
  await asleep(id);
  await test.house.deployments.setLifecycle(test.ada(), { deploymentId: id, lifecycle: pinned });
  expect(['starting', 'ready']).toContain(stateOf(id));
  expect((await auditOf('deployments.lifecycleChanged'))[0]).toMatchObject({ before: { kind: 'on-demand', idleMinutes: 15 }, after: { kind: 'pinned' } });
});

it('lets no more wait for the load than run and queue afterwards', { timeout: 60_000 }, async () => {
  const { id } = await deploy('ward', onDemand, { queueLimit: 1 });
  test.advance(60 * MINUTE_MS);
  await asleep(id);
  const asked = [1, 2, 3].map(() => ask('ward'));
  await expect(ask('ward')).rejects.toMatchObject({ code: 'DEPLOYMENT_BUSY', data: { name: 'ward', queueLimit: 1 } });
  expect(await Promise.all(asked)).toEqual(['length', 'length', 'length']);
});

it('makes room by the longest unused, never by one that is asked or pinned; then the refusal names who holds the memory', { timeout: 90_000 }, async () => {
  const first = await deploy('first', onDemand);
  const second = await deploy('second', onDemand);
  await deploy('fixed', pinned);
  const { holders } = await test.house.deployments.memory();
  const each = Math.max(...holders.map(({ ramBytes }) => ramBytes));
  // Room for three and a half of them within 80 %.
  const ramTotalBytes = Math.ceil((each * 3.5) / 0.8);
  memory = { ramTotalBytes, ramAvailableBytes: ramTotalBytes };
  await test.hardware.look();
  await ask('second');
  test.advance(1000);
  await ask('first');
  test.advance(1000);
  const third = await deploy('third', onDemand);
  expect([stateOf(first.id), stateOf(second.id)]).toEqual(['ready', 'sleeping']);
  expect((await auditOf('deployments.unloaded'))[0]).toMatchObject({ object: { name: 'second' }, after: { why: 'memory', madeWayFor: 'third' } });

  await ask('second'); // comes back in the place of the longest unused
  expect([stateOf(first.id), stateOf(third.id)]).toEqual(['sleeping', 'ready']);
  const held = await Promise.all(['second', 'third'].map((name) => test.house.deployments.engineForRequest({ ...test.house.deployments.get(name === 'second' ? second.id : third.id), desired: 'running' }, new AbortController().signal)));
  await expect(ask('first')).rejects.toMatchObject({ code: 'MEMORY_HELD', data: { name: 'first', where: 'ram', holders: expect.arrayContaining([expect.objectContaining({ name: 'fixed' })]) as unknown[] } });
  expect(test.house.deployments.get(first.id)).toMatchObject({ state: 'sleeping', problem: { code: 'MEMORY_HELD' } });
  for (const lease of held) lease.release();
  expect(await ask('first')).toBe('length');
  await test.house.deployments.setMemoryBudget(test.ada(), { ramPercent: 30, vramPercent: 90 });
  expect(await test.house.deployments.memory()).toMatchObject({ budget: { ramPercent: 30 }, ram: { budgetBytes: Math.floor(ramTotalBytes * 0.3) } });
  expect((await auditOf('deployments.memoryBudgetChanged'))[0]).toMatchObject({ before: { ramPercent: 80 }, after: { ramPercent: 30 } });
  await test.house.deployments.setMemoryBudget(test.ada(), { ramPercent: 80, vramPercent: 90 });
});

it('refuses a switch there is no room for before anything starts, offers the way with a gap, and rolls back the same way', { timeout: 90_000 }, async () => {
  const deployment = await deploy('ward', pinned);
  const { id } = deployment;
  const { switching } = test.house.deployments;
  const target = { deploymentId: id, versionId: smaller, settings, limits, detachAdapters: false, question: 'Hello' };
  const { fit } = await switching.plan(id, smaller);
  const ramTotalBytes = 2 ** 32;
  // A tenth is left free. What is free beside the one that serves is 50 MB too little; with what that one holds it suffices.
  memory = { ramTotalBytes, ramAvailableBytes: ramTotalBytes * 0.1 + fit.prediction.totalRamBytes - 50e6 };
  const plan = await switching.plan(id, smaller);
  expect(plan).toMatchObject({ fitsAfterStopping: true, problem: { code: 'OVERLAP_DOES_NOT_FIT', data: { name: 'ward', where: 'ram', fitsAfterStopping: true } } });
  const starts = test.engineStarts;
  await expect(drain(switching.try(test.ada(), target))).rejects.toMatchObject({ code: 'OVERLAP_DOES_NOT_FIT' });
  expect(test.engineStarts).toBe(starts);
  expect(test.house.deployments.get(id)).toMatchObject({ state: 'ready', versionId });

  let asked: Promise<string> | null = null;
  const kinds: string[] = [];
  for await (const event of switching.switchStoppingFirst(test.ada(), target)) {
    if (event.kind === 'stopped') {
      memory = { ramTotalBytes, ramAvailableBytes: ramTotalBytes };
      const impatient = { ...deployment, desired: 'running' as const, limits: { ...limits, queueTimeoutMs: 300 } };
      const askedAtMs = performance.now();
      await expect(test.house.deployments.engineForRequest(impatient, new AbortController().signal)).rejects.toMatchObject({ code: 'DEPLOYMENT_NOT_READY' });
      expect(performance.now() - askedAtMs).toBeGreaterThanOrEqual(290);
      asked = ask('ward'); // comes in the gap and waits for its end
    }
    if (kinds.at(-1) !== event.kind) kinds.push(event.kind);
  }
  expect(kinds).toEqual(expect.arrayContaining(['stopped', 'loaded', 'finished', 'switched']));
  expect(await asked).toBe('length');
  expect(test.house.deployments.get(id)).toMatchObject({ state: 'ready', versionId: smaller });

  const back = await drain(switching.rollBack(test.ada(), { deploymentId: id, stopFirst: false }));
  expect(back.map(({ kind }) => kind), 'nothing was warm: loaded and asked first').toEqual(expect.arrayContaining(['loaded', 'finished', 'switched']));
  expect(test.house.deployments.get(id)).toMatchObject({ state: 'ready', versionId });
});

it('loads the old one again when the new one fails in the gap, and ends the version before when its time is over', { timeout: 90_000 }, async () => {
  const { id } = await deploy('ward', pinned);
  const { switching } = test.house.deployments;
  const target = { deploymentId: id, versionId: smaller, settings, limits, detachAdapters: false, question: 'Hello' };
  const failing = { ...target, limits: { ...limits, memoryLimitBytes: 64 * 1024 * 1024 } };
  await expect(drain(switching.switchStoppingFirst(test.ada(), failing))).rejects.toMatchObject({ code: 'ENGINE_FAILED', data: { reason: 'memory-limit' } });
  expect(test.house.deployments.get(id)).toMatchObject({ state: 'ready', versionId });
  expect(test.house.deployments.versions(id).rows).toHaveLength(1);

  let trialId = '';
  for await (const event of switching.try(test.ada(), target)) if (event.kind === 'finished') trialId = event.trialId;
  const long = ask('ward', { tokens: 300 });
  await until(async () => test.house.deployments.get(id).activeRequests === 1);
  await switching.switch(test.ada(), { ...target, trialId });
  expect(test.house.deployments.versions(id)).toMatchObject({ draining: { activeRequests: 1 }, rollBack: { warmUntilMs: expect.any(Number) as number } });
  expect(await long).toBe('length');
  expect(test.house.deployments.versions(id).draining).toBeNull();
  test.advance(11 * MINUTE_MS);
  test.house.deployments.unloadIdle();
  await until(async () => (await test.house.deployments.memory()).holders.length === 1);
  expect(test.house.deployments.versions(id).rollBack).toMatchObject({ warmUntilMs: null });
});

async function drain<Event extends { kind: string }>(events: AsyncIterable<Event>): Promise<Event[]> {
  const read: Event[] = [];
  for await (const event of events) read.push(event);
  return read;
}
