import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../kernel/testing/temporary-house.ts';
import { fileTypeNameOf, ggmlTypeNamed } from '../gguf/gguf-format.ts';
import { readGgufFile } from '../gguf/gguf-reader.ts';
import { K_QUANT_MODEL, llamaTool, noTools, noTrainedModel, randomImportanceMatrix, runLlamaTool } from '../testing/quantize-fixture.ts';
import { writeRandomModel } from '../testing/random-model.ts';
import { realModelPath } from '../testing/real-model.ts';
import { readImportanceMatrixFile, tensorImportances, writeImportanceMatrixFile } from './importance-matrix-file.ts';
import { findLibraryFiles } from './library-files.ts';
import { openLlamaLibrary } from './llama-library.ts';
import { listenToLog } from './native-log.ts';
import { QUANTIZATION_TYPES, quantizationTypeNamed } from './quantization-types.ts';
import { importanceKeys, quantize } from './quantize.ts';
import type { QuantizeOrder } from './quantize.ts';
import { quantizedFileBytes } from './quantized-size.ts';

interface Case {
  model: 'generated' | 'stories';
  type: string;
  matrix?: boolean;
  changes?: Partial<QuantizeOrder>;
  parameters?: string[];
  /** SHA-256 of what llama-quantize v0.4.0 wrote on linux-x64. */
  sha256: string;
}

const typeNumber = (name: string): number => ggmlTypeNamed(name)?.id ?? Number.NaN;
const cases: Case[] = [
  { model: 'generated', type: 'Q8_0', sha256: '3caf3ed0bb2358202152c85d6467e17edd9f99109cd0f49a2c3f88a50f11a19b' },
  { model: 'generated', type: 'Q4_0', sha256: '07ceeab8c6349121983f0a511b3e152343086e0831a7e5fbab42f130a1262a38' },
  { model: 'generated', type: 'Q4_K_M', sha256: 'dac12fecf89dfdb86288b2a220c9ddfb5c72f36c1d52e42bbedf812f86024bf5' },
  { model: 'generated', type: 'Q6_K', sha256: 'd2dcf0258144c240f4d471055568587d597341d9207492ef90041ac7a3e72a7f' },
  { model: 'generated', type: 'Q2_K', sha256: '33f6e4d69b967d0a134c951de8c9d702496e39d580f05ec843b6d49bee4ae2e6' },
  { model: 'generated', type: 'F16', sha256: '932d0f4f1bf41ab7ccb38a264a46d8643e11a4ce98171bb9be3a8a6b2e14e6ef' },
  { model: 'generated', type: 'BF16', sha256: '5156505c0970d4c1152c4ec3a4f24453be610daeaae04c09f5e0fb71fe0c6131' },
  { model: 'generated', type: 'IQ4_XS', matrix: true, sha256: 'f87c939a83ebd4e62bc938d8b2afe7c940bf642da1b1a4fa076d343bb5dce946' },
  { model: 'generated', type: 'IQ2_XXS', matrix: true, sha256: 'a7ed1dfedf2f3951cc9a158be13162305913976f08a46306315aa74f10bfcb4c' },
  { model: 'generated', type: 'Q4_K_M', matrix: true, sha256: 'e20842b6b15775420f112ea74e14c0a786c56ca663ca651886a9d63b68da9ac7' },
  { model: 'generated', type: 'COPY', changes: { pruneLayers: [2, 1] }, parameters: ['--prune-layers', '2,1'], sha256: '605d6847fc5306032d8dd47423e6d300d58fb6da3600fa6b3bd46b48cecaf6df' },
  {
    model: 'generated',
    type: 'Q4_K_M',
    changes: {
      overrides: [{ pattern: 'attn_v', type: typeNumber('Q8_0') }, { pattern: 'ffn_(up|gate)', type: typeNumber('Q4_K') }],
      outputTensorType: typeNumber('Q8_0'),
      tokenEmbeddingType: typeNumber('F16'),
    },
    parameters: ['--tensor-type', 'attn_v=q8_0', '--tensor-type', 'ffn_(up|gate)=q4_k', '--output-tensor-type', 'q8_0', '--token-embedding-type', 'f16'],
    sha256: 'e3fa06d81de4da9060bea57e159e83ae4a9fedbc0855bc19ef1e8a8d9cf18fe4',
  },
  { model: 'generated', type: 'Q5_K_S', changes: { pure: true, leaveOutputTensor: true }, parameters: ['--pure', '--leave-output-tensor'], sha256: '9a280fd45017834baa4acb291827fe933acbc93b98b7c695b6e5db98adddb684' },
  { model: 'stories', type: 'Q8_0', sha256: 'ff8701a45da28293b7af11a695ab33575b692e9b109a2eae6238c906c31415da' },
  { model: 'stories', type: 'Q4_K_M', sha256: '7f61512f1889080c73b2afd3ac7fdfe55a368e83570b20e5019829adfa734a2a' },
  { model: 'stories', type: 'IQ4_XS', sha256: '4d8614ce3f2eb632bfe3f11e8746469c50bd3d3570b4cb480bd19fade988bcde' },
];

