import type { ServerResponse } from 'node:http';
import type { ExpectedError } from '../kernel/errors.ts';

/** Headers every answer of the loopback server carries. */
export const safeHeaders = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
} as const;

export function answerText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { ...safeHeaders, 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(text);
}

const statusOf: Partial<Record<ExpectedError['code'], number>> = {
  NOT_SIGNED_IN: 401,
  NOT_FOUND: 404,
  WRONG_INPUT: 400,
  DISK_FULL: 507,
  CANCELLED: 499,
  BUG: 500,
};

/** An error of the catalogue as JSON; the page has the sentence for it. */
export function answerError(response: ServerResponse, error: ExpectedError): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(statusOf[error.code] ?? 409, { ...safeHeaders, 'Content-Type': 'application/json', Connection: 'close' });
  response.end(JSON.stringify(error.toValue()));
}
