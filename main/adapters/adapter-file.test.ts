import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readGgufFile } from '../engine/gguf/gguf-reader.ts';
import type { GgufTensorToWrite } from '../engine/gguf/gguf-writer.ts';
import { writeRandomAdapter } from '../engine/testing/random-adapter.ts';
import type { RandomAdapterOptions } from '../engine/testing/random-adapter.ts';
import { SMALL_RANDOM_MODEL, writeRandomModel } from '../engine/testing/random-model.ts';
import type { RandomModelOptions } from '../engine/testing/random-model.ts';
import { temporaryFolder } from '../kernel/testing/temporary-house.ts';
import { adapterFileOf, misfitOf } from './adapter-file.ts';
import type { AdapterFile, BaseTensors } from './adapter-file.ts';

let folder: ReturnType<typeof temporaryFolder>;
let count = 0;
const fresh = (): string => join(folder.path, `${(count += 1)}.gguf`);
let basePath: string;
let base: BaseTensors;

beforeAll(async () => {
  folder = temporaryFolder('adapter-file');
  ({ path: basePath, base } = await model());
});
afterAll(() => folder.remove());

async function model(changes: Partial<RandomModelOptions> = {}): Promise<{ path: string; base: BaseTensors }> {
  const path = fresh();
  await writeRandomModel(path, { ...SMALL_RANDOM_MODEL, ...changes });
  const { tensors } = await readGgufFile(path);
  return { path, base: { architecture: changes.architecture ?? 'llama', tensors: new Map(tensors.map((tensor) => [tensor.name, tensor])) } };
}

async function adapter(options: RandomAdapterOptions = {}, from = basePath): Promise<AdapterFile> {
  const path = fresh();
  await writeRandomAdapter(path, from, options);
  return adapterFileOf(await readGgufFile(path));
}

const without = (name: string) => (tensors: GgufTensorToWrite[]) => tensors.filter((tensor) => tensor.name !== name);
const swapped = (from: string, to: string) => (tensors: GgufTensorToWrite[]) => tensors.map((tensor) => (tensor.name === from ? { ...tensor, name: to } : tensor));
const q = 'blk.0.attn_q.weight';

describe('what an adapter says of itself', () => {
  it('is read from its keys and pairs', async () => {
    const { facts } = await adapter({ rank: 8, alpha: 16, name: 'Ward letters' });
    expect(facts).toMatchObject({ architecture: 'llama', name: 'Ward letters', alpha: 16, rank: { lowest: 8, highest: 8 }, ignoredTensors: 0 });
    expect(facts.targets).toHaveLength(14);
    expect(facts.targets).toContain(q);
  });

  it.each([
    ['a whole model', { metadata: { 'general.type': { key: 'general.type', type: 'string', value: 'model' } } }, 'not-an-adapter', 'model'],
    ['nothing about its type', { metadata: { 'general.type': null } }, 'not-an-adapter', '–'],
    ['a control vector', { metadata: { 'adapter.type': { key: 'adapter.type', type: 'string', value: 'cvec' } } }, 'not-lora', 'cvec'],
    ['an activated LoRA', { metadata: { x: { key: 'adapter.alora.invocation_tokens', type: 'array', elementType: 'uint32', value: [1] } } }, 'not-lora', 'alora'],
    ['half a pair', { tensors: without(`${q}.lora_b`) }, 'incomplete', `${q}.lora_b`],
    ['the other half', { tensors: without(`${q}.lora_a`) }, 'incomplete', `${q}.lora_a`],
    ['a tensor of another kind', { tensors: swapped(`${q}.lora_a`, `${q}.magnitude`) }, 'not-lora', 'magnitude'],
    ['ranks that differ', { tensors: (tensors: GgufTensorToWrite[]) => tensors.map((tensor) => (tensor.name === `${q}.lora_a` ? { ...tensor, dimensions: [128, 2] } : tensor)) }, 'shape', q],
  ] as [string, RandomAdapterOptions, string, string][])('is refused with %s', async (_, options, reason, detail) => {
    await expect(adapter(options)).rejects.toMatchObject({ code: 'ADAPTER_REFUSED', data: { reason, detail: expect.stringContaining(detail) } });
  });

  it.each([
    ['no alpha', { metadata: { 'adapter.lora.alpha': null } }, 'missing-key'],
    ['an alpha that is no number', { metadata: { 'adapter.lora.alpha': { key: 'adapter.lora.alpha', type: 'string', value: '8' } } }, 'wrong-type'],
    ['an infinite alpha', { alpha: Number.POSITIVE_INFINITY }, 'hyperparameter-out-of-range'],
    ['no architecture', { metadata: { 'general.architecture': null } }, 'missing-key'],
    ['no tensors', { targets: () => false }, 'no-tensors'],
  ] as [string, RandomAdapterOptions, string][])('is refused with %s', async (_, options, rule) => {
    await expect(adapter(options)).rejects.toMatchObject({ rule });
  });

  it('leaves whole norm vectors out and says so', async () => {
    const { facts } = await adapter({ tensors: (tensors) => [...tensors, { name: 'blk.0.attn_norm.weight', type: 'F32', dimensions: [64], data: new Uint8Array(256) }] });
    expect(facts.ignoredTensors).toBe(1);
  });
});

describe('whether it fits a model', () => {
  it('yes: its base, a quantized one with the same tensors, and the token embedding', async () => {
    expect(misfitOf(await adapter(), base)).toBeNull();
    expect(misfitOf(await adapter(), (await model({ tensorType: 'Q8_0' })).base)).toBeNull();
    expect(misfitOf(await adapter({ targets: (name) => name === 'token_embd.weight' || name === 'output.weight' }), base)).toBeNull();
  });

  it('no: another architecture, fewer layers, wider matrices', async () => {
    const file = await adapter();
    expect(misfitOf(file, (await model({ architecture: 'qwen3' })).base)).toEqual({ reason: 'architecture', detail: 'llama ≠ qwen3' });
    expect(misfitOf(file, (await model({ layers: 1 })).base)).toMatchObject({ reason: 'unknown-tensor', detail: 'blk.1.attn_q.weight' });
    expect(misfitOf(file, (await model({ feedForward: 96 })).base)).toMatchObject({ reason: 'shape', detail: expect.stringContaining('[64 × 96]') });
  });

  it('no: a vector, which llama.cpp would take and never use', async () => {
    expect(misfitOf(await adapter({ targets: (name) => name === 'output_norm.weight' }), base)).toMatchObject({ reason: 'shape' });
  });

  it('no: the embedding of a model whose output it is too, which would end the process', async () => {
    const tied = await model({ architecture: 'gemma' });
    expect(misfitOf(await adapter({ targets: (name) => name === 'token_embd.weight' }, tied.path), tied.base)).toEqual({ reason: 'shape', detail: 'token_embd.weight = output.weight' });
  });
});
