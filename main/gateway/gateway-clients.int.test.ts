import Anthropic, { APIError as AnthropicError } from '@anthropic-ai/sdk';
import { jsonSchemaOutputFormat } from '@anthropic-ai/sdk/helpers/json-schema';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { embed, generateText, jsonSchema, Output, stepCountIs, streamText, tool } from 'ai';
import OpenAI from 'openai';
import { zodResponseFormat } from 'openai/helpers/zod';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { scriptedGateway } from './testing/scripted-gateway.ts';
import type { ScriptedGateway } from './testing/scripted-gateway.ts';

let house: ScriptedGateway;
let openai: OpenAI;
let anthropic: Anthropic;
beforeAll(async () => {
  house = await scriptedGateway();
  openai = new OpenAI({ apiKey: house.secret, baseURL: house.baseUrl, maxRetries: 0 });
  anthropic = new Anthropic({ apiKey: house.secret, baseURL: house.baseUrl.replace(/\/v1$/, ''), maxRetries: 0 });
});
afterAll(() => house.close());

const question = [{ role: 'user' as const, content: 'say these words' }];
const parameters = { type: 'object' as const, properties: { city: { type: 'string' as const } }, required: ['city'], additionalProperties: false };
const weather = { type: 'function' as const, function: { name: 'weather', description: 'Weather of a city', parameters } };
const clock = { type: 'function' as const, function: { name: 'clock', parameters } };

async function listOf<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe('openai: chat', () => {
  it('calls a tool and answers with its result', async () => {
    const asked = await openai.chat.completions.create({ model: 'parrot', messages: question, tools: [weather, clock], parallel_tool_calls: false, seed: 4 });
    const [choice] = asked.choices;
    expect(choice).toMatchObject({ finish_reason: 'tool_calls', message: { content: null, tool_calls: [{ id: 'call_0', type: 'function', function: { name: 'weather', arguments: '{"city":"Bern 0"}' } }] } });
    if (choice === undefined) throw new Error('no choice');
    const answered = await openai.chat.completions.create({ model: 'parrot', tools: [weather], messages: [...question, choice.message, { role: 'tool', tool_call_id: 'call_0', content: 'It rains.' }] });
    expect(answered.choices[0]?.message.content).toBe('It rains.');
    expect(house.orders.at(-1)?.order.prompt).toEqual({
      kind: 'chat',
      messages: [
        { role: 'user', content: 'say these words' },
        { role: 'assistant', content: '', toolCalls: [{ id: 'call_0', name: 'weather', arguments: '{"city":"Bern 0"}' }] },
        { role: 'tool', content: 'It rains.', toolCallId: 'call_0' },
      ],
      tools: [{ name: 'weather', description: 'Weather of a city', parameters }],
    });
  });

  it('runs its own tool loop over a stream, two calls at once', async () => {
    const heard: string[] = [];
    const run = (name: string) => ({ type: 'function' as const, function: { name, description: name, parameters, function: (given: string) => void heard.push(`${name} ${given}`) } });
    const runner = openai.chat.completions.runTools({ model: 'parrot', stream: true, messages: question, tools: [run('weather'), run('clock')] });
    await runner.finalChatCompletion();
    expect(heard).toEqual(['weather {"city":"Bern 0"}', 'clock {"city":"Bern 1"}']);
  });

  it('chooses tools as it is told', async () => {
    const ask = async (toolChoice: OpenAI.ChatCompletionToolChoiceOption) => (await openai.chat.completions.create({ model: 'parrot', messages: question, tools: [weather, clock], tool_choice: toolChoice })).choices[0];
    expect((await ask('none'))?.message.tool_calls).toBeUndefined();
    expect((await ask({ type: 'function', function: { name: 'clock' } }))?.message.tool_calls).toHaveLength(1);
    expect(house.orders.at(-1)?.order.prompt).toMatchObject({ toolChoice: { kind: 'named', name: 'clock' } });
    expect((await ask('required'))?.message.tool_calls).toHaveLength(2);
  });

  it('parses what a schema holds to', async () => {
    const parsed = await openai.chat.completions.parse({ model: 'parrot', messages: [{ role: 'user', content: '{"city":"Bern"}' }], response_format: zodResponseFormat(z.object({ city: z.string() }), 'place') });
    expect(parsed.choices[0]?.message.parsed).toEqual({ city: 'Bern' });
    expect(house.orders.at(-1)?.order.format).toMatchObject({ kind: 'json-schema', schema: { properties: { city: { type: 'string' } } } });
    await openai.chat.completions.create({ model: 'parrot', messages: question, response_format: { type: 'json_object' } });
    expect(house.orders.at(-1)?.order.format).toEqual({ kind: 'json-object' });
  });

  it('gets log-probabilities, whole and streamed', async () => {
    const request = { model: 'parrot', messages: question, logprobs: true, top_logprobs: 2 };
    const whole = await openai.chat.completions.create(request);
    const content = whole.choices[0]?.logprobs?.content;
    expect(content?.map(({ token }) => token).join('')).toBe('say these words');
    expect(content?.[0]).toEqual({ token: 'say ', logprob: -0.25, bytes: [115, 97, 121, 32], top_logprobs: [{ token: 'say 0', logprob: -0.25, bytes: [115, 97, 121, 32] }, { token: 'say 1', logprob: -1.25, bytes: [115, 97, 121, 32] }] });
    const chunks = await listOf(await openai.chat.completions.create({ ...request, stream: true }));
    expect(chunks.flatMap(({ choices }) => choices[0]?.logprobs?.content ?? [])).toEqual(content);
  });

  it('gets several answers with seeds of their own, and their tokens together', async () => {
    const answer = await openai.chat.completions.create({ model: 'parrot', messages: question, n: 3, seed: 41, presence_penalty: 0.5, frequency_penalty: -0.5, logit_bias: { 7: -100 } });
    expect(answer.choices.map(({ index, message }) => `${index} ${message.content}`)).toEqual(['0 say these words', '1 say these words', '2 say these words']);
    expect(answer.usage).toMatchObject({ prompt_tokens: 1, completion_tokens: 9, total_tokens: 10 });
    const sampling = house.orders.slice(-3).map(({ order }) => order.sampling);
    expect(sampling.map(({ seed }) => seed)).toEqual([41, 42, 43]);
    expect(sampling[0]).toMatchObject({ presencePenalty: 0.5, frequencyPenalty: -0.5, logitBias: [{ token: 7, bias: -100 }] });
    const chunks = await listOf(await openai.chat.completions.create({ model: 'parrot', messages: question, n: 2, stream: true, stream_options: { include_usage: true } }));
    const texts = ['', ''];
    for (const { choices: [choice] } of chunks) if (choice !== undefined) texts[choice.index] += choice.delta.content ?? '';
    expect(texts).toEqual(['say these words', 'say these words']);
    expect(chunks.at(-1)?.usage).toMatchObject({ completion_tokens: 6 });
    expect(chunks.filter(({ choices }) => choices[0]?.finish_reason === 'stop')).toHaveLength(2);
  });
});

