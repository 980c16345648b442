import type { Protocol } from 'electron';
import { readPageFile } from '../transport/static-files.ts';
import { appScheme, isAppUrl } from './app-address.ts';

/** The page speaks through its MessagePort alone: no connection to anywhere is needed, so none is allowed. */
const connectSources = `'none'`;

/** Headers of every answer of the scheme. */
const safeHeaders = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
} as const;

/** Answers one request for the page or a file of it; 404 for all else, 403 for another host or method. */
export async function answerPageRequest(rendererFolder: string, request: { method: string; url: string }): Promise<Response> {
  if (request.method !== 'GET' || !isAppUrl(request.url)) return new Response('Forbidden', { status: 403, headers: safeHeaders });
  const file = await readPageFile(rendererFolder, new URL(request.url).pathname.replace(/^\//, ''), connectSources);
  if (file === null) return new Response('Not found', { status: 404, headers: safeHeaders });
  return new Response(new Uint8Array(file.body), {
    headers: {
      ...safeHeaders,
      'Content-Type': file.contentType,
      // The page carries a fresh nonce each time; its files have their digest in the name.
      'Cache-Control': file.policy === null ? 'private, max-age=31536000, immutable' : 'no-store',
      ...(file.policy === null ? {} : { 'Content-Security-Policy': file.policy }),
    },
  });
}

/** Serves the built renderer under the app's own scheme, and nothing else. */
export function servePage(protocol: Pick<Protocol, 'handle'>, rendererFolder: string): void {
  protocol.handle(appScheme, (request) => answerPageRequest(rendererFolder, request));
}
