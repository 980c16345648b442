import { copyFile, mkdtemp, rename, rm, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeTinyModel, TINY_MODEL } from '../testing/crafted-gguf.ts';
import { writeRandomModel } from '../testing/random-model.ts';
import { bufferSource } from './byte-source.ts';
import { checkArchitecture } from './check-architecture.ts';
import { GgufRefusal, type GgufRule } from './gguf-refusal.ts';
import { readGguf } from './gguf-reader.ts';
import { modelFactsOf } from './model-facts.ts';
import { checkSplit, findSplit, readModelHeaders, splitNameOf } from './split-files.ts';

/** What a refusal by this rule looks like. */
function refusal(rule: GgufRule): { name: string; rule: GgufRule } {
  return { name: 'GgufRefusal', rule };
}

describe('split models', () => {
  let folder = '';
  let paths: string[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'modelward-gguf-split-'));
    ({ paths } = await writeRandomModel(join(folder, 'model.gguf'), { ...TINY_MODEL, splitInto: 3 }));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });
  const part = (index: number): string => paths[index] ?? '';

  it('are found whole and in order from any of their parts', async () => {
    expect(paths.map((path) => basename(path))).toEqual([
      'model-00001-of-00003.gguf',
      'model-00002-of-00003.gguf',
      'model-00003-of-00003.gguf',
    ]);
    for (const path of paths) expect(await findSplit(path)).toEqual({ paths });
  });

  it('have the facts of the model they were cut from', async () => {
    const { headers } = await readModelHeaders(part(1));
    checkArchitecture(headers);
    const whole = await readGguf(bufferSource(encodeTinyModel()));
    const { metadata: _parts, ...facts } = modelFactsOf(headers);
    const { metadata: _whole, ...expected } = modelFactsOf([whole]);
    expect(facts).toEqual(expected);
  });

  it('are refused when a part is missing, by name', async () => {
    await unlink(part(1));
    await expect(findSplit(part(0))).rejects.toMatchObject(refusal('split-incomplete'));
    await expect(findSplit(part(0))).rejects.toMatchObject({
      detail: { parts: 3, found: 2, missing: 1, firstMissing: 'model-00002-of-00003.gguf' },
    });
  });

  it('are refused when parts were swapped or doubled', async () => {
    const aside = join(folder, 'aside');
    await rename(part(1), aside);
    await rename(part(2), part(1));
    await rename(aside, part(2));
    await expect(readModelHeaders(part(0))).rejects.toMatchObject(refusal('split-mismatch'));
    await copyFile(part(0), part(1));
    await expect(readModelHeaders(part(0))).rejects.toMatchObject(refusal('split-mismatch'));
  });

  it('are refused when a part comes from another model', async () => {
    const other = join(folder, 'other.gguf');
    const written = await writeRandomModel(other, { ...TINY_MODEL, layers: 2, splitInto: 3 });
    await copyFile(written.paths[1] ?? '', part(1));
    await expect(readModelHeaders(part(0))).rejects.toMatchObject(refusal('split-mismatch'));
  });

  it('are refused when the first part was renamed to stand alone', async () => {
    const alone = join(folder, 'alone.gguf');
    await rename(part(0), alone);
    await expect(readModelHeaders(alone)).rejects.toMatchObject(refusal('split-incomplete'));
  });

  it('are refused when tensors are missing from the count', async () => {
    const { headers } = await readModelHeaders(part(0));
    const fewer = headers.map((header, index) => (index === 2 ? { ...header, tensors: header.tensors.slice(1) } : header));
    expect(() => {
      checkSplit(fewer);
    }).toThrow(expect.objectContaining({ rule: 'split-mismatch', detail: { key: 'split.tensors.count', value: 12, expected: 11 } }));
  });

  it('are refused with numbers that cannot be', async () => {
    await expect(findSplit(join(folder, 'a-00004-of-00003.gguf'))).rejects.toMatchObject(refusal('split-name'));
    await expect(findSplit(join(folder, 'a-00000-of-00003.gguf'))).rejects.toMatchObject(refusal('split-name'));
    await expect(findSplit(join(folder, 'a-00001-of-99999.gguf'))).rejects.toMatchObject(refusal('split-name'));
  });
});

describe('single files', () => {
  it('yield themselves', async () => {
    expect(await findSplit(join('some', 'model-Q4_K_M.gguf'))).toEqual({ paths: [join('some', 'model-Q4_K_M.gguf')] });
    expect(splitNameOf('model-1-of-3.gguf')).toBeNull();
    expect(splitNameOf('a-b-00002-of-00003.gguf')).toEqual({ prefix: 'a-b', part: 2, parts: 3 });
  });

  it('need no split keys', async () => {
    const header = await readGguf(bufferSource(encodeTinyModel()));
    expect(() => checkSplit([header])).not.toThrow();
    expect(() => checkSplit([header, header])).toThrow(GgufRefusal);
  });
});
