import type { FastifyInstance } from 'fastify';
import { answerStream, answerWhole } from './answer.ts';
import { collectAnswers } from './collect-answers.ts';
import type { CollectedAnswer } from './collect-answers.ts';
import { ENDPOINTS } from './endpoints.ts';
import { openExchange } from './exchange.ts';
import type { ApiContext } from './exchange.ts';
import { readBody } from './read-body.ts';
import { begunResponse, endedResponse, outputOf } from './responses-body.ts';
import { responseOrder } from './responses-order.ts';
import { createResponseEvents } from './responses-stream.ts';
import { responseReader } from './responses.schema.ts';
import type { ResponseBody } from './responses.schema.ts';

/** `POST /v1/responses`. Nothing is kept: `store` is answered with false, and told as ignored where it was true. */
export function addResponses(app: FastifyInstance, context: ApiContext): void {
  const endpoint = ENDPOINTS.responses;
  app.post('/v1/responses', { config: { endpoint } }, async (request, reply) => {
    const { body, ignored } = readBody(responseReader, request.body);
    if (body.store === true) ignored.push('store');
    const { model, stream = false } = body;
    const order = responseOrder(body, '');
    const exchange = openExchange(context, { request, reply }, { endpoint, model, stream, ignored });
    const orders = [{ ...order, share: exchange.share }];
    const begun = begunResponse(body, order.sampling);
    if (!stream) {
      return answerWhole(exchange, async (): Promise<ResponseBody> => {
        const [answer] = await collectAnswers(exchange.answers(orders), 1);
        const { finished } = answer as CollectedAnswer;
        return endedResponse(begun, { output: outputOf(answer as CollectedAnswer), reason: finished.reason, usage: exchange.usage() });
      });
    }
    const events = createResponseEvents();
    return answerStream(exchange, {
      sequenceNumber: () => events.sequenceNumber(),
      async produce(writer) {
        let reason: CollectedAnswer['finished']['reason'] = 'stop';
        for await (const { event } of exchange.answers(orders)) {
          const head = event.kind === 'started' ? events.event('response.created', { response: begun }) + events.event('response.in_progress', { response: begun }) : '';
          const piece = head + events.of(event);
          if (event.kind === 'finished') reason = event.reason;
          const drained = piece === '' ? undefined : writer.write(piece);
          if (drained !== undefined) await drained;
        }
        const ended = endedResponse(begun, { output: events.output, reason, usage: exchange.usage() });
        return events.event(ended.status === 'incomplete' ? 'response.incomplete' : 'response.completed', { response: ended });
      },
    });
  });
}
