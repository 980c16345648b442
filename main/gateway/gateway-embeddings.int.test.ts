import { join } from 'node:path';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NO_QUOTAS } from '../contract/api-keys.contract.ts';
import type { SupervisedEngine } from '../engine/supervisor/supervised-engine.ts';
import { makeEngine, stopEngines } from '../engine/testing/engine-fixture.ts';
import { SMALL_RANDOM_ENCODER, writeRandomEncoder } from '../engine/testing/random-encoder.ts';
import { SMALL_RANDOM_MODEL, writeRandomModel } from '../engine/testing/random-model.ts';
import { ExpectedError } from '../kernel/errors.ts';
import { temporaryFolder } from '../kernel/testing/temporary-house.ts';
import { openapiChecks } from './testing/openapi-checks.ts';
import type { OpenapiChecks } from './testing/openapi-checks.ts';
import { administrator, scriptedGateway } from './testing/scripted-gateway.ts';
import type { ScriptedGateway } from './testing/scripted-gateway.ts';

/** Real engine processes of three kinds behind the real gateway, asked by the `openai` client as it is; weights are random, so which text is near which means nothing. */
const PURPOSES = { search: 'embedding', order: 'reranking', chat: 'text-generation' } as const;
let house: ScriptedGateway;
let source: ReturnType<typeof temporaryFolder>;
let openai: OpenAI;
let checks: OpenapiChecks;

beforeAll(async () => {
  source = temporaryFolder('source');
  const pathOf = (name: string): string => join(source.path, `${name}.gguf`);
  await writeRandomEncoder(pathOf('search'), SMALL_RANDOM_ENCODER);
  await writeRandomEncoder(pathOf('order'), { ...SMALL_RANDOM_ENCODER, pooling: 'rank' });
  await writeRandomModel(pathOf('chat'), SMALL_RANDOM_MODEL);
  const engines: Record<string, SupervisedEngine> = {
    search: makeEngine({ modelPath: pathOf('search'), task: 'embed' }),
    order: makeEngine({ modelPath: pathOf('order'), task: 'rank' }),
    chat: makeEngine({ modelPath: pathOf('chat'), hasChatTemplate: true }),
  };
  for (const engine of Object.values(engines)) engine.start();
  await Promise.all(Object.values(engines).map((engine) => engine.whenReady()));
  const engineOf = (name: string): SupervisedEngine => {
    const engine = engines[name];
    if (engine === undefined) throw new ExpectedError('NOT_FOUND', { what: 'deployment', id: name });
    return engine;
  };
  house = await scriptedGateway({
    models: {
      list: () => Object.entries(PURPOSES).map(([name, purpose]) => ({ name, createdAtMs: 0, canAnswer: true, fingerprint: 'ver_1', model: null, purpose })),
      generate: (name, order, signal) => engineOf(name).generate(order, { signal }),
      countTokens: (name, prompt) => engineOf(name).countTokens(prompt),
      embed: (name, order, signal) => engineOf(name).embed(order, signal),
      rank: (name, order, signal) => engineOf(name).rank(order, signal),
    },
  });
  openai = clientWith(house.secret);
  checks = await openapiChecks(house.baseUrl.replace(/\/v1$/, ''));
}, 60_000);
afterAll(async () => {
  await house.close();
  await stopEngines();
  source.remove();
});

function clientWith(apiKey: string): OpenAI {
  return new OpenAI({ apiKey, baseURL: house.baseUrl, maxRetries: 0 });
}

interface Ranked {
  object: string;
  results: { index: number; relevance_score: number; document?: { text: string } }[];
  usage: { prompt_tokens: number; total_tokens: number };
}
const rerank = (body: Record<string, unknown>, client = openai): Promise<Ranked> => client.post('/rerank', { body });
const documents = ['the patient is in pain', 'rain in the week', 'an invoice', 'a letter for the ward'];

