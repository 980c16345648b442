import { z } from 'zod';
import { jsonSchemaFormat } from './chat-completions.schema.ts';
import * as f from './fields.ts';
import { isEmptyList, isObject } from './read-body.ts';
import type { BodyReader, Fields } from './read-body.ts';

/* `POST /v1/responses`, as OpenAI's API reference describes it ("Create a model response"), without state: nothing is kept. */

const itemId = f.shortText.nullish();
const status = z.enum(['in_progress', 'completed', 'incomplete']).nullish();
const inputPart = z.discriminatedUnion(
  'type',
  [
    z.strictObject({ type: z.literal('input_text'), text: f.text }),
    z.strictObject({ type: z.literal('output_text'), text: f.text, annotations: z.array(z.unknown()).nullish(), logprobs: z.array(z.unknown()).nullish() }),
    z.strictObject({ type: z.literal('refusal'), refusal: f.text }),
  ],
  { error: f.unknownType('parts of type "input_text" or "output_text"') },
);

const inputItem = z.discriminatedUnion(
  'type',
  [
    z.strictObject({
      type: z.literal('message'),
      role: z.enum(['system', 'developer', 'user', 'assistant'], { error: 'must be one of system, developer, user, assistant.' }),
      content: f.contentOf(inputPart),
      id: itemId,
      status,
      phase: z.unknown().optional(),
    }),
    z.strictObject({ type: z.literal('function_call'), call_id: f.callId, name: f.toolName, arguments: z.string({ error: 'must be JSON as a text.' }).max(1_000_000), id: itemId, status, parsed_arguments: z.unknown().optional() }),
    z.strictObject({ type: z.literal('function_call_output'), call_id: f.callId, output: f.contentOf(inputPart), id: itemId, status }),
  ],
  { error: f.unknownType('items of type "message", "function_call" or "function_call_output"') },
);
export type InputItem = z.output<typeof inputItem>;

const inputError = 'must be a text or a list of items.';
const tool = z.discriminatedUnion(
  'type',
  [z.strictObject({ type: z.literal('function'), name: f.toolName, description: f.description.nullish(), parameters: f.jsonObject.nullish(), strict: f.flag.nullish() })],
  { error: f.unknownType('tools of type "function"') },
);
const toolChoice = z.union([z.enum(['none', 'auto', 'required']), z.strictObject({ type: z.literal('function'), name: f.toolName })], {
  error: 'must be "none", "auto", "required" or {"type": "function", "name": …}.',
});
const textFormat = z.discriminatedUnion(
  'type',
  [z.strictObject({ type: z.literal('text') }), z.strictObject({ type: z.literal('json_object') }), z.strictObject({ type: z.literal('json_schema'), ...jsonSchemaFormat })],
  { error: f.unknownType('"text", "json_object" or "json_schema"') },
);

export const LOGPROBS_INCLUDED = 'message.output_text.logprobs';

export const responseRequest = z.strictObject({
  model: f.modelName,
  input: z.union([f.text.min(1, { error: 'must not be empty.' }), z.array(inputItem).min(1, { error: inputError }).max(f.MOST_MESSAGES, { error: `must have at most ${f.MOST_MESSAGES} items.` })], { error: inputError }),
  instructions: f.text.optional(),
  stream: f.flag.optional(),
  store: f.flag.describe('Answered with false: nothing is kept.').optional(),
  stream_options: z.strictObject({ include_obfuscation: f.flag.nullish() }, { error: 'must be an object.' }).optional(),
  max_output_tokens: f.outputTokens.optional(),
  temperature: f.temperature.optional(),
  top_p: f.topP.optional(),
  top_logprobs: f.topLogprobs.optional(),
  tools: z.array(tool, { error: 'must be a list of tools.' }).max(f.MOST_TOOLS, { error: `must have at most ${f.MOST_TOOLS} tools.` }).optional(),
  tool_choice: toolChoice.optional(),
  parallel_tool_calls: f.flag.optional(),
  text: z.strictObject({ format: textFormat.nullish(), verbosity: z.unknown().optional() }, { error: 'must be an object.' }).optional(),
  include: z.array(z.enum([LOGPROBS_INCLUDED, 'reasoning.encrypted_content'], { error: f.notOffered(`Only "${LOGPROBS_INCLUDED}" can be included.`) })).max(8).optional(),
  truncation: z.enum(['disabled'], { error: f.notOffered('"truncation" must be "disabled": nothing is silently forgotten to make room.') }).optional(),
  metadata: z.record(z.string().max(64), z.string().max(512), { error: 'must be an object of texts.' }).optional(),
});
export type ResponseRequestBody = z.output<typeof responseRequest>;

