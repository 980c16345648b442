import { randomBytes } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import type { ChatEvent, Usage } from '../contract/deployments.contract.ts';
import { isCancelled } from '../kernel/errors.ts';
import { ApiError, asApiError } from './api-error.ts';
import type { ChatRequest } from './chat-request.ts';
import { chunkBody, completionBody, finishReasonOf, usageChunkBody } from './chat-response.ts';
import type { AnswerHead } from './chat-response.ts';
import { openEventStream } from './event-stream.ts';
import type { EventStream } from './event-stream.ts';
import type { ServedRequest } from './request-audit.ts';

export interface ServeChatOptions {
  request: ChatRequest;
  /** The engine's answer; not yet begun. */
  events: AsyncIterable<ChatEvent>;
  reply: FastifyReply;
  /** Aborted when the client has gone or the gateway closes. */
  signal: AbortSignal;
  headers: Record<string, string>;
  /** Leaves the audit event; throws when it cannot. */
  record: (served: Omit<ServedRequest, 'path' | 'deploymentName' | 'stream'>) => void;
  reportBug: (error: unknown, where: string) => string;
}

/** What is known of an answer so far, for the audit event also when it breaks off. */
interface Progress {
  startedMs: number;
  usage: Usage;
}

/**
 * Serves one answer, whole or streamed. Raises ApiError while nothing has been sent (the caller then answers with it, and
 * records a refusal); once an answer has begun, trouble is told inside it and recorded here.
 */
export async function serveChat(options: ServeChatOptions): Promise<void> {
  const progress: Progress = { startedMs: performance.now(), usage: { promptTokens: 0, outputTokens: 0 } };
  const head: AnswerHead = { id: `chatcmpl-${randomBytes(12).toString('hex')}`, created: Math.floor(Date.now() / 1000), model: options.request.model };
  await (options.request.stream ? serveStream(options, head, progress) : serveWhole(options, head, progress));
}

async function serveWhole({ events, reply, signal, headers, record }: ServeChatOptions, head: AnswerHead, progress: Progress): Promise<void> {
  let text = '';
  for await (const event of follow(events, progress)) {
    if (event.kind === 'text') text += event.text;
    if (event.kind !== 'finished') continue;
    if (event.reason === 'cancelled') break;
    record(served(progress, 200, null));
    await reply.headers(headers).send(completionBody(head, text, event));
    return;
  }
  if (!signal.aborted) throw new Error('the engine ended its answer without saying so');
  leave(reply, () => record(served(progress, CLIENT_GONE, { result: 'cancelled', reason: 'CANCELLED' })));
}

async function serveStream(options: ServeChatOptions, head: AnswerHead, progress: Progress): Promise<void> {
  const { request, events, reply, signal, headers, record, reportBug } = options;
  let stream: EventStream | null = null;
  let hasFinished = false;
  const begin = async (): Promise<EventStream> => {
    if (stream !== null) return stream;
    reply.hijack();
    stream = openEventStream(reply.raw, headers);
    await stream.send(chunkBody(head, { delta: { role: 'assistant', content: '' } }, request.includeUsage));
    return stream;
  };
  try {
    for await (const event of follow(events, progress)) {
      if (event.kind === 'queued') continue; // no header yet: a full queue must still be able to answer 429
      if (event.kind === 'finished' && event.reason === 'cancelled') break;
      const open = await begin();
      if (event.kind === 'text') await open.send(chunkBody(head, { delta: { content: event.text } }, request.includeUsage));
      if (event.kind !== 'finished') continue;
      hasFinished = true;
      await open.send(chunkBody(head, { delta: {}, finishReason: finishReasonOf(event) }, request.includeUsage));
      if (request.includeUsage) await open.send(usageChunkBody(head, event.usage));
      record(served(progress, 200, null)); // before the end: an answer whose event cannot be written does not end well
      await open.send('[DONE]');
    }
    if (!hasFinished && !signal.aborted) throw new Error('the engine ended its answer without saying so');
    if (!hasFinished) {
      const recordCancelled = (): void => record(served(progress, CLIENT_GONE, { result: 'cancelled', reason: 'CANCELLED' }));
      if (stream === null) leave(reply, recordCancelled);
      else {
        recordCancelled();
        await (stream as EventStream).send(stopped().body());
      }
    }
  } catch (error) {
    if (stream === null) throw error;
    const wasCancelled = isCancelled(error) && signal.aborted;
    const trouble = wasCancelled ? stopped() : asApiError(error, reportBug);
    if (!hasFinished) tryRecord(() => record(served(progress, trouble.status, { result: wasCancelled ? 'cancelled' : 'failed', reason: trouble.reason })), reportBug);
    await (stream as EventStream).send(trouble.body());
  } finally {
    // Without [DONE] after trouble: no reader takes half an answer for a whole one.
    (stream as EventStream | null)?.end();
  }
}

/** nginx's number for "client closed request": never sent, only recorded. */
const CLIENT_GONE = 499;

/**
 * An answer stopped before anything of it was sent. A client that has gone is recorded and left; one that is still there
 * (the gateway closes) is told. Raises ApiError 503 in that case.
 */
function leave(reply: FastifyReply, record: () => void): void {
  if (!reply.raw.destroyed) throw stopped();
  reply.hijack();
  record();
}

function stopped(): ApiError {
  return new ApiError({ status: 503, code: 'cancelled', message: 'The answer was stopped before its end.', reason: 'CANCELLED', retryAfterSeconds: 2 });
}

/** The answer's audit event is owed also when the answer failed; a log that cannot be written must not hide the first trouble. */
function tryRecord(record: () => void, reportBug: ServeChatOptions['reportBug']): void {
  try {
    record();
  } catch (error) {
    reportBug(error, 'gateway audit');
  }
}

async function* follow(events: AsyncIterable<ChatEvent>, progress: Progress): AsyncGenerator<ChatEvent, void, void> {
  for await (const event of events) {
    if (event.kind === 'started') progress.usage = { ...progress.usage, promptTokens: event.promptTokens };
    if (event.kind === 'text') progress.usage = { ...progress.usage, outputTokens: progress.usage.outputTokens + event.tokens };
    if (event.kind === 'finished') progress.usage = event.usage;
    yield event;
  }
}

function served(progress: Progress, status: number, trouble: ServedRequest['trouble']): Omit<ServedRequest, 'path' | 'deploymentName' | 'stream'> {
  return { status, ...progress.usage, totalMs: performance.now() - progress.startedMs, trouble };
}
