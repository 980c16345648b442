import { createServer } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import OpenAI, { APIError, AuthenticationError, InternalServerError, NotFoundError, RateLimitError } from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rawRequest } from './testing/raw-request.ts';
import { administrator, freePort, SCRIPTS, scriptedGateway, STOPPED } from './testing/scripted-gateway.ts';
import type { ScriptedGateway } from './testing/scripted-gateway.ts';

let house: ScriptedGateway;
let client: OpenAI;
beforeAll(async () => {
  house = await scriptedGateway();
  client = new OpenAI({ apiKey: house.secret, baseURL: house.baseUrl, maxRetries: 0 });
});
afterAll(() => house.close());

const question = [{ role: 'user' as const, content: 'say these words' }];

const raw = (options: Parameters<typeof rawRequest>[1]) => rawRequest(house, options);

async function failureOf(promise: Promise<unknown>): Promise<APIError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof APIError) return error;
    throw error;
  }
  throw new Error('the request did not fail');
}

describe('the official client, unmodified', () => {
  it('lists the deployments', async () => {
    const models = await client.models.list();
    expect(models.data.map(({ id }) => id)).toEqual([...SCRIPTS]);
    expect((await client.models.retrieve('parrot')).owned_by).toBe('modelward');
  });

  it('is told only of deployments that can answer; one that is stopped is no model, and a question to it is told so', async () => {
    expect((await client.models.list()).data.map(({ id }) => id)).not.toContain(STOPPED);
    expect(await failureOf(client.models.retrieve(STOPPED))).toMatchObject({ status: 404, code: 'model_not_found' });
    const asked = await failureOf(client.chat.completions.create({ model: STOPPED, messages: question }));
    expect(asked).toMatchObject({ status: 503, code: 'engine_not_ready' });
    expect(asked.message).toContain('stopped');
  });

  it('gets a whole answer with its usage', async () => {
    const answer = await client.chat.completions.create({ model: 'parrot', messages: question });
    expect(answer.object).toBe('chat.completion');
    expect(answer.choices[0]?.message.content).toBe('say these words');
    expect(answer.choices[0]?.finish_reason).toBe('stop');
    expect(answer.usage).toEqual({ prompt_tokens: 1, completion_tokens: 3, total_tokens: 4, prompt_tokens_details: { cached_tokens: 0 } });
  });

  it('gets a streamed answer, with usage when it asks for it', async () => {
    const stream = await client.chat.completions.create({ model: 'parrot', messages: question, stream: true, stream_options: { include_usage: true } });
    let text = '';
    const reasons: (string | null | undefined)[] = [];
    let usage: unknown = null;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? '';
      if (chunk.choices.length > 0) reasons.push(chunk.choices[0]?.finish_reason);
      if (chunk.usage) usage = chunk.usage;
    }
    expect(text).toBe('say these words');
    expect(reasons.at(-1)).toBe('stop');
    expect(reasons.slice(0, -1).every((reason) => reason === null)).toBe(true);
    expect(usage).toEqual({ prompt_tokens: 1, completion_tokens: 3, total_tokens: 4, prompt_tokens_details: { cached_tokens: 0 } });
  });

  it('works through its own stream helper', async () => {
    const runner = client.chat.completions.stream({ model: 'parrot', messages: question });
    expect(await runner.finalContent()).toBe('say these words');
  });

  it('has its parameters carried to the engine', async () => {
    await client.chat.completions.create({
      model: 'length', max_completion_tokens: 2, temperature: 0, top_p: 0.5, seed: 7, stop: ['END'],
      messages: [{ role: 'developer', content: 'be brief' }, { role: 'user', content: [{ type: 'text', text: 'a' }, { type: 'text', text: 'b' }] }],
    });
    const order = house.orders.at(-1)?.order;
    expect(order?.sampling).toEqual({ temperature: 0, topP: 0.5, seed: 7, maxOutputTokens: 2, stop: ['END'] });
    expect(order?.prompt).toEqual({ kind: 'chat', messages: [{ role: 'system', content: 'be brief' }, { role: 'user', content: 'ab' }] });
    expect(order).toMatchObject({ share: house.keyId, format: null, topLogprobs: null, queueTimeoutMs: 60_000 });
  });

  it('is told "length" when the answer was cut', async () => {
    const answer = await client.chat.completions.create({ model: 'length', max_tokens: 3, messages: question });
    expect(answer.choices[0]?.finish_reason).toBe('length');
  });

  it('throws the right error for each trouble', async () => {
    const ask = (model: string) => failureOf(client.chat.completions.create({ model, messages: question }));
    const wrongKey = new OpenAI({ apiKey: 'mw_wrong', baseURL: house.baseUrl, maxRetries: 0 });
    const unauthorized = await failureOf(wrongKey.models.list());
    expect(unauthorized).toBeInstanceOf(AuthenticationError);
    expect(unauthorized).toMatchObject({ status: 401, code: 'invalid_api_key' });
    const unknown = await ask('nobody');
    expect(unknown).toBeInstanceOf(NotFoundError);
    expect(unknown).toMatchObject({ code: 'model_not_found', param: 'model' });
    const busy = await ask('busy');
    expect(busy).toBeInstanceOf(RateLimitError);
    expect(busy.headers?.get('retry-after')).toBe('1');
    const restarting = await ask('restarting');
    expect(restarting).toBeInstanceOf(InternalServerError);
    expect(restarting).toMatchObject({ status: 503, code: 'engine_not_ready' });
    expect(await ask('crashes-at-once')).toMatchObject({ status: 503, code: 'engine_failed' });
    expect(await ask('crashes-later')).toMatchObject({ status: 503, code: 'engine_failed' });
    expect(await ask('too-long')).toMatchObject({ status: 400, code: 'context_length_exceeded', param: 'messages' });
  });

  it('gets the status also for a stream that cannot begin', async () => {
    const failed = await failureOf(client.chat.completions.create({ model: 'busy', messages: question, stream: true }));
    expect(failed).toMatchObject({ status: 429, code: 'queue_full' });
    const afterQueueing = await failureOf(client.chat.completions.create({ model: 'too-long', messages: question, stream: true }));
    expect(afterQueueing).toMatchObject({ status: 400, code: 'context_length_exceeded' });
  });

  it('gets an error in the middle of a stream whose engine crashes, and never a proper end', async () => {
    const stream = await client.chat.completions.create({ model: 'crashes-later', messages: question, stream: true });
    let text = '';
    const failed = await failureOf(
      (async () => {
        for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
      })(),
    );
    expect(text).toBe('0 1 2 ');
    expect(failed.code).toBe('engine_failed');
    const answer = await raw({ body: JSON.stringify({ model: 'crashes-later', messages: question, stream: true }) });
    expect(answer.text).not.toContain('[DONE]');
    expect(answer.text.trimEnd().split('\n').at(-1)).toContain('"code":"engine_failed"');
    expect(house.events('gateway.requestServed').at(-1)).toMatchObject({ result: 'failed', reason: 'ENGINE_FAILED', after: { outputTokens: 3, status: 503 } });
  });

  it('stops the generation when it leaves a stream', async () => {
    house.aborted.length = 0;
    const stream = await client.chat.completions.create({ model: 'endless', messages: question, stream: true });
    let chunks = 0;
    for await (const _chunk of stream) {
      chunks += 1;
      if (chunks === 4) break;
    }
    await expect.poll(() => house.aborted).toEqual(['endless']);
    await expect.poll(() => house.events('gateway.requestServed').at(-1)?.result).toBe('cancelled');
  });

  it('stops the generation when it gives up waiting for a whole answer', async () => {
    house.aborted.length = 0;
    const giveUp = new AbortController();
    const asked = client.chat.completions.create({ model: 'endless', messages: question }, { signal: giveUp.signal });
    setTimeout(() => giveUp.abort(), 150);
    await expect(asked).rejects.toThrow();
    await expect.poll(() => house.aborted).toEqual(['endless']);
    await expect.poll(() => house.events('gateway.requestServed').at(-1)).toMatchObject({ result: 'cancelled', after: { status: 499 } });
  });
});