describe('openai: the other endpoints', () => {
  it('completes texts and token ids, echoes, and lists log-probabilities the older way', async () => {
    const one = await openai.completions.create({ model: 'parrot', prompt: 'one two', echo: true });
    expect(one.choices[0]).toMatchObject({ text: 'one twoone two', finish_reason: 'stop', logprobs: null });
    const many = await openai.completions.create({ model: 'parrot', prompt: ['a b', 'c'], n: 2, logprobs: 1 });
    expect(many.choices.map(({ text }) => text)).toEqual(['a b', 'a b', 'c', 'c']);
    expect(many.choices[0]?.logprobs).toEqual({ tokens: ['a ', 'b'], token_logprobs: [-0.25, -0.25], top_logprobs: [{ 'a 0': -0.25 }, { b0: -0.25 }], text_offset: [0, 2] });
    expect(many.usage).toMatchObject({ prompt_tokens: 3, completion_tokens: 6 });
    expect((await openai.completions.create({ model: 'parrot', prompt: [5, 6] })).choices[0]?.text).toBe('5 6');
    expect((await openai.completions.create({ model: 'parrot', prompt: [[5], [6, 7]] })).choices.map(({ text }) => text)).toEqual(['5', '6 7']);
    expect(house.orders.at(-1)?.order).toMatchObject({ prompt: { kind: 'tokens', tokens: [6, 7] }, sampling: { maxOutputTokens: 16 } });
    const chunks = await listOf(await openai.completions.create({ model: 'parrot', prompt: 'a b', echo: true, stream: true }));
    expect(chunks.map(({ choices }) => choices[0]?.text).join('')).toBe('a ba b');
  });

  it('embeds, in the base64 its client asks for and as numbers', async () => {
    const made = await openai.embeddings.create({ model: 'vectors', input: ['one', 'two words'] });
    expect(made.data.map(({ embedding }) => embedding.map((value) => Math.round(value * 1024) / 1024))).toEqual([[0.6, 0.8, 0, 1 / 1024], [0.6, 0.8, 0, 2 / 1024]].map((row) => row.map((value) => Math.round(value * 1024) / 1024)));
    expect(made.usage).toEqual({ prompt_tokens: 3, total_tokens: 3 });
    const plain = await openai.embeddings.create({ model: 'vectors', input: [[1, 2, 3]], encoding_format: 'float', dimensions: 4 });
    expect(plain.data[0]?.embedding).toEqual([0.6, 0.8, 0, 3 / 1024]);
    await expect(openai.embeddings.create({ model: 'vectors', input: 'x', dimensions: 3 })).rejects.toMatchObject({ status: 400, param: 'dimensions' });
    await expect(openai.embeddings.create({ model: 'ranker', input: 'x' })).rejects.toMatchObject({ status: 400, code: 'model_not_suitable', param: 'model' });
  });

  it('gets a response whole, parsed and with calls', async () => {
    const whole = await openai.responses.create({ model: 'parrot', instructions: 'be brief', input: 'say these words', store: true });
    expect(whole).toMatchObject({ status: 'completed', output_text: 'say these words', store: false, usage: { input_tokens: 2, output_tokens: 3, total_tokens: 5 } });
    const parsed = await openai.responses.parse({ model: 'parrot', input: '{"city":"Bern"}', text: { format: { type: 'json_schema', name: 'place', schema: parameters, strict: true } } });
    expect(parsed.output_parsed).toEqual({ city: 'Bern' });
    const tools = [{ type: 'function' as const, name: 'weather', parameters, strict: true }];
    const asked = await openai.responses.create({ model: 'parrot', input: 'weather?', tools });
    expect(asked.output).toMatchObject([{ type: 'function_call', call_id: 'call_0', name: 'weather', arguments: '{"city":"Bern 0"}' }]);
    const answered = await openai.responses.create({ model: 'parrot', tools, input: [{ role: 'user', content: 'weather?' }, ...asked.output as OpenAI.Responses.ResponseFunctionToolCall[], { type: 'function_call_output', call_id: 'call_0', output: 'It rains.' }] });
    expect(answered.output_text).toBe('It rains.');
    await expect(openai.responses.create({ model: 'parrot', input: 'x', previous_response_id: 'resp_1' })).rejects.toMatchObject({ status: 400, param: 'previous_response_id' });
  });

  it('follows a streamed response, event by event in order', async () => {
    const events = await listOf(await openai.responses.create({ model: 'parrot', input: 'say these words', stream: true }));
    expect(events.map(({ type }) => type)).toEqual([
      'response.created', 'response.in_progress', 'response.output_item.added', 'response.content_part.added', 'response.output_text.delta', 'response.output_text.delta', 'response.output_text.delta',
      'response.output_text.done', 'response.content_part.done', 'response.output_item.done', 'response.completed',
    ]);
    expect(events.map(({ sequence_number: number }) => number)).toEqual(events.map((_event, index) => index));
    const runner = openai.responses.stream({ model: 'parrot', input: 'weather?', tools: [{ type: 'function', name: 'weather', parameters, strict: true }] });
    expect((await runner.finalResponse()).output).toMatchObject([{ type: 'function_call', arguments: '{"city":"Bern 0"}' }]);
    const cut = await listOf(await openai.responses.create({ model: 'length', input: 'x', max_output_tokens: 2, stream: true }));
    expect(cut.at(-1)).toMatchObject({ type: 'response.incomplete', response: { incomplete_details: { reason: 'max_output_tokens' } } });
  });

  it('hears of a crash in the middle of a streamed response', async () => {
    const stream = await openai.responses.create({ model: 'crashes-later', input: 'x', stream: true });
    await expect(listOf(stream)).rejects.toThrow('The engine failed');
  });
});

