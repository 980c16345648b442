import { request as httpRequest } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { NO_QUOTAS } from '../contract/api-keys.contract.ts';
import { openapiChecks } from './testing/openapi-checks.ts';
import type { OpenapiChecks } from './testing/openapi-checks.ts';
import { jsonRequest, rawRequest } from './testing/raw-request.ts';
import { administrator, scriptedGateway } from './testing/scripted-gateway.ts';
import type { ScriptedGateway } from './testing/scripted-gateway.ts';
import { FLOOD_PIECE, FLOOD_PIECES } from './testing/scripted-models.ts';

let house: ScriptedGateway;
let checks: OpenapiChecks;
beforeAll(async () => {
  house = await scriptedGateway();
  checks = await openapiChecks(house.baseUrl.replace(/\/v1$/, ''));
});
afterAll(() => house.close());
beforeEach(() => {
  house.aborted.length = 0;
});

const messages = [{ role: 'user', content: 'say these words' }];
/** A good request to each operation that has a body. */
const GOOD: Readonly<Record<string, object>> = {
  '/v1/chat/completions': { model: 'parrot', messages },
  '/v1/completions': { model: 'parrot', prompt: 'one two' },
  '/v1/embeddings': { model: 'vectors', input: ['one', 'two'] },
  '/v1/rerank': { model: 'ranker', query: 'rain', documents: ['sun', { text: 'rain and rain' }], return_documents: true },
  '/v1/responses': { model: 'parrot', input: 'say these words' },
  '/v1/messages': { model: 'parrot', max_tokens: 9, messages },
  '/v1/messages/count_tokens': { model: 'parrot', messages },
};

async function ask(path: string, changes: object): Promise<{ status: number; body: { error: { message: string; param: string; code: string } } & Record<string, unknown>; ignored: unknown }> {
  const { status, body, headers } = await jsonRequest(house, path, { ...GOOD[path], ...changes });
  return { status, body: body as never, ignored: headers['x-modelward-ignored'] };
}

describe('the document', () => {
  it.each(Object.entries(GOOD))('describes the answer of %s', async (path, body) => {
    const { status, headers, text } = await rawRequest(house, { path, body: JSON.stringify(body) });
    expect(status).toBe(200);
    expect(checks.complaintOf({ method: 'POST', path, status, text, contentType: headers['content-type'] ?? '' })).toBeNull();
    expect(house.events('gateway.requestServed').at(-1)).toMatchObject({ object: { name: (body as { model: string }).model }, after: { status: 200, stream: false } });
  });

  it.each(['/v1/models', '/v1/models/parrot', '/health', '/metrics', '/openapi.json', '/v1/models/nobody'])('describes GET %s', async (path) => {
    const { status, headers, text } = await rawRequest(house, { method: 'GET', path });
    expect(checks.complaintOf({ method: 'GET', path, status, text, contentType: headers['content-type'] ?? '' })).toBeNull();
  });

  it('describes every event of a stream, tools and log-probabilities too', async () => {
    const tools = [{ type: 'function', function: { name: 'weather', parameters: {} } }];
    const requests: [string, string, object][] = [
      ['/v1/chat/completions', 'ChatCompletionChunk', { logprobs: true, top_logprobs: 2, n: 2, stream_options: { include_usage: true } }],
      ['/v1/chat/completions', 'ChatCompletionChunk', { tools }],
      ['/v1/completions', 'CompletionChunk', { logprobs: 2, stream_options: { include_usage: true } }],
    ];
    for (const [path, schema, changes] of requests) {
      const { text } = await rawRequest(house, { path, body: JSON.stringify({ ...GOOD[path], ...changes, stream: true }) });
      const events = text.trimEnd().split('\n\n').map((line) => line.replace(/^data: /, ''));
      expect(events.pop()).toBe('[DONE]');
      expect(events.length).toBeGreaterThan(3);
      for (const event of events) expect(checks.complaintOfValue(schema, JSON.parse(event))).toBeNull();
    }
  });

  it('would complain: a wrong answer is seen', () => {
    expect(checks.complaintOfValue('TokenCount', { input_tokens: '2' })).toContain('TokenCount');
    expect(checks.complaintOfValue('TokenCount', { input_tokens: 2, more: 1 })).toContain('additional');
  });
});

