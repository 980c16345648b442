import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ChatEvent, DeploymentState } from '../../contract/deployments.contract.ts';
import type { ErrorData } from '../../contract/errors.ts';
import type { ExpectedError } from '../../kernel/errors.ts';
import { hasEnded, isAlive } from '../../kernel/processes/testing/living.ts';
import {
  GREEDY,
  ask,
  inferenceWorkerPath,
  makeEngine,
  misbehavingEnginePath,
  misbehavingParentPath,
  readAnswer,
  stopEngines,
  whenStats,
} from '../testing/engine-fixture.ts';
import { realModelPath } from '../testing/real-model.ts';
import type { EngineOrder } from '../testing/engine-fixture.ts';
import type { EngineStats, SupervisedEngine } from './supervised-engine.ts';

/** Quick to lose patience, so that tests are short. */
const impatient = { beatTimeoutMs: 1_500, lookIntervalMs: 100, maxRestarts: 0 };

let modelPath: string;
beforeAll(async () => {
  modelPath = (await realModelPath()).path;
});
afterEach(stopEngines);

const misbehave = (name: string, order: Partial<EngineOrder> = {}): SupervisedEngine =>
  makeEngine({ modelPath, name, workerPath: misbehavingEnginePath, policy: impatient, ...order });

async function outcomeOf(events: AsyncIterable<ChatEvent>): Promise<{ kinds: string[]; error: ExpectedError | null }> {
  const kinds: string[] = [];
  try {
    for await (const event of events) kinds.push(event.kind);
    return { kinds, error: null };
  } catch (error) {
    return { kinds, error: error as ExpectedError };
  }
}

function failureOf(stats: EngineStats): ErrorData<'ENGINE_FAILED'> {
  expect(stats.problem?.code).toBe('ENGINE_FAILED');
  return stats.problem?.data as ErrorData<'ENGINE_FAILED'>;
}

function idOf(engine: SupervisedEngine): number {
  const { processId } = engine.stats();
  if (processId === null) throw new Error('no process');
  return processId;
}

