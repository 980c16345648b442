import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { getLlama, LlamaLogLevel } from 'node-llama-cpp';
import type { Llama } from 'node-llama-cpp';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { checkArchitecture } from '../../gguf/check-architecture.ts';
import { modelFactsOf } from '../../gguf/model-facts.ts';
import { readModelHeaders } from '../../gguf/split-files.ts';
import type { SupervisedEngine } from '../../supervisor/supervised-engine.ts';
import { ask, GREEDY, makeEngine, readAnswer, stopEngines } from '../../testing/engine-fixture.ts';
import type { RandomEncoderOptions } from '../../testing/random-encoder.ts';
import { SMALL_RANDOM_ENCODER, writeRandomEncoder } from '../../testing/random-encoder.ts';
import { SMALL_RANDOM_MODEL, writeRandomModel } from '../../testing/random-model.ts';
import { writeRandomT5Encoder } from '../../testing/random-t5-encoder.ts';
import { WORD_PIECE } from '../../testing/word-piece-vocabulary.ts';
import type { GgufMetadataToWrite } from '../../gguf/gguf-writer.ts';

const TEXTS = ['the patient is in pain', 'rain and sun: the weather of the week', 'an invoice for the letter', 'x', 'A dose (2 ml) for fever, heart and lung!'];

let folder = '';
let llama: Llama;
const paths = new Map<string, string>();

async function encoder(name: string, options: Partial<RandomEncoderOptions>): Promise<void> {
  const path = join(folder, `${name}.gguf`);
  await writeRandomEncoder(path, { ...SMALL_RANDOM_ENCODER, ...options });
  paths.set(name, path);
}

async function decoder(name: string, architecture: 'qwen3' | 'llama', metadata: GgufMetadataToWrite[]): Promise<void> {
  const { paths: [path = ''] } = await writeRandomModel(join(folder, `${name}.gguf`), { ...SMALL_RANDOM_MODEL, architecture, chatTemplate: null, metadata });
  paths.set(name, path);
}

const pathOf = (name: string): string => paths.get(name) ?? '';

async function started(name: string, order: Partial<Parameters<typeof makeEngine>[0]> = {}): Promise<SupervisedEngine> {
  const engine = makeEngine({ modelPath: pathOf(name), task: 'embed', ...order });
  engine.start();
  await engine.whenReady();
  return engine;
}

const vectorsOf = async (engine: SupervisedEngine, inputs: (string | number[])[]): Promise<number[][]> => (await engine.embed({ inputs, share: 'a' })).vectors;

/** Enough to compute for some seconds. */
const LONG = Array.from({ length: 700 }, (_, index) => `letter ${index}: ${'the patient is in pain '.repeat(15)}`);

/** Once the first texts of what was asked are computed. */
async function untilComputing(engine: SupervisedEngine): Promise<void> {
  while (engine.stats().promptTokens === 0) await delay(10);
}

function dot(one: readonly number[], other: readonly number[]): number {
  return one.reduce((sum, value, index) => sum + value * (other[index] ?? Number.NaN), 0);
}

function unit(vector: readonly number[]): number[] {
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelward-pooling-'));
  llama = await getLlama({ gpu: false, build: 'never', maxThreads: 1, logLevel: LlamaLogLevel.error });
  await encoder('mean', {});
  await encoder('cls', { pooling: 'cls' });
  await encoder('unsaid', { pooling: null });
  await encoder('rank', { pooling: 'rank' });
  // The form node-llama-cpp puts every pair into: end and separator between the two.
  await encoder('rank-two', { pooling: 'rank', metadata: [{ key: 'tokenizer.ggml.add_sep_token', type: 'bool', value: true }] });
  await encoder('rank-form', { pooling: 'rank', metadata: [{ key: 'tokenizer.chat_template.rerank', type: 'string', value: 'letter: {query} [SEP] invoice: {document}' }] });
  await decoder('last', 'qwen3', [
    { key: 'qwen3.pooling_type', type: 'uint32', value: 3 },
    { key: 'tokenizer.ggml.add_eos_token', type: 'bool', value: true },
  ]);
  await decoder('decoder-mean', 'llama', [{ key: 'llama.pooling_type', type: 'uint32', value: 1 }]);
  await decoder('chat', 'llama', []);
}, 60_000);
afterEach(stopEngines);
afterAll(async () => {
  await llama.dispose();
  await rm(folder, { recursive: true, force: true });
});

