import { expect, it } from 'vitest';
import { curlEmbeddingsExample, javascriptEmbeddingsExample, pythonEmbeddingsExample } from './examples-embeddings.ts';
import { anthropicExample, curlExample, javascriptExample, pythonExample } from './examples.ts';

const input = { baseUrl: 'http://127.0.0.1:8484/v1', model: 'qwen', question: `It's "fine" – 你好` };

/** The body as a POSIX shell hands it on: single quotes taken off, an escaped one put back. */
function bodyOf(command: string): string {
  const quoted = /-d '(.*)'$/s.exec(command)?.[1] ?? '';
  expect(quoted.replaceAll(`'\\''`, '')).not.toContain(`'`);
  return quoted.replaceAll(`'\\''`, `'`);
}

it('gives a shell one word with the whole body, whatever the question holds', () => {
  const command = curlExample(input);
  expect(command).toContain('curl http://127.0.0.1:8484/v1/chat/completions');
  expect(command).toContain('"Authorization: Bearer $MODELWARD_API_KEY"');
  expect(JSON.parse(bodyOf(command))).toEqual({ model: 'qwen', messages: [{ role: 'user', content: input.question }] });
  expect(JSON.parse(bodyOf(curlEmbeddingsExample(input)))).toEqual({ model: 'qwen', input: [input.question] });
});

it('writes address, name and question as literals of the language', () => {
  for (const example of [pythonExample(input), javascriptExample(input), pythonEmbeddingsExample(input), javascriptEmbeddingsExample(input)]) {
    expect(example).toContain(JSON.stringify(input.question));
    expect(example).toContain('"http://127.0.0.1:8484/v1"');
    expect(example).toContain('MODELWARD_API_KEY');
  }
});

it('gives the client of Anthropic the address without its version', () => {
  expect(anthropicExample(input)).toContain('baseURL: "http://127.0.0.1:8484",');
  expect(anthropicExample(input)).toContain(JSON.stringify(input.question));
});
