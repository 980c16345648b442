import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rawRequest } from './testing/raw-request.ts';
import { scriptedGateway } from './testing/scripted-gateway.ts';
import type { ScriptedGateway } from './testing/scripted-gateway.ts';

let house: ScriptedGateway;
beforeAll(async () => {
  house = await scriptedGateway();
});
afterAll(() => house.close());

const question = [{ role: 'user' as const, content: 'say these words' }];
const weatherTool = { type: 'function' as const, function: { name: 'weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } } };
const raw = (options: Parameters<typeof rawRequest>[1]) => rawRequest(house, options);

describe('parameters', () => {
  const refusals: [string, object, string, string][] = [
    ['temperature out of range', { temperature: 3 }, 'temperature', 'invalid_value'],
    ['temperature as text', { temperature: '1' }, 'temperature', 'invalid_value'],
    ['top_p of 0', { top_p: 0 }, 'top_p', 'invalid_value'],
    ['negative seed', { seed: -1 }, 'seed', 'invalid_value'],
    ['fraction of a token', { max_tokens: 1.5 }, 'max_tokens', 'invalid_value'],
    ['no output', { max_completion_tokens: 0 }, 'max_completion_tokens', 'invalid_value'],
    ['two different limits', { max_tokens: 1, max_completion_tokens: 2 }, 'max_tokens', 'invalid_value'],
    ['nine answers', { n: 9 }, 'n', 'invalid_value'],
    ['five stop texts', { stop: ['a', 'b', 'c', 'd', 'e'] }, 'stop', 'invalid_value'],
    ['legacy functions', { functions: [{ name: 'f' }] }, 'functions', 'unsupported_parameter'],
    ['legacy function_call', { function_call: { name: 'f' } }, 'function_call', 'unsupported_parameter'],
    ['penalty as text', { presence_penalty: '1' }, 'presence_penalty', 'invalid_value'],
    ['penalty out of range', { frequency_penalty: 3 }, 'frequency_penalty', 'invalid_value'],
    ['a tool that is no function', { tools: [{ type: 'web_search' }] }, 'tools[0].type', 'unsupported_parameter'],
    ['a tool without a name', { tools: [{ type: 'function', function: {} }] }, 'tools[0].function.name', 'missing_required_parameter'],
    ['two tools of one name', { tools: [weatherTool, weatherTool] }, 'tools', 'invalid_value'],
    ['a choice of no tool', { tool_choice: { type: 'function', function: { name: 'other' } }, tools: [weatherTool] }, 'tool_choice', 'invalid_value'],
    ['a call without tools', { tool_choice: 'required' }, 'tool_choice', 'invalid_value'],
    ['a format of no kind', { response_format: { type: 'xml' } }, 'response_format.type', 'unsupported_parameter'],
    ['a schema without a name', { response_format: { type: 'json_schema', json_schema: { schema: {} } } }, 'response_format.json_schema.name', 'missing_required_parameter'],
    ['a schema and a grammar', { response_format: { type: 'json_object' }, grammar: 'root ::= "a"' }, 'grammar', 'invalid_value'],
    ['alternatives without logprobs', { top_logprobs: 2 }, 'top_logprobs', 'invalid_value'],
    ['bias of no token', { logit_bias: { hello: 1 } }, 'logit_bias.hello', 'invalid_value'],
    ['bias beyond all bounds', { logit_bias: { 7: 101 } }, 'logit_bias.7', 'invalid_value'],
    ['unknown one', { top_q: 40 }, 'top_q', 'unknown_parameter'],
    ['name of a method', { constructor: 1 }, 'constructor', 'unknown_parameter'],
    ['stream options without stream', { stream_options: { include_usage: true } }, 'stream_options', 'invalid_value'],
    ['stream that is no boolean', { stream: 'yes' }, 'stream', 'invalid_value'],
    ['no messages', { messages: [] }, 'messages', 'invalid_value'],
    ['unknown role', { messages: [{ role: 'doctor', content: '' }] }, 'messages[0].role', 'invalid_value'],
    ['tool message without its call', { messages: [{ role: 'tool', content: '', tool_call_id: 'call_1' }] }, 'messages[0].tool_call_id', 'invalid_value'],
    ['function message', { messages: [{ role: 'function', name: 'f', content: '' }] }, 'messages[0].role', 'unsupported_parameter'],
    ['an assistant without words', { messages: [{ role: 'assistant' }] }, 'messages[0].content', 'invalid_value'],
    ['unknown part of a message', { messages: [{ role: 'user', content: 'x', weight: 1 }] }, 'messages[0].weight', 'unknown_parameter'],
    ['a number among messages', { messages: [1] }, 'messages[0]', 'invalid_value'],
    ['sound', { messages: [{ role: 'user', content: [{ type: 'text', text: 'x' }, { type: 'input_audio', input_audio: {} }] }] }, 'messages[0].content[1].type', 'unsupported_parameter'],
    ['image', { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'x' } }] }] }, 'messages[0].content[0].type', 'unsupported_parameter'],
    ['no content', { messages: [{ role: 'user' }] }, 'messages[0].content', 'invalid_value'],
    ['no model', { model: undefined }, 'model', 'invalid_value'],
  ];
  it.each(refusals)('%s: refused by name', async (_what, given, param, code) => {
    const answer = await raw({ body: JSON.stringify({ model: 'parrot', messages: question, ...given }) });
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.text)).toMatchObject({ error: { param, code, type: 'invalid_request_error' } });
    expect(house.events('gateway.requestRefused').at(-1)).toMatchObject({ reason: 'WRONG_INPUT', actor: { kind: 'api-key', name: 'Radiology' }, after: { status: 400, param } });
  });
  it('that change nothing are left out and named', async () => {
    const answer = await raw({ body: JSON.stringify({ model: 'parrot', messages: question, user: 'u', store: true, n: null, tools: [], logprobs: false }) });
    expect(answer.status).toBe(200);
    expect(answer.headers['x-modelward-ignored']).toBe('user, store');
  });
});
