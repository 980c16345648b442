import type { AddressInfo, Socket } from 'node:net';
import Fastify from 'fastify';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ApiError, asApiError, badParameter, modelNotFound, modelNotRunning } from './api-error.ts';
import { underGrant } from './admission.ts';
import type { Admission, Caller, Grant } from './admission.ts';
import { parseChatRequest } from './chat-request.ts';
import type { ChatService } from './chat-port.ts';
import type { RequestAudit } from './request-audit.ts';
import { serveChat } from './serve-chat.ts';

export interface GatewayServerDependencies {
  admission: Admission;
  chat: ChatService;
  audit: RequestAudit;
  reportBug: (error: unknown, where: string) => string;
}

/** One listening endpoint. */
export interface GatewayServer {
  readonly port: number;
  /** Stops accepting, ends what is running, resolves when every connection is closed. */
  close(): Promise<void>;
  /** Stops accepting and lets running answers come to their end. */
  retire(): Promise<void>;
}

export const GATEWAY_ADDRESS = '127.0.0.1';
const BODY_LIMIT_BYTES = 8 * 1024 * 1024;
/** For a client to send its whole request; answers may take as long as they take. */
const REQUEST_TIMEOUT_MS = 30_000;
const KEEP_ALIVE_TIMEOUT_MS = 72_000;
/** While closing: how often connections that have become idle are closed, and how long running answers have to say a last word. */
const IDLE_ROUND_MS = 50;
const CLOSE_GRACE_MS = 2000;
/** Names under which this machine is itself. Anything else is another site's name pointed at us (DNS rebinding). */
const OWN_HOSTS: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

interface RequestState {
  caller: Caller | null;
  deploymentName: string;
}

/**
 * The OpenAI-compatible endpoint on loopback. Raises the operating system's error (EADDRINUSE, EACCES) when it cannot
 * listen. Nothing of a request's text is ever logged; no CORS header is ever sent, so no web page can read an answer.
 */
export async function startGatewayServer(port: number, dependencies: GatewayServerDependencies): Promise<GatewayServer> {
  const closing = new AbortController();
  const states = new WeakMap<FastifyRequest, RequestState>();
  const stateOf = (request: FastifyRequest): RequestState => {
    const state = states.get(request) ?? { caller: null, deploymentName: '' };
    states.set(request, state);
    return state;
  };

  const refuse = (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const trouble = asApiError(fromFastify(error), dependencies.reportBug);
    const { caller, deploymentName } = stateOf(request);
    try {
      dependencies.audit.refused(caller, request.ip, { path: pathOf(request), deploymentName, error: trouble });
    } catch (auditError) {
      dependencies.reportBug(auditError, 'gateway audit');
    }
    return sendError(reply, trouble);
  };
  const app = Fastify({
    logger: false,
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    exposeHeadRoutes: false,
    routerOptions: { ignoreTrailingSlash: true },
    // Addresses the router cannot even read come here and not to the error handler.
    frameworkErrors: (error, request, reply) => void refuse(error, request, reply as FastifyReply),
    clientErrorHandler: (_error, socket) => refuseUnreadable(socket),
  });
  // Only JSON is read: a text/plain body is what a web page could send here without being asked.
  app.removeContentTypeParser('text/plain');
  app.addHook('onRequest', async (request) => {
    requireOwnHost(request.headers.host);
    const { caller, refusal } = dependencies.admission.identify(secretOf(request));
    // Also a key that has ended is named in the event: somebody still uses it.
    stateOf(request).caller = caller;
    if (refusal !== null) throw refusal;
  });
  app.setErrorHandler(refuse);
  app.setNotFoundHandler((request) => {
    const message = `There is nothing at ${request.method} ${pathOf(request)}. This server has GET /v1/models and POST /v1/chat/completions.`;
    throw new ApiError({ status: 404, code: 'unknown_url', message, reason: 'NOT_FOUND' });
  });
  addRoutes(app, { dependencies, stateOf, closing: closing.signal });

  await app.listen({ port, host: GATEWAY_ADDRESS });
  const listening = (app.server.address() as AddressInfo | null)?.port ?? port;
  let retired: Promise<void> | null = null;
  /** A connection is only closed once it is idle; answers that end later leave it to the next round. */
  const retire = (): Promise<void> => {
    if (retired !== null) return retired;
    const rounds = setInterval(() => app.server.closeIdleConnections(), IDLE_ROUND_MS);
    retired = app.close().finally(() => clearInterval(rounds));
    return retired;
  };
  return {
    port: listening,
    retire,
    async close() {
      closing.abort();
      const force = setTimeout(() => app.server.closeAllConnections(), CLOSE_GRACE_MS);
      await retire().finally(() => clearTimeout(force));
    },
  };
}

