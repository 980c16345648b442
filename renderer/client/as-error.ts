import { ORPCError } from '@orpc/client';
import { errorCatalogue } from '../../main/contract/errors.ts';
import type { ErrorCode, ErrorValue } from '../../main/contract/errors.ts';
import { connection, ConnectionLost } from './connection.ts';

/** What a screen shows: an error of the catalogue, or that the main side cannot be reached. */
export type AppError = ErrorValue | { code: 'CONNECTION_LOST'; data: Record<string, unknown> };
export type AppErrorCode = ErrorCode | 'CONNECTION_LOST';

/**
 * Maps anything thrown by a call to the closed catalogue. A lost line becomes CONNECTION_LOST, an abort CANCELLED,
 * everything unforeseen BUG with the reference of the log, or an empty one when the fault is in this page.
 */
export function asError(thrown: unknown): AppError {
  if (thrown instanceof ConnectionLost) return { code: 'CONNECTION_LOST', data: {} };
  if (thrown instanceof ORPCError) return fromOrpc(thrown.code as string, thrown.data as unknown);
  if (thrown instanceof Error && thrown.name === 'AbortError') {
    return connection.state === 'open' ? { code: 'CANCELLED', data: {} } : { code: 'CONNECTION_LOST', data: {} };
  }
  console.error(thrown);
  return { code: 'BUG', data: { referenceId: '' } };
}

function fromOrpc(code: string, data: unknown): AppError {
  const record = typeof data === 'object' && data !== null ? (data as Record<string, unknown>) : {};
  if (isErrorCode(code)) return { code, data: record };
  if (code === 'BAD_REQUEST') return { code: 'WRONG_INPUT', data: { issues: [] } };
  if (code === 'CLIENT_CLOSED_REQUEST') return { code: 'CANCELLED', data: {} };
  return { code: 'BUG', data: { referenceId: typeof record['referenceId'] === 'string' ? record['referenceId'] : '' } };
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorCatalogue, code);
}
