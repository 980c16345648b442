import { randomBytes } from 'node:crypto';
import { request as plainRequest } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { ExpectedError } from '../../kernel/errors.ts';

/** A request of this instance to itself, known by a secret of this run. It reaches no route and leaves no event. */
export interface SelfTest {
  /** Answers it; false when the request is somebody else's. */
  answer(request: IncomingMessage, response: ServerResponse): boolean;
  /** Raises ENDPOINT_SILENT where this instance does not answer under the address, over TLS with nothing but `rootPem` trusted. */
  ask(target: { address: string; port: number; rootPem: string | null }): Promise<void>;
}

const HEADER = 'x-modelward-self-test';
const WAIT_MS = 5000;

export function createSelfTest(): SelfTest {
  const secret = randomBytes(24).toString('base64url');
  const reply = randomBytes(24).toString('base64url');
  return {
    answer(request, response) {
      if (request.headers[HEADER] !== secret) return false;
      response.writeHead(200, { [HEADER]: reply, connection: 'close', 'content-length': 0 }).end();
      return true;
    },
    async ask({ address, port, rootPem }) {
      const silent = (detail: string, cause?: unknown): ExpectedError => new ExpectedError('ENDPOINT_SILENT', { address, port, detail }, { cause });
      const options = { host: address, port, path: '/', method: 'GET', agent: false as const, headers: { [HEADER]: secret }, timeout: WAIT_MS };
      await new Promise<void>((resolve, reject) => {
        // Under an address there is no server name to ask for: the certificate is held against the address itself.
        const asked = rootPem === null ? plainRequest(options) : tlsRequest({ ...options, ca: rootPem });
        asked.on('response', (response) => {
          response.resume();
          if (response.headers[HEADER] === reply) resolve();
          else reject(silent(`HTTP ${String(response.statusCode)}`));
        });
        asked.on('timeout', () => asked.destroy(new Error(`no answer within ${WAIT_MS / 1000} s`)));
        asked.on('error', (error) => reject(silent(error.message.slice(0, 200), error)));
        asked.end();
      });
    },
  };
}