describe('@anthropic-ai/sdk', () => {
  const tools = [{ name: 'weather', description: 'Weather of a city', input_schema: parameters }];

  it('gets a message, whole and streamed', async () => {
    const whole = await anthropic.messages.create({ model: 'parrot', max_tokens: 20, system: 'be brief', messages: question });
    expect(whole).toMatchObject({ role: 'assistant', stop_reason: 'end_turn', content: [{ type: 'text', text: 'say these words' }], usage: { input_tokens: 1, cache_read_input_tokens: 1, output_tokens: 3 } });
    expect(house.orders.at(-1)?.order).toMatchObject({ prompt: { messages: [{ role: 'system', content: 'be brief' }, { role: 'user', content: 'say these words' }] }, sampling: { maxOutputTokens: 20 } });
    const stream = anthropic.messages.stream({ model: 'length', max_tokens: 2, messages: question });
    expect(await stream.finalMessage()).toMatchObject({ stop_reason: 'max_tokens', content: [{ type: 'text', text: '0 1 ' }], usage: { output_tokens: 2 } });
    const events = await listOf(await anthropic.messages.create({ model: 'parrot', max_tokens: 20, messages: question, stream: true }));
    expect(events.map(({ type }) => type)).toEqual(['message_start', 'content_block_start', 'content_block_delta', 'content_block_delta', 'content_block_delta', 'content_block_stop', 'message_delta', 'message_stop']);
  });

  it('uses a tool and answers with its result', async () => {
    const stream = anthropic.messages.stream({ model: 'parrot', max_tokens: 20, messages: question, tools, tool_choice: { type: 'any', disable_parallel_tool_use: true } });
    const asked = await stream.finalMessage();
    expect(asked).toMatchObject({ stop_reason: 'tool_use', content: [{ type: 'tool_use', id: 'call_0', name: 'weather', input: { city: 'Bern 0' } }] });
    const answered = await anthropic.messages.create({
      model: 'parrot', max_tokens: 20, tools,
      messages: [...question, { role: 'assistant', content: asked.content }, { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'call_0', content: 'It rains.' }] }],
    });
    expect(answered.content).toMatchObject([{ type: 'text', text: 'It rains.' }]);
  });

  it('parses what a schema holds to', async () => {
    const parsed = await anthropic.messages.parse({ model: 'parrot', max_tokens: 20, messages: [{ role: 'user', content: '{"city":"Bern"}' }], output_config: { format: jsonSchemaOutputFormat(parameters) } });
    expect(parsed.parsed_output).toEqual({ city: 'Bern' });
    expect(house.orders.at(-1)?.order.format).toMatchObject({ kind: 'json-schema', schema: { properties: { city: { type: 'string' } } } });
  });

  it('counts tokens', async () => {
    expect(await anthropic.messages.countTokens({ model: 'parrot', system: 'be brief', messages: question, tools })).toEqual({ input_tokens: 2 });
  });

  it('throws the right error for each trouble, in its own shape', async () => {
    const ask = (model: string) => anthropic.messages.create({ model, max_tokens: 5, messages: question });
    await expect(ask('nobody')).rejects.toMatchObject({ status: 404, error: { type: 'error', error: { type: 'not_found_error' } } });
    await expect(ask('nobody')).rejects.toThrow('parrot');
    await expect(ask('busy')).rejects.toMatchObject({ status: 429, error: { error: { type: 'rate_limit_error' } } });
    await expect(ask('waits-in-vain')).rejects.toMatchObject({ status: 503, error: { error: { type: 'overloaded_error' } } });
    await expect(new Anthropic({ apiKey: 'mw_wrong', baseURL: house.baseUrl.replace(/\/v1$/, ''), maxRetries: 0 }).messages.countTokens({ model: 'parrot', messages: question })).rejects.toMatchObject({ status: 401, error: { error: { type: 'authentication_error' } } });
    await expect(listOf(await anthropic.messages.create({ model: 'crashes-later', max_tokens: 50, messages: question, stream: true }))).rejects.toThrow(AnthropicError);
  });
});

