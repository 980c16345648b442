import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SMALL_RANDOM_MODEL, writeRandomModel } from '../engine/testing/random-model.ts';
import { temporaryFolder } from '../kernel/testing/temporary-house.ts';
import { importModel, startTestApplication, until } from '../testing/test-application.ts';
import type { TestApplication } from '../testing/test-application.ts';
import { runDeploymentCommand } from './deployment-commands.ts';
import { parseCommand } from './parse-command.ts';
import type { DeploymentCommand } from './parse-deployment-command.ts';

let app: TestApplication;
const folder = temporaryFolder('cli');
const path = (name: string): string => join(folder.path, name);

beforeAll(async () => {
  app = await startTestApplication();
  for (const seed of [1, 2]) await writeRandomModel(path(`ward-${seed}.gguf`), { ...SMALL_RANDOM_MODEL, seed });
  const modelId = await importModel(app.client, path('ward-1.gguf'), 'Ward');
  const { jobId } = await app.client.models.import({ source: { kind: 'path', path: path('ward-2.gguf') }, target: { kind: 'new-version', modelId }, notes: '' });
  await until(async () => (await app.client.jobs.get({ jobId })).state === 'succeeded', 60_000);
  const versionId = (await app.client.models.get({ modelId })).versions.find(({ number }) => number === 1)?.id ?? '';
  const settings = { backend: 'cpu' as const, gpuLayers: 0, contextSize: 256, parallelSequences: 1, threads: 1 };
  await app.client.deployments.create({ name: 'ward', versionId, settings, limits: { maxOutputTokens: 50, queueLimit: 1, memoryLimitBytes: 2 ** 31 }, trialId: null });
}, 120_000);
afterAll(async () => {
  await app.dispose();
  folder.remove();
});

/** The words of a command, run on the application; what it said. */
async function modelward(...words: string[]): Promise<{ out: string; streamed: string }> {
  const said = { out: '', streamed: '' };
  await runDeploymentCommand(parseCommand(words).command as DeploymentCommand, {
    opened: { client: app.client, remote: true, close: async () => undefined },
    language: 'en',
    signal: new AbortController().signal,
    output: { result: (_, inWords) => void (said.out += inWords()), note: () => undefined, stream: (text) => void (said.streamed += text), streamEnd: () => undefined },
  });
  return said;
}

it('switches with the answer of the trial, shows the history, rolls back, changes when it is loaded', { timeout: 60_000 }, async () => {
  const switched = await modelward('deployment', 'switch', 'ward', '2', '--question', 'Hello', '--context', '128');
  expect(switched.out).toBe('“ward” serves with Ward, version 2.');
  expect(switched.streamed).not.toBe('');
  expect((await modelward('deployment', 'history', 'ward')).out).toMatch(/Ward +2 .* 128 .*Switched \(Serves now\).*Ada\n.*Ward +1 .* 256 .*Deployed/);
  expect((await modelward('deployment', 'memory')).out).toMatch(/ward +serving[^]*ward +version before|ward +version before[^]*ward +serving/);
  expect((await modelward('deployment', 'rollback', 'ward')).out).toBe('“ward” serves with Ward, version 1.');
  await expect(modelward('deployment', 'rollback', 'ward')).rejects.toMatchObject({ code: 'NOTHING_TO_ROLL_BACK_TO' });
  await expect(modelward('deployment', 'switch', 'ward', '7')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect((await modelward('deployment', 'set', 'ward', '--on-demand', '15')).out).toBe('“ward” is loaded on demand and unloaded after 15 min without a request.');
  expect((await modelward('deployment', 'set', 'ward', '--pinned')).out).toBe('“ward” stays loaded.');
  expect((await modelward('deployment', 'memory', '--ram', '70')).out).toContain('(70 % of');
});
