import type { ErrorCode, ErrorData, ErrorValue } from '../contract/errors.ts';

/**
 * A situation of the closed catalogue: the person can act on it. Everything else that is thrown is a bug. Carries data
 * and no sentence; sentences are made where a language is known.
 */
export class ExpectedError<Code extends ErrorCode = ErrorCode> extends Error {
  readonly code: Code;
  readonly data: ErrorData<Code>;

  constructor(code: Code, data: ErrorData<Code>, options?: { cause?: unknown }) {
    super(`${code} ${JSON.stringify(data)}`, options);
    this.name = 'ExpectedError';
    this.code = code;
    this.data = data;
  }

  toValue(): ErrorValue {
    return { code: this.code, data: this.data };
  }
}

/** Rebuilds an error that crossed a process boundary or rested in a row. The value has passed errorValueSchema. */
export function expectedFromValue(value: ErrorValue): ExpectedError {
  return new ExpectedError(value.code, value.data as ErrorData<ErrorCode>);
}

/** The outcome "the person stopped it": never shown as an error. */
export function cancelled(): ExpectedError<'CANCELLED'> {
  return new ExpectedError('CANCELLED', {});
}

/** True for our own cancellation and for what AbortSignal throws. */
export function isCancelled(error: unknown): boolean {
  if (error instanceof ExpectedError) return error.code === 'CANCELLED';
  return error instanceof Error && error.name === 'AbortError';
}

/** The operating system's error code (`ENOSPC`, `EACCES` …), or an empty string. */
export function systemCodeOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string') return error.code;
  return '';
}

/**
 * Says a file-system error in words of the catalogue; anything not foreseen is thrown on as it is.
 * Raises DISK_FULL, PATH_NOT_FOUND, PATH_NOT_READABLE or the original error.
 */
export function throwFileError(error: unknown, path: string): never {
  const code = systemCodeOf(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') throw new ExpectedError('DISK_FULL', { path, neededBytes: null, freeBytes: null }, { cause: error });
  if (code === 'ENOENT' || code === 'ENOTDIR') throw new ExpectedError('PATH_NOT_FOUND', { path }, { cause: error });
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code === 'EBUSY' || code === 'EIO') {
    throw new ExpectedError('PATH_NOT_READABLE', { path, reason: code }, { cause: error });
  }
  throw error;
}
