import { Agent, request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../engine/testing/seeded-random.ts';
import type { SeededRandom } from '../engine/testing/seeded-random.ts';
import { openapiChecks } from './testing/openapi-checks.ts';
import type { OpenapiChecks } from './testing/openapi-checks.ts';
import { BOUNDARY_VALUES, GOOD_REQUESTS, parametersOf } from './testing/operations.ts';
import { scriptedGateway } from './testing/scripted-gateway.ts';
import type { ScriptedGateway } from './testing/scripted-gateway.ts';

const IS_NIGHTLY = process.env['MODELWARD_NIGHTLY'] === '1';
/** For each operation. */
const REQUESTS = IS_NIGHTLY ? 1000 : 100;
const SIDE_BY_SIDE = 8;
const ANSWER_WITHIN_MS = 5000;

let house: ScriptedGateway;
let checks: OpenapiChecks;
const agent = new Agent({ keepAlive: true, maxSockets: SIDE_BY_SIDE });
beforeAll(async () => {
  house = await scriptedGateway();
  checks = await openapiChecks(house.baseUrl.replace(/\/v1$/, ''));
});
afterAll(async () => {
  agent.destroy();
  await house.close();
});

const STRANGE: readonly unknown[] = [
  null, true, false, 0, -1, 1.5, 1e308, -1e308, 9_007_199_254_740_993, '', 'x', '\u0000', '\ud800', 'ä'.repeat(300), [], [[]], [null], {}, { a: {} },
  { type: 'text' }, { type: 'text', text: 1 }, [{ type: 'text', text: 'x' }], [{ role: 'user', content: 'x' }], { include_usage: true }, '__proto__', 'NaN',
];
/** Names no operation knows. */
const STRANGE_NAMES = ['toString', 'length', '', 'audio', 'functions', 'constructor', 'user', 'store', 'metadata'] as const;

const pick = <Value>(random: SeededRandom, values: readonly Value[]): Value => values[random.below(values.length)] as Value;

/** A good request, changed in one to four places; sometimes the bytes themselves are cut or turned over. */
function mutatedBody(random: SeededRandom, path: string): Buffer {
  const body: Record<string, unknown> = { ...GOOD_REQUESTS[path] };
  const parameters = [...Object.keys(parametersOf(checks.document, path)), ...STRANGE_NAMES];
  const changes = 1 + random.below(4);
  for (let change = 0; change < changes; change += 1) {
    const name = pick(random, parameters);
    switch (random.below(4)) {
      case 0:
        delete body[name];
        break;
      case 1:
        Object.assign(body, mutatedInside(random, body));
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

/** Something strange in the conversation, the prompt or the tools. */
function mutatedInside(random: SeededRandom, body: Record<string, unknown>): Record<string, unknown> {
  const strange = (): unknown => pick(random, STRANGE);
  const names = ['messages', 'input', 'prompt', 'documents', 'tools', 'response_format', 'text', 'tool_choice'].filter((name) => body[name] !== undefined || random.below(6) === 0);
  const name = names.length === 0 ? 'messages' : pick(random, names);
  const role = pick(random, ['user', 'system', 'assistant', 'tool', 'developer', '', 'x']);
  const type = pick(random, ['text', 'function', 'tool_use', 'tool_result', 'message', 'function_call', 'function_call_output', 'json_schema', 'x']);
  const inside: Record<string, unknown> = { role, type, [pick(random, ['content', 'text', 'name', 'call_id', 'tool_calls', 'function', 'json_schema', 'format', 'input'])]: strange() };
  if (random.below(2) === 0) delete inside[pick(random, ['role', 'type'])];
  return { [name]: random.below(4) === 0 ? inside : [inside, ...(random.below(3) === 0 ? [strange()] : [])] };
}

function mutatedHeaders(random: SeededRandom): Record<string, string> {
  const headers: Record<string, string> = { authorization: `Bearer ${house.secret}`, 'content-type': 'application/json' };
  if (random.below(20) === 0) headers['authorization'] = pick(random, ['', 'Bearer', 'Bearer ', `Basic ${house.secret}`, `Bearer ${'x'.repeat(5000)}`, `bearer ${house.secret}`]);
  if (random.below(20) === 0) headers['content-type'] = pick(random, ['', 'text/plain', 'application/xml', 'application/json; charset=latin1', 'multipart/form-data']);
  if (random.below(20) === 0) headers['host'] = pick(random, ['evil.example', 'localhost', '[::1]:1', 'LOCALHOST:99999', '127.0.0.1']);
  if (random.below(30) === 0) headers['content-encoding'] = 'gzip';
  return headers;
}

interface Answer {
  method: string;
  path: string;
  status: number;
  text: string;
  contentType: string;
}

function mutatedRequest(random: SeededRandom, operation: string): Promise<Answer> {
  const path = random.below(15) === 0 ? pick(random, ['/', '/v1', '/v1/models/%', '/v1/models/parrot', `${operation}/`, '/v1/../v1/models', '//', `/v1/models/${'a'.repeat(3000)}`]) : operation;
  const method = random.below(15) === 0 ? pick(random, ['GET', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH']) : 'POST';
  return send({ method, path, body: mutatedBody(random, operation), headers: mutatedHeaders(random) });
}

function send({ method, path, body, headers }: { method: string; path: string; body: Buffer; headers: Record<string, string> }): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port: house.port, agent, method, path, headers: { ...headers, 'content-length': String(body.length) } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        clearTimeout(late);
        resolve({ method, path, status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString(), contentType: response.headers['content-type'] ?? '' });
      });
    });
    const late = setTimeout(() => request.destroy(new Error(`no answer within ${ANSWER_WITHIN_MS} ms: ${method} ${path} ${body.subarray(0, 300).toString()}`)), ANSWER_WITHIN_MS);
    request.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(late);
      // The server may close a connection whose request it will not read to the end.
      if (error.code === 'ECONNRESET' || error.code === 'EPIPE') resolve({ method, path, status: 0, text: '', contentType: '' });
      else reject(error);
    });
    request.end(body);
  });
}

