import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { chatChunk, chatCompletion, chatReader } from './chat-completions.schema.ts';
import { completionChunk, completionReader, completionSchema } from './completions.schema.ts';
import { embeddingList, embeddingReader } from './embeddings.schema.ts';
import { ENDPOINTS } from './endpoints.ts';
import type { ApiContext } from './exchange.ts';
import { healthSchema } from './health.ts';
import { countReader, countSchema, messageReader, messageSchema } from './messages.schema.ts';
import { modelListSchema, modelSchema } from './models.ts';
import type { BodyReader } from './read-body.ts';
import { rankingSchema, rerankReader } from './rerank.schema.ts';
import { responseReader, responseSchema } from './responses.schema.ts';

type Json = Record<string, unknown>;

const errorSchema = z.object({ error: z.object({ message: z.string(), type: z.string(), param: z.string().nullable(), code: z.string() }) });
const anthropicErrorSchema = z.object({ type: z.literal('error'), error: z.object({ type: z.string(), message: z.string() }) });

/** One operation, from the same schemas that read its requests and that its answers are tested against. */
interface Operation {
  path: string;
  method: 'get' | 'post';
  id: string;
  summary: string;
  reader?: BodyReader<z.ZodType>;
  /** Name under `components`. */
  answer?: string;
  /** Answered with server-sent events where the body says `stream`. The text says which. */
  stream?: string;
  /** Path parameters. */
  parameters?: string[];
  open?: true;
  dialect?: 'anthropic';
  contentType?: string;
}

const answers: Record<string, z.ZodType> = {
  ChatCompletion: chatCompletion,
  ChatCompletionChunk: chatChunk,
  Completion: completionSchema,
  CompletionChunk: completionChunk,
  EmbeddingList: embeddingList,
  Ranking: rankingSchema,
  Response: responseSchema,
  Message: messageSchema,
  TokenCount: countSchema,
  Model: modelSchema,
  ModelList: modelListSchema,
  Health: healthSchema,
  Error: errorSchema,
  AnthropicError: anthropicErrorSchema,
};

const operations: Operation[] = [
  { path: '/v1/models', method: 'get', id: 'listModels', summary: 'Deployments that can answer.', answer: 'ModelList' },
  { path: '/v1/models/{model}', method: 'get', id: 'getModel', summary: 'One deployment.', answer: 'Model', parameters: ['model'] },
  {
    path: '/v1/chat/completions', method: 'post', id: 'createChatCompletion', summary: 'Answers a conversation.', reader: chatReader, answer: 'ChatCompletion',
    stream: 'Each event is a ChatCompletionChunk; the last one is [DONE]. Trouble is an event with an Error, and no [DONE] follows.',
  },
  {
    path: '/v1/completions', method: 'post', id: 'createCompletion', summary: 'Continues texts.', reader: completionReader, answer: 'Completion',
    stream: 'Each event is a CompletionChunk; the last one is [DONE]. Trouble is an event with an Error, and no [DONE] follows.',
  },
  { path: '/v1/embeddings', method: 'post', id: 'createEmbeddings', summary: 'Turns texts into vectors.', reader: embeddingReader, answer: 'EmbeddingList' },
  { path: '/v1/rerank', method: 'post', id: 'rerank', summary: 'Orders documents by how well they answer a query.', reader: rerankReader, answer: 'Ranking' },
  {
    path: '/v1/responses', method: 'post', id: 'createResponse', summary: "OpenAI's Responses API, without state.", reader: responseReader, answer: 'Response',
    stream: 'Events response.created … response.completed (or response.incomplete) with sequence_number. Trouble is an event "error".',
  },
  {
    path: '/v1/messages', method: 'post', id: 'createMessage', summary: "Anthropic's Messages API.", reader: messageReader, answer: 'Message', dialect: 'anthropic',
    stream: 'Events message_start, content_block_start, content_block_delta, content_block_stop, message_delta, message_stop, and ping between them. Trouble is an event "error".',
  },
  { path: '/v1/messages/count_tokens', method: 'post', id: 'countMessageTokens', summary: 'Counts the tokens of a prompt.', reader: countReader, answer: 'TokenCount', dialect: 'anthropic' },
  { path: '/health', method: 'get', id: 'health', summary: 'Says that the gateway is there; with a key also what can answer.', answer: 'Health', open: true },
  { path: '/metrics', method: 'get', id: 'metrics', summary: 'Counts for Prometheus.', contentType: 'text/plain' },
  { path: '/openapi.json', method: 'get', id: 'openapi', summary: 'This document.', open: true, contentType: 'application/json' },
];