describe('the door', () => {
  it('answers only under its own address (DNS rebinding)', async () => {
    for (const host of ['evil.example', `evil.example:${house.port}`, '127.0.0.1.evil.example', '127.0.0.2']) {
      expect((await raw({ method: 'GET', path: '/v1/models', headers: { host } })).status).toBe(403);
    }
    expect((await raw({ method: 'GET', path: '/v1/models', headers: { host: `localhost:${house.port}` } })).status).toBe(200);
  });
  it('lets no web page read anything', async () => {
    const preflight = await raw({ method: 'OPTIONS', headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' } });
    expect(preflight.status).toBeGreaterThanOrEqual(400);
    const answer = await raw({ method: 'GET', path: '/v1/models', headers: { origin: 'https://evil.example' } });
    for (const headers of [preflight.headers, answer.headers]) expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
  it('asks for a key before it reads anything', async () => {
    const answer = await raw({ headers: { authorization: '' }, body: 'x'.repeat(100) });
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toBe('Bearer');
    expect((await raw({ path: '/nowhere', headers: { authorization: '' } })).status).toBe(401);
  });
  it('takes 8 MiB and no more', async () => {
    const fits = JSON.stringify({ model: 'too-long', messages: [{ role: 'user', content: 'x'.repeat(3_900_000) }] });
    expect((await raw({ body: fits })).status).toBe(400);
    const answer = await raw({ body: Buffer.alloc(8 * 1024 * 1024 + 1, 32) });
    expect(answer.status).toBe(413);
    expect(JSON.parse(answer.text)).toMatchObject({ error: { code: 'request_too_large' } });
  });
  it('says what is wrong with a body that is no JSON', async () => {
    for (const body of ['{', '', '{"__proto__":{"x":1}}']) {
      const answer = await raw({ body });
      expect(answer.status).toBe(400);
      expect(JSON.parse(answer.text)).toMatchObject({ error: { code: 'invalid_json' } });
    }
    expect((await raw({ headers: { 'content-type': 'text/plain' }, body: 'x' })).status).toBe(415);
  });
  it('says where things are', async () => {
    const answer = await raw({ path: '/v1/edits', body: '{}' });
    expect(answer.status).toBe(404);
    expect(JSON.parse(answer.text)).toMatchObject({ error: { code: 'unknown_url' } });
  });
  it('tells nothing of the inside when something is wrong there', async () => {
    const answer = await raw({ body: JSON.stringify({ model: 'broken', messages: question }) });
    expect(answer.status).toBe(500);
    expect(answer.text).not.toContain('secret detail');
    expect(answer.text).toContain('ref1');
    expect((await raw({ body: JSON.stringify({ model: 'never-ends-properly', messages: question }) })).status).toBe(500);
    expect(house.bugs).toHaveLength(2);
  });
  it('survives what is no HTTP at all', async () => {
    const socket = connect(house.port, '127.0.0.1');
    socket.on('error', () => undefined); // being cut off is a good answer
    socket.resume();
    socket.write('\x16\x03\x01\x00nonsense\r\n\r\n');
    await new Promise((resolve) => socket.on('close', resolve));
    expect((await client.models.list()).data).toHaveLength(SCRIPTS.length);
  });
});

describe('the record', () => {
  it('keeps counts and names of every request, and never a word of it', async () => {
    const secretWord = 'Herzrhythmusstoerung';
    await client.chat.completions.create({ model: 'parrot', messages: [{ role: 'user', content: `${secretWord} ${secretWord}` }] });
    expect(house.events('gateway.requestServed').at(-1)).toMatchObject({
      actor: { kind: 'api-key', id: house.keyId, name: 'Radiology' },
      source: { host: 'gateway', address: '127.0.0.1' },
      object: { type: 'deployment', name: 'parrot' },
      result: 'done',
      after: { status: 200, promptTokens: 1, outputTokens: 2, stream: false },
    });
    await raw({ body: JSON.stringify({ model: secretWord, messages: question }) });
    await raw({ body: `{"model": "parrot", ${secretWord}` });
    await raw({ path: `/v1/models?${secretWord}`, method: 'GET' });
    expect(JSON.stringify(house.events())).not.toContain(secretWord);
    expect(JSON.stringify(house.events())).not.toContain(house.secret);
  });
  it('cannot be flooded by somebody without a key, and still counts them', async () => {
    const before = house.events('gateway.requestRefused').length;
    for (let index = 0; index < 60; index += 1) await raw({ method: 'GET', path: '/v1/models', headers: { authorization: 'Bearer mw_guess' } });
    expect(house.events('gateway.requestRefused').length - before).toBeLessThan(50);
    await delay(400);
    await raw({ method: 'GET', path: '/v1/models', headers: { authorization: 'Bearer mw_guess' } });
    const told = house
      .events('gateway.requestRefused')
      .slice(before)
      .reduce((sum, { after }) => sum + 1 + ((after as { notListedBefore?: number }).notListedBefore ?? 0), 0);
    expect(told).toBeGreaterThanOrEqual(61);
  });
});

describe('keys', () => {
  it('are kept as a hash, work at once and stop at once', async () => {
    const { apiKey, secret } = house.gateway.keys.create(administrator(), { name: 'Laboratory' });
    expect(secret).toMatch(/^mw_[A-Za-z0-9_-]{43}$/);
    expect(secret.startsWith(apiKey.prefix)).toBe(true);
    const stored = house.house.db.prepare<[], Record<string, unknown>>('SELECT * FROM api_key_secrets').all();
    expect(JSON.stringify(stored)).not.toContain(secret);
    const own = new OpenAI({ apiKey: secret, baseURL: house.baseUrl, maxRetries: 0 });
    await own.models.list();
    await own.models.list();
    expect(house.gateway.keys.list().find(({ id }) => id === apiKey.id)).toMatchObject({ name: 'Laboratory', createdBy: 'Ada', requestCount: 2 });
    house.gateway.keys.revoke(administrator(), { keyId: apiKey.id });
    expect(await failureOf(own.models.list())).toMatchObject({ status: 401 });
    expect(house.gateway.keys.list().find(({ id }) => id === apiKey.id)?.revokedAtMs).not.toBeNull();
    expect(house.events('gateway.keyRevoked').at(-1)).toMatchObject({ object: { id: apiKey.id, name: 'Laboratory' } });
    expect(() => house.gateway.keys.revoke(administrator(), { keyId: 'key_none' })).toThrow('NOT_FOUND');
  });
  it('are not made when the event cannot be written', () => {
    const before = house.gateway.keys.list().length;
    house.house.db.exec("CREATE TEMP TRIGGER no_events BEFORE INSERT ON main.audit_events BEGIN SELECT RAISE(ABORT, 'disk on fire'); END");
    try {
      expect(() => house.gateway.keys.create(administrator(), { name: 'X' })).toThrow('disk on fire');
    } finally {
      house.house.db.exec('DROP TRIGGER no_events');
    }
    expect(house.gateway.keys.list()).toHaveLength(before);
  });
});

describe('the port', () => {
  it('moves, lets a running answer end on the old one, and is remembered', async () => {
    const own = await scriptedGateway();
    try {
      const old = new OpenAI({ apiKey: own.secret, baseURL: own.baseUrl, maxRetries: 0 });
      const stream = await old.chat.completions.create({ model: 'length', max_tokens: 60, messages: question, stream: true });
      const port = await freePort();
      const moved = await own.gateway.setPort(administrator(), { port });
      expect(moved).toEqual({ running: true, problem: null, port, baseUrl: `http://127.0.0.1:${port}/v1` });
      let tokens = 0;
      for await (const chunk of stream) if (chunk.choices[0]?.delta.content) tokens += 1;
      expect(tokens).toBe(60);
      await expect(old.models.list()).rejects.toThrow();
      const fresh = new OpenAI({ apiKey: own.secret, baseURL: moved.baseUrl, maxRetries: 0 });
      expect((await fresh.models.list()).data.length).toBeGreaterThan(0);
      expect(own.events('gateway.settingsChanged').at(-1)).toMatchObject({ before: { port: own.port }, after: { port } });
    } finally {
      await own.close();
    }
  });

  it('is refused when taken, and the old one keeps serving', async () => {
    const other = createServer();
    const taken = await freePort();
    await new Promise<void>((resolve) => other.listen(taken, '127.0.0.1', resolve));
    try {
      await expect(house.gateway.setPort(administrator(), { port: taken })).rejects.toMatchObject({ code: 'PORT_TAKEN', data: { port: taken } });
      expect(house.gateway.status()).toMatchObject({ running: true, port: house.port });
      expect((await client.models.list()).data.length).toBeGreaterThan(0);
    } finally {
      await new Promise((resolve) => other.close(resolve));
    }
  });

  it('taken at the start is a problem that is shown and can be mended, not a reason not to start', async () => {
    const own = await scriptedGateway({ port: house.port });
    try {
      expect(own.gateway.status()).toEqual({ running: false, problem: { code: 'PORT_TAKEN', data: { port: house.port } }, port: house.port, baseUrl: house.baseUrl });
      expect((await client.models.list()).data.length).toBeGreaterThan(0);
      const port = await freePort();
      expect(await own.gateway.setPort(administrator(), { port })).toMatchObject({ running: true, problem: null, port });
      const mended = new OpenAI({ apiKey: own.secret, baseURL: own.gateway.status().baseUrl, maxRetries: 0 });
      expect((await mended.models.list()).data.length).toBeGreaterThan(0);
    } finally {
      await own.close();
    }
  });

  it('closes with a word to whoever is still listening', async () => {
    const own = await scriptedGateway();
    const asking = new OpenAI({ apiKey: own.secret, baseURL: own.baseUrl, maxRetries: 0 });
    const stream = await asking.chat.completions.create({ model: 'endless', messages: question, stream: true });
    const failed = failureOf(
      (async () => {
        for await (const _chunk of stream) if (own.gateway.status().running) void own.gateway.dispose();
      })(),
    );
    expect((await failed).code).toBe('cancelled');
    await own.close();
  });
});
