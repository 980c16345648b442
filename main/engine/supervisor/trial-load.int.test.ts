import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createNodeProcessStarter } from '../../kernel/processes/node-process-starter.ts';
import { inferenceWorkerPath, misbehavingEnginePath } from '../testing/engine-fixture.ts';
import { SMALL_RANDOM_MODEL, writeRandomModel } from '../testing/random-model.ts';
import { realModelPath } from '../testing/real-model.ts';
import { trialLoad } from './trial-load.ts';

let folder: string;
let modelPath: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelward-trial-'));
  modelPath = (await realModelPath()).path;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const startProcess = createNodeProcessStarter();
const trial = (path: string, options: { timeoutMs?: number; signal?: AbortSignal; workerPath?: string } = {}): ReturnType<typeof trialLoad> =>
  trialLoad({ startProcess, workerPath: inferenceWorkerPath, modelPath: path, timeoutMs: 20_000, ...options });

async function crafted(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

it('loads a good model, lets it write and tells what it took', async () => {
  const result = await trial(modelPath);
  expect(result.loadMs).toBeGreaterThan(0);
  expect(result.peakRssBytes).toBeGreaterThan(20_000_000);
  expect(result.generatedTokens).toBe(8);
  expect(result.chatTemplateProblem).toBeNull();
});

it('loads a split model by its first part', async () => {
  const { paths } = await writeRandomModel(join(folder, 'split.gguf'), { ...SMALL_RANDOM_MODEL, splitInto: 3 });
  expect(paths).toHaveLength(3);
  const result = await trial(paths[0] ?? '');
  expect(result).toMatchObject({ chatTemplateProblem: null });
});

it('tells why a chat template could not be used', async () => {
  const path = join(folder, 'template.gguf');
  await writeRandomModel(path, { ...SMALL_RANDOM_MODEL, chatTemplate: '{% for message in messages %}{{ message.content }}' });
  expect((await trial(path)).chatTemplateProblem).toMatch(/template/i);
});

it('a chat template that computes for ever is ended with its process', async () => {
  const path = join(folder, 'endless.gguf');
  const endless = '{% for a in range(100000) %}{% for b in range(100000) %}{{ a * b }}{% endfor %}{% endfor %}';
  await writeRandomModel(path, { ...SMALL_RANDOM_MODEL, chatTemplate: endless });
  await expect(trial(path, { timeoutMs: 3_000 })).rejects.toMatchObject({ code: 'TRIAL_LOAD_FAILED' });
});

it('a file that is no model fails with the reason', async () => {
  await expect(trial(await crafted('text.gguf', Buffer.from('hello '.repeat(100))))).rejects.toMatchObject({ code: 'TRIAL_LOAD_FAILED' });
});

it('a truncated model fails in llama.cpp’s own words', async () => {
  const whole = await readFile(modelPath);
  await expect(trial(await crafted('cut.gguf', whole.subarray(0, whole.length - 100_000)))).rejects.toMatchObject({
    code: 'TRIAL_LOAD_FAILED',
    data: { reason: expect.stringMatching(/not within the file bounds|out of bounds|corrupt|incomplete/i) as string },
  });
});

it('a header that claims three gigabytes for one name is refused with llama.cpp’s words, not by running out of memory', async () => {
  // Version 3, no tensors, one key whose name is said to be that long: node-llama-cpp's own reader allocates it and takes its process down.
  const header = Buffer.alloc(64);
  header.write('GGUF');
  header.writeUInt32LE(3, 4);
  header.writeBigUInt64LE(0n, 8);
  header.writeBigUInt64LE(1n, 16);
  header.writeBigUInt64LE(3n * 1024n ** 3n, 24);
  await expect(trial(await crafted('hostile.gguf', header))).rejects.toMatchObject({
    code: 'TRIAL_LOAD_FAILED',
    data: { reason: expect.stringMatching(/^load-failed: .*key-value/) as string },
  });
});

it('a process that loads but never finishes its answer, even when asked to stop, is ended', async () => {
  await expect(trial(modelPath, { workerPath: misbehavingEnginePath, timeoutMs: 500 })).rejects.toMatchObject({
    code: 'TRIAL_LOAD_FAILED',
    data: { reason: '1 s' },
  });
});

it('is cancelled', async () => {
  const abort = new AbortController();
  const running = trial(modelPath, { signal: abort.signal });
  abort.abort();
  await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
});