const folder = temporaryFolder('quantize');
const library = openLlamaLibrary(findLibraryFiles('cpu'));
const log = listenToLog(library);
let isTrained = false;
const modelPath = (model: Case['model']): string => join(folder.path, `${model}.gguf`);
const matrixName = 'matrix.gguf';

beforeAll(async () => {
  await writeRandomModel(modelPath('generated'), K_QUANT_MODEL);
  const real = await realModelPath();
  isTrained = real.isTrained;
  await copyFile(real.path, modelPath('stories'));
  await writeImportanceMatrixFile(join(folder.path, matrixName), randomImportanceMatrix(K_QUANT_MODEL));
});
afterAll(() => folder.remove());

async function orderOf({ model, type, matrix = false, changes = {} }: Omit<Case, 'sha256'>): Promise<QuantizeOrder> {
  const file = matrix ? await readImportanceMatrixFile(join(folder.path, matrixName)) : null;
  return {
    inputPath: modelPath(model),
    outputPath: join(folder.path, 'ours.gguf'),
    type: type === 'COPY' ? 'copy' : (quantizationTypeNamed(type)?.ftype ?? Number.NaN),
    outputTensorType: null,
    tokenEmbeddingType: null,
    overrides: [],
    pure: false,
    leaveOutputTensor: false,
    allowRequantize: false,
    pruneLayers: [],
    importance: file === null ? null : { tensors: tensorImportances(file), fileName: matrixName, dataset: file.datasets[0] ?? null, chunks: file.chunks },
    dryRun: false,
    threads: 2,
    ...changes,
  };
}
const sha256Of = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');
const named = (one: Case): string => `${one.model} to ${one.type}${one.matrix === true ? ' with a matrix' : ''} ${(one.parameters ?? []).join(' ')}`.trim();
/** The same sources give other last bits with another compiler or instruction set. */
const pinned = process.platform === 'linux' && process.arch === 'x64';

