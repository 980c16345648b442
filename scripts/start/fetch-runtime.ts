// Runs as a process of its own (see obtain-runtime.ts): probes where the Electron runtime comes from, downloads it with
// Electron's own downloader and checksums, and tells its parent how far it is.
import { createWriteStream, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import type { Obstacle } from './sentences.ts';
import { versionOf } from './runtime-folder.ts';

/** What this process tells its parent, in order: reachable, progress…, then fetched or failed. */
export type FetchMessage =
  | { readonly kind: 'reachable'; readonly host: string }
  | { readonly kind: 'progress'; readonly doneBytes: number; readonly totalBytes: number | undefined }
  | { readonly kind: 'fetched' }
  | { readonly kind: 'failed'; readonly obstacle: Obstacle };

/** A download that brings no byte for so long counts as broken. */
const stallTimeoutMs = 30_000;

class ObstacleError extends Error {
  readonly obstacle: Obstacle;
  constructor(obstacle: Obstacle) {
    super(obstacle.kind);
    this.obstacle = obstacle;
  }
}

/** What is used here of `@electron/get`, which the electron package brings with it. */
interface ElectronGet {
  readonly downloadArtifact: (details: {
    version: string;
    artifactName: 'electron';
    platform: string;
    arch: string;
    cacheRoot?: string;
    checksums?: Record<string, string>;
    downloader: { download: (url: string, targetFile: string) => Promise<void> };
  }) => Promise<string>;
}

async function loadElectronGet(electronFolder: string): Promise<ElectronGet> {
  const file = createRequire(path.join(electronFolder, 'package.json')).resolve('@electron/get');
  return (await import(pathToFileURL(file).href)) as ElectronGet;
}

function tell(message: FetchMessage): void {
  process.send?.(message);
}

/** The innermost cause of a failed fetch: the outer error says no more than "fetch failed". */
function causeOf(error: unknown): { code: string; message: string } {
  let inner = error;
  while (inner instanceof Error && inner.cause instanceof Error) inner = inner.cause;
  if (inner instanceof AggregateError && inner.errors.length > 0) inner = inner.errors[0];
  if (!(inner instanceof Error)) return { code: '', message: String(inner) };
  return { code: (inner as NodeJS.ErrnoException).code ?? '', message: inner.message };
}

/** Names why nothing came from `host` before the first byte. */
export function obstacleBeforeAnswer(error: unknown, host: string): Obstacle {
  const { code, message } = causeOf(error);
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return { kind: 'name-not-found', host };
  if (code === 'ECONNREFUSED') return { kind: 'refused', host };
  return { kind: 'unreachable', host, detail: message };
}

async function requestWithin(url: string, probeTimeoutMs: number): Promise<Response> {
  const { host } = new URL(url);
  const gaveUp = new AbortController();
  const timer = setTimeout(() => gaveUp.abort(), probeTimeoutMs);
  let response: Response;
  try {
    response = await fetch(url, { signal: gaveUp.signal });
  } catch (error) {
    throw new ObstacleError(gaveUp.signal.aborted ? { kind: 'no-answer', host, waitedMs: probeTimeoutMs } : obstacleBeforeAnswer(error, host));
  } finally {
    clearTimeout(timer);
  }
  if (!response.ok) throw new ObstacleError({ kind: 'http-status', host, status: response.status });
  return response;
}

async function receive(response: Response, targetFile: string, host: string): Promise<void> {
  if (response.body === null) throw new ObstacleError({ kind: 'broken-download', host, detail: 'empty answer' });
  const length = Number(response.headers.get('content-length'));
  const totalBytes = Number.isFinite(length) && length > 0 ? length : undefined;
  let doneBytes = 0;
  const stalled = new AbortController();
  let timer = setTimeout(() => stalled.abort(), stallTimeoutMs);
  try {
    await pipeline(
      Readable.fromWeb(response.body),
      async function* count(source: AsyncIterable<Buffer>) {
        for await (const chunk of source) {
          clearTimeout(timer);
          timer = setTimeout(() => stalled.abort(), stallTimeoutMs);
          doneBytes += chunk.length;
          tell({ kind: 'progress', doneBytes, totalBytes });
          yield chunk;
        }
      },
      createWriteStream(targetFile),
      { signal: stalled.signal },
    );
  } catch (error) {
    const detail = stalled.signal.aborted ? `no byte for ${stallTimeoutMs / 1000} s` : causeOf(error).message;
    throw new ObstacleError({ kind: 'broken-download', host, detail });
  } finally {
    clearTimeout(timer);
  }
}

/** Variables of which electron's install.js reads the platform; the same ones in the same order, or it would fetch twice. */
function targetOf(env: NodeJS.ProcessEnv): { platform: string; arch: string } {
  return {
    platform: env['ELECTRON_INSTALL_PLATFORM'] || env['npm_config_platform'] || process.platform,
    arch: env['ELECTRON_INSTALL_ARCH'] || env['npm_config_arch'] || process.arch,
  };
}

async function fetchRuntime(electronFolder: string, probeTimeoutMs: number): Promise<void> {
  const { env } = process;
  let host = '';
  const remoteChecksums = env['electron_use_remote_checksums'] || env['npm_config_electron_use_remote_checksums'];
  try {
    const { downloadArtifact } = await loadElectronGet(electronFolder);
    await downloadArtifact({
      version: versionOf(electronFolder),
      artifactName: 'electron',
      ...targetOf(env),
      ...(env['electron_config_cache'] ? { cacheRoot: env['electron_config_cache'] } : {}),
      ...(remoteChecksums ? {} : { checksums: JSON.parse(readFileSync(path.join(electronFolder, 'checksums.json'), 'utf8')) as Record<string, string> }),
      downloader: {
        download: async (url: string, targetFile: string) => {
          ({ host } = new URL(url));
          const response = await requestWithin(url, probeTimeoutMs);
          tell({ kind: 'reachable', host });
          await receive(response, targetFile, host);
        },
      },
    });
    tell({ kind: 'fetched' });
  } catch (error) {
    tell({ kind: 'failed', obstacle: error instanceof ObstacleError ? error.obstacle : { kind: 'broken-download', host, detail: causeOf(error).message } });
  }
}

const [electronFolder, probeTimeout] = process.argv.slice(2);
if (import.meta.main && electronFolder !== undefined) {
  // Nobody is left to tell when the parent is gone.
  process.on('disconnect', () => process.exit(1));
  await fetchRuntime(electronFolder, Number(probeTimeout));
  process.disconnect();
}
