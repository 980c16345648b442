import { join } from 'node:path';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeEngine, stopEngines } from '../engine/testing/engine-fixture.ts';
import { SMALL_RANDOM_MODEL, writeRandomModel } from '../engine/testing/random-model.ts';
import { temporaryFolder } from '../kernel/testing/temporary-house.ts';
import { openapiChecks } from './testing/openapi-checks.ts';
import type { OpenapiChecks } from './testing/openapi-checks.ts';
import { scriptedGateway } from './testing/scripted-gateway.ts';
import type { ScriptedGateway } from './testing/scripted-gateway.ts';

/** A real engine process behind the real gateway; the model's weights are random, so only forms can be expected of it. */
const MODEL = 'small';
let house: ScriptedGateway;
let source: ReturnType<typeof temporaryFolder>;
let openai: OpenAI;
let anthropic: Anthropic;
let checks: OpenapiChecks;
beforeAll(async () => {
  source = temporaryFolder('source');
  const modelPath = join(source.path, 'small.gguf');
  await writeRandomModel(modelPath, { ...SMALL_RANDOM_MODEL, context: 1024 });
  const engine = makeEngine({ modelPath, hasChatTemplate: true, settings: { contextSize: 1024, parallelSequences: 4 }, limits: { maxOutputTokens: 400, queueLimit: 16 } });
  engine.start();
  await engine.whenReady();
  house = await scriptedGateway({
    models: {
      list: () => [{ name: MODEL, createdAtMs: 0, canAnswer: true, fingerprint: 'ver_1', purpose: 'text-generation', model: null }],
      generate: (_name, order, signal) => engine.generate(order, { signal }),
      countTokens: (_name, prompt) => engine.countTokens(prompt),
      embed: (_name, order, signal) => engine.embed(order, signal),
      rank: (_name, order, signal) => engine.rank(order, signal),
    },
  });
  const { baseUrl, secret } = house;
  openai = new OpenAI({ apiKey: secret, baseURL: baseUrl, maxRetries: 0 });
  anthropic = new Anthropic({ apiKey: secret, baseURL: baseUrl.replace(/\/v1$/, ''), maxRetries: 0 });
  checks = await openapiChecks(baseUrl.replace(/\/v1$/, ''));
}, 60_000);
afterAll(async () => {
  await house.close();
  await stopEngines();
  source.remove();
});

const question = [{ role: 'user' as const, content: 'Hello' }];
const place = { type: 'object' as const, properties: { ward: { enum: ['a', 'b'] } }, required: ['ward'], additionalProperties: false };
const move = { type: 'function' as const, function: { name: 'move', description: 'Moves a bed', parameters: place } };

