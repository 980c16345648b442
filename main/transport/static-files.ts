import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { systemCodeOf } from '../kernel/errors.ts';
import { answerText, safeHeaders } from './answers.ts';

/** The built renderer as files. */
export interface StaticFiles {
  /** `path` is relative and may be anything a stranger types. */
  answer(response: ServerResponse, path: string): Promise<void>;
}

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
};

/** Placeholder the build leaves where each visit's nonce belongs. */
export const noncePlaceholder = '__CSP_NONCE__';

/** The page may load its own files and talk to its own host; nothing else (SECURITY §3). */
export function contentSecurityPolicy(nonce: string, connect: string): string {
  return [
    `default-src 'none'`,
    `script-src 'self'`,
    `style-src 'self' 'nonce-${nonce}'`,
    `font-src 'self' data:`,
    `img-src 'self' data:`,
    `connect-src ${connect}`,
    `base-uri 'none'`,
    `form-action 'none'`,
    `frame-ancestors 'none'`,
    `object-src 'none'`,
  ].join('; ');
}

export interface PageFile {
  body: Buffer;
  contentType: string;
  /** Only for the page itself. */
  policy: string | null;
}

/** Reads one file of the built renderer, the page with a fresh nonce; null when there is no such file. Never leaves the folder. */
export async function readPageFile(folder: string, path: string, connect: string): Promise<PageFile | null> {
  const name = path === '' || path === '/' ? 'index.html' : decodeSafely(path);
  const full = normalize(join(folder, name));
  if (!full.startsWith(normalize(folder) + sep)) return null;
  const contentType = types[extname(full)];
  if (contentType === undefined) return null;
  try {
    const body = await readFile(full);
    if (!full.endsWith('index.html')) return { body, contentType, policy: null };
    const nonce = randomBytes(16).toString('base64');
    return {
      body: Buffer.from(body.toString('utf8').replaceAll(noncePlaceholder, nonce)),
      contentType,
      policy: contentSecurityPolicy(nonce, connect),
    };
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT' || systemCodeOf(error) === 'EISDIR') return null;
    throw error;
  }
}

function decodeSafely(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return '\0'; // not a name any file has
  }
}

export function createStaticFiles(folder: string): StaticFiles {
  return {
    async answer(response, path) {
      const file = await readPageFile(folder, path, `'self'`);
      if (file === null) return answerText(response, 404, 'Not found');
      response.writeHead(200, {
        ...safeHeaders,
        'Content-Type': file.contentType,
        ...(file.policy === null ? { 'Cache-Control': 'private, max-age=3600' } : { 'Content-Security-Policy': file.policy }),
      });
      response.end(file.body);
    },
  };
}
