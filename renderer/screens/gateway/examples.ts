export interface ExampleInput {
  /** With /v1 at the end. */
  baseUrl: string;
  /** Name of the deployment. */
  model: string;
  question: string;
}

/** The environment variable every example reads the key from, so that no key ends up in a shell history or a file. */
export const KEY_VARIABLE = 'MODELWARD_API_KEY';

/** For a POSIX shell. */
export function curlExample({ baseUrl, model, question }: ExampleInput): string {
  const body = JSON.stringify({ model, messages: [{ role: 'user', content: question }] });
  return [
    `curl ${baseUrl}/chat/completions \\`,
    `  -H "Authorization: Bearer $${KEY_VARIABLE}" \\`,
    `  -H "Content-Type: application/json" \\`,
    `  -d '${body.replace(/'/g, `'\\''`)}'`,
  ].join('\n');
}

/** With the `openai` package of Python, streamed. */
export function pythonExample({ baseUrl, model, question }: ExampleInput): string {
  return `import os
from openai import OpenAI

client = OpenAI(
    base_url=${JSON.stringify(baseUrl)},
    api_key=os.environ["${KEY_VARIABLE}"],
)
stream = client.chat.completions.create(
    model=${JSON.stringify(model)},
    messages=[{"role": "user", "content": ${JSON.stringify(question)}}],
    stream=True,
)
for chunk in stream:
    if chunk.choices:
        print(chunk.choices[0].delta.content or "", end="")`;
}

/** With the `openai` package of npm, streamed. */
export function javascriptExample({ baseUrl, model, question }: ExampleInput): string {
  return `import OpenAI from 'openai';

const client = new OpenAI({
  baseURL: ${JSON.stringify(baseUrl)},
  apiKey: process.env.${KEY_VARIABLE},
});
const stream = await client.chat.completions.create({
  model: ${JSON.stringify(model)},
  messages: [{ role: 'user', content: ${JSON.stringify(question)} }],
  stream: true,
});
for await (const chunk of stream) {
  process.stdout.write(chunk.choices[0]?.delta?.content ?? '');
}`;
}

/** With the `@anthropic-ai/sdk` package of npm, streamed. Its address has no /v1 at the end. */
export function anthropicExample({ baseUrl, model, question }: ExampleInput): string {
  return `import Anthropic from '@anthropic-ai/sdk';

const client = new Anthropic({
  baseURL: ${JSON.stringify(withoutVersion(baseUrl))},
  apiKey: process.env.${KEY_VARIABLE},
});
const stream = client.messages.stream({
  model: ${JSON.stringify(model)},
  max_tokens: 500,
  messages: [{ role: 'user', content: ${JSON.stringify(question)} }],
});
stream.on('text', (text) => process.stdout.write(text));
await stream.finalMessage();`;
}

/** The address of the server itself: what Anthropic's client, monitors and the OpenAPI document hang on. */
export function withoutVersion(baseUrl: string): string {
  return baseUrl.replace(/\/v1$/, '');
}
