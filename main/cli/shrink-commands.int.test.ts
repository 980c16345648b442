import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeImportanceMatrixFile } from '../engine/native/importance-matrix-file.ts';
import { K_QUANT_MODEL, randomImportanceMatrix } from '../engine/testing/quantize-fixture.ts';
import { writeRandomModel } from '../engine/testing/random-model.ts';
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

beforeAll(async () => {
  writeFileSync(path('password'), 'a long sentence nobody says\n');
  await writeRandomModel(path('k.gguf'), K_QUANT_MODEL);
  await writeImportanceMatrixFile(path('matrix.gguf'), randomImportanceMatrix(K_QUANT_MODEL));
  modelward('setup', '--name', 'Ada');
  modelward('model', 'import', path('k.gguf'), '--name', 'Ward notes');
}, 60_000);

it('plans, quantizes and says what became of it', () => {
  expect(json('quantize', 'Ward notes', 'q4_k_m', '--dry-run')).toMatchObject({ type: 'Q4_K_M', fallbackCount: 0 });
  const made = modelward('quantize', 'Ward notes', 'Q4_K_M', '--no-evaluate');
  expect(made.code).toBe(0);
  expect(made.out).toMatch(/^Version 2 of “Ward notes”: Q4_K_M, .+ \(was .+\)\.$/m);
  expect(made.notes).toContain('Quantize tensor by tensor …');
}, 60_000);

it('refuses with a reason and exit code 1, and wrong words with 2', () => {
  const refused = modelward('quantize', 'Ward notes', 'IQ2_XXS');
  expect(refused.code).toBe(1);
  expect(refused.notes).toContain('needs an importance matrix');
  expect(json('quantize', 'Ward notes@2', 'Q4_0')).toEqual({ error: { code: 'REQUANTIZE_NOT_ACCEPTED', data: { quantization: 'Q4_K_M', parentVersionNumber: 1 } } });
  expect(modelward('prune', 'Ward notes').code).toBe(2);
  expect(modelward('quantize', 'Ward notes', 'Q8_0', '--tensor-type', 'attn').code).toBe(2);
  expect(modelward('quantize', 'Ward notes@9', 'Q8_0').code).toBe(1);
}, 60_000);

it('takes a matrix in, uses it, and compares with the parent at once', () => {
  const matrix = json('matrix', 'import', 'Ward notes', path('matrix.gguf')) as { id: string };
  expect(modelward('matrix', 'list').out).toContain(matrix.id);
  const made = json('quantize', 'Ward notes', 'IQ3_XXS', '--matrix', matrix.id) as { version: { number: number }; evaluation: { parentVersionNumber: number; chunks: number } };
  expect(made).toMatchObject({ version: { number: 3 }, evaluation: { parentVersionNumber: 1, recommendation: expect.any(String) } });
  expect(modelward('approve', 'Ward notes@3', '--note', 'Seen.').out).toContain('Version 3 of “Ward notes” is approved.');
  expect(modelward('approve', 'Ward notes@3', '--withdraw').out).toContain('no longer approved');
}, 120_000);

it('measures, proposes and prunes', () => {
  const proposal = json('prune', 'Ward notes', '--layers', '1', '--dry-run', '--chunks', '1') as { layers: number[] };
  expect(proposal.layers).toHaveLength(1);
  const pruned = modelward('prune', 'Ward notes', '--layers', '1', '--chunks', '1', '--no-evaluate');
  expect(pruned.code).toBe(0);
  expect(pruned.notes).toContain(`Without layers ${proposal.layers[0] ?? ''}:`);
  const compared = modelward('evaluate', 'Ward notes@4', '--against', '2', '--chunks', '1', '--context', '128');
  expect(compared.out).toMatch(/^Version 4 against version 2: perplexity /);
}, 120_000);
