import { isCancelled } from '../../kernel/errors.ts';
import { ApiError, asApiError } from '../api-error.ts';
import { errorEvent } from './error-shapes.ts';
import { openEventStream } from './event-stream.ts';
import type { EventStream } from './event-stream.ts';
import type { Exchange } from './exchange.ts';

/** nginx's number for "client closed request": never sent, only recorded. */
const CLIENT_GONE = 499;

/**
 * Answers a request with one body. Raises ApiError, or what the engine raised, while nothing has been sent: whoever called answers with
 * it and records a refusal.
 */
export async function answerWhole(exchange: Exchange, produce: () => Promise<object>): Promise<void> {
  let body: object;
  try {
    body = await produce();
  } catch (error) {
    if (isCancelled(error) && exchange.signal.aborted) return leave(exchange);
    throw error;
  }
  exchange.record(200, null);
  await exchange.reply.headers(exchange.headers).send(body);
}

/** What a stream's author writes to; the answer's status is only decided with the first event. */
export interface StreamWriter {
  /** Whole events. Wait for what it returns before making more. */
  write(events: string): Promise<void> | undefined;
}

export interface StreamOptions {
  /** Written while the reader waits: a comment, or an event of the API form. */
  keepAlive?: string;
  /** Writes all but the last events and returns those: they are only sent once the audit event is written. */
  produce: (writer: StreamWriter) => Promise<string>;
  /** Number of the next event, where the API form counts them. */
  sequenceNumber?: () => number;
}

/**
 * Answers with server-sent events. Raises what the engine raised while nothing has been sent; once an answer has begun, trouble is told
 * inside it and recorded here, and no proper end follows: no reader takes half an answer for a whole one.
 */
export async function answerStream(exchange: Exchange, { keepAlive = ': waiting\n\n', produce, sequenceNumber = () => 0 }: StreamOptions): Promise<void> {
  const { reply, signal, endpoint, context } = exchange;
  const opened: { stream: EventStream | null } = { stream: null };
  const write = (events: string): Promise<void> | undefined => {
    if (opened.stream === null) {
      reply.hijack();
      opened.stream = openEventStream(reply.raw, { headers: exchange.headers, keepAlive });
    }
    return opened.stream.write(events);
  };
  try {
    const last = await produce({ write });
    exchange.record(200, null);
    await write(last);
  } catch (error) {
    const wasCancelled = isCancelled(error) && signal.aborted;
    if (opened.stream === null) {
      if (wasCancelled) return leave(exchange);
      throw error;
    }
    const trouble = wasCancelled ? stopped() : asApiError(error, context.reportBug, endpoint.parameters);
    try {
      exchange.record(wasCancelled ? CLIENT_GONE : trouble.status, { result: wasCancelled ? 'cancelled' : 'failed', reason: trouble.reason });
    } catch (auditError) {
      context.reportBug(auditError, 'gateway audit'); // must not hide the first trouble
    }
    await write(errorEvent(endpoint.dialect, trouble, sequenceNumber()));
  } finally {
    opened.stream?.end();
  }
}

/**
 * An answer stopped before anything of it was sent. A client that has gone is recorded and left; one that is still there (the gateway
 * closes) is told. Raises ApiError 503 in that case.
 */
function leave(exchange: Exchange): void {
  if (!exchange.reply.raw.destroyed) throw stopped();
  exchange.reply.hijack();
  exchange.record(CLIENT_GONE, { result: 'cancelled', reason: 'CANCELLED' });
}

function stopped(): ApiError {
  return new ApiError({ status: 503, code: 'cancelled', message: 'The answer was stopped before its end. Try again.', reason: 'CANCELLED', retryAfterSeconds: 2 });
}
