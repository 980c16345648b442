import { request as httpRequest } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';

export interface RawAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/** One request by hand, where a client library would correct it. `POST /v1/chat/completions` unless told. */
export function rawRequest(house: { port: number; secret: string }, options: { method?: string; path?: string; headers?: Record<string, string>; body?: string | Buffer }): Promise<RawAnswer> {
  const headers = { authorization: `Bearer ${house.secret}`, 'content-type': 'application/json', ...options.headers };
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port: house.port, method: options.method ?? 'POST', path: options.path ?? '/v1/chat/completions', headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(chunks).toString() }));
      response.on('error', reject);
    });
    request.on('error', reject);
    request.end(options.body);
  });
}

/** A request with a JSON body, and its answer read as JSON. */
export async function jsonRequest(house: { port: number; secret: string }, path: string, body: unknown): Promise<{ status: number; headers: IncomingHttpHeaders; body: unknown }> {
  const answer = await rawRequest(house, { path, body: JSON.stringify(body) });
  return { status: answer.status, headers: answer.headers, body: JSON.parse(answer.text) };
}
