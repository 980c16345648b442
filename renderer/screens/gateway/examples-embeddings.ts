import { KEY_VARIABLE } from './examples.ts';
import type { ExampleInput } from './examples.ts';

/** For a POSIX shell. */
export function curlEmbeddingsExample({ baseUrl, model, question }: ExampleInput): string {
  const body = JSON.stringify({ model, input: [question] });
  return [
    `curl ${baseUrl}/embeddings \\`,
    `  -H "Authorization: Bearer $${KEY_VARIABLE}" \\`,
    `  -H "Content-Type: application/json" \\`,
    `  -d '${body.replace(/'/g, `'\\''`)}'`,
  ].join('\n');
}

/** With the `openai` package of Python. */
export function pythonEmbeddingsExample({ baseUrl, model, question }: ExampleInput): string {
  return `import os
from openai import OpenAI

client = OpenAI(
    base_url=${JSON.stringify(baseUrl)},
    api_key=os.environ["${KEY_VARIABLE}"],
)
made = client.embeddings.create(
    model=${JSON.stringify(model)},
    input=[${JSON.stringify(question)}],
)
print(len(made.data[0].embedding))`;
}

/** With the `openai` package of npm. */
export function javascriptEmbeddingsExample({ baseUrl, model, question }: ExampleInput): string {
  return `import OpenAI from 'openai';

const client = new OpenAI({
  baseURL: ${JSON.stringify(baseUrl)},
  apiKey: process.env.${KEY_VARIABLE},
});
const made = await client.embeddings.create({
  model: ${JSON.stringify(model)},
  input: [${JSON.stringify(question)}],
});
console.log(made.data[0].embedding.length);`;
}

/** For a POSIX shell; no client of OpenAI's knows this endpoint. */
export function curlRerankExample({ baseUrl, model, question }: ExampleInput): string {
  const body = JSON.stringify({ model, query: question, documents: [question, '…'] });
  return [
    `curl ${baseUrl}/rerank \\`,
    `  -H "Authorization: Bearer $${KEY_VARIABLE}" \\`,
    `  -H "Content-Type: application/json" \\`,
    `  -d '${body.replace(/'/g, `'\\''`)}'`,
  ].join('\n');
}