describe('what is refused, by name', () => {
  const refusals: [string, object, string, string][] = [
    ['/v1/completions', { suffix: 'x' }, 'suffix', 'unsupported_parameter'],
    ['/v1/completions', { best_of: 2 }, 'best_of', 'unsupported_parameter'],
    ['/v1/completions', { prompt: [1, -2] }, 'prompt', 'invalid_value'],
    ['/v1/completions', { prompt: [] }, 'prompt', 'invalid_value'],
    ['/v1/completions', { prompt: Array.from({ length: 9 }, () => 'x'), n: 8 }, 'n', 'invalid_value'],
    ['/v1/completions', { prompt: [[1]], echo: true }, 'echo', 'unsupported_parameter'],
    ['/v1/embeddings', { input: '' }, 'input', 'invalid_value'],
    ['/v1/embeddings', { encoding_format: 'hex' }, 'encoding_format', 'invalid_value'],
    ['/v1/rerank', { documents: [] }, 'documents', 'invalid_value'],
    ['/v1/rerank', { top_n: 0 }, 'top_n', 'invalid_value'],
    ['/v1/rerank', { documents: Array.from({ length: 5000 }, () => 1) }, 'documents', 'invalid_value'],
    ['/v1/responses', { previous_response_id: 'resp_1' }, 'previous_response_id', 'unsupported_parameter'],
    ['/v1/responses', { background: true }, 'background', 'unsupported_parameter'],
    ['/v1/responses', { truncation: 'auto' }, 'truncation', 'unsupported_parameter'],
    ['/v1/responses', { tools: [{ type: 'web_search' }] }, 'tools[0].type', 'unsupported_parameter'],
    ['/v1/responses', { input: [{ role: 'user', content: [{ type: 'input_image', image_url: 'x' }] }] }, 'input[0].content[0].type', 'unsupported_parameter'],
    ['/v1/responses', { input: [{ type: 'function_call_output', call_id: 'c', output: '' }] }, 'input[0].call_id', 'invalid_value'],
  ];
  it.each(refusals)('%s %o', async (path, changes, param, code) => {
    const { status, body } = await ask(path, changes);
    expect(status).toBe(400);
    expect(body.error).toMatchObject({ param, code });
  });

  it('of messages, in their own shape', async () => {
    const complaint = async (changes: object) => (await ask('/v1/messages', changes)).body.error.message;
    expect(await complaint({ max_tokens: undefined })).toMatch(/^max_tokens: .* missing/);
    expect(await complaint({ thinking: { type: 'enabled', budget_tokens: 1024 } })).toContain('thinking');
    expect(await complaint({ tools: [{ type: 'web_search_20250305', name: 'web_search' }] })).toContain('tools[0].type');
    expect(await complaint({ messages: [{ role: 'user', content: [{ type: 'tool_result', tool_use_id: 'x' }] }] })).toContain('messages[0].content[0].tool_use_id');
    const wrongVersion = await rawRequest(house, { path: '/v1/messages', headers: { 'anthropic-version': '2020-01-01' }, body: JSON.stringify(GOOD['/v1/messages']) });
    expect(wrongVersion.status).toBe(400);
    expect(wrongVersion.text).toContain('2026-10-21');
  });

  it('with the numbers, the names and the time that help', async () => {
    expect((await ask('/v1/chat/completions', { model: 'too-long' })).body.error).toMatchObject({ code: 'context_length_exceeded', message: expect.stringMatching(/5000 .* 4096/) });
    expect((await ask('/v1/completions', { model: 'too-long' })).body.error).toMatchObject({ param: 'prompt' });
    expect((await ask('/v1/embeddings', { model: 'nobody' })).body.error).toMatchObject({ code: 'model_not_found', message: expect.stringContaining('parrot, endless') });
    const late = await rawRequest(house, { body: JSON.stringify({ model: 'waits-in-vain', messages }) });
    expect(late).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
    expect(JSON.parse(late.text)).toMatchObject({ error: { code: 'queue_timeout', message: expect.stringContaining('60 s') } });
    expect((await ask('/v1/chat/completions', { model: 'falls-back', response_format: { type: 'json_object' } })).body.error).toMatchObject({ code: 'unsupported_parameter', param: 'response_format' });
  });

  it('and what is only left out of account is told', async () => {
    expect(await ask('/v1/responses', { store: true, user: 'u' })).toMatchObject({ status: 200, ignored: 'user, store', body: { store: false } });
    expect(await ask('/v1/messages', { metadata: { user_id: 'u' } })).toMatchObject({ status: 200, ignored: 'metadata' });
  });
});

