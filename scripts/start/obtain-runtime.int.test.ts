import { existsSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { obtainRuntime, type Runtime } from './obtain-runtime.ts';
import { makeFakeElectron, type FakeElectron } from './testing/fake-electron.ts';

let electron: FakeElectron;
const closers: (() => Promise<void>)[] = [];

beforeEach(() => {
  electron = makeFakeElectron();
});

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  electron.dispose();
});

async function listen(server: net.Server | http.Server): Promise<number> {
  const sockets = new Set<net.Socket>();
  server.on('connection', (socket: net.Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(
    () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  );
  return (server.address() as AddressInfo).port;
}

interface Attempt {
  readonly runtime: Runtime;
  readonly tookMs: number;
  readonly reachedHosts: readonly string[];
  readonly progress: readonly { doneBytes: number; totalBytes: number | undefined }[];
}

async function obtain(env: NodeJS.ProcessEnv): Promise<Attempt> {
  const startedAt = performance.now();
  const reachedHosts: string[] = [];
  const progress: { doneBytes: number; totalBytes: number | undefined }[] = [];
  const runtime = await obtainRuntime({
    electronFolder: electron.electronFolder,
    env: { ...electron.env, ...env },
    onReachable: (host) => reachedHosts.push(host),
    onProgress: (doneBytes, totalBytes) => progress.push({ doneBytes, totalBytes }),
  });
  return { runtime, tookMs: performance.now() - startedAt, reachedHosts, progress };
}

function serveArchive(body: () => Buffer, requested: string[] = []): http.Server {
  return http.createServer((request, response) => {
    requested.push(request.url ?? '');
    if (request.url !== electron.archivePath) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-length': body().length }).end(body());
  });
}

it('fetches the runtime from the mirror, reports progress to the last byte and unpacks an executable', async () => {
  const port = await listen(serveArchive(() => electron.archive));
  const attempt = await obtain({ ELECTRON_MIRROR: `http://127.0.0.1:${port}/` });
  expect(attempt.runtime).toHaveProperty('executable');
  expect(existsSync('executable' in attempt.runtime ? attempt.runtime.executable : '')).toBe(true);
  expect(attempt.reachedHosts).toEqual([`127.0.0.1:${port}`]);
  expect(attempt.progress.at(-1)).toEqual({ doneBytes: electron.archive.length, totalBytes: electron.archive.length });
});

it('contacts nobody when the runtime is already unpacked', async () => {
  const requested: string[] = [];
  const port = await listen(serveArchive(() => electron.archive, requested));
  const mirror = { ELECTRON_MIRROR: `http://127.0.0.1:${port}/` };
  await obtain(mirror);
  const again = await obtain(mirror);
  expect(again.runtime).toHaveProperty('executable');
  expect(requested).toHaveLength(1);
});

it('fetches again when the unpacked runtime is of another version', async () => {
  const requested: string[] = [];
  const port = await listen(serveArchive(() => electron.archive, requested));
  const mirror = { ELECTRON_MIRROR: `http://127.0.0.1:${port}/` };
  await obtain(mirror);
  writeFileSync(path.join(electron.electronFolder, 'dist/version'), '1.0.0');
  const again = await obtain(mirror);
  expect(again.runtime).toHaveProperty('executable');
  expect(requested, 'the second time it comes from the cache').toHaveLength(1);
});

it('gives up within a second and a half on a mirror that takes the connection and never answers', async () => {
  const port = await listen(net.createServer(() => undefined));
  const attempt = await obtain({ ELECTRON_MIRROR: `http://127.0.0.1:${port}/` });
  expect(attempt.runtime).toMatchObject({ obstacle: { kind: 'no-answer', host: `127.0.0.1:${port}` } });
  expect(attempt.tookMs).toBeLessThan(8_000);
});

it('says that the mirror refuses', async () => {
  const server = net.createServer();
  const port = await listen(server);
  await closers.pop()?.();
  const attempt = await obtain({ ELECTRON_MIRROR: `http://127.0.0.1:${port}/` });
  expect(attempt.runtime).toEqual({ obstacle: { kind: 'refused', host: `127.0.0.1:${port}` } });
});

it('says that the name of the mirror does not resolve', async () => {
  const attempt = await obtain({ ELECTRON_MIRROR: 'http://mirror.invalid/' });
  const obstacle = 'obstacle' in attempt.runtime ? attempt.runtime.obstacle : undefined;
  // A resolver without any network may also stay silent until the time is up.
  expect(['name-not-found', 'no-answer']).toContain(obstacle?.kind);
});

it('says which status a mirror without this version answers', async () => {
  const port = await listen(http.createServer((_request, response) => response.writeHead(404).end()));
  const attempt = await obtain({ ELECTRON_MIRROR: `http://127.0.0.1:${port}/` });
  expect(attempt.runtime).toEqual({ obstacle: { kind: 'http-status', host: `127.0.0.1:${port}`, status: 404 } });
});

it('refuses an archive whose bytes do not match the checksums in the electron package', async () => {
  const forged = Buffer.from(electron.archive);
  forged[forged.length >> 1] = (forged[forged.length >> 1] ?? 0) ^ 1;
  const port = await listen(serveArchive(() => forged));
  const attempt = await obtain({ ELECTRON_MIRROR: `http://127.0.0.1:${port}/` });
  expect(attempt.runtime).toMatchObject({ obstacle: { kind: 'broken-download' } });
  expect(existsSync(path.join(electron.electronFolder, 'dist'))).toBe(false);
});

it('says that the download broke when the connection ends half-way', async () => {
  const server = http.createServer((_request, response) => {
    response.writeHead(200, { 'content-length': electron.archive.length });
    response.write(electron.archive.subarray(0, 1000), () => response.destroy());
  });
  const port = await listen(server);
  const attempt = await obtain({ ELECTRON_MIRROR: `http://127.0.0.1:${port}/` });
  expect(attempt.runtime).toMatchObject({ obstacle: { kind: 'broken-download', host: `127.0.0.1:${port}` } });
  expect(existsSync(path.join(electron.electronFolder, 'dist'))).toBe(false);
});

it('goes through the proxy that npm is configured with', async () => {
  const mirrorPort = await listen(serveArchive(() => electron.archive));
  const asked: string[] = [];
  const proxy = http.createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(200, { 'content-length': electron.archive.length }).end(electron.archive);
  });
  proxy.on('connect', (request, socket: net.Socket) => {
    asked.push(request.url ?? '');
    const upstream = net.connect(mirrorPort, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on('error', () => socket.destroy());
    socket.on('error', () => upstream.destroy());
  });
  const proxyPort = await listen(proxy);
  const attempt = await obtain({ ELECTRON_MIRROR: 'http://mirror.invalid/', npm_config_proxy: `http://127.0.0.1:${proxyPort}`, NO_PROXY: '', no_proxy: '' });
  expect(attempt.runtime).toHaveProperty('executable');
  expect(asked.join(' ')).toContain('mirror.invalid');
});
