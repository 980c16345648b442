import type { FastifyInstance } from 'fastify';
import type { GenerationEvent, GenerationUsage, TokenLogprob } from '../../engine/inference/generation.ts';
import { answerStream, answerWhole } from './answer.ts';
import type { StreamWriter } from './answer.ts';
import { chatReader } from './chat-completions.schema.ts';
import type { ChatCompletion } from './chat-completions.schema.ts';
import { collectAnswers, saysNothing } from './collect-answers.ts';
import type { CollectedAnswer } from './collect-answers.ts';
import { ENDPOINTS } from './endpoints.ts';
import { openExchange } from './exchange.ts';
import type { ApiContext } from './exchange.ts';
import { answerHead } from './ids.ts';
import type { AnswerHead } from './ids.ts';
import type { AnswerEvent } from './merge-answers.ts';
import { readBody } from './read-body.ts';
import { chatOrder, severalOf } from './translate.ts';

/** `POST /v1/chat/completions`. */
export function addChatCompletions(app: FastifyInstance, context: ApiContext): void {
  const endpoint = ENDPOINTS.chat;
  app.post('/v1/chat/completions', { config: { endpoint } }, async (request, reply) => {
    const { body, ignored } = readBody(chatReader, request.body);
    const { model, stream = false, n = 1 } = body;
    const order = chatOrder(body, '');
    const exchange = openExchange(context, { request, reply }, { endpoint, model, stream, ignored });
    const orders = severalOf({ ...order, share: exchange.share }, n);
    const head = answerHead('chatcmpl-', exchange);
    if (!stream) {
      return answerWhole(exchange, async () => {
        const answers = await collectAnswers(exchange.answers(orders, n), n);
        return completionBody(head, answers, exchange.usage());
      });
    }
    const includeUsage = body.stream_options?.include_usage === true;
    return answerStream(exchange, {
      async produce(writer) {
        const chunks = chunkWriter(head, includeUsage);
        await writeChunks(exchange.answers(orders, n), { writer, chunks });
        const usage = includeUsage ? `data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', choices: [], usage: usageBody(exchange.usage()) })}\n\n` : '';
        return `${usage}data: [DONE]\n\n`;
      },
    });
  });
}

export function usageBody({ promptTokens, cachedTokens, outputTokens }: GenerationUsage) {
  return { prompt_tokens: promptTokens, completion_tokens: outputTokens, total_tokens: promptTokens + outputTokens, prompt_tokens_details: { cached_tokens: cachedTokens } };
}

function completionBody(head: AnswerHead, answers: readonly CollectedAnswer[], usage: GenerationUsage): ChatCompletion {
  return {
    ...head,
    object: 'chat.completion',
    choices: answers.map(({ text, toolCalls, logprobs, finished }, index) => ({
      index,
      message: {
        role: 'assistant',
        content: text === '' && toolCalls.length > 0 ? null : text,
        refusal: null,
        ...(toolCalls.length === 0 ? {} : { tool_calls: toolCalls.map(({ id, name, arguments: given }) => ({ id, type: 'function' as const, function: { name, arguments: given } })) }),
      },
      logprobs: logprobs === null ? null : logprobsBody(logprobs),
      finish_reason: finishReasonOf(finished.reason),
    })),
    usage: usageBody(usage),
  };
}

function logprobsBody(logprobs: readonly TokenLogprob[]) {
  return {
    content: logprobs.map(({ text, logprob, bytes, top }) => ({ token: text, logprob, bytes, top_logprobs: top.map((other) => ({ token: other.text, logprob: other.logprob, bytes: other.bytes })) })),
    refusal: null,
  };
}

/** OpenAI knows no "cancelled": only the one who cancelled could read it. */
export function finishReasonOf(reason: CollectedAnswer['finished']['reason']): 'stop' | 'length' | 'tool_calls' {
  if (reason === 'tool-calls') return 'tool_calls';
  return reason === 'length' ? 'length' : 'stop';
}

/** Makes the events of one stream. What is the same in all of them is written once. */
function chunkWriter(head: AnswerHead, includeUsage: boolean) {
  const whole = JSON.stringify({ ...head, object: 'chat.completion.chunk' });
  const before = `data: ${whole.slice(0, -1)},"choices":[{"index":`;
  // With usage asked for, every piece but the last says `usage: null`, as OpenAI's does.
  const after = includeUsage ? '}],"usage":null}\n\n' : '}]}\n\n';
  const chunk = (index: number, delta: string, rest = '"logprobs":null,"finish_reason":null'): string => `${before}${index},"delta":${delta},${rest}${after}`;
  return {
    role: (index: number) => chunk(index, '{"role":"assistant","content":""}'),
    of(index: number, event: GenerationEvent): string {
      switch (event.kind) {
        case 'text': {
          if (saysNothing(event)) return '';
          const delta = `{"content":${JSON.stringify(event.text)}}`;
          return event.logprobs === undefined ? chunk(index, delta) : chunk(index, delta, `"logprobs":${JSON.stringify(logprobsBody(event.logprobs))},"finish_reason":null`);
        }
        case 'toolCall':
          return chunk(index, JSON.stringify({ tool_calls: [{ index: event.index, id: event.id, type: 'function', function: { name: event.name, arguments: '' } }] }));
        case 'toolArguments':
          return chunk(index, `{"tool_calls":[{"index":${event.index},"function":{"arguments":${JSON.stringify(event.text)}}}]}`);
        case 'finished':
          return chunk(index, '{}', `"logprobs":null,"finish_reason":"${finishReasonOf(event.reason)}"`);
        case 'queued':
        case 'started':
          return '';
      }
    },
  };
}

async function writeChunks(events: AsyncIterable<AnswerEvent>, { writer, chunks }: { writer: StreamWriter; chunks: ReturnType<typeof chunkWriter> }): Promise<void> {
  const opened = new Set<number>();
  for await (const { index, event } of events) {
    if (event.kind === 'queued') continue; // no header yet: a full queue must still be able to answer 429
    const role = opened.has(index) ? '' : chunks.role(index);
    opened.add(index);
    const piece = `${role}${chunks.of(index, event)}`;
    const drained = piece === '' ? undefined : writer.write(piece);
    if (drained !== undefined) await drained;
  }
}