describe('a real engine', () => {
  it('answers the same for a seed, streamed or not, and several at once', async () => {
    const request = { model: MODEL, messages: question, max_tokens: 8, seed: 3, temperature: 1 };
    const whole = await openai.chat.completions.create({ ...request, n: 2 });
    expect(checks.complaintOfValue('ChatCompletion', whole)).toBeNull();
    expect(whole.usage).toMatchObject({ completion_tokens: whole.choices.every(({ finish_reason: reason }) => reason === 'length') ? 16 : expect.any(Number) });
    let text = '';
    for await (const chunk of await openai.chat.completions.create({ ...request, stream: true })) text += chunk.choices[0]?.delta.content ?? '';
    expect(text).toBe(whole.choices[0]?.message.content);
    const message = await anthropic.messages.create({ model: MODEL, max_tokens: 8, messages: question });
    expect(checks.complaintOfValue('Message', message)).toBeNull();
    expect(message.usage.input_tokens + (message.usage.cache_read_input_tokens ?? 0)).toBe(whole.usage?.prompt_tokens);
    expect(await anthropic.messages.countTokens({ model: MODEL, messages: question })).toEqual({ input_tokens: whole.usage?.prompt_tokens });
  });

  it('keeps to a JSON schema and to a grammar', async () => {
    const answer = await openai.chat.completions.create({ model: MODEL, messages: question, max_tokens: 60, response_format: { type: 'json_schema', json_schema: { name: 'place', schema: place, strict: true } } });
    expect(['a', 'b']).toContain(JSON.parse(answer.choices[0]?.message.content ?? '').ward);
    const response = await openai.responses.create({ model: MODEL, input: 'Hello', max_output_tokens: 60, text: { format: { type: 'json_schema', name: 'place', schema: place, strict: true } } });
    expect(['a', 'b']).toContain(JSON.parse(response.output_text).ward);
    const extended = { model: MODEL, prompt: 'Hello', max_tokens: 8, grammar: 'root ::= "yes" | "no"' };
    expect(['yes', 'no']).toContain((await openai.completions.create(extended)).choices[0]?.text);
    await expect(openai.completions.create({ ...extended, grammar: 'root ::= (' } as typeof extended)).rejects.toMatchObject({ status: 400, param: 'grammar' });
  });

  it('calls the tool it must call, in every form of the API', async () => {
    const asked = await openai.chat.completions.create({ model: MODEL, messages: question, max_tokens: 120, tools: [move], tool_choice: 'required', parallel_tool_calls: false });
    const [choice] = asked.choices;
    expect(choice).toMatchObject({ finish_reason: 'tool_calls', message: { tool_calls: [{ function: { name: 'move' } }] } });
    const [call] = choice?.message.tool_calls ?? [];
    if (choice === undefined || call?.type !== 'function') throw new Error('no call');
    expect(['a', 'b']).toContain(JSON.parse(call.function.arguments).ward);
    const answered = await openai.chat.completions.create({ model: MODEL, max_tokens: 8, tools: [move], tool_choice: 'none', messages: [...question, choice.message, { role: 'tool', tool_call_id: call.id, content: 'Done.' }] });
    expect(answered.choices[0]?.message.tool_calls).toBeUndefined();
    const streamed = await openai.chat.completions.stream({ model: MODEL, messages: question, max_tokens: 120, tools: [move], tool_choice: { type: 'function', function: { name: 'move' } }, parallel_tool_calls: false }).finalChatCompletion();
    expect(streamed.choices[0]?.message.tool_calls).toMatchObject([{ function: { name: 'move' } }]);
    const response = await openai.responses.stream({ model: MODEL, input: 'Hello', max_output_tokens: 120, tools: [{ type: 'function', name: 'move', parameters: place, strict: true }], tool_choice: 'required', parallel_tool_calls: false }).finalResponse();
    expect(response.output).toMatchObject([{ type: 'function_call', name: 'move' }]);
    const message = await anthropic.messages.stream({ model: MODEL, max_tokens: 120, messages: question, tools: [{ name: 'move', input_schema: place }], tool_choice: { type: 'any', disable_parallel_tool_use: true } }).finalMessage();
    expect(message).toMatchObject({ stop_reason: 'tool_use', content: [{ type: 'tool_use', name: 'move', input: { ward: expect.stringMatching(/^[ab]$/) } }] });
  });

  it('tells log-probabilities whose tokens make up the answer', async () => {
    const answer = await openai.chat.completions.create({ model: MODEL, messages: question, max_tokens: 6, logprobs: true, top_logprobs: 3 });
    const [choice] = answer.choices;
    const content = choice?.logprobs?.content ?? [];
    expect(Buffer.from(content.flatMap(({ bytes }) => bytes ?? [])).toString()).toBe(choice?.message.content);
    for (const { logprob, top_logprobs: top } of content) {
      expect(logprob).toBeLessThanOrEqual(0);
      expect(top).toHaveLength(3);
    }
    const legacy = await openai.completions.create({ model: MODEL, prompt: 'Hello', max_tokens: 6, logprobs: 2 });
    expect(legacy.choices[0]?.logprobs?.tokens).toHaveLength(6);
  });

  it('remembers the beginning of a prompt, and tells how much', async () => {
    const messages = [{ role: 'user' as const, content: 'The same beginning again and again, as of a long letter.' }];
    await openai.chat.completions.create({ model: MODEL, messages, max_tokens: 2 });
    const again = await openai.chat.completions.create({ model: MODEL, messages, max_tokens: 2 });
    expect(again.usage?.prompt_tokens_details?.cached_tokens).toBeGreaterThan(0);
    expect(again.system_fingerprint).toBe('ver_1');
  });

  it('says what the model cannot do, and how long a prompt may be', async () => {
    await expect(openai.embeddings.create({ model: MODEL, input: 'x' })).rejects.toMatchObject({ status: 400, code: 'model_not_suitable', param: 'model' });
    await expect(openai.completions.create({ model: MODEL, prompt: 'word '.repeat(2000) })).rejects.toMatchObject({ status: 400, code: 'context_length_exceeded', param: 'prompt' });
    await expect(openai.completions.create({ model: MODEL, prompt: [4_000_000] })).rejects.toMatchObject({ status: 400, param: 'prompt' });
  });
});
