import { z } from 'zod';
import * as f from './fields.ts';
import { isEmptyList, isObject } from './read-body.ts';
import type { BodyReader } from './read-body.ts';

/* `POST /v1/chat/completions`, as OpenAI's API reference describes it ("Create chat completion"). */

const textPart = z.strictObject({ type: z.literal('text'), text: f.text, cache_control: f.cacheControl });
const partError = { error: f.unknownType('parts of type "text"') };
const contentPart = z.discriminatedUnion('type', [textPart], partError);
const assistantPart = z.discriminatedUnion('type', [textPart, z.strictObject({ type: z.literal('refusal'), refusal: f.text })], partError);

export const toolCall = z.strictObject({
  id: f.callId,
  type: z.literal('function', { error: 'must be "function".' }),
  function: z.strictObject({ name: f.toolName, arguments: z.string({ error: 'must be JSON as a text.' }).max(1_000_000, { error: 'must have at most 1000000 characters.' }) }),
  index: z.int().nullish(),
});

const nameOfSpeaker = f.shortText.nullish();
const chatMessage = z.discriminatedUnion(
  'role',
  [
    z.strictObject({ role: z.enum(['system', 'developer']), content: f.contentOf(contentPart), name: nameOfSpeaker }),
    z.strictObject({ role: z.literal('user'), content: f.contentOf(contentPart), name: nameOfSpeaker }),
    z.strictObject({
      role: z.literal('assistant'),
      content: f.contentOf(assistantPart).nullish(),
      tool_calls: z.array(toolCall).max(f.MOST_TOOLS, { error: `must have at most ${f.MOST_TOOLS} calls.` }).nullish(),
      name: nameOfSpeaker,
      refusal: f.text.nullish(),
      annotations: z.array(z.unknown()).nullish(),
      audio: z.null({ error: f.notOffered('Audio is not supported; send texts.') }).optional(),
      function_call: z.null({ error: f.notOffered('"function_call" is not supported; use "tool_calls".') }).optional(),
    }),
    z.strictObject({ role: z.literal('tool'), content: f.contentOf(contentPart), tool_call_id: f.callId, name: nameOfSpeaker }),
  ],
  {
    error: ({ input }) => {
      if (!isObject(input)) return 'must be an object with "role" and "content".';
      return input['role'] === 'function' ? f.notOffered('Messages of role "function" are not supported; use "tool" with "tool_call_id".') : 'must be one of system, developer, user, assistant, tool.';
    },
  },
);
export type ChatMessageBody = z.output<typeof chatMessage>;

export const functionBody = z.strictObject({ name: f.toolName, description: f.description.nullish(), parameters: f.jsonObject.nullish(), strict: f.flag.nullish() }, { error: 'must be an object.' });
const tool = z.discriminatedUnion('type', [z.strictObject({ type: z.literal('function'), function: functionBody })], { error: f.unknownType('tools of type "function"') });

const toolChoice = z.union([z.enum(['none', 'auto', 'required']), z.strictObject({ type: z.literal('function'), function: z.strictObject({ name: f.toolName }) })], {
  error: 'must be "none", "auto", "required" or {"type": "function", "function": {"name": …}}.',
});

export const jsonSchemaFormat = { name: f.toolName, description: f.description.nullish(), schema: f.jsonObject.nullish(), strict: f.flag.nullish() };
const responseFormat = z.discriminatedUnion(
  'type',
  [z.strictObject({ type: z.literal('text') }), z.strictObject({ type: z.literal('json_object') }), z.strictObject({ type: z.literal('json_schema'), json_schema: z.strictObject(jsonSchemaFormat, { error: 'must be an object.' }) })],
  { error: f.unknownType('"text", "json_object" or "json_schema"') },
);

export const chatRequest = z.strictObject({
  model: f.modelName,
  messages: z.array(chatMessage, { error: 'must be a list of at least one message.' }).min(1, { error: 'must be a list of at least one message.' }).max(f.MOST_MESSAGES, { error: `must have at most ${f.MOST_MESSAGES} messages.` }),
  stream: f.flag.optional(),
  stream_options: f.streamOptions.optional(),
  max_tokens: f.outputTokens.describe('The older name of "max_completion_tokens".').optional(),
  max_completion_tokens: f.outputTokens.optional(),
  n: f.answerCount.describe('Answers side by side; their seeds are seed, seed + 1 and so on.').optional(),
  ...f.samplingFields,
  tools: z.array(tool, { error: 'must be a list of tools.' }).max(f.MOST_TOOLS, { error: `must have at most ${f.MOST_TOOLS} tools.` }).optional(),
  tool_choice: toolChoice.optional(),
  parallel_tool_calls: f.flag.optional(),
  response_format: responseFormat.optional(),
  logprobs: f.flag.optional(),
  top_logprobs: f.topLogprobs.optional(),
  ...f.llamaFields,
});
export type ChatRequestBody = z.output<typeof chatRequest>;

export const chatReader: BodyReader<typeof chatRequest> = {
  schema: chatRequest,
  ignored: ['metadata', 'prompt_cache_key', 'prompt_cache_retention', 'reasoning_effort', 'safety_identifier', 'service_tier', 'store', 'user', 'verbosity'],
  refused: {
    functions: { unless: isEmptyList, instead: 'Use "tools".' },
    function_call: { unless: (value) => value === 'none' || value === 'auto', instead: 'Use "tool_choice".' },
    modalities: { unless: (value) => Array.isArray(value) && value.length === 1 && value[0] === 'text', instead: 'Answers are texts.' },
    audio: { instead: 'Answers are texts.' },
    prediction: {},
    web_search_options: {},
  },
};

const tokenProbability = { token: z.string(), logprob: z.number(), bytes: z.array(z.int()).nullable() };
const logprobs = z.object({
  content: z.array(z.object({ ...tokenProbability, top_logprobs: z.array(z.object(tokenProbability)) })).nullable(),
  refusal: z.null(),
});

/** Tokens of a request. */
export const usageSchema = z.object({
  prompt_tokens: z.int(),
  completion_tokens: z.int(),
  total_tokens: z.int(),
  prompt_tokens_details: z.object({ cached_tokens: z.int() }),
});

const head = { id: z.string(), created: z.int(), model: z.string(), system_fingerprint: z.string().nullable() };
const finishReason = z.enum(['stop', 'length', 'tool_calls']);

export const chatCompletion = z.object({
  ...head,
  object: z.literal('chat.completion'),
  choices: z.array(
    z.object({
      index: z.int(),
      message: z.object({
        role: z.literal('assistant'),
        content: z.string().nullable(),
        refusal: z.null(),
        tool_calls: z.array(z.object({ id: z.string(), type: z.literal('function'), function: z.object({ name: z.string(), arguments: z.string() }) })).optional(),
      }),
      logprobs: logprobs.nullable(),
      finish_reason: finishReason,
    }),
  ),
  usage: usageSchema,
});
export type ChatCompletion = z.output<typeof chatCompletion>;

export const chatChunk = z.object({
  ...head,
  object: z.literal('chat.completion.chunk'),
  choices: z.array(
    z.object({
      index: z.int(),
      delta: z.object({
        role: z.literal('assistant').optional(),
        content: z.string().nullable().optional(),
        tool_calls: z
          .array(z.object({ index: z.int(), id: z.string().optional(), type: z.literal('function').optional(), function: z.object({ name: z.string().optional(), arguments: z.string() }) }))
          .optional(),
      }),
      logprobs: logprobs.nullable(),
      finish_reason: finishReason.nullable(),
    }),
  ),
  usage: usageSchema.nullable().optional(),
});