describe('embeddings of a real engine', () => {
  it('come for a text, a list of texts and token ids, as numbers and as Base64', async () => {
    const one = await openai.embeddings.create({ model: 'search', input: 'the patient is in pain', encoding_format: 'float' });
    expect(checks.complaintOfValue('EmbeddingList', one)).toBeNull();
    expect(one).toMatchObject({ object: 'list', model: 'search', data: [{ object: 'embedding', index: 0 }] });
    const [first] = one.data;
    expect(first?.embedding).toHaveLength(SMALL_RANDOM_ENCODER.embedding);
    expect(Math.hypot(...(first?.embedding ?? []))).toBeCloseTo(1, 5);
    // [CLS] and [SEP] around five words that are a token each.
    expect(one.usage).toEqual({ prompt_tokens: 7, total_tokens: 7 });

    // Unasked, this client takes Base64 and turns it into numbers itself.
    const several = await openai.embeddings.create({ model: 'search', input: documents });
    expect(several.data.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
    for (const [at, value] of (several.data[0]?.embedding ?? []).entries()) expect(value).toBeCloseTo(first?.embedding[at] ?? Number.NaN, 5);
    expect(several.data[1]?.embedding).not.toEqual(several.data[0]?.embedding);
    const raw = await openai.embeddings.create({ model: 'search', input: documents[0] ?? '', encoding_format: 'base64' });
    const bytes = Buffer.from(raw.data[0]?.embedding as unknown as string, 'base64');
    expect(bytes.readFloatLE(4)).toBeCloseTo(first?.embedding[1] ?? Number.NaN, 5);

    const tokens = await openai.embeddings.create({ model: 'search', input: [[2, 100, 3], [2, 101, 3]], encoding_format: 'float' });
    expect(tokens.data).toHaveLength(2);
    expect(tokens.usage.prompt_tokens).toBe(6);
  });

  it('are refused where they would not be what was asked for', async () => {
    await expect(openai.embeddings.create({ model: 'search', input: 'x', dimensions: 8 })).rejects.toMatchObject({ status: 400, param: 'dimensions', code: 'unsupported_parameter' });
    const long = 'pain '.repeat(200);
    await expect(openai.embeddings.create({ model: 'search', input: long })).rejects.toMatchObject({ status: 400, param: 'input', code: 'context_length_exceeded', message: expect.stringContaining('202 tokens') });
    await expect(openai.embeddings.create({ model: 'search', input: ['x', long] })).rejects.toMatchObject({ status: 400, message: expect.stringContaining('Text 1 of the list') });
    await expect(openai.embeddings.create({ model: 'search', input: [[5_000_000]] })).rejects.toMatchObject({ status: 400, param: 'input' });
  });
});

describe('rankings of a real engine', () => {
  it('come best first, as many as were asked for, with their documents where they are wanted', async () => {
    const all = await rerank({ model: 'order', query: 'pain', documents });
    expect(checks.complaintOfValue('Ranking', all)).toBeNull();
    const scores = all.results.map(({ relevance_score: score }) => score);
    expect(scores).toEqual(scores.toSorted((one, other) => other - one));
    expect(new Set(all.results.map(({ index }) => index))).toEqual(new Set([0, 1, 2, 3]));
    expect(all.usage.prompt_tokens).toBeGreaterThan(documents.length * 4);
    const two = await rerank({ model: 'order', query: 'pain', documents: documents.map((text) => ({ text })), top_n: 2, return_documents: true });
    expect(two.results).toHaveLength(2);
    expect(two.results[0]).toMatchObject({ index: all.results[0]?.index, document: { text: documents[all.results[0]?.index ?? -1] } });
  });

  it('are refused for a document that is too long', async () => {
    await expect(rerank({ model: 'order', query: 'pain', documents: ['x', 'pain '.repeat(200)] })).rejects.toMatchObject({ status: 400, param: 'documents', code: 'context_length_exceeded' });
  });
});

describe('a model asked for what it is not for', () => {
  it('refuses in the form of the API and says what to ask instead', async () => {
    const messages = [{ role: 'user' as const, content: 'Hello' }];
    const chat = (model: string) => openai.chat.completions.create({ model, messages });
    await expect(chat('search')).rejects.toMatchObject({ status: 400, param: 'model', code: 'model_not_suitable', message: expect.stringContaining('/v1/embeddings') });
    await expect(chat('order')).rejects.toMatchObject({ status: 400, param: 'model', code: 'model_not_suitable' });
    await expect(openai.completions.create({ model: 'search', prompt: 'Hello' })).rejects.toMatchObject({ status: 400, code: 'model_not_suitable' });
    await expect(openai.embeddings.create({ model: 'chat', input: 'x' })).rejects.toMatchObject({ status: 400, param: 'model', code: 'model_not_suitable', message: expect.stringContaining('embedding model') });
    await expect(openai.embeddings.create({ model: 'order', input: 'x' })).rejects.toMatchObject({ code: 'model_not_suitable' });
    await expect(rerank({ model: 'search', query: 'x', documents })).rejects.toMatchObject({ status: 400, param: 'model', code: 'model_not_suitable', message: expect.stringContaining('reranking model') });
    const stream = openai.chat.completions.create({ model: 'search', messages, stream: true });
    await expect(stream).rejects.toMatchObject({ status: 400, code: 'model_not_suitable' });
  });

  it('is told from the others in the list of models', async () => {
    const listed = await openai.models.list();
    expect(Object.fromEntries(listed.data.map((model) => [model.id, (model as unknown as { purpose: string }).purpose]))).toEqual(PURPOSES);
  });
});

describe('a key', () => {
  it('asks for embeddings and rankings only where its scope says so, and its tokens are counted', async () => {
    const scopes = { endpoints: ['embeddings' as const], deployments: ['search'] };
    const made = house.gateway.keys.create(administrator(), { name: 'Search of the archive', scopes, quotas: { ...NO_QUOTAS, tokens: { minute: null, day: 20, month: null } } });
    const own = clientWith(made.secret);
    const { usage } = await own.embeddings.create({ model: 'search', input: documents });
    expect(usage.total_tokens).toBeGreaterThan(20);
    await expect(rerank({ model: 'order', query: 'x', documents }, own)).rejects.toMatchObject({ status: 403 });
    await expect(own.chat.completions.create({ model: 'chat', messages: [{ role: 'user', content: 'x' }] })).rejects.toMatchObject({ status: 403 });
    await expect(own.embeddings.create({ model: 'search', input: 'x' })).rejects.toMatchObject({ status: 429 });
    const served = house.events('gateway.requestServed');
    expect(JSON.stringify(served)).toContain(String(usage.total_tokens));
    expect(JSON.stringify(served)).not.toContain('patient');
  });
});
