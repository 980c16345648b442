import OpenAI, { APIError } from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NO_QUOTAS } from '../contract/api-keys.contract.ts';
import type { Quotas } from '../contract/api-keys.contract.ts';
import type { KeyChanges } from './api-keys.service.ts';
import { localTime } from './quota-windows.ts';
import { administrator, manualClock, SCRIPTS, scriptedGateway } from './testing/scripted-gateway.ts';
import type { ManualClock, ScriptedGateway } from './testing/scripted-gateway.ts';

/** Keys at the door, asked over real HTTP. The clock goes only when it is told to: no window ends in the middle of a test. */
const startMs = new Date(2026, 10, 30, 12, 0, 30).getTime();
let clock: ManualClock;
let house: ScriptedGateway;
beforeAll(async () => {
  clock = manualClock(startMs);
  house = await scriptedGateway({ clock });
});
afterAll(() => house.close());

const question = [{ role: 'user' as const, content: 'say these words' }];
const dayQuota = (unit: 'requests' | 'tokens', limit: number): Quotas => ({ ...NO_QUOTAS, [unit]: { minute: null, day: limit, month: null } });

function key(settings: KeyChanges & { name?: string }): { id: string; secret: string; client: OpenAI } {
  const { apiKey, secret } = house.gateway.keys.create(administrator(), { name: 'Laboratory', ...settings });
  return { id: apiKey.id, secret, client: new OpenAI({ apiKey: secret, baseURL: house.baseUrl, maxRetries: 0 }) };
}

interface Answer {
  status: number;
  headers: Headers;
  error: { message: string; type: string; code: string; param: string | null };
}
async function ask(secret: string, { path = '/chat/completions', model = 'parrot' } = {}): Promise<Answer> {
  const isQuestion = path.startsWith('/chat');
  const response = await fetch(`${house.baseUrl}${path}`, {
    method: isQuestion ? 'POST' : 'GET',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    ...(isQuestion ? { body: JSON.stringify({ model, messages: question }) } : {}),
  });
  const body = (await response.json()) as { error?: Answer['error'] };
  return { status: response.status, headers: response.headers, error: body.error ?? { message: '', type: '', code: '', param: null } };
}

/** Reads a stream until it breaks: what came, and how it ended. */
async function readUntilBroken(client: OpenAI, onWord: (words: number) => void): Promise<{ words: number; error: APIError | null }> {
  let words = 0;
  try {
    for await (const chunk of await client.chat.completions.create({ model: 'endless', messages: question, stream: true })) {
      if (!chunk.choices[0]?.delta.content) continue;
      words += 1;
      onWord(words);
    }
  } catch (error) {
    if (error instanceof APIError) return { words, error };
    throw error;
  }
  return { words, error: null };
}

