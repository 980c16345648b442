import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { ErrorData } from '../../contract/errors.ts';
import type { ExpectedError } from '../../kernel/errors.ts';
import { temporaryFolder } from '../../kernel/testing/temporary-house.ts';
import { trialLoad } from '../supervisor/trial-load.ts';
import type { SupervisedEngine } from '../supervisor/supervised-engine.ts';
import { createNodeProcessStarter } from '../../kernel/processes/node-process-starter.ts';
import { GREEDY, ask, inferenceWorkerPath, makeEngine, readAnswer, stopEngines, whenStats } from '../testing/engine-fixture.ts';
import { writeMergedModel, writeRandomAdapter } from '../testing/random-adapter.ts';
import { SMALL_RANDOM_MODEL, writeRandomModel } from '../testing/random-model.ts';

let folder: ReturnType<typeof temporaryFolder>;
const fileIn = (name: string): string => join(folder.path, name);

beforeAll(async () => {
  folder = temporaryFolder('adapters');
  await writeRandomModel(fileIn('base.gguf'), SMALL_RANDOM_MODEL);
  await writeRandomAdapter(fileIn('one.gguf'), fileIn('base.gguf'), { rank: 4, alpha: 6, seed: 3 });
  await writeRandomAdapter(fileIn('two.gguf'), fileIn('base.gguf'), { rank: 2, alpha: 2, seed: 4 });
});
afterEach(stopEngines);
afterAll(() => folder.remove());

const tokens = { ...GREEDY, maxOutputTokens: 32 };
const answer = async (engine: SupervisedEngine, question = 'Hello'): Promise<string> => (await readAnswer(engine.chat(ask(question), tokens))).text;
const one = (weight: number) => ({ path: fileIn('one.gguf'), weight });
const two = (weight: number) => ({ path: fileIn('two.gguf'), weight });

async function startOn(modelPath: string, order: Partial<Parameters<typeof makeEngine>[0]> = {}): Promise<SupervisedEngine> {
  const engine = makeEngine({ modelPath, ...order });
  engine.start();
  await engine.whenReady();
  return engine;
}

it('changes what is written without loading again, by exactly weight · alpha/rank · B·A, and back', async () => {
  const engine = await startOn(fileIn('base.gguf'));
  const { processId, loadMs } = engine.stats();
  const plain = await answer(engine);

  const { switchMs } = await engine.setAdapters([one(0.75)]);
  const changed = await answer(engine);
  await engine.setAdapters([one(0.75), two(-1)]);
  const both = await answer(engine);
  await engine.setAdapters([one(0)]);
  const withoutWeight = await answer(engine);
  await engine.setAdapters([one(0.75)]);
  const again = await answer(engine);
  await engine.setAdapters([]);
  const takenOff = await answer(engine);
  expect(changed).not.toBe(plain);
  expect(both).not.toBe(changed);
  expect([withoutWeight, takenOff]).toEqual([plain, plain]);
  expect(again).toBe(changed);
  expect(engine.stats()).toMatchObject({ processId, loadMs, restarts: 0 });
  expect(switchMs).toBeLessThan(loadMs ?? 0);

  await writeMergedModel(fileIn('merged.gguf'), { basePath: fileIn('base.gguf'), adapterPath: fileIn('one.gguf'), weight: 0.75 });
  expect(await answer(await startOn(fileIn('merged.gguf')))).toBe(changed);
  await writeMergedModel(fileIn('merged-both.gguf'), { basePath: fileIn('merged.gguf'), adapterPath: fileIn('two.gguf'), weight: -1 });
  expect(await answer(await startOn(fileIn('merged-both.gguf')))).toBe(both);
});

