import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { answerWhole } from './answer.ts';
import { ENDPOINTS } from './endpoints.ts';
import { openExchange } from './exchange.ts';
import type { ApiContext } from './exchange.ts';
import { answerId } from './ids.ts';
import { readBody } from './read-body.ts';
import { rerankReader } from './rerank.schema.ts';
import type { rankingSchema } from './rerank.schema.ts';

/** `POST /v1/rerank`: documents by how well they answer a query, best first. */
export function addRerank(app: FastifyInstance, context: ApiContext): void {
  const endpoint = ENDPOINTS.rerank;
  app.post('/v1/rerank', { config: { endpoint } }, async (request, reply) => {
    const { body, ignored } = readBody(rerankReader, request.body);
    const { model, query, top_n: most, return_documents: returns = false } = body;
    const documents = body.documents.map((each) => (typeof each === 'string' ? each : each.text));
    const exchange = openExchange(context, { request, reply }, { endpoint, model, stream: false, ignored });
    return answerWhole(exchange, async (): Promise<z.output<typeof rankingSchema>> => {
      const { scores, promptTokens } = await exchange.computed(context.models.rank(model, { query, documents, share: exchange.share }, exchange.signal));
      const results = scores
        .map((score, index) => ({ index, relevance_score: score, ...(returns ? { document: { text: documents[index] ?? '' } } : {}) }))
        .sort((one, other) => other.relevance_score - one.relevance_score || one.index - other.index)
        .slice(0, most ?? scores.length);
      return { id: answerId('rerank-'), object: 'list', model, results, usage: { prompt_tokens: promptTokens, total_tokens: promptTokens } };
    });
  });
}
