import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { GenerationEvent, GenerationUsage } from '../../engine/inference/generation.ts';
import { badParameter } from '../api-error.ts';
import { answerStream, answerWhole } from './answer.ts';
import { collectAnswers, saysNothing } from './collect-answers.ts';
import type { CollectedAnswer } from './collect-answers.ts';
import { ENDPOINTS } from './endpoints.ts';
import { openExchange } from './exchange.ts';
import type { ApiContext, Exchange } from './exchange.ts';
import { answerId } from './ids.ts';
import { messageOrder, messagePrompt } from './messages-order.ts';
import { countReader, messageReader } from './messages.schema.ts';
import type { countSchema, MessageAnswer } from './messages.schema.ts';
import { isObject, readBody } from './read-body.ts';

const KNOWN_VERSIONS: readonly string[] = ['2023-06-01', '2026-10-21'];
/** The model itself calls a tool, not a program it wrote. */
const DIRECT = { type: 'direct' as const };
const PING = 'event: ping\ndata: {"type":"ping"}\n\n';

/** `POST /v1/messages` and `/v1/messages/count_tokens`, in Anthropic's shapes. */
export function addMessages(app: FastifyInstance, context: ApiContext): void {
  const endpoint = ENDPOINTS.messages;
  app.post('/v1/messages', { config: { endpoint } }, async (request, reply) => {
    requireKnownVersion(request);
    const { body, ignored } = readBody(messageReader, request.body);
    const { model, stream = false } = body;
    const order = messageOrder(body, '');
    const exchange = openExchange(context, { request, reply }, { endpoint, model, stream, ignored });
    const orders = [{ ...order, share: exchange.share }];
    if (stream) return answerStream(exchange, { keepAlive: PING, produce: async (writer) => await streamed(exchange, { orders, write: writer.write }) });
    return answerWhole(exchange, async (): Promise<MessageAnswer> => {
      const [answer] = await collectAnswers(exchange.answers(orders), 1);
      return messageOf(exchange, answer as CollectedAnswer);
    });
  });

  app.post('/v1/messages/count_tokens', { config: { endpoint: ENDPOINTS.countTokens } }, async (request, reply) => {
    requireKnownVersion(request);
    const { body, ignored } = readBody(countReader, request.body);
    const prompt = messagePrompt(body);
    const exchange = openExchange(context, { request, reply }, { endpoint: ENDPOINTS.countTokens, model: body.model, stream: false, ignored });
    return answerWhole(exchange, async (): Promise<z.output<typeof countSchema>> => ({ input_tokens: await exchange.countTokens(prompt) }));
  });
}

/** Raises ApiError 400. Clients of the API always send it; others may leave it out. */
function requireKnownVersion(request: FastifyRequest): void {
  const version = request.headers['anthropic-version'];
  if (version === undefined || KNOWN_VERSIONS.includes(String(version))) return;
  throw badParameter('anthropic-version', `This server speaks the versions ${KNOWN_VERSIONS.join(' and ')} of the API.`);
}

/** Parts of a count that only Anthropic's own service has. */
const NOT_HERE = { cache_creation: null, inference_geo: null, output_tokens_details: null, server_tool_use: null, service_tier: null, speed: null };

function usageBody({ promptTokens, cachedTokens, outputTokens }: GenerationUsage): MessageAnswer['usage'] {
  return { ...NOT_HERE, input_tokens: promptTokens - cachedTokens, cache_creation_input_tokens: 0, cache_read_input_tokens: cachedTokens, output_tokens: outputTokens };
}

function messageOf(exchange: Exchange, { text, toolCalls, finished }: CollectedAnswer): MessageAnswer {
  const words: MessageAnswer['content'] = text === '' && toolCalls.length > 0 ? [] : [{ type: 'text', text, citations: null }];
  return {
    ...begun(exchange),
    content: [...words, ...toolCalls.map(({ id, name, arguments: given }) => ({ type: 'tool_use' as const, id, name, input: inputOf(given), caller: DIRECT }))],
    ...stopOf(finished),
    usage: usageBody(exchange.usage()),
  };
}

/** Arguments of a call as an object. The grammar sees to it that they are one, unless the answer was cut off in the middle. */
function inputOf(given: string): Record<string, unknown> {
  try {
    const input: unknown = JSON.parse(given);
    return isObject(input) ? input : {};
  } catch {
    return {};
  }
}

function begun({ model }: Exchange): MessageAnswer {
  const usage = usageBody({ promptTokens: 0, cachedTokens: 0, outputTokens: 0 });
  return { id: answerId('msg_'), type: 'message', role: 'assistant', model, content: [], stop_reason: null, stop_sequence: null, stop_details: null, container: null, diagnostics: null, usage };
}

function stopOf({ reason, stopText }: CollectedAnswer['finished']): Pick<MessageAnswer, 'stop_reason' | 'stop_sequence'> {
  if (reason === 'tool-calls') return { stop_reason: 'tool_use', stop_sequence: null };
  if (reason === 'length') return { stop_reason: 'max_tokens', stop_sequence: null };
  return stopText === null ? { stop_reason: 'end_turn', stop_sequence: null } : { stop_reason: 'stop_sequence', stop_sequence: stopText };
}

interface StreamedOptions {
  orders: Parameters<Exchange['answers']>[0];
  write: (events: string) => Promise<void> | undefined;
}

/** The official sequence of events; returns the last two. */
async function streamed(exchange: Exchange, { orders, write }: StreamedOptions): Promise<string> {
  const blocks = new Blocks();
  let finished: CollectedAnswer['finished'] = { reason: 'stop', stopText: null };
  for await (const { event } of exchange.answers(orders)) {
    let piece = blocks.of(event);
    if (event.kind === 'started') piece = named('message_start', { message: { ...begun(exchange), usage: usageBody(exchange.usage()) } }) + PING;
    if (event.kind === 'finished') finished = event;
    const drained = piece === '' ? undefined : write(piece);
    if (drained !== undefined) await drained;
  }
  return named('message_delta', { delta: { ...stopOf(finished), stop_details: null, container: null }, usage: usageBody(exchange.usage()) }) + named('message_stop', {});
}

function named(type: string, fields: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
}

/** Content blocks of one message as they open, grow and close; one is open at a time. */
class Blocks {
  private open: 'text' | 'tool_use' | null = null;
  private index = -1;

  of(event: GenerationEvent): string {
    switch (event.kind) {
      case 'text': {
        if (saysNothing(event)) return '';
        const opened = this.open === 'text' ? '' : this.begin('text', { type: 'text', text: '', citations: null });
        return `${opened}event: content_block_delta\ndata: {"type":"content_block_delta","index":${this.index},"delta":{"type":"text_delta","text":${JSON.stringify(event.text)}}}\n\n`;
      }
      case 'toolCall':
        return this.begin('tool_use', { type: 'tool_use', id: event.id, name: event.name, input: {}, caller: DIRECT });
      case 'toolArguments':
        return named('content_block_delta', { index: this.index, delta: { type: 'input_json_delta', partial_json: event.text } });
      case 'finished':
        return this.index < 0 ? this.begin('text', { type: 'text', text: '', citations: null }) + this.close() : this.close();
      case 'queued':
      case 'started':
        return '';
    }
  }

  private begin(kind: 'text' | 'tool_use', block: object): string {
    const before = this.close();
    this.open = kind;
    this.index += 1;
    return before + named('content_block_start', { index: this.index, content_block: block });
  }

  private close(): string {
    if (this.open === null) return '';
    this.open = null;
    return named('content_block_stop', { index: this.index });
  }
}
