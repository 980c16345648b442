import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import Fastify from 'fastify';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest, FastifyHttpOptions } from 'fastify';
import { ApiError, asApiError, badParameter } from './api-error.ts';
import { addChatCompletions } from './api/chat-completions.ts';
import { addCompletions } from './api/completions.ts';
import { addEmbeddings } from './api/embeddings.ts';
import { errorBody } from './api/error-shapes.ts';
import { subjectOf } from './api/exchange.ts';
import type { ApiContext, RequestState } from './api/exchange.ts';
import { addHealth } from './api/health.ts';
import { addMessages } from './api/messages.ts';
import { addMetrics } from './api/metrics.ts';
import { addModels } from './api/models.ts';
import { addOpenapi } from './api/openapi.ts';
import { addRerank } from './api/rerank.ts';
import { addResponses } from './api/responses.ts';

export interface GatewayAppDependencies extends Omit<ApiContext, 'stateOf'> {
  /** Whether a Host header names this machine. */
  isOwnHost: (host: string | undefined) => boolean;
}

export const BODY_LIMIT_BYTES = 8 * 1024 * 1024;

/**
 * The gateway's routes, hooks and errors, listening nowhere. Nothing of a request's text is ever logged; no CORS header is ever sent, so
 * no web page can read an answer.
 */
export function createGatewayApp(dependencies: GatewayAppDependencies, options: Pick<FastifyHttpOptions<Server>, 'serverFactory'> = {}): FastifyInstance {
  const states = new WeakMap<FastifyRequest, RequestState>();
  const stateOf = (request: FastifyRequest): RequestState => {
    const state = states.get(request) ?? { caller: null, deploymentName: '', exchange: null };
    states.set(request, state);
    return state;
  };

  const refuse = (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const endpoint = request.routeOptions.config.endpoint;
    const trouble = asApiError(fromFastify(error), dependencies.reportBug, endpoint?.parameters);
    const { caller, deploymentName, exchange } = stateOf(request);
    if (exchange === null) {
      dependencies.metrics.refused(endpoint?.name ?? 'unknown', trouble.status);
      dependencies.usage.refused(subjectOf(caller, dependencies.models.list().find(({ name }) => name === deploymentName)));
    } else exchange.refused(trouble);
    try {
      dependencies.audit.refused(caller, request.ip, { path: pathOf(request), deploymentName, error: trouble });
    } catch (auditError) {
      dependencies.reportBug(auditError, 'gateway audit');
    }
    void reply.code(trouble.status).headers(trouble.headers).header('content-type', 'application/json; charset=utf-8');
    if (trouble.retryAfterSeconds !== null) void reply.header('retry-after', String(trouble.retryAfterSeconds));
    if (trouble.status === 401) void reply.header('www-authenticate', 'Bearer');
    return reply.send(errorBody(endpoint?.dialect ?? 'openai', trouble));
  };
  const app = Fastify({
    ...options,
    logger: false,
    bodyLimit: BODY_LIMIT_BYTES,
    exposeHeadRoutes: false,
    routerOptions: { ignoreTrailingSlash: true },
    // Addresses the router cannot even read come here and not to the error handler.
    frameworkErrors: (error, request, reply) => void refuse(error, request, reply as FastifyReply),
  });
  // Only JSON is read: a text/plain body is what a web page could send here without being asked.
  app.removeContentTypeParser('text/plain');
  app.addHook('onRequest', async (request) => {
    requireOwnHost(request.headers.host, dependencies.isOwnHost);
    const secret = secretOf(request);
    const isOpen = request.routeOptions.config.endpoint?.open === true;
    if (secret === undefined) {
      if (!isOpen) throw keyMissing();
      return;
    }
    const { caller, refusal } = dependencies.admission.identify(secret);
    // Also a key that has ended is named in the event: somebody still uses it.
    stateOf(request).caller = isOpen && refusal !== null ? null : caller;
    if (refusal !== null && !isOpen) throw refusal;
  });
  app.setErrorHandler(refuse);
  app.setNotFoundHandler((request) => {
    const message = `There is nothing at ${request.method} ${pathOf(request)}. GET /openapi.json describes what there is.`;
    throw new ApiError({ status: 404, code: 'unknown_url', message, reason: 'NOT_FOUND' });
  });
  const context: ApiContext = { ...dependencies, stateOf };
  for (const add of [addModels, addChatCompletions, addCompletions, addEmbeddings, addRerank, addResponses, addMessages, addHealth, addMetrics, addOpenapi]) add(app, context);
  return app;
}

/** Any other name is another site's, pointed at us (DNS rebinding). */
function requireOwnHost(host: string | undefined, isOwnHost: GatewayAppDependencies['isOwnHost']): void {
  if (isOwnHost(host)) return;
  throw new ApiError({ status: 403, code: 'host_not_allowed', message: 'This server answers only under its own names and addresses.', reason: 'PERMISSION_DENIED' });
}

/** OpenAI's way of sending a key, or Anthropic's. */
function secretOf(request: FastifyRequest): string | undefined {
  const [, bearer] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
  const header = request.headers['x-api-key'];
  return bearer ?? (typeof header === 'string' && header !== '' ? header : undefined);
}

function keyMissing(): ApiError {
  const message = 'No API key was given. Send it as "Authorization: Bearer <key>" or as "x-api-key: <key>".';
  return new ApiError({ status: 401, code: 'invalid_api_key', message, reason: 'NOT_SIGNED_IN' });
}

/** Fastify's own complaints about a request, in OpenAI's words. */
function fromFastify(error: unknown): unknown {
  if (!(error instanceof Error) || !('statusCode' in error)) return error;
  const { statusCode, code } = error as FastifyError;
  if (statusCode === 413) {
    const message = `The request is larger than ${BODY_LIMIT_BYTES} bytes.`;
    return new ApiError({ status: 413, code: 'request_too_large', message, reason: 'WRONG_INPUT' });
  }
  if (statusCode === 415) {
    return new ApiError({ status: 415, code: 'unsupported_media_type', message: 'Send JSON with "Content-Type: application/json".', reason: 'WRONG_INPUT' });
  }
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    if (code === 'FST_ERR_BAD_URL') return badParameter('url', 'The address is not valid.', 'invalid_url');
    return badParameter('body', code === 'FST_ERR_CTP_EMPTY_JSON_BODY' ? 'The body is empty.' : 'The body is not valid JSON.', 'invalid_json');
  }
  return error;
}

/** Bytes that are no HTTP, or a request that never came to its end: there is no request to answer, only a connection to close. */
export function refuseUnreadable(socket: Socket): void {
  const body = JSON.stringify(badParameter('body', 'This is not a request that can be read.', 'invalid_request').body());
  if (socket.writable) {
    socket.write(`HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`);
  }
  socket.destroySoon();
}

/** The path without its query, short enough to keep. */
function pathOf(request: FastifyRequest): string {
  return request.url.replace(/[?#].*$/s, '').slice(0, 100);
}
