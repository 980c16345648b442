import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeRandomAdapter } from '../engine/testing/random-adapter.ts';
import { SMALL_RANDOM_MODEL, writeRandomModel } from '../engine/testing/random-model.ts';
import { temporaryFolder } from '../kernel/testing/temporary-house.ts';

const folder = temporaryFolder('cli');
const path = (name: string): string => join(folder.path, name);
afterAll(() => folder.remove());

/** The command line itself, as a process, on a data folder of its own. */
function modelward(...words: string[]): { code: number | null; out: string; notes: string } {
  const common = ['--data', path('data'), '--password-file', path('password'), '--lang', 'en'];
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, 'main.ts'), ...words, ...common], { encoding: 'utf8' });
  return { code: status, out: stdout, notes: stderr };
}

beforeAll(async () => {
  writeFileSync(path('password'), 'a long sentence nobody says\n');
  await writeRandomModel(path('ward.gguf'), SMALL_RANDOM_MODEL);
  await writeRandomAdapter(path('letters.gguf'), path('ward.gguf'), { name: 'Ward letters' });
  modelward('setup', '--name', 'Ada');
  modelward('model', 'import', path('ward.gguf'), '--name', 'Ward');
  modelward('deploy', 'Ward', '--name', 'ward', '--context', '256', '--threads', '1');
}, 60_000);

it('imports, attaches, lists, takes off and deletes', () => {
  const imported = modelward('adapters', 'import', path('letters.gguf'), '--model', 'Ward');
  expect(imported.notes).toContain('Check it against the model …');
  expect(imported.out).toBe('Imported the adapter “Ward letters” for “Ward”: it changes 14 matrices.\n');
  expect(modelward('deployments', 'adapters', 'ward', 'ward LETTERS=0.5').out).toBe('Attached to ward: Ward letters (0.5).\n');
  expect(modelward('adapters', 'list').out).toMatch(/Ward letters +Ward +v1 .* ward \(0\.5\)/);
  const inUse = modelward('adapters', 'delete', 'Ward letters');
  expect([inUse.code, inUse.notes]).toEqual([1, expect.stringContaining('It is attached to: ward.')]);
  expect(modelward('deployments', 'adapters', 'ward', '--none').out).toBe('No adapter is attached to ward.\n');
  expect(modelward('adapters', 'delete', 'Ward letters').code).toBe(0);
  const refused = modelward('adapters', 'import', path('ward.gguf'), '--model', 'Ward', '--name', 'x');
  expect([refused.code, refused.notes]).toEqual([1, expect.stringContaining('This adapter cannot be used.')]);
}, 60_000);
