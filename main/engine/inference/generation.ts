import { z } from 'zod';
import { answerTimingSchema, samplingSchema } from '../../contract/deployments.contract.ts';

/*
 * What an inference process can be asked for and what it answers, whichever loop serves it. The gateway's API forms are translated into this;
 * it knows no HTTP.
 */

const countSchema = z.number().int().nonnegative();

/** A call of a tool as the model wrote it; `arguments` is JSON text. */
export const toolCallSchema = z.strictObject({ id: z.string().max(128), name: z.string().min(1).max(64), arguments: z.string().max(1_000_000) });
export type ToolCall = z.infer<typeof toolCallSchema>;

/** One message of a conversation. An assistant's may hold calls of tools; each is answered by a `tool` message with its id. */
export const engineMessageSchema = z.discriminatedUnion('role', [
  z.strictObject({ role: z.literal('system'), content: z.string() }),
  z.strictObject({ role: z.literal('user'), content: z.string() }),
  z.strictObject({ role: z.literal('assistant'), content: z.string(), toolCalls: z.array(toolCallSchema).max(128).optional() }),
  z.strictObject({ role: z.literal('tool'), content: z.string(), toolCallId: z.string().max(128) }),
]);
export type EngineMessage = z.infer<typeof engineMessageSchema>;

const jsonSchemaSchema = z.record(z.string(), z.unknown());

/** A tool the model may call. `parameters` is the JSON schema of its arguments; null when it takes none. */
export const toolSchema = z.strictObject({ name: z.string().min(1).max(64), description: z.string().max(16_384), parameters: jsonSchemaSchema.nullable() });
export type Tool = z.infer<typeof toolSchema>;

/** Whether tools may, must or must not be called; `named` must call that one. */
export const toolChoiceSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('auto') }),
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('required') }),
  z.strictObject({ kind: z.literal('named'), name: z.string() }),
]);
export type ToolChoice = z.infer<typeof toolChoiceSchema>;

/** `text` is continued as it is; special tokens in it stay text. `tokens` are ids of the model's vocabulary. */
export const promptOrderSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('chat'),
    messages: z.array(engineMessageSchema).min(1).max(1000),
    tools: z.array(toolSchema).max(128).optional(),
    toolChoice: toolChoiceSchema.optional(),
    /** False forbids more than one call in an answer; default true. */
    parallelToolCalls: z.boolean().optional(),
  }),
  z.strictObject({ kind: z.literal('text'), text: z.string().max(4_000_000) }),
  z.strictObject({ kind: z.literal('tokens'), tokens: z.array(countSchema).min(1).max(4_194_304) }),
]);
export type PromptOrder = z.infer<typeof promptOrderSchema>;

/** What an answer must look like: any JSON object, JSON of a schema, or a grammar in GBNF. Null: free text. */
export const answerFormatSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('json-object') }),
  z.strictObject({ kind: z.literal('json-schema'), schema: jsonSchemaSchema }),
  z.strictObject({ kind: z.literal('grammar'), grammar: z.string().max(262_144) }),
]);
export type AnswerFormat = z.infer<typeof answerFormatSchema>;

/** Sampling parameters by the names llama.cpp and OpenAI give them; what is left out is llama.cpp's default for its server, or off. */
export const generationSamplingSchema = samplingSchema.extend({
  /** Only this many of the likeliest tokens are considered; 0 is all. Default 40. */
  topK: z.number().int().min(0).max(1_000_000).optional(),
  /** Tokens less likely than this share of the likeliest one's probability are left out; default 0. */
  minP: z.number().min(0).max(1).optional(),
  /** Taken off a token's logit once if it has been written, and per time it has been; −2 to 2, default 0. */
  presencePenalty: z.number().min(-2).max(2).optional(),
  frequencyPenalty: z.number().min(-2).max(2).optional(),
  /** Divides the logit of written tokens; 1 is off. */
  repeatPenalty: z.number().min(0.1).max(10).optional(),
  /** Added to the logits of tokens; −100 to 100. */
  logitBias: z.array(z.strictObject({ token: countSchema, bias: z.number().min(-100).max(100) })).max(1024).optional(),
  /** Up to sixteen stop texts, more than a person's screen offers. */
  stop: z.array(z.string().min(1).max(1024)).max(16).optional(),
  /** An end-of-generation token does not end the answer. */
  ignoreEnd: z.boolean().optional(),
});
export type GenerationSampling = z.infer<typeof generationSamplingSchema>;

