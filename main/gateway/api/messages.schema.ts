import { z } from 'zod';
import * as f from './fields.ts';
import { isEmptyList, isObject } from './read-body.ts';
import type { BodyReader } from './read-body.ts';

/* `POST /v1/messages` and `/v1/messages/count_tokens`, as Anthropic's API reference describes them; versions 2023-06-01 and 2026-10-21.
 * Sampling parameters, which the newer version has taken out, are there in both. */

const textBlock = z.strictObject({ type: z.literal('text'), text: f.text, cache_control: f.cacheControl, citations: z.null().optional() });
const blockError = { error: f.unknownType('blocks of type "text", "tool_use" or "tool_result"') };
const textBlocks = f.contentOf(z.discriminatedUnion('type', [textBlock], { error: f.unknownType('blocks of type "text"') }));

const userBlock = z.discriminatedUnion(
  'type',
  [textBlock, z.strictObject({ type: z.literal('tool_result'), tool_use_id: f.callId, content: textBlocks.nullish(), is_error: f.flag.nullish(), cache_control: f.cacheControl })],
  blockError,
);
const assistantBlock = z.discriminatedUnion(
  'type',
  [textBlock, z.strictObject({ type: z.literal('tool_use'), id: f.callId, name: f.toolName, input: f.jsonObject, caller: z.unknown().optional(), cache_control: f.cacheControl })],
  blockError,
);

const message = z.discriminatedUnion('role', [z.strictObject({ role: z.literal('user'), content: f.contentOf(userBlock) }), z.strictObject({ role: z.literal('assistant'), content: f.contentOf(assistantBlock) }), z.strictObject({ role: z.literal('system'), content: textBlocks })], {
  error: ({ input }) => (isObject(input) ? 'must be one of user, assistant, system.' : 'must be an object with "role" and "content".'),
});
export type MessageBody = z.output<typeof message>;

const tool = z.strictObject({
  type: z.literal('custom', { error: f.notOffered('Only tools of type "custom" are supported: this server has no tools of its own.') }).nullish(),
  name: f.toolName,
  description: f.description.nullish(),
  input_schema: z.record(z.string(), z.unknown(), { error: 'must be a JSON schema.' }),
  strict: f.flag.nullish(),
  cache_control: f.cacheControl,
  eager_input_streaming: z.unknown().optional(),
  input_examples: z.unknown().optional(),
});
const oneCall = { disable_parallel_tool_use: f.flag.nullish() };
const toolChoice = z.discriminatedUnion(
  'type',
  [
    z.strictObject({ type: z.literal('auto'), ...oneCall }),
    z.strictObject({ type: z.literal('any'), ...oneCall }),
    z.strictObject({ type: z.literal('tool'), name: f.toolName, ...oneCall }),
    z.strictObject({ type: z.literal('none') }),
  ],
  { error: f.unknownType('{"type": "auto"}, "any", "tool" with a name, or "none"') },
);

/** `effort` is a hint this server has no use for. */
const outputConfig = z.strictObject(
  {
    format: z.discriminatedUnion('type', [z.strictObject({ type: z.literal('json_schema'), schema: f.jsonObject })], { error: f.unknownType('a format of type "json_schema"') }).nullish(),
    effort: z.unknown().optional(),
  },
  { error: 'must be an object.' },
);

const prompt = {
  model: f.modelName,
  messages: z.array(message, { error: 'must be a list of at least one message.' }).min(1, { error: 'must be a list of at least one message.' }).max(f.MOST_MESSAGES, { error: `must have at most ${f.MOST_MESSAGES} messages.` }),
  system: textBlocks.optional(),
  tools: z.array(tool, { error: 'must be a list of tools.' }).max(f.MOST_TOOLS, { error: `must have at most ${f.MOST_TOOLS} tools.` }).optional(),
  tool_choice: toolChoice.optional(),
};

export const messageRequest = z.strictObject({
  ...prompt,
  max_tokens: f.outputTokens,
  stream: f.flag.optional(),
  temperature: f.numberIn({ min: 0, max: 1 }).optional(),
  top_p: f.topP.optional(),
  top_k: f.topK.optional(),
  stop_sequences: f.stopSequences.optional(),
  output_config: outputConfig.optional(),
});
export type MessageRequestBody = z.output<typeof messageRequest>;

/** "Adaptive" leaves it to the model whether it thinks. */
const mayBeLeftOut = (value: unknown): boolean => isObject(value) && (value['type'] === 'disabled' || value['type'] === 'adaptive');
const ignored = ['metadata', 'service_tier', 'inference_geo', 'cache_control', 'diagnostics', 'speed', 'user_profile_id', 'workspace_id'];
const refused = {
  thinking: { unless: mayBeLeftOut, instead: 'Leave it out, or say {"type": "disabled"}.' },
  container: {},
  context_management: {},
  mcp_servers: { unless: isEmptyList },
};

export const messageReader: BodyReader<typeof messageRequest> = { schema: messageRequest, ignored, refused };

export const countRequest = z.strictObject({ ...prompt, output_config: outputConfig.optional() });
export type CountRequestBody = z.output<typeof countRequest>;
export const countReader: BodyReader<typeof countRequest> = { schema: countRequest, ignored, refused };
export const countSchema = z.object({ input_tokens: z.int() });

const usage = z.object({
  input_tokens: z.int(),
  cache_creation: z.null(),
  cache_creation_input_tokens: z.int(),
  cache_read_input_tokens: z.int(),
  inference_geo: z.null(),
  output_tokens: z.int(),
  output_tokens_details: z.null(),
  server_tool_use: z.null(),
  service_tier: z.null(),
  speed: z.null(),
});

export const messageSchema = z.object({
  id: z.string(),
  type: z.literal('message'),
  role: z.literal('assistant'),
  model: z.string(),
  content: z.array(
    z.discriminatedUnion('type', [
      z.object({ type: z.literal('text'), text: z.string(), citations: z.null() }),
      z.object({ type: z.literal('tool_use'), id: z.string(), name: z.string(), input: z.record(z.string(), z.unknown()), caller: z.object({ type: z.literal('direct') }) }),
    ]),
  ),
  stop_reason: z.enum(['end_turn', 'max_tokens', 'stop_sequence', 'tool_use']).nullable(),
  stop_sequence: z.string().nullable(),
  stop_details: z.null(),
  container: z.null(),
  diagnostics: z.null(),
  usage,
});
export type MessageAnswer = z.output<typeof messageSchema>;