export const responseReader: BodyReader<typeof responseRequest> = {
  schema: responseRequest,
  ignored: ['user', 'reasoning', 'service_tier', 'safety_identifier', 'prompt_cache_key', 'prompt_cache_retention'],
  refused: {
    previous_response_id: { instead: 'Nothing is kept between requests: send the earlier items again in "input".' },
    conversation: { instead: 'Nothing is kept between requests: send the earlier items again in "input".' },
    background: { unless: (value) => value === false, instead: 'Wait for the answer, or stream it.' },
    prompt: { instead: 'Send the text itself in "input" and "instructions".' },
    max_tool_calls: {},
    context_management: { unless: isEmptyList },
  },
  normalize: (body) => (Array.isArray(body['input']) ? { ...body, input: body['input'].map(asItem) } : body),
};

/** A message may be written without its type. */
function asItem(item: unknown): unknown {
  return isObject(item) && item['type'] === undefined && item['role'] !== undefined ? ({ type: 'message', ...item } satisfies Fields) : item;
}

const tokenProbability = { token: z.string(), logprob: z.number(), bytes: z.array(z.int()) };
const outputText = z.object({
  type: z.literal('output_text'),
  text: z.string(),
  annotations: z.array(z.unknown()),
  logprobs: z.array(z.object({ ...tokenProbability, top_logprobs: z.array(z.object(tokenProbability)) })),
});
export type OutputText = z.output<typeof outputText>;

const outputItem = z.discriminatedUnion('type', [
  z.object({ type: z.literal('message'), id: z.string(), role: z.literal('assistant'), status: z.enum(['in_progress', 'completed', 'incomplete']), content: z.array(outputText) }),
  z.object({ type: z.literal('function_call'), id: z.string(), call_id: z.string(), name: z.string(), arguments: z.string(), status: z.enum(['in_progress', 'completed', 'incomplete']) }),
]);
export type OutputItem = z.output<typeof outputItem>;

export const responseSchema = z.object({
  id: z.string(),
  object: z.literal('response'),
  created_at: z.int(),
  status: z.enum(['in_progress', 'completed', 'incomplete']),
  background: z.literal(false),
  error: z.null(),
  incomplete_details: z.object({ reason: z.literal('max_output_tokens') }).nullable(),
  instructions: z.string().nullable(),
  max_output_tokens: z.int().nullable(),
  metadata: z.record(z.string(), z.string()),
  model: z.string(),
  output: z.array(outputItem),
  parallel_tool_calls: z.boolean(),
  previous_response_id: z.null(),
  reasoning: z.object({ effort: z.null(), summary: z.null() }),
  store: z.literal(false),
  temperature: z.number(),
  text: z.object({ format: z.record(z.string(), z.unknown()) }),
  tool_choice: z.union([z.string(), z.record(z.string(), z.unknown())]),
  tools: z.array(z.record(z.string(), z.unknown())),
  top_logprobs: z.int(),
  top_p: z.number(),
  truncation: z.literal('disabled'),
  usage: z
    .object({
      input_tokens: z.int(),
      input_tokens_details: z.object({ cached_tokens: z.int() }),
      output_tokens: z.int(),
      output_tokens_details: z.object({ reasoning_tokens: z.int() }),
      total_tokens: z.int(),
    })
    .nullable(),
});
export type ResponseBody = z.output<typeof responseSchema>;
