import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getLlama, type Llama, LlamaCompletion, LlamaLogLevel } from 'node-llama-cpp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkArchitecture } from '../gguf/check-architecture.ts';
import { readModelHeaders } from '../gguf/split-files.ts';
import { type RandomModelArchitecture, SMALL_RANDOM_MODEL, writeRandomModel } from './random-model.ts';
import { ENCODABLE_TENSOR_TYPES } from './tensor-encoding.ts';

const ARCHITECTURES: readonly RandomModelArchitecture[] = ['llama', 'qwen2', 'qwen3', 'gemma', 'phi3'];

describe('generated models', () => {
  let folder = '';
  let llama: Llama | null = null;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'modelward-random-model-'));
    llama = await getLlama({ gpu: false, build: 'never', maxThreads: 1, logLevel: LlamaLogLevel.error });
  });
  afterAll(async () => {
    await llama?.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  /** Twelve tokens written by llama.cpp, greedily. */
  async function generate(path: string): Promise<string> {
    if (llama === null) throw new Error('llama.cpp is not there');
    const model = await llama.loadModel({ modelPath: path });
    const said = 'Grüße, 世界!\n';
    expect(model.detokenize(model.tokenize(said))).toBe(said);
    const context = await model.createContext({ contextSize: 128, threads: 1 });
    const completion = new LlamaCompletion({ contextSequence: context.getSequence() });
    const text = await completion.generateCompletion(said, { maxTokens: 12 });
    await context.dispose();
    await model.dispose();
    return text;
  }

  it.each(ARCHITECTURES)('of %s load and generate, whole or split', async (architecture) => {
    const options = { ...SMALL_RANDOM_MODEL, architecture };
    const whole = await writeRandomModel(join(folder, `${architecture}.gguf`), options);
    const split = await writeRandomModel(join(folder, `${architecture}-split.gguf`), { ...options, splitInto: 3 });
    for (const path of [...whole.paths, split.paths[2] ?? '']) checkArchitecture((await readModelHeaders(path)).headers);
    const text = await generate(whole.paths[0] ?? '');
    expect(text.length).toBeGreaterThan(0);
    expect(await generate(split.paths[0] ?? '')).toBe(text);
  });

  it.each(ENCODABLE_TENSOR_TYPES)('in %s load and generate', async (tensorType) => {
    const { paths } = await writeRandomModel(join(folder, `${tensorType}.gguf`), { ...SMALL_RANDOM_MODEL, tensorType });
    expect((await generate(paths[0] ?? '')).length).toBeGreaterThan(0);
  });

  it('are the same bytes for the same seed, and others for another', async () => {
    const write = async (name: string, seed: number): Promise<Buffer> => {
      const { paths } = await writeRandomModel(join(folder, name), { ...SMALL_RANDOM_MODEL, seed });
      return readFile(paths[0] ?? '');
    };
    const first = await write('first.gguf', 5);
    expect(first.equals(await write('second.gguf', 5))).toBe(true);
    expect(first.equals(await write('third.gguf', 6))).toBe(false);
  });
});
