import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { unsupportedParameter } from '../api-error.ts';
import { answerWhole } from './answer.ts';
import { embeddingReader } from './embeddings.schema.ts';
import type { embeddingList, EmbeddingRequestBody } from './embeddings.schema.ts';
import { ENDPOINTS } from './endpoints.ts';
import { openExchange } from './exchange.ts';
import type { ApiContext } from './exchange.ts';
import { readBody } from './read-body.ts';

/** `POST /v1/embeddings`. Vectors have length 1. */
export function addEmbeddings(app: FastifyInstance, context: ApiContext): void {
  const endpoint = ENDPOINTS.embeddings;
  app.post('/v1/embeddings', { config: { endpoint } }, async (request, reply) => {
    const { body, ignored } = readBody(embeddingReader, request.body);
    const { model, dimensions, encoding_format: encoding = 'float' } = body;
    const exchange = openExchange(context, { request, reply }, { endpoint, model, stream: false, ignored });
    return answerWhole(exchange, async (): Promise<z.output<typeof embeddingList>> => {
      const { vectors, promptTokens } = await exchange.computed(context.models.embed(model, { inputs: inputsOf(body.input), share: exchange.share }, exchange.signal));
      const length = vectors[0]?.length ?? 0;
      if (dimensions !== undefined && dimensions !== length) throw unsupportedParameter('dimensions', `The vectors of this model have ${length} dimensions and are not cut to ${dimensions}.`);
      return {
        object: 'list',
        model,
        data: vectors.map((vector, index) => ({ object: 'embedding', index, embedding: encoding === 'base64' ? base64Of(vector) : vector })),
        usage: { prompt_tokens: promptTokens, total_tokens: promptTokens },
      };
    });
  });
}

function inputsOf(input: EmbeddingRequestBody['input']): (string | number[])[] {
  if (typeof input === 'string') return [input];
  const lists: (string | number | number[])[] = input;
  return typeof lists[0] === 'number' ? [input as number[]] : (input as (string | number[])[]);
}

/** 32-bit floats, the least significant byte first, as OpenAI's clients read them. */
function base64Of(vector: readonly number[]): string {
  const bytes = Buffer.alloc(vector.length * 4);
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * 4);
  return bytes.toString('base64');
}
