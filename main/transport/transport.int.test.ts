import { request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink as PortLink } from '@orpc/client/message-port';
import { RPCHandler as PortHandler } from '@orpc/server/message-port';
import { WebSocket } from 'ws';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readInstance } from '../kernel/data-folder/folder-lock.ts';
import type { Instance } from '../kernel/data-folder/folder-lock.ts';
import { temporaryFolder } from '../kernel/testing/temporary-house.ts';
import { startTestApplication, testPassword } from '../testing/test-application.ts';
import type { TestApplication } from '../testing/test-application.ts';
import { connectToInstance, requestNewUrl } from './instance-client.ts';
import type { Client } from './instance-client.ts';
import { openInstance } from './instance.ts';
import type { RunningInstance } from './instance.ts';

let app: TestApplication;
let instance: RunningInstance;
let told: Instance;
let page: ReturnType<typeof temporaryFolder>;

beforeEach(async () => {
  app = await startTestApplication();
  page = temporaryFolder('page');
  mkdirSync(join(page.path, 'assets'));
  writeFileSync(join(page.path, 'index.html'), '<meta property="csp-nonce" nonce="__CSP_NONCE__">');
  writeFileSync(join(page.path, 'assets', 'app.js'), '1');
  writeFileSync(join(page.path, 'secret.key'), 'not for the browser');
  instance = await openInstance({ application: app.application, host: 'console', rendererFolder: page.path, port: 0 });
  const found = readInstance(app.application.layout());
  if (found === null) throw new Error('the instance did not tell where it is');
  told = found;
});
afterEach(async () => {
  await instance.close();
  await app.dispose();
  page.remove();
});

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}
function ask(path: string, { method = 'GET', headers = {}, body }: { method?: string; headers?: Record<string, string>; body?: Buffer } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port: told.port, path, method, headers, setHost: headers['Host'] === undefined }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString() }));
    });
    call.on('error', reject);
    call.end(body);
  });
}
async function visit(): Promise<{ base: string; cookie: string }> {
  const answer = await ask(new URL(instance.server.newUrl()).search.replace(/^/, '/'));
  expect(answer.status).toBe(303);
  const [cookie = ''] = (answer.headers['set-cookie']?.[0] ?? '').split(';');
  return { base: answer.headers.location ?? '', cookie };
}
function upgradeStatus(path: string, headers: Record<string, string>): Promise<number | 'open'> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${told.port}${path}`, { headers });
    socket.on('open', () => {
      socket.close();
      resolve('open');
    });
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.on('error', () => undefined);
  });
}

describe('the door', () => {
  it('lets a browser in once for each token, by a cookie bound to an unguessable path', async () => {
    const url = new URL(instance.server.newUrl());
    const first = await ask(`/${url.search}`);
    expect(first.status).toBe(303);
    expect(first.headers['set-cookie']?.[0]).toMatch(/HttpOnly; SameSite=Strict$/);
    expect(first.headers['set-cookie']?.[0]).toContain(`Path=${first.headers.location}`);
    expect(first.headers.location).toMatch(/^\/[\w-]{22}\/$/);
    expect((await ask(`/${url.search}`)).status).toBe(401);
    expect((await ask('/?token=guess')).status).toBe(401);
    expect((await ask('/')).status).toBe(401);
  });

  it('serves the page with a fresh nonce and a policy without unsafe words, and nothing outside its folder', async () => {
    const { base, cookie } = await visit();
    const one = await ask(base, { headers: { Cookie: cookie } });
    const two = await ask(base, { headers: { Cookie: cookie } });
    const policy = String(one.headers['content-security-policy']);
    expect(policy).toContain(`default-src 'none'`);
    expect(policy).not.toContain('unsafe');
    const nonceOf = (answer: Answer): string => /nonce="([^"]+)"/.exec(answer.body)?.[1] ?? '';
    expect(policy).toContain(`'nonce-${nonceOf(one)}'`);
    expect(nonceOf(one)).not.toBe(nonceOf(two));
    expect((await ask(`${base}assets/app.js`, { headers: { Cookie: cookie } })).status).toBe(200);
    for (const path of ['secret.key', '../keys.json', '..%2f..%2fkeys.json', '%2e%2e/%2e%2e/etc/passwd', 'assets', '%', '\0']) {
      expect((await ask(`${base}${encodeURI(path).replaceAll('%25', '%')}`, { headers: { Cookie: cookie } })).status, path).toBe(404);
    }
    expect((await ask(base)).status).toBe(401);
  });

  it('answers no other name, no other origin and no stranger', async () => {
    const { base, cookie } = await visit();
    expect((await ask(base, { headers: { Cookie: cookie, Host: `evil.example:${told.port}` } })).status).toBe(403);
    expect((await ask(base, { headers: { Cookie: cookie, Origin: 'http://evil.example' } })).status).toBe(403);
    expect(await upgradeStatus(`${base}rpc`, { Cookie: cookie, Origin: `http://127.0.0.1:${told.port}` })).toBe('open');
    expect(await upgradeStatus(`${base}rpc`, { Cookie: cookie, Origin: 'http://evil.example' })).toBe(403);
    expect(await upgradeStatus(`${base}rpc`, {})).toBe(403);
    expect(await upgradeStatus('/command-line', { Authorization: 'Bearer guess' })).toBe(403);
    expect(await upgradeStatus('/anything', { Authorization: `Bearer ${told.secret}` })).toBe(403);
  });

  it('gives the command line of the same user a fresh address', async () => {
    const url = await requestNewUrl(told);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=/);
    expect((await ask(new URL(url ?? '').search.replace(/^/, '/'))).status).toBe(303);
    expect((await ask('/new-url', { method: 'POST' })).status).toBe(403);
  });

  it('receives a file dragged into the browser, from the signed-in client alone and only as announced', async () => {
    const { base, cookie } = await visit();
    const socket = new WebSocket(`ws://127.0.0.1:${told.port}${base}rpc`, { headers: { Cookie: cookie } });
    await new Promise((resolve) => socket.once('open', resolve));
    const { RPCLink } = await import('@orpc/client/websocket');
    const client = createORPCClient<Client>(new RPCLink({ websocket: socket as unknown as globalThis.WebSocket }));
    await client.accounts.signIn({ password: testPassword });
    const body = Buffer.from('GGUF but not really');
    const { uploadId, url } = await client.models.beginUpload({ fileName: '../../evil.gguf', sizeBytes: body.length });
    const other = await visit();
    expect((await ask(`${other.base}${url.replace(/^\//, '')}`, { method: 'PUT', headers: { Cookie: other.cookie }, body })).status).toBe(401);
    expect((await ask(`${base}${url}`, { method: 'PUT', headers: { Cookie: cookie }, body })).status).toBe(201);
    await expect(client.models.inspect({ source: { kind: 'upload', uploadId } })).rejects.toMatchObject({ code: 'GGUF_REFUSED' });
    expect((await ask(`${base}${url}`, { method: 'PUT', headers: { Cookie: cookie }, body })).status).toBe(404);
    const short = await client.models.beginUpload({ fileName: 'short.gguf', sizeBytes: 10 });
    expect((await ask(`${base}${short.url}`, { method: 'PUT', headers: { Cookie: cookie }, body })).status).toBe(400);
    socket.close();
  });
});

