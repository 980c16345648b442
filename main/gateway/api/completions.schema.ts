import { z } from 'zod';
import { usageSchema } from './chat-completions.schema.ts';
import * as f from './fields.ts';
import type { BodyReader } from './read-body.ts';

/* `POST /v1/completions`, as OpenAI's API reference describes it ("Create completion", legacy). */

const MOST_PROMPTS = 64;
const promptError = `must be a text, a list of texts, a list of token ids, or a list of such lists, at most ${MOST_PROMPTS}.`;
const prompt = z.union(
  [
    f.text,
    f.tokenList,
    z.array(f.text).min(1, { error: promptError }).max(MOST_PROMPTS, { error: promptError }),
    z.array(f.tokenList).min(1, { error: promptError }).max(MOST_PROMPTS, { error: promptError }),
  ],
  { error: promptError },
);

export const completionRequest = z.strictObject({
  model: f.modelName,
  prompt,
  stream: f.flag.optional(),
  stream_options: f.streamOptions.optional(),
  max_tokens: f.outputTokens.describe("Default 16, as OpenAI's.").optional(),
  n: f.answerCount.describe('Answers for each prompt; at most 64 in all.').optional(),
  best_of: f.answerCount.describe('Must be n: no answer is thrown away here.').optional(),
  echo: f.flag.describe('The answer begins with the prompt. Not with token ids, not with "logprobs".').optional(),
  logprobs: f.topLogprobs.optional(),
  ...f.samplingFields,
  ...f.llamaFields,
});
export type CompletionRequestBody = z.output<typeof completionRequest>;

export const completionReader: BodyReader<typeof completionRequest> = {
  schema: completionRequest,
  ignored: ['user', 'metadata', 'store', 'service_tier', 'safety_identifier', 'prompt_cache_key'],
  refused: { suffix: { unless: (value) => value === '', instead: 'Texts are continued, not filled in.' } },
  numberLists: ['prompt'],
};

const head = { id: z.string(), created: z.int(), model: z.string(), system_fingerprint: z.string().nullable() };
const logprobs = z.object({
  tokens: z.array(z.string()),
  token_logprobs: z.array(z.number()),
  top_logprobs: z.array(z.record(z.string(), z.number())).nullable(),
  text_offset: z.array(z.int()),
});

export const completionSchema = z.object({
  ...head,
  object: z.literal('text_completion'),
  choices: z.array(z.object({ index: z.int(), text: z.string(), logprobs: logprobs.nullable(), finish_reason: z.enum(['stop', 'length']) })),
  usage: usageSchema,
});

export const completionChunk = z.object({
  ...head,
  object: z.literal('text_completion'),
  choices: z.array(z.object({ index: z.int(), text: z.string(), logprobs: logprobs.nullable(), finish_reason: z.enum(['stop', 'length']).nullable() })),
  usage: usageSchema.nullable().optional(),
});
