import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SMALL_RANDOM_MODEL, writeRandomModel } from '../engine/testing/random-model.ts';
import { temporaryFolder } from '../kernel/testing/temporary-house.ts';
import { ticketLines } from '../training/testing/training-fixture.ts';

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
  writeFileSync(path('tickets.jsonl'), ticketLines(40));
  await writeRandomModel(path('desk.gguf'), SMALL_RANDOM_MODEL);
  modelward('setup', '--name', 'Ada');
  modelward('model', 'import', path('desk.gguf'), '--name', 'Desk');
  modelward('data', 'import', path('tickets.jsonl'), '--name', 'Tickets', '--shares', '80,20,0');
}, 60_000);

it('plans, trains to a new version, and shows what became of it', () => {
  const settings = ['--context', '256', '--learning-rate', '0.003', '--epochs', '1', '--threads', '1'];
  const planned = modelward('train', 'Desk', 'Tickets', ...settings, '--plan');
  expect(planned.code).toBe(0);
  expect(planned.out).toMatch(/steps of 256 tokens in 1 epochs, learning rate 0\.003/);
  const trained = modelward('train', 'Desk', 'Tickets', ...settings);
  expect(trained.notes).toContain('Run run_');
  expect(trained.out).toMatch(/^“Desk” v1 on “Tickets” v1: Finished, step (\d+) of \1,/m);
  expect(trained.out).toMatch(/Validation: loss [\d.]+ → [\d.]+/);
  expect(trained.out).toContain('It became version 2 of “Desk”.');
  expect(trained.code).toBe(0);
  const listed = JSON.parse(modelward('train', 'list', '--json').out) as { id: string; state: string }[];
  expect(listed).toMatchObject([{ state: 'finished' }]);
  expect(modelward('train', 'show', listed[0]?.id ?? '').out).toMatch(/Validation loss/);
}, 60_000);

it('refuses with a reason', () => {
  const refused = modelward('train', 'Desk', 'Tickets', '--context', '4096');
  expect(refused.code).toBe(1);
  expect(refused.notes).toContain('The model was made for a context of 512 tokens, and 4,096 are chosen.');
}, 60_000);