interface RouteContext {
  dependencies: GatewayServerDependencies;
  stateOf: (request: FastifyRequest) => RequestState;
  closing: AbortSignal;
}

function addRoutes(app: FastifyInstance, { dependencies, stateOf, closing }: RouteContext): void {
  const { chat, audit, admission, reportBug } = dependencies;

  app.get('/v1/models', async (request, reply) => {
    const caller = requireCaller(stateOf(request));
    const startedMs = performance.now();
    return withGrant(admission.admit({ caller, endpoint: 'models', deploymentName: null }), (grant) => {
      const data = chat.list().filter(({ name, canAnswer }) => canAnswer && grant.mayUse(name)).map(asModel);
      const totalMs = performance.now() - startedMs;
      audit.served(caller, request.ip, { path: 'models', deploymentName: '', stream: false, status: 200, promptTokens: 0, outputTokens: 0, totalMs, trouble: null });
      void reply.headers(grant.headers);
      return { object: 'list', data };
    });
  });

  app.get<{ Params: { name: string } }>('/v1/models/:name', async (request, reply) => {
    const { name } = request.params;
    const caller = requireCaller(stateOf(request));
    return withGrant(admission.admit({ caller, endpoint: 'models', deploymentName: name }), (grant) => {
      const found = chat.list().find((each) => each.name === name);
      if (found === undefined) throw modelNotFound(name.slice(0, 64));
      if (!found.canAnswer) throw modelNotRunning(found.name);
      audit.served(caller, request.ip, { path: 'models', deploymentName: found.name, stream: false, status: 200, promptTokens: 0, outputTokens: 0, totalMs: 0, trouble: null });
      void reply.headers(grant.headers);
      return asModel(found);
    });
  });

  app.post('/v1/chat/completions', async (request, reply) => {
    const state = stateOf(request);
    const caller = requireCaller(state);
    const parsed = parseChatRequest(request.body);
    state.deploymentName = parsed.model;
    await withGrant(admission.admit({ caller, endpoint: 'chat', deploymentName: parsed.model }), async (grant) => {
      if (!chat.list().some(({ name }) => name === parsed.model)) throw modelNotFound(parsed.model.slice(0, 64));
      const gone = new AbortController();
      reply.raw.on('close', () => gone.abort());
      const signal = AbortSignal.any([gone.signal, closing, grant.signal]);
      const { model: deploymentName, messages, sampling, stream, ignored } = parsed;
      await serveChat({
        request: parsed,
        events: underGrant(chat.chat({ deploymentName, messages, sampling, signal, caller: { keyId: caller.id, keyName: caller.name } }), grant),
        reply,
        signal,
        headers: { ...grant.headers, ...(ignored.length === 0 ? {} : { 'x-modelward-ignored': ignored.join(', ') }) },
        record: (served) => audit.served(caller, request.ip, { path: 'chat', deploymentName, stream, ...served }),
        reportBug,
      });
    });
  });
}

/** Works under a grant and gives it back, whatever happens. */
async function withGrant<Value>(grant: Grant, work: (grant: Grant) => Value | Promise<Value>): Promise<Value> {
  try {
    return await work(grant);
  } finally {
    grant.release();
  }
}

/** A deployment as OpenAI's API tells a model; `created` in seconds since 1970. */
function asModel({ name, createdAtMs }: { name: string; createdAtMs: number }) {
  return { id: name, object: 'model', created: Math.floor(createdAtMs / 1000), owned_by: 'modelward' };
}

function requireOwnHost(host: string | undefined): void {
  const name = (host ?? '').toLowerCase().replace(/:\d+$/, '');
  if (OWN_HOSTS.has(name)) return;
  throw new ApiError({ status: 403, code: 'host_not_allowed', message: 'This server answers only under its own loopback address.', reason: 'PERMISSION_DENIED' });
}

/** What a request shows as its key. Raises ApiError 401 where it shows none. */
function secretOf(request: FastifyRequest): string {
  const [, secret] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
  if (secret !== undefined) return secret;
  const message = 'No API key was given. Send it as "Authorization: Bearer <key>".';
  throw new ApiError({ status: 401, code: 'invalid_api_key', message, reason: 'NOT_SIGNED_IN' });
}

function requireCaller({ caller }: RequestState): Caller {
  if (caller === null) throw new Error('a route was reached without authentication');
  return caller;
}

function sendError(reply: FastifyReply, error: ApiError): FastifyReply {
  void reply.code(error.status).header('content-type', 'application/json; charset=utf-8');
  void reply.headers(error.headers);
  if (error.retryAfterSeconds !== null) void reply.header('retry-after', String(error.retryAfterSeconds));
  if (error.status === 401) void reply.header('www-authenticate', 'Bearer');
  return reply.send(error.body());
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
function refuseUnreadable(socket: Socket): void {
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
