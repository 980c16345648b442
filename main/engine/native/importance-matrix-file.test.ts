import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../kernel/testing/temporary-house.ts';
import { encodeGguf, writeGguf } from '../gguf/gguf-writer.ts';
import type { GgufToWrite } from '../gguf/gguf-writer.ts';
import { K_QUANT_MODEL, llamaTool, noTools, runLlamaTool } from '../testing/quantize-fixture.ts';
import { writeRandomModel } from '../testing/random-model.ts';
import { readImportanceMatrixFile, tensorImportances, writeImportanceMatrixFile } from './importance-matrix-file.ts';

const folder = temporaryFolder('matrix');
const path = (name: string): string => join(folder.path, name);
afterAll(() => folder.remove());

const metadata: GgufToWrite['metadata'] = [
  { key: 'general.type', type: 'string', value: 'imatrix' },
  { key: 'imatrix.datasets', type: 'array', elementType: 'string', value: ['notes.txt'] },
  { key: 'imatrix.chunk_count', type: 'uint32', value: 4 },
  { key: 'imatrix.chunk_size', type: 'uint32', value: 512 },
];
const floats = (...values: number[]): Uint8Array => new Uint8Array(Float32Array.of(...values).buffer);
const sums = (name: string, ...values: number[]): GgufToWrite['tensors'][number] => ({ name: `${name}.in_sum2`, type: 'F32', dimensions: [values.length], data: floats(...values) });
const counts = (name: string, ...values: number[]): GgufToWrite['tensors'][number] => ({ name: `${name}.counts`, type: 'F32', dimensions: [1, values.length], data: floats(...values) });

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}
/** As save_imatrix_legacy writes it. */
function oldFormat(tail: Buffer[] = [int32(7), int32(9), Buffer.from('notes.txt')]): Buffer {
  const name = Buffer.from('blk.0.attn_q.weight');
  return Buffer.concat([int32(1), int32(name.length), name, int32(4), int32(2), Buffer.from(Float32Array.of(2, 10).buffer), ...tail]);
}

describe('an importance matrix', () => {
  it('is divided by its counts, expert by expert, and is 1 where an expert was never asked', async () => {
    const experts: GgufToWrite['tensors'][number] = { name: 'blk.0.ffn_down_exps.weight.in_sum2', type: 'F32', dimensions: [2, 3], data: floats(2, 4, 5, 6, 9, 12) };
    await writeGguf(path('a.gguf'), { metadata, tensors: [sums('blk.0.attn_q.weight', 6, 1), counts('blk.0.attn_q.weight', 3), experts, counts('blk.0.ffn_down_exps.weight', 2, 0, 3)] });
    const file = await readImportanceMatrixFile(path('a.gguf'));
    expect(file).toMatchObject({ datasets: ['notes.txt'], chunks: 4, contextSize: 512, format: 'gguf' });
    expect(tensorImportances(file).map(({ name, values }) => [name, [...values]])).toEqual([
      ['blk.0.attn_q.weight', [2, Math.fround(1 / 3)]],
      ['blk.0.ffn_down_exps.weight', [1, 2, 1, 1, 3, 4]],
    ]);
  });

  it('is read in the old format too, with and without the name of its text', async () => {
    writeFileSync(path('old.dat'), oldFormat());
    const file = await readImportanceMatrixFile(path('old.dat'));
    expect(file).toMatchObject({ datasets: ['notes.txt'], chunks: 7, contextSize: 0, format: 'old' });
    expect([...(tensorImportances(file)[0]?.values ?? [])]).toEqual([0.5, 2.5]);
    writeFileSync(path('older.dat'), oldFormat([]));
    expect(await readImportanceMatrixFile(path('older.dat'))).toMatchObject({ datasets: [], chunks: 0 });
  });

  it('keeps its values when the old format is written as the new one', async () => {
    writeFileSync(path('turned.dat'), oldFormat());
    const old = await readImportanceMatrixFile(path('turned.dat'));
    await writeImportanceMatrixFile(path('turned.gguf'), old);
    const turned = await readImportanceMatrixFile(path('turned.gguf'));
    expect(tensorImportances(turned)).toEqual(tensorImportances(old));
    expect(turned).toMatchObject({ datasets: ['notes.txt'], chunks: 7, format: 'gguf' });
  });

  const good = encodeGguf({ metadata, tensors: [sums('a', 1), counts('a', 1)] });
  const bad: [string, Buffer, RegExp][] = [
    ['nothing', Buffer.alloc(0), /byte 0/],
    ['a text', Buffer.from('Dear colleague, this is the text and not the matrix.'), /UNREADABLE/],
    ['half of one', good.subarray(0, good.length - 40), /truncated|UNREADABLE/],
    ['half of an old one', oldFormat().subarray(0, 40), /byte/],
    ['one without its keys', encodeGguf({ metadata: metadata.slice(0, 1), tensors: [sums('a', 1), counts('a', 1)] }), /imatrix\.datasets/],
    ['sums without counts', encodeGguf({ metadata, tensors: [sums('a', 1)] }), /a\.counts/],
    ['counts without sums', encodeGguf({ metadata, tensors: [sums('a', 1), counts('a', 1), counts('b', 1)] }), /b\.in_sum2/],
    ['rows that do not come out even', encodeGguf({ metadata, tensors: [sums('a', 1, 2, 3), counts('a', 1, 1)] }), /3 \/ 2/],
    ['numbers that are none', encodeGguf({ metadata, tensors: [sums('a', Number.NaN), counts('a', 1)] }), /NaN/],
    ['a model', encodeGguf({ metadata: [{ key: 'general.architecture', type: 'string', value: 'llama' }], tensors: [] }), /imatrix\.datasets/],
  ];
  it.each(bad)('is refused: %s', async (_name, bytes, words) => {
    writeFileSync(path('bad'), bytes);
    await expect(readImportanceMatrixFile(path('bad'))).rejects.toThrow(words);
    await expect(readImportanceMatrixFile(path('bad'))).rejects.toMatchObject({ code: 'IMPORTANCE_MATRIX_UNREADABLE' });
  });

  it('says when there is no file', async () => {
    await expect(readImportanceMatrixFile(path('none'))).rejects.toMatchObject({ code: 'PATH_NOT_FOUND' });
  });
});

const tool = llamaTool('llama-imatrix');
describe('beside llama-imatrix', () => {
  const run = (...parameters: string[]): void => runLlamaTool(tool ?? '', folder.path, ['-m', path('model.gguf'), '-f', path('text.txt'), '-c', '128', '--chunks', '2', '-t', '1', ...parameters]);
  beforeAll(async () => {
    if (tool === null) return;
    await writeRandomModel(path('model.gguf'), K_QUANT_MODEL);
    writeFileSync(path('text.txt'), 'The patient was seen on the ward and is well. '.repeat(200));
  });

  it('writes the bytes it wrote', async ({ skip }) => {
    if (tool === null) skip(noTools);
    run('-o', path('theirs.gguf'));
    await writeImportanceMatrixFile(path('ours.gguf'), await readImportanceMatrixFile(path('theirs.gguf')));
    expect(readFileSync(path('ours.gguf')).equals(readFileSync(path('theirs.gguf')))).toBe(true);
  });

  it('reads its old format', async ({ skip }) => {
    if (tool === null) skip(noTools);
    run('-o', path('theirs.dat'), '--output-format', 'dat');
    const file = await readImportanceMatrixFile(path('theirs.dat'));
    expect(file).toMatchObject({ chunks: 2, format: 'old' });
    expect(file.entries).toHaveLength(28);
  });
});
