import type { ApiError } from '../api-error.ts';
import type { Dialect } from './endpoints.ts';

/** The body of an answer that is an error. */
export function errorBody(dialect: Dialect, error: ApiError): object {
  return dialect === 'anthropic' ? anthropicBody(error) : error.body();
}

/** An error in the middle of a stream, as the event that ends it. `sequenceNumber` is the Responses API's count of events. */
export function errorEvent(dialect: Dialect, error: ApiError, sequenceNumber = 0): string {
  switch (dialect) {
    case 'openai':
      return `data: ${JSON.stringify(error.body())}\n\n`;
    case 'responses': {
      // The official event has its words at the top; `error` beside them is what clients raise from.
      const { code, message, param } = error;
      return `event: error\ndata: ${JSON.stringify({ type: 'error', code, message, param, sequence_number: sequenceNumber, ...error.body() })}\n\n`;
    }
    case 'anthropic':
      return `event: error\ndata: ${JSON.stringify(anthropicBody(error))}\n\n`;
  }
}

function anthropicBody(error: ApiError): object {
  const message = error.param === null ? error.message : `${error.param}: ${error.message}`;
  return { type: 'error', error: { type: anthropicType(error.status), message } };
}

/** Anthropic's names of errors by status (its API documentation, "Errors"). */
function anthropicType(status: number): string {
  switch (status) {
    case 401:
      return 'authentication_error';
    case 403:
      return 'permission_error';
    case 404:
      return 'not_found_error';
    case 413:
      return 'request_too_large';
    case 429:
      return 'rate_limit_error';
    case 503:
      return 'overloaded_error';
    default:
      return status >= 500 ? 'api_error' : 'invalid_request_error';
  }
}
