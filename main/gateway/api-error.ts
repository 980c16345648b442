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

/** Names of deployments told with an unknown one. */
const MOST_KNOWN_NAMES = 20;

/** 404 with the names that would do, where they are known. */
export function modelNotFound(name: string, knownNames: readonly string[] = []): ApiError {
  const shown = knownNames.slice(0, MOST_KNOWN_NAMES).join(', ');
  const more = knownNames.length > MOST_KNOWN_NAMES ? ` and ${knownNames.length - MOST_KNOWN_NAMES} more (GET /v1/models)` : '';
  const hint = knownNames.length === 0 ? '' : ` Use one of: ${shown}${more}.`;
  return new ApiError({ status: 404, code: 'model_not_found', param: 'model', message: `There is no deployment named "${name.slice(0, 64)}".${hint}`, reason: 'NOT_FOUND' });
}

/** A deployment that nobody has started is no model of this server; a question to it gets 503 and its state. */
export function modelNotRunning(name: string): ApiError {
  return new ApiError({ status: 404, code: 'model_not_found', param: 'model', message: `The deployment "${name}" is not running.`, reason: 'NOT_FOUND' });
}

/** Seconds after which a program may try again when an engine restarts; it is back within two as a rule. */
const RESTART_SECONDS = 2;
/** Where something has to be unloaded or put right first. */
const MEMORY_SECONDS = 30;
/** … and after it waited in vain: the queue is long then, and programs that come back at once keep it so. */
const QUEUE_SECONDS = 5;

/** What an API form calls the parts of an order, so that an engine's refusal names the parameter its caller wrote. */
export interface ParameterNames {
  prompt: string;
  format: string;
  tools: string;
}
const CHAT_NAMES: ParameterNames = { prompt: 'messages', format: 'response_format', tools: 'tools' };

/** The API error for whatever was thrown while a request was served. What was not foreseen is reported and says no more than where to look. */
export function asApiError(error: unknown, reportBug: (error: unknown, where: string) => string, names: ParameterNames = CHAT_NAMES): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof ExpectedError) {
    const known = fromCatalogue(error, names);
    if (known !== null) return known;
  }
  const referenceId = reportBug(error, 'gateway');
  return new ApiError({ status: 500, code: 'internal_error', message: `Something went wrong inside Modelward (reference ${referenceId}).`, reason: 'BUG' });
}

function fromCatalogue({ code, data }: ExpectedError, names: ParameterNames): ApiError | null {
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
      const { promptTokens, contextSize, input } = data as ErrorData<'PROMPT_TOO_LONG'>;
      const which = input === undefined ? 'The prompt' : `Text ${input} of the list (counted from 0)`;
      const message = `${which} has ${promptTokens} tokens; the deployment's context holds ${contextSize}. Shorten it, or ask for a deployment with a larger context.`;
      return new ApiError({ status: 400, code: 'context_length_exceeded', param: names.prompt, message, reason: code });
    }
    case 'QUEUE_TIMEOUT': {
      const { name, waitedMs } = data as ErrorData<'QUEUE_TIMEOUT'>;
      const message = `The request waited ${Math.round(waitedMs / 1000)} s for its turn at the deployment "${name}" and was given up. Try again.`;
      return new ApiError({ status: 503, code: 'queue_timeout', message, reason: code, retryAfterSeconds: QUEUE_SECONDS });
    }
    case 'GENERATION_REFUSED':
      return refusedGeneration(data as ErrorData<'GENERATION_REFUSED'>, names);
    case 'MODEL_NOT_CHATTABLE':
      return new ApiError({ status: 400, code: 'model_not_chattable', param: 'model', message: 'This model does not hold conversations.', reason: code });
    case 'CANCELLED':
      return new ApiError({ status: 503, code: 'cancelled', message: 'The answer was stopped before its end.', reason: code });
    default:
      return null;
  }
}

/** What an engine or its model cannot do, in the caller's words. */
function refusedGeneration({ reason, detail }: ErrorData<'GENERATION_REFUSED'>, names: ParameterNames): ApiError {
  const why = detail === '' ? '' : ` (${detail})`;
  const refused = (param: string, message: string, code = 'invalid_value'): ApiError => new ApiError({ status: 400, code, param, message, reason: 'GENERATION_REFUSED' });
  switch (reason) {
    case 'grammar':
      return refused('grammar', `The grammar cannot be used${why}.`);
    case 'json-schema':
      return refused(names.format, `The JSON schema cannot be turned into a grammar${why}.`);
    case 'tools':
      return refused(names.tools, `This model cannot call tools${why}.`, 'unsupported_parameter');
    case 'token':
      return refused(names.prompt, `A token is not in the vocabulary of this model${why}.`);
    case 'empty-prompt':
      return refused(names.prompt, 'The prompt is empty, and this model has no token that begins a text. Give at least one character.');
    case 'format-with-tools':
      return refused(names.format, `An answer cannot both have a fixed form and call tools${why}. Give one of them.`);
    case 'no-embeddings':
      return refused('model', 'This model makes no embeddings. Name a deployment of an embedding model; GET /v1/models says which are.', 'model_not_suitable');
    case 'no-ranking':
      return refused('model', 'This model does not rank documents. Name a deployment of a reranking model; GET /v1/models says which are.', 'model_not_suitable');
    case 'no-generation':
      return refused('model', 'This model writes no text: it makes embeddings (POST /v1/embeddings) or ranks documents (POST /v1/rerank). Name a deployment of a chat model here.', 'model_not_suitable');
    case 'fall-back-engine':
      return refused(beyondFallBack(detail, names), `This deployment runs on the fall-back engine, which does not offer this${why}.`, 'unsupported_parameter');
  }
}

function beyondFallBack(detail: string, names: ParameterNames): string {
  if (detail === 'format') return names.format;
  return detail === 'tools' ? names.tools : detail;
}
