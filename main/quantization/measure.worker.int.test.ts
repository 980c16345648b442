import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readGgufFile } from '../engine/gguf/gguf-reader.ts';
import { SMALL_RANDOM_MODEL, writeRandomModel } from '../engine/testing/random-model.ts';
import { createNodeProcessStarter } from '../kernel/processes/node-process-starter.ts';
import { resolveWorkerSource } from '../kernel/processes/resolve-worker.ts';
import { runTask } from '../kernel/processes/run-task.ts';
import type { TaskMessage } from '../kernel/processes/run-task.ts';
import { temporaryFolder } from '../kernel/testing/temporary-house.ts';
import { evaluateResultSchema, layersResultSchema, matrixResultSchema, MEASURE_PHASES } from './measure-task.ts';
import type { MeasureRequest } from './measure-task.ts';
import { readMeasureText } from './measure-text.ts';
import { pruningOrder } from './pruning-order.ts';

const folder = temporaryFolder('measure');
const inFolder = (name: string): string => join(folder.path, name);
const temporary = inFolder('quarantine');
const modelPath = inFolder('parent.gguf');
const versionPath = inFolder('version.gguf');
const common = { text: { kind: 'bundled', name: 'held-out' }, chunks: 3, contextSize: 128, backend: 'cpu', gpuLayers: 0, threads: 1 } as const;
const matrix: MeasureRequest = { kind: 'matrix', modelPath, outputPath: inFolder('matrix.gguf'), ...common };
const layers: MeasureRequest = { kind: 'layers', modelPath, ...common };
const evaluate: MeasureRequest = { kind: 'evaluate', parentPath: modelPath, versionPath, temporaryFolder: temporary, ...common };

beforeAll(async () => {
  await mkdir(temporary);
  await writeRandomModel(modelPath, SMALL_RANDOM_MODEL);
  await writeRandomModel(versionPath, { ...SMALL_RANDOM_MODEL, tensorType: 'Q8_0' });
});
afterAll(() => folder.remove());

interface Run<Result> {
  result: Result;
  messages: Extract<TaskMessage, { kind: 'phase' | 'progress' }>[];
}

async function run<Result>(request: MeasureRequest, resultSchema: z.ZodType<Result>, { signal, onMessage }: { signal?: AbortSignal; onMessage?: () => void } = {}): Promise<Run<Result>> {
  const messages: Run<Result>['messages'] = [];
  const result = await runTask({
    startProcess: createNodeProcessStarter(),
    entryPath: resolveWorkerSource('measure'),
    serviceName: 'measure',
    request,
    resultSchema,
    signal: signal ?? new AbortController().signal,
    silenceLimitMs: 20_000,
    onMessage(message) {
      messages.push(message);
      onMessage?.();
    },
  });
  return { result, messages };
}
const phasesOf = ({ messages }: Run<unknown>): string[] => messages.flatMap((message) => (message.kind === 'phase' ? [message.phase] : []));