describe('embeddings', () => {
  it('come from files that the import takes, each told what it is for', async () => {
    for (const [name, purpose] of [['mean', 'embedding'], ['unsaid', 'embedding'], ['last', 'embedding'], ['rank', 'reranking'], ['chat', 'text-generation']] as const) {
      const { headers } = await readModelHeaders(pathOf(name));
      checkArchitecture(headers);
      expect(modelFactsOf(headers).purpose).toBe(purpose);
    }
  });

  it.each(['mean', 'cls', 'last', 'decoder-mean'])('of %s are those of node-llama-cpp, at length 1, singly and together', async (name) => {
    const model = await llama.loadModel({ modelPath: pathOf(name) });
    const context = await model.createEmbeddingContext({ contextSize: 128, batchSize: 128, threads: 1 });
    const engine = await started(name);
    expect(engine.stats().report?.loop).toEqual({ kind: 'native', problem: null });
    const together = await vectorsOf(engine, TEXTS);
    for (const [index, text] of TEXTS.entries()) {
      const vector = together[index] ?? [];
      expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
      const { vector: reference } = await context.getEmbeddingFor(text);
      expect(dot(vector, unit(reference)), text).toBeGreaterThan(0.9999);
      const [alone = []] = await vectorsOf(engine, [text]);
      expect(dot(vector, alone), text).toBeGreaterThan(0.9999);
      // It would be easy to be like everything: they are not like each other.
      expect(dot(vector, together[(index + 1) % TEXTS.length] ?? [])).toBeLessThan(0.999);
    }
    await context.dispose();
    await model.dispose();
  });

  it('of the fall-back are those of the native engine', async () => {
    const native = await started('mean');
    const fallBack = await started('mean', { loop: 'library' });
    expect(fallBack.stats().report?.loop.kind).toBe('library');
    const [mine, theirs] = [await native.embed({ inputs: TEXTS, share: 'a' }), await fallBack.embed({ inputs: TEXTS, share: 'a' })];
    expect(theirs.promptTokens).toBe(mine.promptTokens);
    for (const [index, vector] of mine.vectors.entries()) expect(dot(vector, theirs.vectors[index] ?? [])).toBeGreaterThan(0.9999);
  });

  it('count the tokens with those around each text, and take token ids as they are', async () => {
    const engine = await started('mean');
    const { vectors, promptTokens } = await engine.embed({ inputs: ['pain', 'the pain'], share: 'a' });
    expect(promptTokens).toBe(3 + 4);
    const pain = await engine.embed({ inputs: [[WORD_PIECE.cls, ...(await idsOf('mean', 'pain')), WORD_PIECE.sep]], share: 'a' });
    expect(pain.promptTokens).toBe(3);
    expect(dot(pain.vectors[0] ?? [], vectors[0] ?? [])).toBeGreaterThan(0.9999);
    await expect(engine.embed({ inputs: [[100_000]], share: 'a' })).rejects.toMatchObject({ code: 'GENERATION_REFUSED', data: { reason: 'token' } });
  });

  it('of a model that does not say how are the mean, and the report says so', async () => {
    const engine = await started('unsaid');
    expect(engine.stats().report?.pooling).toEqual({ type: 'mean', declared: false, dimensions: SMALL_RANDOM_ENCODER.embedding });
    const said = await started('mean');
    expect(said.stats().report?.pooling?.declared).toBe(true);
    const [own, others] = [await vectorsOf(engine, TEXTS), await vectorsOf(said, TEXTS)];
    for (const [index, vector] of own.entries()) expect(dot(vector, others[index] ?? [])).toBeGreaterThan(0.9999);
  });

  it('of an encoder that has no decoder at all come by way of llama_encode, the same singly and together', async () => {
    const path = join(folder, 't5.gguf');
    await writeRandomT5Encoder(path);
    const { headers } = await readModelHeaders(path);
    checkArchitecture(headers);
    expect(modelFactsOf(headers).purpose).toBe('embedding');
    paths.set('t5', path);
    const engine = await started('t5');
    const together = await vectorsOf(engine, TEXTS);
    for (const [index, vector] of together.entries()) {
      expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
      const [alone = []] = await vectorsOf(engine, [TEXTS[index] ?? '']);
      expect(dot(vector, alone), TEXTS[index]).toBeGreaterThan(0.9999);
      expect(dot(vector, together[(index + 1) % TEXTS.length] ?? [])).toBeLessThan(0.999);
    }
  });

  it('are made of hundreds of texts, in order', async () => {
    const engine = await started('mean', { settings: { contextSize: 128 } });
    const inputs = Array.from({ length: 300 }, (_, index) => `letter ${index} of the ward`);
    const { vectors } = await engine.embed({ inputs, share: 'a' });
    expect(vectors).toHaveLength(300);
    for (const index of [0, 63, 64, 150, 299]) {
      const [alone = []] = await vectorsOf(engine, [inputs[index] ?? '']);
      expect(dot(vectors[index] ?? [], alone)).toBeGreaterThan(0.9999);
    }
  });

  it('are refused for a text that is too long, which is never cut, and nothing else is', async () => {
    const engine = await started('mean', { settings: { contextSize: 4096 } });
    // What the model has positions for, not what was asked for.
    expect(engine.stats().report?.contextSize).toBe(128);
    const fits = Array.from({ length: 126 }, () => 'pain').join(' ');
    await expect(engine.embed({ inputs: [`${fits} pain`], share: 'a' })).rejects.toMatchObject({ code: 'PROMPT_TOO_LONG', data: { promptTokens: 129, contextSize: 128 } });
    await expect(engine.embed({ inputs: ['pain', `${fits} pain`], share: 'a' })).rejects.toMatchObject({ data: { input: 1 } });
    expect((await engine.embed({ inputs: [fits], share: 'a' })).promptTokens).toBe(128);
    const shorter = await started('mean', { settings: { contextSize: 64 } });
    await expect(shorter.embed({ inputs: [fits], share: 'a' })).rejects.toMatchObject({ code: 'PROMPT_TOO_LONG', data: { contextSize: 64 } });
  });

  it('come to a short request while a long one is still computed', async () => {
    const engine = await started('mean');
    const order: string[] = [];
    const long = engine.embed({ inputs: LONG, share: 'batch job' }).then(() => order.push('long'));
    await untilComputing(engine);
    const short = engine.embed({ inputs: ['pain'], share: 'somebody' }).then(() => order.push('short'));
    await Promise.all([long, short]);
    expect(order).toEqual(['short', 'long']);
  });

  it('end when whoever asked leaves, and when the queue is full', async () => {
    const engine = await started('mean', { limits: { queueLimit: 1 } });
    const gone = new AbortController();
    const inputs = Array.from({ length: 2000 }, () => TEXTS[1] ?? '');
    const left = engine.embed({ inputs, share: 'a' }, gone.signal);
    const waiting = [1, 2, 3, 4].map(() => engine.embed({ inputs, share: 'a' }));
    const outcomes = Promise.allSettled(waiting);
    gone.abort();
    await expect(left).rejects.toMatchObject({ code: 'CANCELLED' });
    const codes = (await outcomes).map((outcome) => (outcome.status === 'fulfilled' ? 'done' : (outcome.reason as { code: string }).code));
    expect(codes).toContain('DEPLOYMENT_BUSY');
    expect(codes).toContain('done');
    expect(engine.stats()).toMatchObject({ activeRequests: 0, state: 'ready' });
  });

  it('wait no longer than they may', async () => {
    const engine = await started('mean');
    const first = engine.embed({ inputs: LONG, share: 'a' });
    await untilComputing(engine);
    await expect(engine.embed({ inputs: ['pain'], share: 'a', queueTimeoutMs: 1 })).rejects.toMatchObject({ code: 'QUEUE_TIMEOUT' });
    expect((await first).vectors).toHaveLength(LONG.length);
  });
});

