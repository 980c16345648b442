import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import type { GenerationOrder, PromptOrder, TokenLogprob } from '../../engine/inference/generation.ts';
import { badParameter, unsupportedParameter } from '../api-error.ts';
import { answerStream, answerWhole } from './answer.ts';
import { usageBody } from './chat-completions.ts';
import { collectAnswers, saysNothing } from './collect-answers.ts';
import type { CollectedAnswer } from './collect-answers.ts';
import { completionReader } from './completions.schema.ts';
import type { completionSchema, CompletionRequestBody } from './completions.schema.ts';
import { ENDPOINTS } from './endpoints.ts';
import { openExchange } from './exchange.ts';
import type { ApiContext, Exchange } from './exchange.ts';
import { answerHead } from './ids.ts';
import { readBody } from './read-body.ts';
import { QUEUE_TIMEOUT_MS, samplingOf, severalOf } from './translate.ts';

/** Where a request does not say; OpenAI's number. */
const DEFAULT_MAX_TOKENS = 16;
const MOST_ANSWERS = 64;

/** `POST /v1/completions`. */
export function addCompletions(app: FastifyInstance, context: ApiContext): void {
  const endpoint = ENDPOINTS.completions;
  app.post('/v1/completions', { config: { endpoint } }, async (request, reply) => {
    const { body, ignored } = readBody(completionReader, request.body);
    const { model, stream = false, n = 1 } = body;
    const prompts = promptsOf(body.prompt);
    requireTogether(body, prompts);
    const exchange = openExchange(context, { request, reply }, { endpoint, model, stream, ignored });
    const orders = prompts.flatMap((prompt) => severalOf(orderOf(body, { prompt, share: exchange.share }), n));
    /** What each answer begins with. */
    const echoes = orders.map(({ prompt }) => (body.echo === true && prompt.kind === 'text' ? prompt.text : ''));
    return stream ? streamed(exchange, { body, orders, echoes }) : whole(exchange, { body, orders, echoes });
  });
}

interface Work {
  body: CompletionRequestBody;
  orders: GenerationOrder[];
  echoes: string[];
}

function whole(exchange: Exchange, { body, orders, echoes }: Work): Promise<void> {
  const head = answerHead('cmpl-', exchange);
  return answerWhole(exchange, async (): Promise<z.output<typeof completionSchema>> => {
    const answers = await collectAnswers(exchange.answers(orders, body.n ?? 1), orders.length);
    return {
      ...head,
      object: 'text_completion',
      choices: answers.map(({ text, logprobs, finished }, index) => ({
        index,
        text: `${echoes[index]}${text}`,
        logprobs: logprobs === null ? null : logprobsBody(logprobs, 0),
        finish_reason: legacyReason(finished.reason),
      })),
      usage: usageBody(exchange.usage()),
    };
  });
}

function streamed(exchange: Exchange, { body, orders, echoes }: Work): Promise<void> {
  const head = JSON.stringify({ ...answerHead('cmpl-', exchange), object: 'text_completion' });
  const includeUsage = body.stream_options?.include_usage === true;
  const before = `data: ${head.slice(0, -1)},"choices":[`;
  const after = includeUsage ? '],"usage":null}\n\n' : ']}\n\n';
  const chunk = (choice: object): string => `${before}${JSON.stringify(choice)}${after}`;
  return answerStream(exchange, {
    async produce(writer) {
      const offsets = orders.map(() => 0);
      for await (const { index, event } of exchange.answers(orders, body.n ?? 1)) {
        let piece = '';
        if (event.kind === 'started' && echoes[index] !== '') piece = chunk({ index, text: echoes[index], logprobs: null, finish_reason: null });
        if (event.kind === 'text' && !saysNothing(event)) {
          const offset = offsets[index] ?? 0;
          offsets[index] = offset + event.text.length;
          piece = chunk({ index, text: event.text, logprobs: event.logprobs === undefined ? null : logprobsBody(event.logprobs, offset), finish_reason: null });
        }
        if (event.kind === 'finished') piece = chunk({ index, text: '', logprobs: null, finish_reason: legacyReason(event.reason) });
        const drained = piece === '' ? undefined : writer.write(piece);
        if (drained !== undefined) await drained;
      }
      const usage = includeUsage ? `${before}],"usage":${JSON.stringify(usageBody(exchange.usage()))}}\n\n` : '';
      return `${usage}data: [DONE]\n\n`;
    },
  });
}

function promptsOf(prompt: CompletionRequestBody['prompt']): PromptOrder[] {
  if (typeof prompt === 'string') return [{ kind: 'text', text: prompt }];
  const lists: (string | number | number[])[] = prompt;
  if (typeof lists[0] === 'number') return [{ kind: 'tokens', tokens: prompt as number[] }];
  return (prompt as (string | number[])[]).map((each) => (typeof each === 'string' ? { kind: 'text', text: each } : { kind: 'tokens', tokens: each }));
}

/** What only shows when parameters are seen together. */
function requireTogether(body: CompletionRequestBody, prompts: readonly PromptOrder[]): void {
  const { n = 1, best_of: bestOf = n } = body;
  if (bestOf !== n) throw unsupportedParameter('best_of', '"best_of" other than "n" is not supported by this server: no answer is thrown away. Ask for more answers with "n".');
  if (prompts.length * n > MOST_ANSWERS) throw badParameter('n', `${prompts.length} prompts with ${n} answers each are more than ${MOST_ANSWERS} answers; send several requests.`);
  if (body.stream_options !== undefined && body.stream !== true) throw badParameter('stream_options', '"stream_options" is only allowed when "stream" is true.');
  if (body.echo !== true) return;
  if (prompts.some(({ kind }) => kind === 'tokens')) throw unsupportedParameter('echo', '"echo" is only supported for prompts that are texts.');
  if (body.logprobs !== undefined) throw unsupportedParameter('echo', '"echo" together with "logprobs" is not supported: prompts have no log-probabilities here.');
}

function orderOf(body: CompletionRequestBody, { prompt, share }: { prompt: PromptOrder; share: string }): GenerationOrder {
  return {
    prompt,
    sampling: samplingOf(body, body.max_tokens ?? DEFAULT_MAX_TOKENS),
    format: body.grammar === undefined ? null : { kind: 'grammar', grammar: body.grammar },
    topLogprobs: body.logprobs ?? null,
    share,
    queueTimeoutMs: QUEUE_TIMEOUT_MS,
  };
}

/** The older shape: columns instead of rows. `offset` in characters of the answer. */
function logprobsBody(logprobs: readonly TokenLogprob[], offset: number) {
  let place = offset;
  const textOffset = logprobs.map(({ text }) => {
    const at = place;
    place += text.length;
    return at;
  });
  return {
    tokens: logprobs.map(({ text }) => text),
    token_logprobs: logprobs.map(({ logprob }) => logprob),
    top_logprobs: logprobs.map(({ top }) => Object.fromEntries(top.map(({ text, logprob }) => [text, logprob]))),
    text_offset: textOffset,
  };
}

function legacyReason(reason: CollectedAnswer['finished']['reason']): 'stop' | 'length' {
  return reason === 'length' ? 'length' : 'stop';
}
