import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jsonRequest, rawRequest } from './testing/raw-request.ts';
import { administrator, scriptedGateway } from './testing/scripted-gateway.ts';
import type { ScriptedGateway } from './testing/scripted-gateway.ts';

let house: ScriptedGateway;
beforeAll(async () => {
  house = await scriptedGateway();
});
afterAll(() => house.close());

const chat = (model: string, more: object = {}) => ({ model, messages: [{ role: 'user', content: 'secret words of a patient' }], ...more });
const newest = async () => {
  const { requests } = await house.usage.requests({ keyId: null, deployment: null, outcome: null, cursor: null, limit: 1 });
  return requests[0];
};
const total = () => house.usage.summary({ from: '2000-01-01', to: '2100-01-01', by: 'key', keyId: null, deployment: null }).total;

describe('what is asked of the endpoint', () => {
  it('leaves one record a request: key, version, tokens, times, outcome, and no text', async () => {
    house.gateway.keys.update(administrator(), { keyId: house.keyId, changes: { department: 'Imaging' } });
    const { body } = await jsonRequest(house, '/v1/chat/completions', chat('parrot'));
    const { usage } = body as { usage: { prompt_tokens: number; completion_tokens: number } };
    expect(usage.completion_tokens).toBeGreaterThan(0);
    const record = await newest();
    expect(record).toMatchObject({
      keyId: house.keyId, keyName: 'Radiology', department: 'Imaging', deployment: 'parrot', versionId: 'ver_parrot', modelName: 'Model of parrot', versionNumber: 2,
      endpoint: 'chat', stream: false, outcome: 'done', status: 200, reason: '', promptTokens: usage.prompt_tokens, outputTokens: usage.completion_tokens,
    });
    expect(record?.firstTokenMs).toBeGreaterThan(0);
    expect(record?.firstTokenMs).toBeLessThanOrEqual(record?.durationMs ?? 0);
    expect(JSON.stringify(record)).not.toContain('secret');
  });

  it.each([
    ['chat', '/v1/chat/completions', chat('parrot', { stream: true })],
    ['completions', '/v1/completions', { model: 'parrot', prompt: 'one' }],
    ['responses', '/v1/responses', { model: 'parrot', input: 'one' }],
    ['messages', '/v1/messages', { model: 'parrot', max_tokens: 8, messages: [{ role: 'user', content: 'one' }] }],
    ['embeddings', '/v1/embeddings', { model: 'vectors', input: 'one' }],
    ['rerank', '/v1/rerank', { model: 'ranker', query: 'one', documents: ['a', 'b'] }],
  ])('is recorded at %s', async (endpoint, path, body) => {
    const before = total().requests;
    const answer = await rawRequest(house, { path, body: JSON.stringify(body) });
    expect(answer.status).toBe(200);
    await expect.poll(() => total().requests).toBe(before + 1);
    expect(await newest()).toMatchObject({ endpoint, outcome: 'done', status: 200, stream: 'stream' in body });
  });

  it('is recorded as what it was when it is refused, breaks, or is left', async () => {
    await jsonRequest(house, '/v1/chat/completions', chat('busy'));
    expect(await newest()).toMatchObject({ deployment: 'busy', outcome: 'refused', status: 429, reason: 'DEPLOYMENT_BUSY', outputTokens: 0, firstTokenMs: null });
    await rawRequest(house, { body: JSON.stringify(chat('crashes-later', { stream: true })) });
    expect(await newest()).toMatchObject({ deployment: 'crashes-later', outcome: 'failed', stream: true });
    const leave = new AbortController();
    const left = await fetch(`${house.baseUrl}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${house.secret}`, 'content-type': 'application/json' },
      body: JSON.stringify(chat('endless', { stream: true })),
      signal: leave.signal,
    });
    await left.body?.getReader().read();
    leave.abort();
    await expect.poll(async () => (await newest())?.deployment).toBe('endless');
    expect(await newest()).toMatchObject({ outcome: 'cancelled', status: 499, reason: 'CANCELLED' });
  });

  it('is only counted when it is refused at the door', async () => {
    const record = await newest();
    const before = total();
    await rawRequest({ ...house, secret: 'mw-nobody' }, { body: JSON.stringify(chat('parrot')) });
    await rawRequest(house, { body: JSON.stringify(chat('no-such-deployment')) });
    await rawRequest(house, { body: JSON.stringify({ model: 'parrot' }) });
    expect(total()).toMatchObject({ requests: before.requests + 3, refused: before.refused + 3 });
    expect((await newest())?.id).toBe(record?.id);
    const { rows } = house.usage.summary({ from: '2000-01-01', to: '2100-01-01', by: 'key', keyId: null, deployment: null });
    expect(rows.find(({ keyId }) => keyId === '')).toMatchObject({ requests: 1, refused: 1 });
  });
});
