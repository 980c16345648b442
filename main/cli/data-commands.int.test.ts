import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
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
function json(...words: string[]): unknown {
  const { out, notes } = modelward(...words, '--json');
  if (out === '') throw new Error(notes);
  return JSON.parse(out);
}

beforeAll(() => {
  writeFileSync(path('password'), 'a long sentence nobody says\n');
  writeFileSync(path('tickets.csv'), 'frage;antwort;nr\nWo ist der Drucker?;Im Flur.;1\nWer hilft?;Die IT.;2\nnur das\nMonitor schwarz;Kabel prüfen.;3\nTon fehlt;Lautstärke prüfen.;4\n');
  writeFileSync(path('more.csv'), 'frage;antwort;nr\nWo ist der Drucker?;Im Keller.;1\nWer hilft?;Die IT.;2\nTastatur klemmt;Reinigen.;5\n');
  modelward('setup', '--name', 'Ada');
}, 60_000);

it('imports, tells what was left out, shows, compares and deletes', () => {
  const columns = ['--question', 'frage', '--answer', 'antwort'];
  const made = modelward('data', 'import', path('tickets.csv'), '--name', 'Tickets', ...columns, '--licence', 'CC0');
  expect(made.notes).toContain('…');
  expect(made.out).toMatch(/^Version 1 of “Tickets”: 4 rows, .+Duplicates dropped: 0; lines left out: 1\.\n {2}Line 4: has another number of cells/);
  expect(made.code).toBe(0);
  expect(modelward('data', 'import', path('more.csv'), '--into', 'tickets', ...columns).out).toContain('Version 2 of “Tickets”: 3 rows');
  expect(modelward('data', 'list').out).toMatch(/^Tickets +2 +3 +\S+ \S+ +80 \/ 10 \/ 10 % +0$/m);
  expect(modelward('data', 'show', 'Tickets').out).toContain('Licence: CC0');
  expect(json('data', 'rows', 'Tickets@1', '--search', 'KABEL')).toMatchObject({ total: 1, rows: [{ position: 2, row: { messages: [{ content: 'Monitor schwarz' }, { content: 'Kabel prüfen.' }] } }] });
  const { total } = json('data', 'rows', 'Tickets@1', '--split', 'validation') as { total: number };
  expect(total).toBeGreaterThan(0);
  const compared = modelward('data', 'diff', 'Tickets@1', 'Tickets@2').out;
  expect(compared).toContain('Version 1 to version 2: 1 added, 2 removed, 1 changed, 1 unchanged.');
  expect(compared).toContain('~ + assistant: Im Keller.');
  expect(modelward('data', 'delete', 'Tickets').out).toBe('Deleted “Tickets”.\n');
}, 120_000);

it('refuses with a reason and exit code 1', () => {
  expect(json('data', 'import', path('nothing.csv'))).toMatchObject({ error: { code: 'PATH_NOT_FOUND' } });
  expect(json('data', 'import', path('tickets.csv'), '--text', 'absent')).toEqual({ error: { code: 'DATASET_REFUSED', data: { reason: 'missing-columns', detail: 'absent', line: null, limit: null } } });
}, 60_000);