describe('the measuring process', () => {
  it('writes an importance matrix and says what it is', async () => {
    const done = await run(matrix, matrixResultSchema);
    const { tokens } = done.result.text;
    const known = await readMeasureText(common.text);
    expect(done.result).toMatchObject({ chunks: 3, contextSize: 128, entries: 14, text: { name: 'held-out', sha256: known.sha256, bytes: known.bytes } });
    expect(tokens).toBeGreaterThan(10_000);
    const header = await readGgufFile(inFolder('matrix.gguf'));
    expect(header.tensors.length).toBe(2 * done.result.entries);
    expect(header.metadata.get('imatrix.datasets')?.value).toEqual(['held-out']);
    expect(phasesOf(done)).toEqual(MEASURE_PHASES.matrix);
    expect(done.messages.at(-1)).toMatchObject({ kind: 'progress', done: 384, total: 384, unit: 'tokens' });
  });

  it('tells the influence of each block', async () => {
    const done = await run(layers, layersResultSchema);
    expect(done.result.influence).toHaveLength(2);
    expect(phasesOf(done)).toEqual(MEASURE_PHASES.layers);
  });

  it('tells what a version lost against its parent, its speed and its memory', async () => {
    const done = await run(evaluate, evaluateResultSchema);
    const { result } = done;
    expect(phasesOf(done)).toEqual(MEASURE_PHASES.evaluate);
    expect(result.perplexityRatio.value).toBeCloseTo(result.perplexity.value / result.parentPerplexity.value, 6);
    expect(result.klDivergence.value).toBeGreaterThan(0);
    expect(result.klDivergence.value).toBeLessThan(0.01); // eight bits
    expect(result.klDivergence.max).toBeGreaterThanOrEqual(result.klDivergence.p99);
    expect(result.klDivergence.p99).toBeGreaterThanOrEqual(result.klDivergence.median);
    expect(result.topTokenAgreement.value).toBeGreaterThan(0.8);
    expect(result.speed.promptTokensPerSecond).toBeGreaterThan(0);
    expect(result.parentSpeed.generationTokensPerSecond).toBeGreaterThan(0);
    expect(result.ramBytes).toBeGreaterThan(10_000_000);
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('finds no difference between a model and itself', async () => {
    const { result } = await run({ ...evaluate, kind: 'evaluate', parentPath: modelPath, versionPath: modelPath, temporaryFolder: temporary }, evaluateResultSchema);
    expect(result.perplexity.value).toBeCloseTo(result.parentPerplexity.value, 4);
    expect(result.klDivergence.value).toBeLessThan(1e-6);
    expect(result.topTokenAgreement.value).toBeGreaterThan(0.99); // two tokens may be equal in the stored 16 bits
  });

  it('refuses a model of another vocabulary, and leaves nothing', async () => {
    const other = inFolder('other.gguf');
    await writeRandomModel(other, { ...SMALL_RANDOM_MODEL, vocabulary: 400 });
    const request: MeasureRequest = { kind: 'evaluate', parentPath: modelPath, versionPath: other, temporaryFolder: temporary, ...common };
    await expect(run(request, z.unknown())).rejects.toMatchObject({ code: 'VOCABULARY_DIFFERS', data: { size: 400, parentSize: 320 } });
    expect(readdirSync(temporary)).toEqual([]);
  });

  it.each([
    ['too short', { kind: 'inline', name: 'note', text: 'A short note.' }, { code: 'TEXT_TOO_SHORT', data: { needed: 256 } }],
    ['empty', { kind: 'inline', name: 'blank', text: ' \n\n' }, { code: 'TEXT_NOT_READABLE', data: { path: 'blank', reason: 'empty' } }],
    ['not there', { kind: 'path', path: join(temporary, 'none.txt') }, { code: 'PATH_NOT_FOUND' }],
    ['a folder', { kind: 'path', path: temporary }, { code: 'NOT_A_REGULAR_FILE' }],
  ] as const)('refuses a text that is %s', async (_name, text, refusal) => {
    await expect(run({ ...matrix, text }, z.unknown())).rejects.toMatchObject(refusal);
  });

  it('refuses a text that is not UTF-8', async () => {
    const path = inFolder('latin1.txt');
    writeFileSync(path, Buffer.from('Grüße aus der Küche. '.repeat(400), 'latin1'));
    await expect(run({ ...layers, text: { kind: 'path', path } }, z.unknown())).rejects.toMatchObject({ code: 'TEXT_NOT_READABLE', data: { path, reason: 'not-utf8' } });
  });

  it('says in llama.cpp’s words why a model cannot be loaded', async () => {
    const path = inFolder('letter.gguf');
    writeFileSync(path, 'Dear colleague');
    await expect(run({ ...evaluate, kind: 'evaluate', parentPath: path, versionPath, temporaryFolder: temporary }, z.unknown())).rejects.toMatchObject({
      code: 'MEASURING_FAILED',
      data: { what: 'evaluation', detail: expect.stringContaining('magic') as unknown },
    });
    expect(readdirSync(temporary)).toEqual([]);
  });

  it.each([['matrix', matrix], ['evaluate', evaluate]] as const)('stops in the middle and leaves nothing: %s', async (_name, request) => {
    const stop = new AbortController();
    const unfinished = inFolder('unfinished.gguf');
    const whole = { ...request, ...(request.kind === 'matrix' ? { outputPath: unfinished } : {}), chunks: 0 };
    await expect(run(whole, z.unknown(), { signal: stop.signal, onMessage: () => setTimeout(() => stop.abort(), 250) })).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(existsSync(unfinished)).toBe(false);
    expect(readdirSync(temporary)).toEqual([]);
  });
});

describe('the order in which blocks may be left out', () => {
  it('begins with the least important, and never takes the first or the last', () => {
    expect(pruningOrder([0.01, 0.3, 0.1, 0.2, 0.1, 0.02])).toEqual([2, 4, 3, 1]);
    expect(pruningOrder([0.1, 0.2])).toEqual([]);
    expect(pruningOrder([])).toEqual([]);
  });
});