/** `GET /openapi.json`. Needs no key: it is the same for every house and names none of its models. */
export function addOpenapi(app: FastifyInstance, _context: ApiContext): void {
  let text: string | null = null;
  app.get('/openapi.json', { config: { endpoint: ENDPOINTS.openapi } }, async (_request, reply) => {
    text ??= JSON.stringify(openapiDocument());
    return reply.type('application/json; charset=utf-8').send(text);
  });
}

/** OpenAPI 3.1 of the gateway. */
export function openapiDocument(): Json {
  const paths: Record<string, Json> = {};
  for (const operation of operations) (paths[operation.path] ??= {})[operation.method] = operationBody(operation);
  return {
    openapi: '3.1.0',
    info: { title: 'Modelward gateway', version: '1', description: 'Deployments of this house under the APIs of OpenAI and Anthropic. Parameters that are not named here are refused by name.' },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }, { apiKey: [] }],
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' }, apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' } },
      schemas: Object.fromEntries(Object.entries(answers).map(([name, schema]) => [name, jsonSchemaOf(schema, 'output')])),
    },
  };
}

function operationBody({ id, summary, reader, answer, stream, parameters = [], open, dialect, contentType = 'application/json' }: Operation): Json {
  const error = { 'application/json': { schema: reference(dialect === 'anthropic' ? 'AnthropicError' : 'Error') } };
  const retry = { 'Retry-After': { description: 'Seconds after which to try again.', schema: { type: 'integer' } } };
  const whole = { [contentType]: { schema: answer === undefined ? {} : reference(answer) } };
  const refusals = {
    400: { description: 'Something about the request is not acceptable; "param" names it.', content: error },
    401: { description: 'No key, or one that is not valid.', content: error },
    403: { description: 'The key may not do this.', content: error },
    404: { description: 'There is no such deployment; the message names those there are.', content: error },
    413: { description: 'The request is too large.', content: error },
    415: { description: 'The body is no JSON.', content: error },
    429: { description: 'The queue is full, or a quota is used up.', headers: retry, content: error },
    500: { description: 'A fault of this server, with a reference into its log.', content: error },
    503: { description: 'The deployment is not ready, failed, or the request waited too long for its turn.', headers: retry, content: error },
  };
  return {
    operationId: id,
    summary,
    ...(open === true ? { security: [] } : {}),
    ...(parameters.length === 0 ? {} : { parameters: parameters.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })) }),
    ...(reader === undefined ? {} : { requestBody: { required: true, content: { 'application/json': { schema: requestSchema(reader) } } } }),
    responses: {
      200: { description: stream ?? 'The answer.', content: stream === undefined ? whole : { ...whole, 'text/event-stream': { schema: { type: 'string' } } } },
      ...(open === true ? {} : refusals),
    },
  };
}

function reference(name: string): Json {
  return { $ref: `#/components/schemas/${name}` };
}

/** Parameters that are left out of account are part of the document, so that clients generated from it may send them. */
function requestSchema(reader: BodyReader<z.ZodType>): Json {
  const schema = jsonSchemaOf(reader.schema, 'input');
  const ignored = Object.fromEntries(reader.ignored.map((name) => [name, { description: 'Left out of account, and told in the header x-modelward-ignored.' }]));
  return { ...schema, properties: { ...(schema['properties'] as Json), ...ignored } };
}

function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _dialect, ...json } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema }) {
      const own = z.globalRegistry.get(zodSchema)?.['jsonSchema'];
      if (own === undefined) return;
      for (const name of Object.keys(jsonSchema)) delete (jsonSchema as Json)[name];
      Object.assign(jsonSchema, own);
    },
  }) as Json;
  return json;
}