export const generationOrderSchema = z.strictObject({
  prompt: promptOrderSchema,
  sampling: generationSamplingSchema,
  format: answerFormatSchema.nullable(),
  /** Log-probabilities of each token written and of so many of the likeliest ones (0 to 20); null: none. */
  topLogprobs: z.number().int().min(0).max(20).nullable(),
  /** Who shares the queue: requests of one share take turns with those of others (an API key's id; empty for people at the screen). */
  share: z.string().max(64),
  /** Longest wait for a free sequence, then QUEUE_TIMEOUT; null: as long as it takes. */
  queueTimeoutMs: z.number().int().min(0).max(86_400_000).nullable(),
});
export type GenerationOrder = z.infer<typeof generationOrderSchema>;

/** Probability of a token as a natural logarithm, of the distribution before temperature and filters. `bytes` are the token's UTF-8. */
export const tokenProbabilitySchema = z.object({ token: countSchema, text: z.string(), bytes: z.array(z.number().int().min(0).max(255)), logprob: z.number() });
export type TokenProbability = z.infer<typeof tokenProbabilitySchema>;

/** One written token with the likeliest alternatives, likeliest first. */
export const tokenLogprobSchema = tokenProbabilitySchema.extend({ top: z.array(tokenProbabilitySchema) });
export type TokenLogprob = z.infer<typeof tokenLogprobSchema>;

/** `cachedTokens` of the prompt were remembered from earlier requests and not computed again. */
export const generationUsageSchema = z.object({ promptTokens: countSchema, cachedTokens: countSchema, outputTokens: countSchema });
export type GenerationUsage = z.infer<typeof generationUsageSchema>;

/** Why an answer ended: the model's own end or a stop text, a limit, a call of tools, or whoever asked. */
export const finishReasonSchema = z.enum(['stop', 'length', 'tool-calls', 'cancelled']);
export type FinishReason = z.infer<typeof finishReasonSchema>;

export const generationEventSchema = z.discriminatedUnion('kind', [
  /** Position 1 = next of its share. Sent again whenever it changes. */
  z.object({ kind: z.literal('queued'), position: z.number().int().positive() }),
  z.object({ kind: z.literal('started'), promptTokens: countSchema, cachedTokens: countSchema }),
  z.object({ kind: z.literal('text'), text: z.string(), tokens: countSchema, logprobs: z.array(tokenLogprobSchema).optional() }),
  /** A tool is called: its arguments follow in pieces that together are JSON. `index` counts the calls of the answer from 0. */
  z.object({ kind: z.literal('toolCall'), index: countSchema, id: z.string(), name: z.string() }),
  z.object({ kind: z.literal('toolArguments'), index: countSchema, text: z.string(), tokens: countSchema }),
  z.object({
    kind: z.literal('finished'),
    reason: finishReasonSchema,
    /** The stop text that ended it, where one did. */
    stopText: z.string().nullable(),
    usage: generationUsageSchema,
    timing: answerTimingSchema,
  }),
]);
export type GenerationEvent = z.infer<typeof generationEventSchema>;

/** Texts, or token ids, to be turned into vectors. */
export const embeddingOrderSchema = z.strictObject({
  inputs: z.array(z.union([z.string().max(4_000_000), z.array(countSchema).min(1)])).min(1).max(2048),
  share: z.string().max(64),
  /** Longest wait until the first text is computed, then QUEUE_TIMEOUT; left out or null: as long as it takes. */
  queueTimeoutMs: z.number().int().min(0).max(86_400_000).nullable().optional(),
});
export type EmbeddingOrder = z.infer<typeof embeddingOrderSchema>;

/** One vector for each input, of Euclidean length 1. */
export interface Embeddings {
  vectors: number[][];
  promptTokens: number;
}

/** Documents to be judged by how well they answer a query. */
export const rankingOrderSchema = z.strictObject({ query: z.string().min(1).max(1_000_000), documents: z.array(z.string().max(4_000_000)).min(1).max(1000), share: z.string().max(64), queueTimeoutMs: embeddingOrderSchema.shape.queueTimeoutMs });
export type RankingOrder = z.infer<typeof rankingOrderSchema>;

/** A score for each document, larger is better; whatever scale the model has. */
export interface Ranking {
  scores: number[];
  promptTokens: number;
}
