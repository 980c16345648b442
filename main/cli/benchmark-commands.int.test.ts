import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SMALL_RANDOM_MODEL, writeRandomModel } from '../engine/testing/random-model.ts';
import { temporaryFolder } from '../kernel/testing/temporary-house.ts';

const folder = temporaryFolder('cli-benchmark');
const path = (name: string): string => join(folder.path, name);
afterAll(() => folder.remove());

/** The command line itself, as a process, on a data folder of its own. */
function modelward(...words: string[]): { code: number | null; out: string; notes: string } {
  const common = ['--data', path('data'), '--password-file', path('password'), ...(words.includes('--lang') ? [] : ['--lang', 'en'])];
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, 'main.ts'), ...words, ...common], { encoding: 'utf8' });
  return { code: status, out: stdout, notes: stderr };
}
function json(...words: string[]): unknown {
  const { out, notes } = modelward(...words, '--json');
  if (out === '') throw new Error(notes);
  return JSON.parse(out);
}

beforeAll(async () => {
  writeFileSync(path('password'), 'a long sentence nobody says\n');
  await writeRandomModel(path('small.gguf'), SMALL_RANDOM_MODEL);
  modelward('setup', '--name', 'Ada');
  modelward('model', 'import', path('small.gguf'), '--name', 'Small');
}, 60_000);

it('measures a model, shows, exports and takes its own export in again', () => {
  expect(modelward('benchmark', 'list').out).toContain('Nothing has been measured yet.');
  const measured = json('benchmark', 'Small', '--prompt', '16,32', '--generate', '8', '--streams', '2', '--repeats', '2', '--name', 'First') as { id: string; rows: { test: string }[] };
  expect(measured.rows.map(({ test }) => test)).toEqual(['prompt', 'prompt', 'generation', 'streams']);
  const told = modelward('benchmark', 'Small', '--prompt', '0', '--generate', '8', '--repeats', '1');
  expect(told.out).toMatch(/^“Small v1”: loaded in /);
  expect(told.out).toMatch(/^generation +8 +1 +[\d,.]+/m);
  expect(told.out).not.toMatch(/^prompt /m);
  expect(told.notes).toContain('Generate …');
  expect(modelward('benchmark', 'list').out).toContain(measured.id);

  const { out: csv } = modelward('benchmark', 'export', measured.id);
  expect(csv.split('\n')).toHaveLength(6); // header, four rows, the end
  writeFileSync(path('elsewhere.csv'), csv);
  expect(json('benchmark', 'import-baseline', path('elsewhere.csv'), '--name', 'Elsewhere')).toMatchObject({ benchmarkIds: [expect.any(String)], skipped: [] });
  writeFileSync(path('broken.csv'), `${readFileSync(path('elsewhere.csv'), 'utf8').trim()}\nonly,one,cell\n`);
  expect(modelward('benchmark', 'import-baseline', path('broken.csv')).notes).toContain('Entry 6 was left out: it is a test that cannot be compared');
}, 120_000);

it('measures a deployment, which it starts for that', () => {
  expect(modelward('deploy', 'Small', '--name', 'small', '--context', '512', '--parallel', '1').code).toBe(0);
  const measured = modelward('benchmark', '--deployment', 'small', '--prompt', '64', '--generate', '8', '--repeats', '1');
  expect(measured.notes).not.toContain('could not');
  expect(measured.out).toMatch(/^“small”, measured as it runs\./);
}, 120_000);

it('tunes, and explains what it chose', () => {
  const tuned = modelward('tune', 'Small', '--budget', '5', '--context', '512');
  expect(tuned.code).toBe(0);
  expect(tuned.out).toMatch(/^Threads +\d+ +\d+/m);
  expect(tuned.out).toMatch(/^KV cache +F16 +F16 +– +does not apply$/m);
  expect(tuned.notes).toContain('Measure the default …');
}, 120_000);

it('refuses with a reason and exit code 1, and wrong words with 2', () => {
  expect(modelward('benchmark', 'Small', '--prompt', '0', '--generate', '0').code).toBe(1);
  expect(json('benchmark', 'import-baseline', path('password'))).toMatchObject({ error: { code: 'BASELINE_NOT_READABLE' } });
  expect(json('benchmark', 'import-baseline', path('nothing'))).toMatchObject({ error: { code: 'PATH_NOT_FOUND' } });
  expect(json('tune', 'Nobody')).toMatchObject({ error: { code: 'NOT_FOUND' } });
  for (const words of [['benchmark'], ['benchmark', 'Small', '--prompt', 'many'], ['benchmark', 'export', '--format', 'pdf'], ['tune', 'Small', '--goal', 'all'], ['tune', 'Small', '--budget', '1']]) {
    expect(modelward(...words).code, words.join(' ')).toBe(2);
  }
}, 120_000);