const operations = Object.keys(GOOD_REQUESTS);

describe('requests made to break things', () => {
  it.each(operations)(`%s: ${REQUESTS} of them: none is a fault of ours, none hangs, each leaves an event and is as the document says`, { timeout: REQUESTS * 60 }, async (operation) => {
    const random = seededRandom(8484 + operations.indexOf(operation));
    const eventsBefore = house.events().length;
    const statuses = new Map<number, number>();
    for (let index = 0; index < REQUESTS; index += 1) {
      const answer = await mutatedRequest(random, operation);
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      requireGood(answer, `request ${index}`);
    }
    expect(house.bugs).toEqual([]);
    expect(statuses.get(200) ?? 0).toBeGreaterThan(0);
    expect(statuses.get(400) ?? 0).toBeGreaterThan(REQUESTS / 4);
    expect(statuses.get(0) ?? 0).toBeLessThan(REQUESTS / 50);
    const events = house.events().slice(eventsBefore).filter(({ type }) => type.startsWith('gateway.request'));
    const told = events.reduce((sum, { after }) => sum + 1 + ((after as { notListedBefore?: number } | null)?.notListedBefore ?? 0), 0);
    expect(told).toBeGreaterThan(REQUESTS * 0.9);
  });

  it('leave a gateway that still serves whoever asks properly', async () => {
    const good = await fetch(`${house.baseUrl}/models`, { headers: { authorization: `Bearer ${house.secret}` } });
    expect(good.status).toBe(200);
    await good.body?.cancel();
  });
});

describe('numbers at their edges', () => {
  it.each(operations)(`%s: every numeric parameter with values at its edges`, { timeout: 60_000 }, async (operation) => {
    const numeric = Object.entries(parametersOf(checks.document, operation)).filter(([, { type }]) => type === 'number' || type === 'integer');
    const headers = { authorization: `Bearer ${house.secret}`, 'content-type': 'application/json' };
    const bodies: { name: string; value: unknown; body: Record<string, unknown> }[] = numeric.flatMap(([name], place) => boundaryValues(place, numeric.length).map((value) => ({ name, value, body: { ...GOOD_REQUESTS[operation], ...(name === 'max_completion_tokens' ? { max_tokens: undefined } : {}), [name]: value } })));
    if (operation === '/v1/chat/completions') for (const value of boundaryValues(numeric.length, numeric.length)) bodies.push({ name: 'logit_bias', value, body: { ...GOOD_REQUESTS[operation], logit_bias: { 7: value } } });
    const statuses = new Set<number>();
    const tryOne = async ({ name, value, body }: (typeof bodies)[number]): Promise<void> => {
      const answer = await send({ method: 'POST', path: operation, headers, body: Buffer.from(JSON.stringify(body)) });
      statuses.add(answer.status);
      requireGood(answer, `${name} = ${JSON.stringify(value)}`);
      if (answer.status === 400) expect(answer.text).toContain(name);
    };
    for (let next = 0; next < bodies.length; next += SIDE_BY_SIDE) await Promise.all(bodies.slice(next, next + SIDE_BY_SIDE).map(tryOne));
    if (bodies.length > 0) expect([...statuses].sort((one, other) => one - other)).toEqual([200, 400]);
    expect(house.bugs).toEqual([]);
  });
});

/** All of them at night, and where parameters are few; else every third, another third for each parameter. */
function boundaryValues(place: number, parameters: number): unknown[] {
  return BOUNDARY_VALUES.filter((_value, index) => IS_NIGHTLY || parameters < 3 || (index + place) % 3 === 0);
}

function requireGood(answer: Answer, what: string): void {
  if (answer.status >= 500) throw new Error(`${what} was answered ${answer.status}: ${answer.text}`);
  const complaint = checks.complaintOf(answer);
  if (complaint !== null) throw new Error(`${what}: ${complaint}`);
}
