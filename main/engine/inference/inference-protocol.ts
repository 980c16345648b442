import { z } from 'zod';
import { engineSettingsSchema } from '../../contract/deployments.contract.ts';
import { errorValueSchema } from '../../contract/errors.ts';
import { embeddingOrderSchema, generationEventSchema, generationOrderSchema, promptOrderSchema, rankingOrderSchema } from './generation.ts';

/**
 * What the supervisor and an inference process say to each other. Both sides parse everything they receive: a process
 * that ran native code over hostile bytes is not believed just because it is ours.
 */

const requestIdSchema = z.number().int().nonnegative();
const countSchema = z.number().int().nonnegative();

/** A LoRA file with its weight; one of weight 0 is as good as absent. Paths are content-addressed: the same path holds the same bytes. */
export const weightedAdapterSchema = z.strictObject({ path: z.string().min(1), weight: z.number() });
export type WeightedAdapter = z.infer<typeof weightedAdapterSchema>;

/** What a model is loaded for: to write, to make vectors of texts, or to judge documents by a query. Each has an engine of its own. */
export const engineTaskSchema = z.enum(['generate', 'embed', 'rank']);
export type EngineTask = z.infer<typeof engineTaskSchema>;

export const toInferenceSchema = z.discriminatedUnion('kind', [
  /** First message, once. */
  z.strictObject({
    kind: z.literal('load'),
    /** Deployment name, for the data of DEPLOYMENT_BUSY. */
    name: z.string(),
    /** Absolute path; loaded exactly. The first part of a split model. */
    modelPath: z.string().min(1),
    settings: engineSettingsSchema,
    maxOutputTokens: z.number().int().min(1),
    queueLimit: countSchema,
    /** False for models without a chat template: contents are then continued as plain text. */
    hasChatTemplate: z.boolean(),
    adapters: z.array(weightedAdapterSchema),
    /** `auto` takes the native loop wherever it can be used. */
    loop: z.enum(['auto', 'library']),
    task: engineTaskSchema,
  }),
  z.strictObject({
    kind: z.literal('generate'),
    requestId: requestIdSchema,
    order: generationOrderSchema,
    /** This answer alone is written with these, whatever is attached; requests with others wait for its end. Null: with what is attached. */
    adapters: z.array(weightedAdapterSchema).nullable(),
  }),
  /** How many tokens a prompt has, without computing anything. Answered with `counted` or `callFailed`. */
  z.strictObject({ kind: z.literal('count'), callId: requestIdSchema, prompt: promptOrderSchema }),
  /** Answered with `embedded` or `callFailed`. */
  z.strictObject({ kind: z.literal('embed'), callId: requestIdSchema, order: embeddingOrderSchema }),
  /** Answered with `ranked` or `callFailed`. */
  z.strictObject({ kind: z.literal('rank'), callId: requestIdSchema, order: rankingOrderSchema }),
  /** What is attached from now on: running answers end first, waiting ones get the new. Answered with `adaptersSet` or `callFailed`. */
  z.strictObject({ kind: z.literal('setAdapters'), callId: requestIdSchema, adapters: z.array(weightedAdapterSchema) }),
  /** Ends a request or a call, waiting or running, with reason "cancelled". Unknown ids are ignored: it may just have ended. */
  z.strictObject({ kind: z.literal('abort'), requestId: requestIdSchema }),
  /** Thread budget from now on; 1 up to the threads the context was created with. */
  z.strictObject({ kind: z.literal('setThreads'), threads: z.number().int().min(1) }),
  /** Cancel what runs, free the model, exit with code 0. */
  z.strictObject({ kind: z.literal('stop') }),
]);
export type ToInference = z.infer<typeof toInferenceSchema>;
export type LoadOrder = Extract<ToInference, { kind: 'load' }>;

/**
 * How prompts are formed: `template` = the model's own Jinja template; `known` = the nearest format known to the engine
 * because the model's own could not be used (`problem` says why); `plain` = no chat format, contents are continued.
 */
export const chatFormatSchema = z.object({
  kind: z.enum(['template', 'known', 'plain']),
  /** The engine's name for the format. */
  name: z.string(),
  problem: z.string().nullable(),
});
export type ChatFormat = z.infer<typeof chatFormatSchema>;

/**
 * How the vectors of a text's tokens become one, and of how many numbers; `declared` is false where the model does not say and the mean is taken. `dimensions` is 1
 * for scores.
 */
export const poolingReportSchema = z.object({ type: z.enum(['none', 'mean', 'cls', 'last', 'rank']), declared: z.boolean(), dimensions: z.number().int().positive() });
export type PoolingReport = z.infer<typeof poolingReportSchema>;

/** What was really loaded, as opposed to what was asked for. */
export const loadReportSchema = z.object({
  /** From the arrival of the load message until the model could answer. */
  loadMs: z.number().nonnegative(),
  rssBytes: z.number().nonnegative(),
  /** Layers (blocks + output) that lie on a GPU. */
  gpuLayers: countSchema,
  deviceNames: z.array(z.string()),
  /** Tokens each sequence has, as allocated (llama.cpp may round up). */
  contextSize: z.number().int().positive(),
  parallelSequences: z.number().int().positive(),
  chatFormat: chatFormatSchema,
  /** Who writes the answers: the native loop, or the library's evaluator, and why it when it was not asked for. */
  loop: z.object({ kind: z.enum(['native', 'library']), problem: z.string().nullable() }),
  /** Of models that make vectors or rank; `contextSize` is then the longest text, `parallelSequences` the texts computed together. */
  pooling: poolingReportSchema.optional(),
});
export type LoadReport = z.infer<typeof loadReportSchema>;

export const fromInferenceSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('loading'), fraction: z.number().min(0).max(1) }),
  z.object({ kind: z.literal('ready'), report: loadReportSchema }),
  /** Loading failed; the process exits after this. */
  z.object({ kind: z.literal('loadFailed'), error: errorValueSchema }),
  /** Every 500 ms from the main thread, also while loading, so that a hang shows. Token counters only ever grow. */
  z.object({
    kind: z.literal('beat'),
    rssBytes: z.number().nonnegative(),
    /** Most resident memory the process ever had. */
    peakRssBytes: z.number().nonnegative(),
    activeRequests: countSchema,
    queuedRequests: countSchema,
    promptTokens: countSchema,
    outputTokens: countSchema,
  }),
  z.object({ kind: z.literal('event'), requestId: requestIdSchema, event: generationEventSchema }),
  /** The request failed; the process lives on. */
  z.object({ kind: z.literal('failed'), requestId: requestIdSchema, error: errorValueSchema }),
  /** `switchMs`: from the end of the last answer until the next could begin. */
  z.object({ kind: z.literal('adaptersSet'), callId: requestIdSchema, switchMs: z.number().nonnegative() }),
  z.object({ kind: z.literal('counted'), callId: requestIdSchema, tokens: countSchema }),
  /** Vectors as Base64 of 32-bit floats, the least significant byte first: a thousand of them are megabytes. */
  z.object({ kind: z.literal('embedded'), callId: requestIdSchema, vectors: z.array(z.string()), promptTokens: countSchema }),
  z.object({ kind: z.literal('ranked'), callId: requestIdSchema, scores: z.array(z.number()), promptTokens: countSchema }),
  /** A call failed; where it was to change adapters, what was attached before still is. */
  z.object({ kind: z.literal('callFailed'), callId: requestIdSchema, error: errorValueSchema }),
]);
export type FromInference = z.infer<typeof fromInferenceSchema>;

/** How often an inference process beats. */
export const BEAT_INTERVAL_MS = 500;
