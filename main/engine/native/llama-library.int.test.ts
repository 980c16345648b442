import { describe, expect, it } from 'vitest';
import koffi from 'koffi';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { realModelPath } from '../testing/real-model.ts';
import { checkLayouts } from './check-layouts.ts';
import type { OpenedLibraries } from './declare-function.ts';
import { findLibraryFiles } from './library-files.ts';
import { openLlamaLibrary } from './llama-library.ts';
import { listenToLog } from './native-log.ts';
import { openNativeModel } from './native-model.ts';
import { createTokenBatch } from './token-batch.ts';

const files = findLibraryFiles('cpu');

function opened(): OpenedLibraries {
  const llama = koffi.load(files.llama);
  return { ggmlBase: koffi.load(files.ggmlBase), ggml: koffi.load(files.ggml), llama, memory: llama };
}

/** The same library, but one function answers something else. */
function with1Changed(name: string, change: (value: Record<string, unknown>) => unknown): OpenedLibraries {
  const libraries = opened();
  const real = libraries.llama;
  const llama = {
    ...real,
    func: (asked: string, ...rest: [never, never]) => {
      const call = real.func(asked, ...rest) as (...parameters: unknown[]) => Record<string, unknown>;
      return asked === name && rest[0] !== 'void' ? (...parameters: unknown[]) => change(call(...parameters)) : call;
    },
  };
  return { ...libraries, llama: llama as unknown as typeof real };
}

describe('the layout of llama.cpp’s structures', () => {
  it('is the known one in the release that is installed', () => {
    const library = openLlamaLibrary(files);
    expect(() => checkLayouts(opened(), library.release)).not.toThrow();
    expect(library.llama_print_system_info()).toContain('CPU');
  });

  it('is refused for another release', () => {
    expect(() => checkLayouts(opened(), '0.5.0')).toThrow(/llama\.cpp 0\.5\.0/);
  });

  it.each([
    ['llama_model_quantize_default_params', { ftype: 2 }, /ftype is 2/],
    ['llama_context_default_params', { n_ubatch: 2048 }, /n_ubatch is 2048/],
    ['llama_model_default_params', { devices: 1n }, /devices is 1/],
  ])('is refused when %s fills in something else', (name, difference, words) => {
    const changed = with1Changed(name, (value) => ({ ...value, ...difference }));
    expect(() => checkLayouts(changed, '0.4.0')).toThrow(words);
  });
});

describe('a model loaded through the binding', () => {
  it('computes the same logits in one batch and token by token', async () => {
    const library = openLlamaLibrary(files);
    const { path } = await realModelPath();
    const model = await openNativeModel(library, listenToLog(library), { path, settings: { gpuLayers: 0 } });
    const context = model.createContext({ contextSize: 256, threads: 1 });
    const tokens = model.tokenize('Once upon a time there was');
    const together = new Float32Array(tokens.length * model.vocabularySize);
    const batch = createTokenBatch(library, tokens.length);
    for (const [position, token] of tokens.entries()) batch.add({ token, position, sequence: 0, output: true });
    context.decode(batch);
    context.copyAllLogits(together);

    context.clear();
    const single = new Float32Array(model.vocabularySize);
    for (const [position, token] of tokens.entries()) {
      batch.clear();
      batch.add({ token, position, sequence: 0, output: true });
      await context.decodeAside(batch);
      context.copyLogits(-1, single);
      const row = together.subarray(position * model.vocabularySize, (position + 1) * model.vocabularySize);
      expect(Math.max(...single.map((value, index) => Math.abs(value - (row[index] ?? Number.NaN))))).toBeLessThan(0.05);
    }
    context.free();
    model.free();
  });

  it('is refused with llama.cpp’s own words when the file is not a model', async () => {
    const library = openLlamaLibrary(files);
    const folder = await mkdtemp(join(tmpdir(), 'modelward-native-'));
    const path = join(folder, 'not.gguf');
    await writeFile(path, 'Dear colleague');
    await expect(openNativeModel(library, listenToLog(library), { path, settings: { gpuLayers: 0 } })).rejects.toThrow(/magic/);
    await rm(folder, { recursive: true });
  });
});
