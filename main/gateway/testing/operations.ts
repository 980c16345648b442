/** A good request to each operation with a body, for tests that spoil it. The deployments are the scripted ones. */
export const GOOD_REQUESTS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  '/v1/chat/completions': { model: 'parrot', messages: [{ role: 'user', content: 'say this' }], max_tokens: 3 },
  '/v1/completions': { model: 'parrot', prompt: 'say this', max_tokens: 3 },
  '/v1/embeddings': { model: 'vectors', input: ['one', 'two words'] },
  '/v1/rerank': { model: 'ranker', query: 'rain', documents: ['sun', 'rain'] },
  '/v1/responses': { model: 'parrot', input: 'say this', max_output_tokens: 3 },
  '/v1/messages': { model: 'parrot', max_tokens: 3, messages: [{ role: 'user', content: 'say this' }] },
  '/v1/messages/count_tokens': { model: 'parrot', messages: [{ role: 'user', content: 'say this' }] },
};

type Json = Record<string, unknown>;

/** Parameters of an operation, from the served document. */
export function parametersOf(document: Json, path: string): Record<string, Json> {
  const paths = document['paths'] as Record<string, { post: { requestBody: { content: { 'application/json': { schema: { properties: Record<string, Json> } } } } } }>;
  const operation = paths[path];
  if (operation === undefined) throw new Error(`${path} is not in the document`);
  return operation.post.requestBody.content['application/json'].schema.properties;
}

/** Values at and beyond the edges of every number. */
export const BOUNDARY_VALUES: readonly unknown[] = [
  0, -0, 1, -1, 2, 3, 0.1, -0.1, 0.5, 1.5, 2.0001, 1e-300, -1e-300, 4, 5, 8, 9, 20, 21, 100, -100, 101, 128, 129, 2 ** 31 - 1, 2 ** 31, 2 ** 31 + 1, 2 ** 32 - 1, 2 ** 32, 2 ** 53, 2 ** 53 + 2, -(2 ** 53), 1e308, -1e308,
  '1', '', 'NaN', 'Infinity', null, true, [], [1], {}, { value: 1 },
];
