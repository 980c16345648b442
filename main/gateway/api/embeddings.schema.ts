import { z } from 'zod';
import * as f from './fields.ts';
import type { BodyReader } from './read-body.ts';

/* `POST /v1/embeddings`, as OpenAI's API reference describes it ("Create embeddings"). */

export const MOST_INPUTS = 2048;
const inputError = `must be a text, a list of texts, a list of token ids, or a list of such lists, at most ${MOST_INPUTS}.`;
const inputText = f.text.min(1, { error: 'must not be empty.' });

export const embeddingRequest = z.strictObject({
  model: f.modelName,
  input: z.union(
    [inputText, f.tokenList, z.array(inputText).min(1, { error: inputError }).max(MOST_INPUTS, { error: inputError }), z.array(f.tokenList).min(1, { error: inputError }).max(MOST_INPUTS, { error: inputError })],
    { error: inputError },
  ),
  encoding_format: z.enum(['float', 'base64'], { error: 'must be "float" or "base64".' }).optional(),
  dimensions: f.integerIn({ min: 1, max: 1_000_000 }).describe('Must be what the model has: vectors are not cut.').optional(),
});
export type EmbeddingRequestBody = z.output<typeof embeddingRequest>;

export const embeddingReader: BodyReader<typeof embeddingRequest> = { schema: embeddingRequest, ignored: ['user'], refused: {}, numberLists: ['input'] };

export const embeddingList = z.object({
  object: z.literal('list'),
  model: z.string(),
  data: z.array(z.object({ object: z.literal('embedding'), index: z.int(), embedding: z.union([z.array(z.number()), z.string()]) })),
  usage: z.object({ prompt_tokens: z.int(), total_tokens: z.int() }),
});