describe('rerank', () => {
  it('tells the best first, as many as asked for', async () => {
    const { body } = await ask('/v1/rerank', {});
    expect(body['results']).toEqual([{ index: 1, relevance_score: 0.5, document: { text: 'rain and rain' } }, { index: 0, relevance_score: -0.5, document: { text: 'sun' } }]);
    expect(((await ask('/v1/rerank', { top_n: 1, return_documents: false })).body['results'])).toEqual([{ index: 1, relevance_score: 0.5 }]);
  });
});

describe('health and metrics', () => {
  it('say no more than they should without a key', async () => {
    const health = (headers: Record<string, string>) => rawRequest(house, { method: 'GET', path: '/health', headers });
    expect(JSON.parse((await health({ authorization: '' })).text)).toEqual({ status: 'ok' });
    expect(JSON.parse((await health({ authorization: 'Bearer mw_wrong' })).text)).toEqual({ status: 'ok' });
    expect(JSON.parse((await health({})).text)).toMatchObject({ status: 'ok', models: expect.arrayContaining(['parrot']) });
    expect((await rawRequest(house, { method: 'GET', path: '/metrics', headers: { authorization: '' } })).status).toBe(401);
  });

  it('count requests, tokens and times, and come back to nothing in flight', async () => {
    const own = await scriptedGateway();
    try {
      await jsonRequest(own, '/v1/chat/completions', { model: 'parrot', messages });
      await jsonRequest(own, '/v1/chat/completions', { model: 'too-long', messages });
      await jsonRequest(own, '/v1/chat/completions', { model: 'nobody', messages });
      const { text } = await rawRequest(own, { method: 'GET', path: '/metrics' });
      const value = (name: string): number => Number(text.split('\n').find((line) => line.startsWith(`${name} `))?.split(' ').at(-1));
      expect(value('modelward_gateway_requests_total{endpoint="chat",model="parrot",status="200"}')).toBe(1);
      expect(value('modelward_gateway_requests_total{endpoint="chat",model="too-long",status="400"}')).toBe(1);
      expect(value('modelward_gateway_requests_total{endpoint="chat",model="",status="404"}')).toBe(1);
      expect(value('modelward_gateway_tokens_total{model="parrot",direction="out"}')).toBe(3);
      expect(value('modelward_gateway_requests_in_flight{endpoint="chat"}')).toBe(0);
      expect(value('modelward_gateway_requests_waiting{model="too-long"}')).toBe(0);
      expect(value('modelward_gateway_first_token_seconds_count{endpoint="chat",model="parrot"}')).toBe(1);
      expect(value('modelward_gateway_request_duration_seconds_bucket{endpoint="chat",model="parrot",le="+Inf"}')).toBe(1);
    } finally {
      await own.close();
    }
  });
});

