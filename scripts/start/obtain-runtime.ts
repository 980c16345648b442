import { fork, spawn } from 'node:child_process';
import path from 'node:path';
import type { FetchMessage } from './fetch-runtime.ts';
import { findRuntime } from './runtime-folder.ts';
import type { Obstacle } from './sentences.ts';

/** How long the place that has the runtime may take to answer. Together with starting up it stays under two seconds. */
export const probeTimeoutMs = 1_100;
/** After this long without a verdict the fetching process itself is stuck (a name look-up cannot be cancelled). */
const verdictTimeoutMs = 1_300;

export type Runtime = { readonly executable: string } | { readonly obstacle: Obstacle };

export interface RuntimeRequest {
  /** The folder of the `electron` npm package. */
  readonly electronFolder: string;
  readonly env: NodeJS.ProcessEnv;
  /** Called once the place has answered and bytes are coming. */
  readonly onReachable: (host: string) => void;
  readonly onProgress: (doneBytes: number, totalBytes: number | undefined) => void;
  /** Ends the download; the runtime is then missing with the obstacle `broken-download`. */
  readonly signal?: AbortSignal;
}

/**
 * The Electron executable: the unpacked one, or fetched now when the place it comes from answers in time.
 *
 * Honours what `@electron/get` honours (ELECTRON_MIRROR, ELECTRON_CUSTOM_DIR, the cache folder and so on, also as npm
 * settings) and the usual proxy variables. Nothing is contacted when the runtime is unpacked or in Electron's cache.
 */
export async function obtainRuntime(request: RuntimeRequest): Promise<Runtime> {
  const present = findRuntime(request.electronFolder, request.env);
  if (present !== undefined) return { executable: present };

  const obstacle = await fetchToCache(request);
  if (obstacle !== undefined) return { obstacle };

  const unpacked = await unpackFromCache(request);
  if (unpacked !== undefined) return { obstacle: unpacked };
  const executable = findRuntime(request.electronFolder, request.env);
  return executable === undefined ? { obstacle: { kind: 'not-unpacked', detail: 'no executable in the archive' } } : { executable };
}

/** Node honours the proxy variables only when told to at its start; npm keeps the same settings under names of its own. */
function withProxies(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const https = env['HTTPS_PROXY'] || env['https_proxy'] || env['npm_config_https_proxy'] || env['npm_config_proxy'];
  const http = env['HTTP_PROXY'] || env['http_proxy'] || env['npm_config_proxy'];
  const none = env['NO_PROXY'] || env['no_proxy'] || env['npm_config_noproxy'];
  if (!https && !http) return env;
  return {
    ...env,
    NODE_USE_ENV_PROXY: '1',
    ...(https ? { HTTPS_PROXY: https } : {}),
    ...(http ? { HTTP_PROXY: http } : {}),
    ...(none ? { NO_PROXY: none } : {}),
  };
}

/** The place the runtime comes from, for sentences about a process that could not say it itself. */
function usualHost(env: NodeJS.ProcessEnv): string {
  const mirror = env['npm_config_electron_mirror'] || env['ELECTRON_MIRROR'] || 'https://github.com/';
  return URL.canParse(mirror) ? new URL(mirror).host : mirror;
}

function fetchToCache(request: RuntimeRequest): Promise<Obstacle | undefined> {
  const { promise, resolve } = Promise.withResolvers<Obstacle | undefined>();
  const host = usualHost(request.env);
  const child = fork(path.join(import.meta.dirname, 'fetch-runtime.ts'), [request.electronFolder, String(probeTimeoutMs)], {
    env: withProxies(request.env),
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: [],
  });
  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const settle = (obstacle: Obstacle | undefined): void => {
    clearTimeout(timer);
    request.signal?.removeEventListener('abort', onAbort);
    child.kill('SIGKILL');
    resolve(obstacle);
  };
  const onAbort = (): void => settle({ kind: 'broken-download', host, detail: 'interrupted' });
  const timer = setTimeout(() => settle({ kind: 'no-answer', host, waitedMs: verdictTimeoutMs }), verdictTimeoutMs);
  request.signal?.addEventListener('abort', onAbort);

  child.on('message', (raw) => {
    const message = raw as FetchMessage;
    switch (message.kind) {
      case 'reachable':
        clearTimeout(timer);
        request.onReachable(message.host);
        break;
      case 'progress':
        request.onProgress(message.doneBytes, message.totalBytes);
        break;
      case 'fetched':
        settle(undefined);
        break;
      case 'failed':
        settle(message.obstacle);
        break;
    }
  });
  child.on('error', (error) => settle({ kind: 'unreachable', host, detail: error.message }));
  child.on('exit', () => settle({ kind: 'unreachable', host, detail: errors.trim().split('\n').at(-1) ?? '' }));
  return promise;
}

/** Electron's own installer finds the archive in the cache, checks it again and unpacks it as Electron wants it. */
function unpackFromCache(request: RuntimeRequest): Promise<Obstacle | undefined> {
  const { promise, resolve } = Promise.withResolvers<Obstacle | undefined>();
  const child = spawn(process.execPath, [path.join(request.electronFolder, 'install.js')], {
    env: { ...request.env, force_no_cache: '' },
    stdio: ['ignore', 'ignore', 'pipe'],
    ...(request.signal === undefined ? {} : { signal: request.signal }),
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  child.on('error', (error) => resolve({ kind: 'not-unpacked', detail: error.message }));
  child.on('exit', (code) => resolve(code === 0 ? undefined : { kind: 'not-unpacked', detail: errors.trim().split('\n')[0] ?? `code ${String(code)}` }));
  return promise;
}