describe('the AI SDK', () => {
  it('chats, streams, calls tools, keeps to a schema and embeds', async () => {
    const provider = createOpenAICompatible({ name: 'modelward', baseURL: house.baseUrl, apiKey: house.secret, includeUsage: true, supportsStructuredOutputs: true });
    const model = provider('parrot');
    const said = await generateText({ model, prompt: 'say these words', maxRetries: 0 });
    expect(said.text).toBe('say these words');
    expect(said.usage).toMatchObject({ inputTokens: 1, outputTokens: 3 });
    const streamed = streamText({ model, prompt: 'say these words', maxRetries: 0 });
    expect((await listOf(streamed.textStream)).join('')).toBe('say these words');
    const looked: string[] = [];
    const withTool = await generateText({
      model, prompt: 'weather?', maxRetries: 0, stopWhen: stepCountIs(3),
      tools: { weather: tool({ inputSchema: jsonSchema<{ city: string }>(parameters), execute: async ({ city }) => { looked.push(city); return 'It rains.'; } }) },
    });
    expect(looked).toEqual(['Bern 0']);
    expect(withTool.text).toContain('It rains.');
    const structured = await generateText({ model, prompt: '{"city":"Bern"}', maxRetries: 0, output: Output.object({ schema: z.object({ city: z.string() }) }) });
    expect(structured.output).toEqual({ city: 'Bern' });
    const { embedding } = await embed({ model: provider.embeddingModel('vectors'), value: 'two words', maxRetries: 0 });
    expect(embedding).toEqual([0.6, 0.8, 0, 2 / 1024]);
  });
});
