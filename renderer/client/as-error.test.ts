import { ORPCError } from '@orpc/client';
import { beforeEach, expect, it, vi } from 'vitest';

// The transport looks at the window when it is loaded; here there is none.
vi.mock('./transport.ts', () => ({ openTransport: () => new Promise(() => undefined) }));
const { asError } = await import('./as-error.ts');
const { connection, ConnectionLost } = await import('./connection.ts');

beforeEach(() => {
  connection.state = 'open';
});

const abort = () => Object.assign(new Error('aborted'), { name: 'AbortError' });

it('keeps errors of the catalogue with their data', () => {
  const thrown = new ORPCError('NAME_TAKEN', { data: { name: 'clinic' } });
  expect(asError(thrown)).toEqual({ code: 'NAME_TAKEN', data: { name: 'clinic' } });
});

it('tells a lost line from a cancelled call', () => {
  expect(asError(abort()).code).toBe('CANCELLED');
  connection.state = 'lost';
  expect(asError(abort()).code).toBe('CONNECTION_LOST');
  expect(asError(new ConnectionLost()).code).toBe('CONNECTION_LOST');
});

it('calls everything else a fault of the program, with the reference when there is one', () => {
  const silent = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  expect(asError(new TypeError('x'))).toEqual({ code: 'BUG', data: { referenceId: '' } });
  expect(asError(new ORPCError('INTERNAL_SERVER_ERROR', { data: { referenceId: 'r1' } }))).toEqual({ code: 'BUG', data: { referenceId: 'r1' } });
  expect(asError(new ORPCError('toString' as string))).toEqual({ code: 'BUG', data: { referenceId: '' } });
  silent.mockRestore();
});
