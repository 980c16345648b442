import { Agent, request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../engine/testing/seeded-random.ts';
import type { SeededRandom } from '../engine/testing/seeded-random.ts';
import { scriptedGateway } from './testing/scripted-gateway.ts';
import type { ScriptedGateway } from './testing/scripted-gateway.ts';

const REQUESTS = process.env['MODELWARD_NIGHTLY'] === '1' ? 10_000 : 1000;
const ANSWER_WITHIN_MS = 5000;

let house: ScriptedGateway;
const agent = new Agent({ keepAlive: true, maxSockets: 4 });
beforeAll(async () => {
  house = await scriptedGateway();
});
afterAll(async () => {
  agent.destroy();
  await house.close();
});

const STRANGE: readonly unknown[] = [
  null, true, false, 0, -1, 1.5, 1e308, -1e308, 9_007_199_254_740_993, '', 'x', '\u0000', '\ud800', 'ä'.repeat(300), [], [[]], [null], {}, { a: {} },
  { type: 'text' }, { type: 'text', text: 1 }, [{ type: 'text', text: 'x' }], [{ role: 'user', content: 'x' }], { include_usage: true }, '__proto__', 'NaN',
];
const PARAMETERS = [
  'model', 'messages', 'stream', 'stream_options', 'temperature', 'top_p', 'seed', 'max_tokens', 'max_completion_tokens', 'stop', 'n', 'presence_penalty',
  'frequency_penalty', 'tools', 'tool_choice', 'response_format', 'logprobs', 'logit_bias', 'user', 'metadata', 'modalities', 'audio', 'toString', 'length', '',
] as const;

const pick = <Value>(random: SeededRandom, values: readonly Value[]): Value => values[random.below(values.length)] as Value;

/** A good request, changed in one to four places; sometimes the bytes themselves are cut or turned over. */
function mutatedBody(random: SeededRandom): Buffer {
  const body: Record<string, unknown> = { model: pick(random, ['parrot', 'length']), messages: [{ role: 'user', content: 'say this' }], max_tokens: 3 };
  const changes = 1 + random.below(4);
  for (let change = 0; change < changes; change += 1) {
    const name = pick(random, PARAMETERS);
    switch (random.below(4)) {
      case 0:
        delete body[name];
        break;
      case 1:
        body['messages'] = [{ role: pick(random, ['user', 'system', 'assistant', 'tool', 'developer', '', 'x']), content: pick(random, STRANGE), [pick(random, ['name', 'x', 'tool_calls'])]: pick(random, STRANGE) }];
        break;
      default:
        body[name] = pick(random, STRANGE);
    }
  }
  const bytes = Buffer.from(JSON.stringify(body));
  const kind = random.below(10);
  if (kind === 0) return bytes.subarray(0, random.below(bytes.length));
  if (kind === 1) bytes[random.below(bytes.length)] = random.below(256);
  if (kind === 2) return Buffer.from(`${'['.repeat(20_000)}${bytes.toString()}`);
  return bytes;
}

function mutatedHeaders(random: SeededRandom): Record<string, string> {
  const headers: Record<string, string> = { authorization: `Bearer ${house.secret}`, 'content-type': 'application/json' };
  if (random.below(20) === 0) headers['authorization'] = pick(random, ['', 'Bearer', 'Bearer ', `Basic ${house.secret}`, `Bearer ${'x'.repeat(5000)}`, `bearer ${house.secret}`]);
  if (random.below(20) === 0) headers['content-type'] = pick(random, ['', 'text/plain', 'application/xml', 'application/json; charset=latin1', 'multipart/form-data']);
  if (random.below(20) === 0) headers['host'] = pick(random, ['evil.example', 'localhost', '[::1]:1', 'LOCALHOST:99999', '127.0.0.1']);
  if (random.below(30) === 0) headers['content-encoding'] = 'gzip';
  return headers;
}

function send(random: SeededRandom): Promise<{ status: number; text: string }> {
  const path = random.below(15) === 0 ? pick(random, ['/', '/v1', '/v1/models/%', '/v1/models/parrot', '/v1/chat/completions/', '/v1/../v1/models', '//', `/v1/models/${'a'.repeat(3000)}`]) : '/v1/chat/completions';
  const method = random.below(15) === 0 ? pick(random, ['GET', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH']) : 'POST';
  const body = mutatedBody(random);
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port: house.port, agent, method, path, headers: { ...mutatedHeaders(random), 'content-length': String(body.length) } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        clearTimeout(late);
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() });
      });
    });
    const late = setTimeout(() => request.destroy(new Error(`no answer within ${ANSWER_WITHIN_MS} ms: ${method} ${path} ${body.subarray(0, 300).toString()}`)), ANSWER_WITHIN_MS);
    request.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(late);
      // The server may close a connection whose request it will not read to the end.
      if (error.code === 'ECONNRESET' || error.code === 'EPIPE') resolve({ status: 0, text: '' });
      else reject(error);
    });
    request.end(body);
  });
}

describe('requests made to break things', () => {
  it(`${REQUESTS} of them: none is a fault of ours, none hangs, each leaves an event`, { timeout: REQUESTS * 60 }, async () => {
    const random = seededRandom(8484);
    const statuses = new Map<number, number>();
    const isFault = (status: number): boolean => status >= 500;
    for (let index = 0; index < REQUESTS; index += 1) {
      const { status, text } = await send(random);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (isFault(status)) throw new Error(`request ${index} was answered ${status}: ${text}`);
      if (status >= 400 && text !== '') expect(JSON.parse(text)).toHaveProperty('error.code');
    }
    expect(house.bugs).toEqual([]);
    expect(statuses.get(200) ?? 0).toBeGreaterThan(REQUESTS / 50);
    expect(statuses.get(400) ?? 0).toBeGreaterThan(REQUESTS / 4);
    expect(statuses.get(0) ?? 0).toBeLessThan(REQUESTS / 100);
    const events = house.events().filter(({ type }) => type.startsWith('gateway.request'));
    const told = events.reduce((sum, { after }) => sum + 1 + ((after as { notListedBefore?: number } | null)?.notListedBefore ?? 0), 0);
    expect(told).toBeGreaterThan(REQUESTS * 0.9);
    // Somebody whose request is good is still served.
    const good = await fetch(`${house.baseUrl}/models`, { headers: { authorization: `Bearer ${house.secret}` } });
    expect(good.status).toBe(200);
    await good.body?.cancel();
  });
});