/** The same conversation over every transport. */
const transports: [string, () => Promise<{ client: Client; close: () => void }>][] = [
  [
    'MessagePort',
    () => {
      const { port1, port2 } = new MessageChannel();
      new PortHandler(app.application.router).upgrade(port1, { context: { clientId: 'window', source: { host: 'desktop', address: '' } } });
      port1.start();
      port2.start();
      return Promise.resolve({ client: createORPCClient<Client>(new PortLink({ port: port2 })), close: () => port1.close() });
    },
  ],
  [
    'WebSocket',
    async () => {
      const connection = await connectToInstance(told);
      if (connection === null) throw new Error('nobody answers');
      return connection;
    },
  ],
];

describe.each(transports)('the router over %s', (_name, connect) => {
  it('answers, refuses with code and data, streams, and closes streams when the session ends', async () => {
    const { client, close } = await connect();
    await expect(client.models.list({})).rejects.toMatchObject({ code: 'NOT_SIGNED_IN', data: { reason: 'never' } });
    await client.accounts.signIn({ name: 'Ada', password: testPassword });
    expect(await client.models.list({})).toEqual([]);
    await expect(client.models.get({ modelId: 'mdl_none' })).rejects.toMatchObject({ code: 'NOT_FOUND', data: { what: 'model', id: 'mdl_none' } });
    await expect(client.models.get({ modelId: 7 } as never)).rejects.toMatchObject({ code: 'WRONG_INPUT' });

    const steps: string[] = [];
    for await (const step of await client.audit.verify({})) steps.push(step.kind);
    expect(steps.at(-1)).toBe('result');

    const events = await client.events.subscribe({});
    const heard: string[] = [];
    const listening = (async () => {
      for await (const event of events) heard.push(event.type);
    })();
    await client.accounts.setPreferences({ theme: 'dark' });
    await client.accounts.signOut({});
    await listening;
    expect(heard).toContain('audit.appended');
    close();
  });
});
