import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeRandomAdapter } from '../engine/testing/random-adapter.ts';
import { SMALL_RANDOM_MODEL, writeRandomModel } from '../engine/testing/random-model.ts';
import { temporaryFolder } from '../kernel/testing/temporary-house.ts';
import { importModel, startTestApplication } from '../testing/test-application.ts';
import type { TestApplication } from '../testing/test-application.ts';
import { runAdapterCommand } from './adapter-commands.ts';
import type { AdapterCommand } from './parse-adapter-command.ts';
import { parseCommand } from './parse-command.ts';

let app: TestApplication;
const folder = temporaryFolder('cli');
const path = (name: string): string => join(folder.path, name);

beforeAll(async () => {
  app = await startTestApplication();
  await writeRandomModel(path('ward.gguf'), SMALL_RANDOM_MODEL);
  await writeRandomAdapter(path('letters.gguf'), path('ward.gguf'), { name: 'Ward letters' });
  const versionId = (await app.client.models.get({ modelId: await importModel(app.client, path('ward.gguf'), 'Ward') })).versions[0]?.id ?? '';
  const settings = { backend: 'cpu' as const, gpuLayers: 0, contextSize: 256, parallelSequences: 1, threads: 1 };
  const { id } = await app.client.deployments.create({ name: 'ward', versionId, settings, limits: { maxOutputTokens: 50, queueLimit: 1, memoryLimitBytes: 2 ** 31 }, trialId: null });
  await app.client.deployments.stop({ deploymentId: id });
});
afterAll(async () => {
  await app.dispose();
  folder.remove();
});

/** The words of a command, run on the application; what it said. */
async function modelward(...words: string[]): Promise<{ out: string; notes: string }> {
  const said = { out: '', notes: '' };
  const { command } = parseCommand(words);
  await runAdapterCommand(command as AdapterCommand, {
    opened: { client: app.client, remote: true, close: async () => undefined },
    language: 'en',
    signal: new AbortController().signal,
    output: {
      result: (_, inWords) => void (said.out += inWords()),
      note: (text) => void (said.notes += `${text}\n`),
      stream: () => undefined,
      streamEnd: () => undefined,
    },
  });
  return said;
}

it('imports, attaches, lists, takes off and deletes', async () => {
  expect((await modelward('adapters', 'list')).out).toContain('No adapters yet.');
  const imported = await modelward('adapters', 'import', path('letters.gguf'), '--model', 'ward');
  expect(imported.notes).toContain('Check it against the model …');
  expect(imported.out).toBe('Imported the adapter “Ward letters” for “Ward”: it changes 14 matrices.');
  expect((await modelward('deployments', 'adapters', 'ward', 'ward LETTERS=-0.5')).out).toBe('Attached to ward: Ward letters (-0.5).');
  expect((await modelward('deployments', 'adapters', 'ward')).out).toBe('Attached to ward: Ward letters (-0.5).');
  expect((await modelward('adapters', 'list')).out).toMatch(/Ward letters +Ward +v1 .* ward \(-0\.5\)/);
  await expect(modelward('adapters', 'delete', 'Ward letters')).rejects.toMatchObject({ code: 'ADAPTER_IN_USE', data: { deployments: ['ward'] } });
  expect((await modelward('deployments', 'adapters', 'ward', '--none')).out).toBe('No adapter is attached to ward.');
  await modelward('adapters', 'delete', 'Ward letters');
  await expect(modelward('adapters', 'delete', 'Ward letters')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(modelward('adapters', 'import', path('ward.gguf'), '--model', 'Ward', '--name', 'x')).rejects.toMatchObject({ code: 'ADAPTER_REFUSED' });
});
