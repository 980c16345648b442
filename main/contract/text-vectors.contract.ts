import { z } from './zod.ts';
import { idSchema, procedure } from './procedure.ts';

/* What a person tries out with an embedding or a reranking model; programs ask through the gateway. */

const textSchema = z.string().min(1).max(20_000);
export const triedDocumentsSchema = z.array(textSchema).min(1).max(20);

/** `similarities` of each text with each, as the cosine of their vectors. */
export const embeddingTrySchema = z.object({
  dimensions: z.number().int(),
  similarities: z.array(z.array(z.number())),
  promptTokens: z.number().int(),
  totalMs: z.number(),
});
export type EmbeddingTry = z.infer<typeof embeddingTrySchema>;

/** A score for each document in the order they were given; larger is better, on the model's own scale. */
export const rankingTrySchema = z.object({ scores: z.array(z.number()), promptTokens: z.number().int(), totalMs: z.number() });
export type RankingTry = z.infer<typeof rankingTrySchema>;

/** Procedures of `deployments.*` for such models. */
export const textVectorsContract = {
  embed: procedure({ permission: 'deployments.use', audit: 'deployments.questionAsked' })
    .input(z.strictObject({ deploymentId: idSchema, texts: z.array(textSchema).min(1).max(16) }))
    .output(embeddingTrySchema),
  rank: procedure({ permission: 'deployments.use', audit: 'deployments.questionAsked' })
    .input(z.strictObject({ deploymentId: idSchema, query: textSchema, documents: triedDocumentsSchema }))
    .output(rankingTrySchema),
};
