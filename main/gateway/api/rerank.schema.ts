import { z } from 'zod';
import * as f from './fields.ts';
import type { BodyReader } from './read-body.ts';

/* `POST /v1/rerank`, the form of Jina's and Cohere's APIs. */

const MOST_DOCUMENTS = 1000;
const documentsError = `must be a list of 1 to ${MOST_DOCUMENTS} texts or objects with "text".`;
const documentText = z.union([f.text, z.strictObject({ text: f.text })], { error: 'must be a text or an object with "text".' });

export const rerankRequest = z.strictObject({
  model: f.modelName,
  query: z.string({ error: 'must be a text.' }).min(1, { error: 'must not be empty.' }).max(1_000_000, { error: 'must have at most 1000000 characters.' }),
  documents: z.array(documentText, { error: documentsError }).min(1, { error: documentsError }).max(MOST_DOCUMENTS, { error: documentsError }),
  top_n: f.integerIn({ min: 1, max: 1_000_000 }).describe('Only so many of the best are told.').optional(),
  return_documents: f.flag.optional(),
});

export const rerankReader: BodyReader<typeof rerankRequest> = { schema: rerankRequest, ignored: ['user', 'max_chunks_per_doc', 'max_tokens_per_doc', 'truncation'], refused: { rank_fields: {} } };

export const rankingSchema = z.object({
  id: z.string(),
  object: z.literal('list'),
  model: z.string(),
  results: z.array(
    z.object({ index: z.int(), relevance_score: z.number().describe("Larger is better; on the model's own scale."), document: z.object({ text: z.string() }).optional() }),
  ),
  usage: z.object({ prompt_tokens: z.int(), total_tokens: z.int() }),
});
