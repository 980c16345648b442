import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerText, safeHeaders } from './answers.ts';

/**
 * Who may talk to a running instance. A browser shows a one-time token once and gets a cookie for it; the command line
 * shows the secret of the instance file, which only this user can read.
 *
 * Cookies know no ports: another server on 127.0.0.1 would be sent ours. So the whole console lives under a path nobody
 * can guess, and the cookie is bound to it.
 */
export interface ClientGate {
  /** `/<random>/`: where the page lives. */
  readonly basePath: string;
  readonly socketPath: string;
  readonly uploadPath: string;
  readonly commandLinePath: string;
  readonly newUrlPath: string;
  /** Good for one visit within ten minutes. */
  newToken(): string;
  /** The client behind a request, by cookie or secret; null for a stranger. */
  clientOf(request: IncomingMessage): string | null;
  isCommandLine(clientId: string): boolean;
  hasSecret(request: IncomingMessage): boolean;
  /** Exchanges a token for a cookie and sends the browser to the page. */
  admit(request: IncomingMessage, response: ServerResponse, token: string | null): void;
  refuse(response: ServerResponse): void;
}

const tokenLifeMs = 10 * 60_000;
const cookieName = 'modelward';

export function createClientGate(secret: string): ClientGate {
  const base = `/${randomBytes(16).toString('base64url')}/`;
  const tokens = new Map<string, number>();
  const cookies = new Map<string, string>();
  const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
  const secretDigest = Buffer.from(digest(secret), 'hex');

  const hasSecret = (request: IncomingMessage): boolean => {
    const given = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    return given !== undefined && timingSafeEqual(Buffer.from(digest(given), 'hex'), secretDigest);
  };
  const cookieClient = (request: IncomingMessage): string | null => {
    for (const part of (request.headers.cookie ?? '').split(';')) {
      const [name, value] = part.trim().split('=');
      if (name === cookieName && value !== undefined) return cookies.get(digest(value)) ?? null;
    }
    return null;
  };
  const refuse = (response: ServerResponse): void => {
    answerText(
      response,
      401,
      'This link has been used or is too old. Start Modelward again, or run "npx modelward console", to get a new one.\n' +
        '此链接已使用过或已过期。请重新启动 Modelward，或运行“npx modelward console”获取新的链接。\n',
    );
  };

  return {
    basePath: base,
    socketPath: `${base}rpc`,
    uploadPath: `${base}upload/`,
    commandLinePath: '/command-line',
    newUrlPath: '/new-url',
    newToken() {
      const now = Date.now();
      for (const [token, bornMs] of tokens) if (now - bornMs > tokenLifeMs) tokens.delete(token);
      const token = randomBytes(24).toString('base64url');
      tokens.set(digest(token), now);
      return token;
    },
    clientOf(request) {
      if (hasSecret(request)) return `cli_${randomBytes(12).toString('hex')}`;
      return cookieClient(request);
    },
    isCommandLine: (clientId) => clientId.startsWith('cli_'),
    hasSecret,
    admit(request, response, token) {
      const key = token === null ? '' : digest(token);
      const bornMs = tokens.get(key);
      tokens.delete(key);
      if (bornMs === undefined || Date.now() - bornMs > tokenLifeMs) {
        if (cookieClient(request) === null) return refuse(response);
        response.writeHead(303, { ...safeHeaders, Location: base });
        response.end();
        return;
      }
      const cookie = randomBytes(32).toString('base64url');
      cookies.set(digest(cookie), `web_${randomBytes(12).toString('hex')}`);
      response.writeHead(303, {
        ...safeHeaders,
        Location: base,
        'Set-Cookie': `${cookieName}=${cookie}; Path=${base}; HttpOnly; SameSite=Strict`,
      });
      response.end();
    },
    refuse,
  };
}