describe('a key', () => {
  const keyFor = (settings: Parameters<typeof house.gateway.keys.create>[1]) => house.gateway.keys.create(administrator(), settings);

  it('opens only the endpoints and deployments of its scope, in each form of the API', async () => {
    const { secret } = keyFor({ name: 'Search', scopes: { endpoints: ['embeddings', 'models'], deployments: ['vectors'] } });
    const narrow = { port: house.port, secret };
    const statuses = await Promise.all(Object.entries(GOOD).map(async ([path, body]) => [path, (await jsonRequest(narrow, path, body)).status]));
    expect(Object.fromEntries(statuses)).toEqual({ ...Object.fromEntries(Object.keys(GOOD).map((path) => [path, 403])), '/v1/embeddings': 200 });
    const refused = await jsonRequest(narrow, '/v1/messages/count_tokens', GOOD['/v1/messages/count_tokens']);
    expect(refused.body).toMatchObject({ type: 'error', error: { type: 'permission_error' } });
    const { text } = await rawRequest(narrow, { method: 'GET', path: '/metrics' });
    expect(text).toContain('model="vectors"');
    expect(text).not.toContain('model="parrot"');
    expect(JSON.parse((await rawRequest(narrow, { method: 'GET', path: '/health' })).text)).toEqual({ status: 'ok', models: ['vectors'] });
  });

  it('that is revoked ends an answer at once, and each form of the API is told so in its own shape', async () => {
    const forms: [string, object, RegExp][] = [
      ['/v1/messages', { model: 'endless', max_tokens: 500_000, messages, stream: true }, /event: error\ndata: {"type":"error","error":{"type":"authentication_error"/],
      ['/v1/responses', { model: 'endless', input: 'x', stream: true }, /event: error\ndata: {"type":"error","code":"revoked_api_key"/],
      ['/v1/completions', { model: 'endless', prompt: 'x', max_tokens: 500_000, n: 2, stream: true }, /data: {"error":{.*"code":"revoked_api_key"/],
    ];
    for (const [path, body, last] of forms) {
      const { apiKey, secret } = keyFor({ name: 'Short' });
      const { answered } = open(path, body, secret);
      let text = '';
      for await (const chunk of await answered) {
        if (text === '') house.gateway.keys.revoke(administrator(), { keyId: apiKey.id });
        text += String(chunk);
      }
      expect(text.trimEnd().split('\n\n').at(-1)).toMatch(last);
      expect(text).not.toContain('[DONE]');
      expect(house.events('gateway.requestServed').at(-1)).toMatchObject({ result: 'failed', reason: 'KEY_REVOKED', after: { status: 401 } });
    }
  });

  it('pays for what it embeds', async () => {
    const { secret } = keyFor({ name: 'Small', quotas: { ...NO_QUOTAS, tokens: { minute: null, day: 4, month: null } } });
    const embed = () => jsonRequest({ port: house.port, secret }, '/v1/embeddings', GOOD['/v1/embeddings']);
    expect((await embed()).status).toBe(200);
    expect((await embed()).status).toBe(200);
    expect(await embed()).toMatchObject({ status: 429, body: { error: { code: 'insufficient_quota' } } });
  });
});

/** A request whose answer is not read, and its answer once it begins. */
function open(path: string, body: object, secret = house.secret): { request: ClientRequest; answered: Promise<IncomingMessage> } {
  const request = httpRequest({ host: '127.0.0.1', port: house.port, method: 'POST', path, headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' } });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    request.on('response', resolve);
    request.on('error', reject);
  });
  answered.catch(() => undefined);
  request.end(JSON.stringify(body));
  return { request, answered };
}

describe('a client that goes', () => {
  const cases: [string, string, object, string[]][] = [
    ['while it waits for its turn', '/v1/chat/completions', { model: 'waits', messages }, ['waits']],
    ['from a stream that has not begun', '/v1/messages', { model: 'waits', max_tokens: 5, messages, stream: true }, ['waits']],
    ['from several answers at once', '/v1/chat/completions', { model: 'waits', messages, n: 3 }, ['waits', 'waits', 'waits']],
    ['from a whole answer', '/v1/responses', { model: 'endless', input: 'x' }, ['endless']],
    ['from an embedding', '/v1/embeddings', { model: 'slow-vectors', input: 'x' }, ['slow-vectors']],
  ];
  it.each(cases)('%s costs nothing more', async (_what, path, body, aborted) => {
    const before = house.orders.length;
    const { request } = open(path, body);
    if (path !== '/v1/embeddings') await expect.poll(() => house.orders.length).toBeGreaterThan(before);
    else await expect.poll(async () => (await rawRequest(house, { method: 'GET', path: '/metrics' })).text).toContain('in_flight{endpoint="embeddings"} 1');
    request.destroy();
    await expect.poll(() => house.aborted).toEqual(aborted);
    await expect.poll(() => house.events('gateway.requestServed').at(-1)).toMatchObject({ result: 'cancelled', reason: 'CANCELLED', after: { status: 499 } });
    expect(house.bugs).toEqual([]);
  });
});

describe('a reader that does not read', () => {
  it('makes the answer wait instead of the memory grow, and gets all of it once it reads', async () => {
    house.models.flooded.pieces = 0;
    const { answered } = open('/v1/chat/completions', { model: 'flood', messages, stream: true });
    const answer = await answered;
    let before = -1;
    // Nothing is read: the pieces taken stop growing once what lies between is full.
    await expect.poll(() => {
      const settled = house.models.flooded.pieces === before;
      before = house.models.flooded.pieces;
      return settled;
    }, { interval: 150 }).toBe(true);
    expect(house.models.flooded.pieces).toBeGreaterThan(0);
    expect(house.models.flooded.pieces * FLOOD_PIECE.length).toBeLessThan(12 * 1024 * 1024);
    let bytes = 0;
    for await (const chunk of answer) bytes += (chunk as Buffer).length;
    expect(house.models.flooded.pieces).toBe(FLOOD_PIECES);
    expect(bytes).toBeGreaterThan(FLOOD_PIECES * FLOOD_PIECE.length);
  });
});