it('lets running answers end, makes new ones wait instead of failing, and forgets what was remembered', async () => {
  const engine = await startOn(fileIn('base.gguf'), { settings: { parallelSequences: 2 }, limits: { queueLimit: 0, maxOutputTokens: 200 } });
  const plain = await answer(engine);
  const running = readAnswer(engine.chat(ask('Hello'), { ...GREEDY, maxOutputTokens: 200 }));
  await whenStats(engine, ({ activeRequests }) => activeRequests === 1);
  const switched = engine.setAdapters([one(1)]);
  const waiting = readAnswer(engine.chat(ask('Hello'), tokens));
  const ended = (await running).finished;
  expect(ended.usage.outputTokens).toBeGreaterThan(32);
  await switched;
  const { text, events } = await waiting;
  expect(events[0]).toEqual({ kind: 'queued', position: 1 });
  expect(text).not.toBe(plain);
  // Twice the same prompt: the second one takes over what the first left, and that must not be from before the switch.
  expect(await answer(engine)).toBe(text);
});

it('writes a single answer with other adapters; everyone else gets what is attached', async () => {
  const engine = await startOn(fileIn('base.gguf'), { settings: { parallelSequences: 2 } });
  const plain = await answer(engine);
  const own = readAnswer(engine.chat(ask('Hello'), tokens, { adapters: [one(1)] }));
  const [before, after] = [readAnswer(engine.chat(ask('Hello'), tokens)), readAnswer(engine.chat(ask('Hello'), tokens))];
  expect((await own).text).not.toBe(plain);
  expect([(await before).text, (await after).text]).toEqual([plain, plain]);
  // Left in the middle: the next answer is the base's all the same.
  for await (const event of engine.chat(ask('Hello'), { ...GREEDY, maxOutputTokens: 200 }, { adapters: [one(1)] })) if (event.kind === 'text') break;
  expect(await answer(engine)).toBe(plain);
});

it('keeps them over a crash, and over a stop', async () => {
  const engine = await startOn(fileIn('base.gguf'), { policy: { restartDelaysMs: [0] } });
  await engine.setAdapters([one(1)]);
  const changed = await answer(engine);
  const { processId } = engine.stats();
  process.kill(processId ?? 0, 'SIGKILL');
  await whenStats(engine, (stats) => stats.state === 'ready' && stats.processId !== processId);
  expect(await answer(engine)).toBe(changed);
  await engine.stop();
  await engine.setAdapters([]);
  engine.start();
  await engine.whenReady();
  expect(await answer(engine)).not.toBe(changed);
});

it('refuses a file that is none and keeps what was attached', async () => {
  const engine = await startOn(fileIn('base.gguf'));
  await engine.setAdapters([one(1)]);
  const changed = await answer(engine);
  const error = (await engine.setAdapters([{ path: fileIn('base.gguf'), weight: 1 }]).catch((reason: unknown) => reason)) as ExpectedError;
  expect(error.code).toBe('ADAPTER_REFUSED');
  expect((error.data as ErrorData<'ADAPTER_REFUSED'>).reason).toBe('not-loaded');
  expect((error.data as ErrorData<'ADAPTER_REFUSED'>).detail).toContain('general.type');
  expect(await answer(engine)).toBe(changed);
  const single = (await readAnswer(engine.chat(ask('Hello'), tokens, { adapters: [{ path: fileIn('gone.gguf'), weight: 1 }] })).catch((reason: unknown) => reason)) as ExpectedError;
  expect(single.code).toBe('ADAPTER_REFUSED');
  expect(await answer(engine)).toBe(changed);
});

it('a trial load names the adapter as the cause', async () => {
  const options = { startProcess: createNodeProcessStarter(), workerPath: inferenceWorkerPath, modelPath: fileIn('base.gguf'), timeoutMs: 20_000 };
  await expect(trialLoad({ ...options, adapters: [one(1)] })).resolves.toMatchObject({ generatedTokens: 8 });
  await expect(trialLoad({ ...options, adapters: [{ path: fileIn('base.gguf'), weight: 1 }] })).rejects.toMatchObject({ code: 'ADAPTER_REFUSED' });
});