describe('a real engine', () => {
  it('killed with -9 in the middle of an answer: a clean error, and ready again by itself', async () => {
    const states: DeploymentState[] = [];
    const engine = makeEngine({ modelPath, onChange: ({ state }) => void (states.at(-1) === state || states.push(state)) });
    engine.start();
    await engine.whenReady();
    const firstId = idOf(engine);
    let killedAt = 0;
    const kinds: string[] = [];
    const answer = (async () => {
      for await (const event of engine.chat(ask('Once upon a time'), { temperature: 1, topP: 1 })) {
        kinds.push(event.kind);
        if (event.kind !== 'text' || killedAt !== 0) continue;
        killedAt = performance.now();
        process.kill(firstId, 'SIGKILL');
      }
    })();
    await expect(answer).rejects.toMatchObject({ code: 'ENGINE_FAILED', data: { reason: 'crashed', detail: expect.stringContaining('SIGKILL') as string } });
    await engine.whenReady();
    const backMs = performance.now() - killedAt;
    expect(kinds).toContain('text');
    expect(states).toEqual(['starting', 'ready', 'restarting', 'ready']);
    expect(idOf(engine)).not.toBe(firstId);
    expect(engine.stats()).toMatchObject({ restarts: 1, requestCount: 1, errorCount: 1, problem: { code: 'ENGINE_FAILED' } });
    // Half a second on two idle cores; the bound is for a machine that is busy with other tests.
    expect(backMs).toBeLessThan(10_000);
    const again = await readAnswer(engine.chat(ask('Once'), { ...GREEDY, maxOutputTokens: 3 }));
    expect(again.finished.usage.outputTokens).toBe(3);
  });

  it('forgets a restart after good running', async () => {
    const engine = makeEngine({ modelPath, policy: { forgetRestartsAfterMs: 50 } });
    engine.start();
    await engine.whenReady();
    process.kill(idOf(engine), 'SIGKILL');
    await whenStats(engine, (stats) => stats.restarts === 1);
    const { problem } = await whenStats(engine, (stats) => stats.state === 'ready' && stats.restarts === 0);
    expect(problem).toBeNull();
  });

  it('stops in an orderly way in the middle of an answer and leaves no process', async () => {
    const engine = makeEngine({ modelPath });
    engine.start();
    await engine.whenReady();
    const processId = idOf(engine);
    const answer = outcomeOf(engine.chat(ask('Once upon a time'), { temperature: 1, topP: 1 }));
    await whenStats(engine, (stats) => stats.activeRequests === 1);
    await Promise.all([engine.stop(), engine.stop()]);
    expect((await answer).error).toMatchObject({ code: 'DEPLOYMENT_NOT_READY', data: { name: 'test', state: 'stopping' } });
    expect(isAlive(processId)).toBe(false);
    expect(engine.stats()).toMatchObject({ state: 'stopped', processId: null, problem: null });
    expect((await outcomeOf(engine.chat(ask('x'), GREEDY))).error?.code).toBe('DEPLOYMENT_NOT_READY');
  });

  it('can be started again after a stop, and stopped while it starts', async () => {
    const engine = makeEngine({ modelPath });
    engine.start();
    await engine.stop();
    expect(engine.stats().state).toBe('stopped');
    engine.start();
    await whenStats(engine, (stats) => stats.processId !== null);
    const processId = idOf(engine);
    const waiting = engine.whenReady();
    const refused = expect(waiting).rejects.toMatchObject({ code: 'DEPLOYMENT_NOT_READY' });
    await engine.stop({ graceMs: 100 });
    await refused;
    expect(isAlive(processId)).toBe(false);
    engine.start();
    await engine.whenReady();
    expect(engine.stats().state).toBe('ready');
  });

  it('asked for a backend that is not there fails with its name and never falls back to the CPU', async () => {
    const backend = process.platform === 'darwin' ? 'cuda' : 'metal';
    const engine = makeEngine({ modelPath, settings: { backend, gpuLayers: 99 } });
    engine.start();
    await expect(engine.whenReady()).rejects.toMatchObject({ code: 'BACKEND_UNAVAILABLE', data: { backend } });
    expect(engine.stats()).toMatchObject({ state: 'failed', restarts: 0, processId: null });
  });

  it('without its file fails with the reason, without trying again', async () => {
    const engine = makeEngine({ modelPath: `${modelPath}.missing.gguf` });
    engine.start();
    await expect(engine.whenReady()).rejects.toMatchObject({ code: 'ENGINE_FAILED', data: { reason: 'load-failed', detail: expect.stringContaining('ENOENT') as string } });
    expect(engine.stats()).toMatchObject({ state: 'failed', restarts: 0 });
  });

  it('stops waiting for ready when asked', async () => {
    const engine = makeEngine({ modelPath });
    engine.start();
    const abort = new AbortController();
    const waiting = engine.whenReady(abort.signal);
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

describe('an engine process that misbehaves is ended and named', () => {
  it('never ready', async () => {
    const engine = misbehave('never-ready', { policy: { ...impatient, maxRestarts: 5, readyTimeoutMs: 400 } });
    engine.start();
    const { processId } = await whenStats(engine, (stats) => stats.processId !== null);
    await expect(engine.whenReady()).rejects.toMatchObject({ data: { reason: 'never-ready' } });
    expect(engine.stats()).toMatchObject({ state: 'failed', restarts: 0 });
    expect(isAlive(processId ?? 0)).toBe(false);
  });

  it('hanging in native code while it loads', async () => {
    const engine = misbehave('hang-at-load', { policy: { ...impatient, readyTimeoutMs: 600 } });
    engine.start();
    await expect(engine.whenReady()).rejects.toMatchObject({ data: { reason: 'never-ready' } });
  });

  it.each(['hang', 'stop beating'])('hung in an answer: %s', async (content) => {
    const engine = misbehave('hangs');
    engine.start();
    await engine.whenReady();
    const processId = idOf(engine);
    const { kinds, error } = await outcomeOf(engine.chat(ask(content), GREEDY));
    expect(kinds).toEqual(['started', 'text']);
    expect(error).toMatchObject({ code: 'ENGINE_FAILED', data: { reason: 'hung' } });
    expect(engine.stats().state).toBe('failed');
    expect(isAlive(processId)).toBe(false);
  });

  it('past its memory limit, seen by its own beats', async () => {
    const engine = misbehave('eat-at-load', { limits: { memoryLimitBytes: 300_000_000 } });
    engine.start();
    await expect(engine.whenReady()).rejects.toMatchObject({ data: { reason: 'memory-limit' } });
    expect(failureOf(engine.stats()).detail).toMatch(/^\d+ MB > 300 MB$/);
  });

  it('past its memory limit while it does not beat, seen from outside', async () => {
    const engine = misbehave('eats', { limits: { memoryLimitBytes: 500_000_000 }, policy: { ...impatient, beatTimeoutMs: 30_000 } });
    engine.start();
    await engine.whenReady();
    const { error } = await outcomeOf(engine.chat(ask('eat silently'), GREEDY));
    expect(error).toMatchObject({ code: 'ENGINE_FAILED', data: { reason: 'memory-limit' } });
  });

  it('by a native assert, whose words are kept', async () => {
    const engine = misbehave('asserts');
    engine.start();
    await engine.whenReady();
    const { error } = await outcomeOf(engine.chat(ask('abort'), GREEDY));
    expect(error).toMatchObject({ data: { reason: 'crashed', detail: expect.stringContaining('GGML_ASSERT(ne00 == ne10) failed') as string } });
  });

  it('by messages outside the protocol', async () => {
    const engine = misbehave('babbles');
    engine.start();
    await engine.whenReady();
    const { error } = await outcomeOf(engine.chat(ask('talk nonsense'), GREEDY));
    expect(error).toMatchObject({ data: { reason: 'crashed', detail: expect.stringContaining('not understood') as string } });
  });

  it('crashing at load, again and again: tried as often as the policy says, then failed', async () => {
    const engine = misbehave('crash-at-load', { policy: { ...impatient, maxRestarts: 2, restartDelaysMs: [0, 10] } });
    const ids = new Set<number>();
    engine.subscribe(({ processId }) => void (processId === null || ids.add(processId)));
    engine.start();
    const stats = await whenStats(engine, ({ state }) => state === 'failed');
    expect(ids.size).toBe(3);
    expect(stats.restarts).toBe(2);
    expect(failureOf(stats)).toMatchObject({ reason: 'crashed', detail: expect.stringContaining('GGML_ASSERT(tensor->data') as string });
  });

  it('crashing soon after each start: being ready for a moment does not reset the count', async () => {
    const engine = misbehave('crash-loop', { policy: { ...impatient, maxRestarts: 2, restartDelaysMs: [0] } });
    engine.start();
    const stats = await whenStats(engine, ({ state }) => state === 'failed');
    expect(stats.restarts).toBe(2);
    expect(failureOf(stats).detail).toContain('exit code 3');
    // A person may try again: the count begins anew.
    engine.start();
    expect(engine.stats()).toMatchObject({ state: 'starting', restarts: 0, problem: null });
  });

  it('ignoring the request to stop is killed after the grace period', async () => {
    const engine = misbehave('stubborn');
    engine.start();
    await engine.whenReady();
    const processId = idOf(engine);
    const startedAt = performance.now();
    await engine.stop({ graceMs: 300 });
    expect(performance.now() - startedAt).toBeGreaterThan(290);
    expect(isAlive(processId)).toBe(false);
  });

  it('an entry that cannot be started is named too', async () => {
    const engine = misbehave('nothing', { workerPath: `${misbehavingEnginePath}.missing.ts` });
    engine.start();
    await expect(engine.whenReady()).rejects.toMatchObject({ code: 'ENGINE_FAILED', data: { detail: expect.stringContaining('missing') as string } });
  });

  it('stop during the pause before a restart ends it', async () => {
    const engine = misbehave('crash-at-load', { policy: { ...impatient, maxRestarts: 5, restartDelaysMs: [60_000] } });
    engine.start();
    await whenStats(engine, ({ state }) => state === 'restarting');
    await engine.stop();
    expect(engine.stats().state).toBe('stopped');
  });
});

describe('no orphan is left when the main process is killed with -9', () => {
  it.each([
    ['a real engine in the middle of an answer', 'real', 'Once upon a time', 'text'],
    ['an engine that hangs', 'hangs', 'hang', 'text'],
    ['an engine that hangs while it loads', 'hang-at-load', null, null],
  ])('%s', async (_, name, question, waitFor) => {
    const workerPath = name === 'real' ? inferenceWorkerPath : misbehavingEnginePath;
    const parent = spawn(process.execPath, [misbehavingParentPath, workerPath, modelPath, name, ...(question === null ? [] : [question])], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const closed = once(parent, 'close');
    let engineId = 0;
    for await (const line of createInterface(parent.stdout)) {
      if (engineId === 0) engineId = Number(line);
      if (waitFor === null || line === waitFor) break;
    }
    // A hanging one must be deep in its loop, where it cannot hear that the channel closes.
    if (name !== 'real') await delay(500);
    expect(isAlive(engineId)).toBe(true);
    parent.kill('SIGKILL');
    const ended = await hasEnded(engineId, 5_000);
    if (!ended) process.kill(engineId, 'SIGKILL');
    expect(ended).toBe(true);
    await closed;
  });
});