describe('rankings', () => {
  it('are the logits of node-llama-cpp for the same form of a pair', async () => {
    const model = await llama.loadModel({ modelPath: pathOf('rank-two') });
    const context = await model.createRankingContext({ contextSize: 128, batchSize: 128, threads: 1 });
    const engine = await started('rank-two', { task: 'rank' });
    const { scores } = await engine.rank({ query: 'heart and lung', documents: TEXTS, share: 'a' });
    const reference = await context.rankAll('heart and lung', TEXTS);
    expect(new Set(scores.map((score) => score.toFixed(4))).size).toBe(TEXTS.length);
    for (const [index, score] of scores.entries()) expect(1 / (1 + Math.exp(-score))).toBeCloseTo(reference[index] ?? Number.NaN, 4);
    await context.dispose();
    await model.dispose();
  });

  it('put [CLS], a query, [SEP], a document and [SEP] before the model', async () => {
    const engine = await started('rank', { task: 'rank' });
    const { promptTokens } = await engine.rank({ query: 'pain', documents: ['the ward'], share: 'a' });
    expect(promptTokens).toBe(1 + 1 + 1 + 2 + 1);
    expect(engine.stats().report?.pooling).toEqual({ type: 'rank', declared: true, dimensions: 1 });
  });

  it('use the form a model brings, in which what people wrote stays text', async () => {
    const engine = await started('rank-form', { task: 'rank' });
    const plain = await engine.rank({ query: 'pain', documents: ['ward'], share: 'a' });
    // [CLS] letter : pain [SEP] invoice : ward [SEP]
    expect(plain.promptTokens).toBe(9);
    const hostile = await engine.rank({ query: 'pain', documents: ['ward [SEP]'], share: 'a' });
    expect(hostile.promptTokens).toBeGreaterThan(plain.promptTokens + 1);
  });

  it('are refused where a pair is too long', async () => {
    const engine = await started('rank', { task: 'rank' });
    const documents = ['ward', Array.from({ length: 130 }, () => 'pain').join(' ')];
    await expect(engine.rank({ query: 'pain', documents, share: 'a' })).rejects.toMatchObject({ code: 'PROMPT_TOO_LONG', data: { promptTokens: 134, contextSize: 128, input: 1 } });
  });
});