describe('a quantized file', () => {
  it.for(cases.map((one) => [named(one), one] as const))('%s: byte for byte what llama-quantize wrote', async ([, one], { skip }) => {
    if (!pinned) skip('the bytes were pinned on linux-x64');
    if (one.model === 'stories' && !isTrained) skip(noTrainedModel);
    await quantize(library, log, await orderOf(one));
    expect(sha256Of(join(folder.path, 'ours.gguf'))).toBe(one.sha256);
  });

  const tool = llamaTool('llama-quantize');
  it.for(cases.map((one) => [named(one), one] as const))('%s: byte for byte what llama-quantize writes now', async ([, one], { skip }) => {
    if (tool === null) skip(noTools);
    await quantize(library, log, await orderOf(one));
    const theirs = join(folder.path, 'theirs.gguf');
    rmSync(theirs, { force: true });
    const matrix = one.matrix === true ? ['--imatrix', matrixName] : [];
    runLlamaTool(tool ?? '', folder.path, [...matrix, ...(one.parameters ?? []), modelPath(one.model), theirs, one.type, '1']);
    expect(sha256Of(join(folder.path, 'ours.gguf'))).toBe(sha256Of(theirs));
  });

  it.each([['Q4_K_M', false], ['IQ2_XXS', true], ['F16', false]])('%s: a dry run told its size and types exactly', async (type, matrix) => {
    const order = await orderOf({ model: 'generated', type, matrix });
    const planned = await quantize(library, log, { ...order, dryRun: true, outputPath: join(folder.path, 'never.gguf') });
    expect(existsSync(join(folder.path, 'never.gguf'))).toBe(false);
    const { tensors } = await quantize(library, log, order);
    expect(planned.tensors).toEqual(tensors);
    const written = await readGgufFile(join(folder.path, 'ours.gguf'));
    expect(written.tensors.map(({ name, type: { name: to }, dimensions }) => [name, to, dimensions])).toEqual(tensors.map(({ name, to, dimensions }) => [name, to, dimensions]));
    const added = order.importance === null ? [] : importanceKeys(order.importance);
    expect(quantizedFileBytes(await readGgufFile(order.inputPath), planned.tensors, added)).toBe(statSync(join(folder.path, 'ours.gguf')).size);
  });

  it.each(QUANTIZATION_TYPES.map((one) => [one.type, one] as const))('%s: needs an importance matrix exactly where it is said to', async (type, { ftype, importanceMatrix }) => {
    const planned = await quantize(library, log, { ...(await orderOf({ model: 'generated', type })), dryRun: true });
    expect(planned.log.includes('will require an imatrix')).toBe(importanceMatrix === 'required');
    expect(fileTypeNameOf(ftype)).toBe(type);
  });

  it('tells which tensors fall back, and to what', async () => {
    const { tensors } = await quantize(library, log, { ...(await orderOf({ model: 'stories', type: 'Q4_K_M' })), dryRun: true });
    expect(tensors.find(({ name }) => name === 'blk.0.attn_q.weight')).toMatchObject({ fallbackFrom: 'Q4_K', to: 'Q5_0' });
    expect(tensors.filter(({ fallbackFrom }) => fallbackFrom !== null).length).toBeGreaterThan(10);
  });

  it('is told tensor by tensor', async () => {
    const steps: string[] = [];
    const { tensors } = await quantize(library, log, { ...(await orderOf({ model: 'generated', type: 'Q8_0' })), onStep: ({ index, count, name }) => steps.push(`${index}/${count} ${name}`) });
    expect(steps).toHaveLength(tensors.length);
    expect(steps[0]).toMatch(/^1\/39 /);
  });
});

describe('what the library refuses, it says in its own words', () => {
  it('a type that needs an importance matrix', async () => {
    await expect(quantize(library, log, await orderOf({ model: 'generated', type: 'IQ2_XXS' }))).rejects.toThrow(/requires an imatrix/);
  });
  it('an importance matrix of another model', async () => {
    await expect(quantize(library, log, await orderOf({ model: 'stories', type: 'Q4_0', matrix: true }))).rejects.toThrow(/imatrix size 256 is different from tensor size 64/);
  });
  it('a source that is quantized already', async () => {
    await quantize(library, log, await orderOf({ model: 'generated', type: 'Q8_0' }));
    const again = { ...(await orderOf({ model: 'generated', type: 'Q4_0' })), inputPath: join(folder.path, 'ours.gguf'), outputPath: join(folder.path, 'again.gguf') };
    await expect(quantize(library, log, again)).rejects.toThrow(/requantizing from type q8_0 is disabled/);
    await quantize(library, log, { ...again, allowRequantize: true });
    expect(existsSync(again.outputPath)).toBe(true);
  });
});