describe('a request is refused', () => {
  it('with 401 under a key that was revoked, has expired or was replaced, each in its own words', async () => {
    const [revoked, expired, replaced] = [key({}), key({ expiresAtMs: startMs + 1000 }), key({})];
    house.gateway.keys.revoke(administrator(), { keyId: revoked.id });
    house.gateway.keys.rotate(administrator(), { keyId: replaced.id, overlapMs: 500 });
    expect((await ask(replaced.secret)).status, 'in the overlap').toBe(200);
    clock.forward(1000);
    try {
      for (const [{ secret, id }, code, words] of [
        [revoked, 'revoked_api_key', `revoked on ${localTime(startMs)}`],
        [expired, 'expired_api_key', `expired on ${localTime(startMs + 1000)}`],
        [replaced, 'expired_api_key', 'was replaced'],
      ] as const) {
        const answer = await ask(secret);
        expect(answer).toMatchObject({ status: 401, error: { type: 'authentication_error', code, message: expect.stringContaining(words) as string } });
        expect(answer.headers.get('www-authenticate')).toBe('Bearer');
        expect(house.events('gateway.requestRefused').at(-1)).toMatchObject({ actor: { kind: 'api-key', id, name: 'Laboratory' }, after: { status: 401, code } });
      }
    } finally {
      clock.set(startMs);
    }
  });

  it('with 403 beyond its scope, and such a key sees only its own deployments', async () => {
    const limited = key({ scopes: { endpoints: ['chat', 'models'], deployments: ['parrot', 'length', 'gone'] } });
    expect((await limited.client.models.list()).data.map(({ id }) => id)).toEqual(['parrot', 'length']);
    expect(await ask(limited.secret, { model: 'endless' })).toMatchObject({
      status: 403,
      error: { type: 'permission_error', code: 'model_not_allowed', param: 'model', message: 'The API key may not use the deployment "endless". It may use: parrot, length, gone.' },
    });
    expect(house.events('gateway.requestRefused').at(-1)).toMatchObject({ reason: 'KEY_SCOPE', object: { name: 'endless' } });
    expect((await ask(limited.secret, { path: '/models/endless' })).status).toBe(403);
    // What it may use and is not there is told as for every key.
    expect(await ask(limited.secret, { model: 'gone' })).toMatchObject({ status: 404, error: { code: 'model_not_found' } });
    const listOnly = key({ scopes: { endpoints: ['models'], deployments: null } });
    expect((await listOnly.client.models.list()).data).toHaveLength(SCRIPTS.length);
    expect(await ask(listOnly.secret)).toMatchObject({ status: 403, error: { code: 'endpoint_not_allowed', message: 'The API key may not use the endpoint "chat". It may use: models.' } });
  });

  it('with 429 beyond its quota: how much, when it resets, and no client tries again on its own', async () => {
    const { secret } = key({ quotas: { requests: { minute: 2, day: null, month: null }, tokens: { minute: null, day: null, month: 1000 } } });
    const first = await ask(secret);
    expect(first.status).toBe(200);
    expect(first.headers.get('x-ratelimit-limit-requests')).toBe('2');
    expect(first.headers.get('x-ratelimit-remaining-requests')).toBe('1');
    expect(first.headers.get('x-ratelimit-reset-requests')).toBe('30s');
    expect(first.headers.get('x-ratelimit-remaining-tokens')).toBe('1000');
    await ask(secret);
    const refused = await ask(secret);
    expect(refused).toMatchObject({ status: 429, error: { type: 'rate_limit_error', code: 'rate_limit_exceeded' } });
    expect(refused.error.message).toBe(`The API key has used its 2 requests a minute (2 used). The quota resets at ${localTime(startMs + 30_000)}, in 30 s.`);
    expect(refused.headers.get('retry-after')).toBe('30');
    expect(refused.headers.get('x-ratelimit-remaining-requests')).toBe('0');
    expect(refused.headers.get('x-ratelimit-remaining-tokens')).toBe('992');
    const { secret: daily, client } = key({ quotas: dayQuota('requests', 1) });
    await ask(daily);
    const impatient = new OpenAI({ apiKey: daily, baseURL: house.baseUrl, maxRetries: 3 });
    const before = house.events('gateway.requestRefused').length;
    await expect(impatient.models.list()).rejects.toMatchObject({ status: 429, code: 'insufficient_quota' });
    expect(house.events('gateway.requestRefused').length - before).toBe(1);
    await expect(client.models.list()).rejects.toMatchObject({ status: 429 });
  });

  it('with 429 while too many run at once, and not when one has ended', async () => {
    const { client, secret } = key({ maxConcurrent: 1 });
    const stream = await client.chat.completions.create({ model: 'endless', messages: question, stream: true });
    for await (const _chunk of stream) {
      const refused = await ask(secret);
      expect(refused).toMatchObject({ status: 429, error: { code: 'rate_limit_exceeded' } });
      expect(refused.headers.get('retry-after')).toBe('1');
      break;
    }
    await expect.poll(async () => (await ask(secret)).status).toBe(200);
  });
});

it('admits the quota and not one more, however many ask at once', async () => {
  const { id, secret } = key({ quotas: dayQuota('requests', 7), maxConcurrent: 40 });
  const answers = await Promise.all(Array.from({ length: 40 }, (_, index) => ask(secret, { model: index % 2 === 0 ? 'length' : 'parrot' })));
  expect(answers.map(({ status }) => status).toSorted()).toEqual([...Array.from({ length: 7 }, () => 200), ...Array.from({ length: 33 }, () => 429)]);
  expect(house.gateway.keys.get(id)).toMatchObject({ requestCount: 7, running: 0, used: { day: { requests: 7 } } });
});