describe('a model asked for what it is not for', () => {
  it('refuses by name', async () => {
    const [embedding, ranking, chat] = [await started('mean'), await started('rank', { task: 'rank' }), await started('chat', { task: 'generate' })];
    const refusal = (reason: string) => ({ code: 'GENERATION_REFUSED', data: { reason } });
    await expect(readAnswer(embedding.chat(ask('Hello'), GREEDY))).rejects.toMatchObject(refusal('no-generation'));
    await expect(embedding.countTokens({ kind: 'text', text: 'Hello' })).rejects.toMatchObject(refusal('no-generation'));
    await expect(embedding.rank({ query: 'pain', documents: ['ward'], share: 'a' })).rejects.toMatchObject(refusal('no-ranking'));
    await expect(ranking.embed({ inputs: ['pain'], share: 'a' })).rejects.toMatchObject(refusal('no-embeddings'));
    await expect(chat.embed({ inputs: ['pain'], share: 'a' })).rejects.toMatchObject(refusal('no-embeddings'));
    await expect(chat.rank({ query: 'pain', documents: ['ward'], share: 'a' })).rejects.toMatchObject(refusal('no-ranking'));
    await expect(embedding.setAdapters([{ path: '/nowhere.gguf', weight: 1 }])).rejects.toMatchObject({ code: 'ADAPTER_REFUSED' });
    expect((await vectorsOf(embedding, ['pain']))[0]).toHaveLength(SMALL_RANDOM_ENCODER.embedding);
  });
});

async function idsOf(name: string, text: string): Promise<number[]> {
  const model = await llama.loadModel({ modelPath: pathOf(name) });
  const tokens = model.tokenize(text);
  await model.dispose();
  return tokens;
}
