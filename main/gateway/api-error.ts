import type { ErrorCode, ErrorData } from '../contract/errors.ts';
import { ExpectedError } from '../kernel/errors.ts';

/**
 * An error as OpenAI's API tells it. The English sentences here are part of the wire protocol: programs log them, people
 * using the application never see them (they see the catalogue's sentences, by code).
 */
export class ApiError extends Error {
  readonly status: number;
  readonly type: string;
  readonly code: string;
  readonly param: string | null;
  readonly retryAfterSeconds: number | null;
  /** Further headers of the answer. */
  readonly headers: Record<string, string>;
  /** Code of our own catalogue, for the audit log. */
  readonly reason: ErrorCode;

  constructor(details: { status: number; code: string; message: string; reason: ErrorCode; param?: string | null; retryAfterSeconds?: number; headers?: Record<string, string> }) {
    super(details.message);
    this.name = 'ApiError';
    this.status = details.status;
    this.code = details.code;
    this.reason = details.reason;
    this.param = details.param ?? null;
    this.retryAfterSeconds = details.retryAfterSeconds ?? null;
    this.headers = details.headers ?? {};
    this.type = typeOf(details.status);
  }

  body(): { error: { message: string; type: string; param: string | null; code: string } } {
    return { error: { message: this.message, type: this.type, param: this.param, code: this.code } };
  }
}

function typeOf(status: number): string {
  if (status === 401) return 'authentication_error';
  if (status === 403) return 'permission_error';
  if (status === 429) return 'rate_limit_error';
  return status >= 500 ? 'server_error' : 'invalid_request_error';
}

/** 400 naming the parameter. */
export function badParameter(param: string, message: string, code = 'invalid_value'): ApiError {
  return new ApiError({ status: 400, code, param, message, reason: 'WRONG_INPUT' });
}

export function unsupportedParameter(param: string, message: string): ApiError {
  return badParameter(param, message, 'unsupported_parameter');
}

export function modelNotFound(name: string): ApiError {
  return new ApiError({ status: 404, code: 'model_not_found', param: 'model', message: `There is no deployment named "${name}".`, reason: 'NOT_FOUND' });
}

/** A deployment that nobody has started is no model of this server; a question to it gets 503 and its state. */
export function modelNotRunning(name: string): ApiError {
  return new ApiError({ status: 404, code: 'model_not_found', param: 'model', message: `The deployment "${name}" is not running.`, reason: 'NOT_FOUND' });
}

/** Seconds after which a program may try again when an engine restarts; it is back within two as a rule. */
const RESTART_SECONDS = 2;
/** Where something has to be unloaded or put right first. */
const MEMORY_SECONDS = 30;

/** The API error for whatever was thrown while a request was served. What was not foreseen is reported and says no more than where to look. */
export function asApiError(error: unknown, reportBug: (error: unknown, where: string) => string): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof ExpectedError) {
    const known = fromCatalogue(error);
    if (known !== null) return known;
  }
  const referenceId = reportBug(error, 'gateway');
  return new ApiError({ status: 500, code: 'internal_error', message: `Something went wrong inside Modelward (reference ${referenceId}).`, reason: 'BUG' });
}

function fromCatalogue({ code, data }: ExpectedError): ApiError | null {
  switch (code) {
    case 'NOT_FOUND':
      return modelNotFound((data as ErrorData<'NOT_FOUND'>).id);
    case 'DEPLOYMENT_NOT_READY': {
      const { name, state } = data as ErrorData<'DEPLOYMENT_NOT_READY'>;
      const message = `The deployment "${name}" is not ready (${state}).`;
      return new ApiError({ status: 503, code: 'engine_not_ready', message, reason: code, retryAfterSeconds: RESTART_SECONDS });
    }
    case 'MEMORY_HELD': {
      const { name, holders } = data as ErrorData<'MEMORY_HELD'>;
      const message = `There is no memory to load "${name}": ${holders.map((holder) => holder.name).join(', ')} hold it.`;
      return new ApiError({ status: 503, code: 'memory_full', message, reason: code, retryAfterSeconds: MEMORY_SECONDS });
    }
    case 'DOES_NOT_FIT':
    case 'BACKEND_UNAVAILABLE':
    case 'MODEL_FILE_CHANGED':
    case 'ADAPTER_REFUSED': {
      const message = 'The model could not be loaded; whoever looks after Modelward sees why.';
      return new ApiError({ status: 503, code: 'engine_not_ready', message, reason: code, retryAfterSeconds: MEMORY_SECONDS });
    }
    case 'DEPLOYMENT_BUSY': {
      const { name, queueLimit } = data as ErrorData<'DEPLOYMENT_BUSY'>;
      const message = `The queue of the deployment "${name}" is full (${queueLimit} waiting).`;
      return new ApiError({ status: 429, code: 'queue_full', message, reason: code, retryAfterSeconds: 1 });
    }
    case 'ENGINE_FAILED': {
      const { reason } = data as ErrorData<'ENGINE_FAILED'>;
      const message = `The engine failed (${reason}). It is being restarted; try again.`;
      return new ApiError({ status: 503, code: 'engine_failed', message, reason: code, retryAfterSeconds: RESTART_SECONDS });
    }
    case 'PROMPT_TOO_LONG': {
      const { promptTokens, contextSize } = data as ErrorData<'PROMPT_TOO_LONG'>;
      const message = `The messages have ${promptTokens} tokens; the deployment's context holds ${contextSize}.`;
      return new ApiError({ status: 400, code: 'context_length_exceeded', param: 'messages', message, reason: code });
    }
    case 'MODEL_NOT_CHATTABLE':
      return new ApiError({ status: 400, code: 'model_not_chattable', param: 'model', message: 'This model does not hold conversations.', reason: code });
    case 'CANCELLED':
      return new ApiError({ status: 503, code: 'cancelled', message: 'The answer was stopped before its end.', reason: code });
    default:
      return null;
  }
}