it('never lets more tokens through than the quota has, however many answers run', async () => {
  const { id, client } = key({ quotas: dayQuota('tokens', 60) });
  const told = await Promise.all(Array.from({ length: 5 }, () => readUntilBroken(client, () => undefined)));
  for (const { error } of told) expect(error).toMatchObject({ code: 'insufficient_quota' });
  const prompts = told.length;
  expect(told.reduce((sum, { words }) => sum + words, 0) + prompts).toBe(60);
  expect(house.gateway.keys.get(id).used.day.tokens).toBe(60);
});

describe('an answer that runs ends with an error in its stream', () => {
  it('when its key is revoked, within a token, and generates no further', async () => {
    const { id, client } = key({});
    house.aborted.length = 0;
    const { words, error } = await readUntilBroken(client, (count) => count === 5 && house.gateway.keys.revoke(administrator(), { keyId: id }));
    expect(error).toMatchObject({ code: 'revoked_api_key', type: 'authentication_error' });
    // Some may have been on their way when the fifth was read.
    expect(words).toBeLessThan(12);
    await expect.poll(() => house.aborted).toEqual(['endless']);
    expect(house.events('gateway.requestServed').at(-1)).toMatchObject({ result: 'failed', reason: 'KEY_REVOKED', after: { status: 401 } });
    expect(house.gateway.keys.get(id).running).toBe(0);
  });

  it('in the shape of OpenAI and without the word that ends a whole answer', async () => {
    const { id, secret } = key({});
    const response = await fetch(`${house.baseUrl}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'endless', messages: question, stream: true }),
    });
    let text = '';
    for await (const bytes of response.body ?? []) {
      text += new TextDecoder().decode(bytes as Uint8Array);
      if (text.includes('"content":"3 "')) house.gateway.keys.revoke(administrator(), { keyId: id });
    }
    const last = text.trimEnd().split('\n').at(-1) ?? '';
    expect(JSON.parse(last.replace(/^data: /, ''))).toEqual({
      error: { message: expect.stringContaining('was revoked') as string, type: 'authentication_error', param: null, code: 'revoked_api_key' },
    });
    expect(text).not.toContain('[DONE]');
  });

  it('when its secret is replaced without overlap, its date comes, or its deployment is taken out of its scope', async () => {
    const replaced = key({});
    const rotated = await readUntilBroken(replaced.client, (count) => count === 3 && house.gateway.keys.rotate(administrator(), { keyId: replaced.id, overlapMs: 0 }));
    expect(rotated.error).toMatchObject({ code: 'expired_api_key' });
    const dated = key({ expiresAtMs: startMs + 1000 });
    const expired = await readUntilBroken(dated.client, (count) => count === 3 && clock.forward(1000));
    clock.set(startMs);
    expect(expired.error).toMatchObject({ code: 'expired_api_key' });
    const narrowed = key({});
    const changes = { scopes: { endpoints: null, deployments: ['parrot'] } };
    const outOfScope = await readUntilBroken(narrowed.client, (count) => count === 3 && house.gateway.keys.update(administrator(), { keyId: narrowed.id, changes }));
    expect(outOfScope.error).toMatchObject({ code: 'model_not_allowed' });
  });

  it('and one that is not streamed is answered with the error instead', async () => {
    const { id, client } = key({});
    house.aborted.length = 0;
    const asked = client.chat.completions.create({ model: 'endless', messages: question });
    const failed = expect(asked).rejects.toMatchObject({ status: 401, code: 'revoked_api_key' });
    await expect.poll(() => house.gateway.keys.get(id).running).toBe(1);
    house.gateway.keys.revoke(administrator(), { keyId: id });
    await failed;
    await expect.poll(() => house.aborted).toEqual(['endless']);
  });
});

it('cannot have its log flooded by a program that does not take no for an answer, and still counts its refusals', async () => {
  const { id, secret } = key({ quotas: dayQuota('requests', 1) });
  await ask(secret);
  for (let round = 0; round < 60; round += 1) await ask(secret);
  const refusals = house.events('gateway.requestRefused').filter(({ actor }) => actor.id === id);
  expect(refusals.length).toBeLessThan(50);
  expect(refusals.length).toBeGreaterThanOrEqual(20);
});
