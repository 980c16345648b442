import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../kernel/testing/temporary-house.ts';
import { openMeasureBench, pinnedText } from '../testing/measure-fixture.ts';
import { SMALL_RANDOM_MODEL, writeRandomModel } from '../testing/random-model.ts';
import { baseFileBytes, createBaseFile, createBaseRow, openBaseFile } from './base-logits-file.ts';
import { measureDivergence, storeBase } from './kl-divergence.ts';

const bench = openMeasureBench();
const folder = temporaryFolder('base');
const inFolder = (name: string): string => join(folder.path, name);
const plan = { contextSize: 8, chunks: 2, sequences: 1 };
const shape = { contextSize: 8, chunks: 2, vocabularySize: 5 };
const tokens = Int32Array.from({ length: 20 }, (_, index) => index % 5);
afterAll(() => folder.remove());

describe('the file of a parent’s log-probabilities', () => {
  it('gives back what was written, in whatever order', async () => {
    const path = inFolder('rows');
    const writer = await createBaseFile(path, plan, { vocabularySize: 5, tokens });
    const row = createBaseRow(5);
    for (const chunk of [1, 0]) {
      for (const position of [6, 4, 5]) {
        row.head.set([0.25, -chunk - position]);
        row.values.set([chunk, position, 3, 4, 65_535]);
        writer.write({ chunk, position }, row);
      }
    }
    writer.close();
    expect(readFileSync(path).length).toBe(baseFileBytes(shape));
    expect(readFileSync(path).toString('latin1', 0, 8)).toBe('_logits_');

    const reader = openBaseFile(path);
    expect(reader).toMatchObject(shape);
    expect([...reader.tokens]).toEqual([...tokens.slice(0, 16)]);
    reader.read({ chunk: 1, position: 5 }, row);
    expect([...row.head, ...row.values]).toEqual([0.25, -6, 1, 5, 3, 4, 65_535]);
    reader.close();

    truncateSync(path, baseFileBytes(shape) - 1);
    expect(() => openBaseFile(path)).toThrow(/not whole/);
    writeFileSync(path, 'Dear colleague, here are the figures.');
    expect(() => openBaseFile(path)).toThrow(/no log-probabilities/);
  });

  it('is not begun where it does not fit', async () => {
    const path = inFolder('huge');
    const huge = createBaseFile(path, { ...plan, contextSize: 8192, chunks: 10_000 }, { vocabularySize: 1_000_000, tokens });
    await expect(huge).rejects.toMatchObject({ code: 'DISK_FULL', data: { path: folder.path, freeBytes: expect.any(Number) as unknown } });
    expect(existsSync(path)).toBe(false);
  });

  it('is not compared with the same number of other tokens', async () => {
    const path = inFolder('model.gguf');
    const base = inFolder('parent');
    const order = { path, text: pinnedText(), contextSize: 128, chunks: 2 };
    await writeRandomModel(path, SMALL_RANDOM_MODEL);
    await bench.measure(order, (measurement) => storeBase(base, measurement));
    const comparing = bench.measure(order, (measurement) => {
      const others = measurement.tokens.slice();
      others[200] = ((others[200] ?? 0) + 1) % 320;
      return measureDivergence(base, { ...measurement, tokens: others });
    });
    await expect(comparing).rejects.toMatchObject({ code: 'VOCABULARY_DIFFERS' });
  });
});
