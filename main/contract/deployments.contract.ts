import { eventIterator } from '@orpc/contract';
import { z } from './zod.ts';
import { errorValueSchema } from './errors.ts';
import { SERVED_PURPOSES } from './models.contract.ts';
import { bytesSchema, done, idSchema, procedure, timeMsSchema } from './procedure.ts';
import { backendSchema, hardwareViewSchema } from './system.contract.ts';
import { triedDocumentsSchema } from './text-vectors.contract.ts';

export const KV_TYPES = ['F32', 'F16', 'BF16', 'Q8_0', 'Q5_1', 'Q4_0'] as const;
export const enginePerformanceSchema = z.strictObject({
  /** Tokens of a prompt computed at once (llama.cpp's batch and micro-batch; node-llama-cpp sets both from one value). */
  batchSize: z.number().int().min(32).max(16_384),
  /** `auto` lets llama.cpp decide by backend and model. */
  flashAttention: z.enum(['auto', 'on', 'off']),
  /** Number format of the KV cache; smaller than F16 saves memory, costs speed on the CPU and some accuracy. */
  kvType: z.enum(KV_TYPES),
});
export type EnginePerformance = z.infer<typeof enginePerformanceSchema>;

/** How a model is loaded. `gpuLayers` counts blocks from the end plus the output layer; 0 = all on the CPU. */
export const engineSettingsSchema = z.strictObject({
  backend: backendSchema,
  gpuLayers: z.number().int().min(0).max(2048),
  /** Context size in tokens of each sequence. */
  contextSize: z.number().int().min(64).max(4_194_304),
  /** Sequences answered at the same time; more wait in the queue. */
  parallelSequences: z.number().int().min(1).max(64),
  /** Threads while a prompt is processed; generation uses one less where there are two or more (docs: FACTS, thread count). */
  threads: z.number().int().min(1).max(1024),
  /** What auto-tuning found; left out, the engine's defaults: 512, auto, F16. */
  performance: enginePerformanceSchema.optional(),
});
export type EngineSettings = z.infer<typeof engineSettingsSchema>;

export const deploymentLimitsSchema = z.strictObject({
  /** Output tokens a single answer may have. */
  maxOutputTokens: z.number().int().min(1).max(1_048_576),
  /** Requests that may wait; the next is refused. */
  queueLimit: z.number().int().min(0).max(10_000),
  /** Resident memory above which the engine is ended and named. */
  memoryLimitBytes: bytesSchema.min(64 * 1024 * 1024),
  /** Longest wait of a request for an engine or its turn; left out, DEFAULT_QUEUE_TIMEOUT_MS. */
  queueTimeoutMs: z.number().int().min(1_000).max(3_600_000).optional(),
});
export const DEFAULT_QUEUE_TIMEOUT_MS = 60_000;
export type DeploymentLimits = z.infer<typeof deploymentLimitsSchema>;

/** Predicted need in bytes, split by what it is for and where it will lie. */
export const memoryPredictionSchema = z.object({
  weightsRamBytes: bytesSchema,
  weightsVramBytes: bytesSchema,
  kvRamBytes: bytesSchema,
  kvVramBytes: bytesSchema,
  computeRamBytes: bytesSchema,
  computeVramBytes: bytesSchema,
  totalRamBytes: bytesSchema,
  totalVramBytes: bytesSchema,
});
export type MemoryPrediction = z.infer<typeof memoryPredictionSchema>;

export const fitSchema = z.object({
  settings: engineSettingsSchema,
  prediction: memoryPredictionSchema,
  fits: z.boolean(),
  /** DOES_NOT_FIT, BACKEND_UNAVAILABLE or CONTEXT_TOO_LARGE with its numbers when it does not fit. */
  problem: errorValueSchema.nullable(),
  /** Layers that could go to a GPU at all (blocks + output). */
  maxGpuLayers: z.number().int(),
  trainedContextSize: z.number().int(),
});
export type Fit = z.infer<typeof fitSchema>;

export const fitReportSchema = z.object({
  hardware: hardwareViewSchema,
  recommended: fitSchema,
  limits: deploymentLimitsSchema,
  /** Why the recommendation is what it is: a sentence code and its numbers. */
  why: z.object({
    code: z.enum(['all-on-gpu', 'part-on-gpu', 'cpu-no-gpu', 'cpu-gpu-too-small', 'nothing-fits', 'tuned']),
    data: z.record(z.string(), z.union([z.string(), z.number()])),
  }),
});
export type FitReport = z.infer<typeof fitReportSchema>;

/** `sleeping`: not loaded, and loaded by the first request; only deployments sleep, an engine process never does. */
export const DEPLOYMENT_STATES = ['stopped', 'sleeping', 'starting', 'ready', 'restarting', 'stopping', 'failed'] as const;
export type DeploymentState = (typeof DEPLOYMENT_STATES)[number];

/** Pinned: always loaded. On demand: loaded by the first request, unloaded after so many minutes without one. */
export const lifecycleSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('pinned') }),
  z.strictObject({ kind: z.literal('on-demand'), idleMinutes: z.number().int().min(1).max(10_080) }),
]);
export type Lifecycle = z.infer<typeof lifecycleSchema>;
export const DEFAULT_IDLE_MINUTES = 15;

/** Endpoint name: what programs put into the `model` field. */
export const endpointNameSchema = z
  .string()
  .trim()
  .min(1)
  .max(64)
  .regex(/^[a-z0-9][a-z0-9._-]*$/);

export const deploymentViewSchema = z.object({
  id: idSchema,
  name: endpointNameSchema,
  state: z.enum(DEPLOYMENT_STATES),
  /** Cause of `failed`, or of the latest restart. */
  problem: errorValueSchema.nullable(),
  restarts: z.number().int(),
  modelId: idSchema,
  modelName: z.string(),
  versionId: idSchema,
  versionNumber: z.number().int(),
  quantization: z.string(),
  hasChatTemplate: z.boolean(),
  purpose: z.enum(SERVED_PURPOSES),
  settings: engineSettingsSchema,
  limits: deploymentLimitsSchema,
  lifecycle: lifecycleSchema,
  /** LoRA adapters in effect, each with its weight. */
  adapters: z.array(z.object({ adapterId: idSchema, name: z.string(), weight: z.number() })),
  createdAtMs: timeMsSchema,
  readyAtMs: timeMsSchema.nullable(),
  loadMs: z.number().nullable(),
  processId: z.number().int().nullable(),
  rssBytes: bytesSchema.nullable(),
  activeRequests: z.number().int(),
  queuedRequests: z.number().int(),
  requestCount: z.number().int(),
  errorCount: z.number().int(),
});
export type DeploymentView = z.infer<typeof deploymentViewSchema>;

export const chatMessageSchema = z.strictObject({
  role: z.enum(['system', 'user', 'assistant']),
  content: z.string().max(4_000_000),
});
export type ChatMessage = z.infer<typeof chatMessageSchema>;

export const samplingSchema = z.strictObject({
  temperature: z.number().min(0).max(2).default(0.7),
  topP: z.number().gt(0).max(1).default(0.95),
  seed: z.number().int().min(0).max(4_294_967_295).optional(),
  maxOutputTokens: z.number().int().min(1).max(1_048_576).optional(),
  /** Generation ends before any of these texts. */
  stop: z.array(z.string().min(1).max(256)).max(4).optional(),
});
export type Sampling = z.infer<typeof samplingSchema>;

export const usageSchema = z.object({ promptTokens: z.number().int(), outputTokens: z.number().int() });
export type Usage = z.infer<typeof usageSchema>;

/** Measured times of one answer: `ttftMs` from request to first token, rates in tokens a second. */
export const answerTimingSchema = z.object({
  queuedMs: z.number(),
  ttftMs: z.number(),
  totalMs: z.number(),
  promptTokensPerSecond: z.number(),
  outputTokensPerSecond: z.number(),
});
export type AnswerTiming = z.infer<typeof answerTimingSchema>;

export const chatEventSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('queued'), position: z.number().int() }),
  z.object({ kind: z.literal('started'), promptTokens: z.number().int() }),
  z.object({ kind: z.literal('text'), text: z.string(), tokens: z.number().int() }),
  z.object({
    kind: z.literal('finished'),
    reason: z.enum(['stop', 'length', 'cancelled']),
    usage: usageSchema,
    timing: answerTimingSchema,
  }),
]);
export type ChatEvent = z.infer<typeof chatEventSchema>;

/** A trial: the model is loaded with the chosen settings and answers one question before it goes live. */
export const trialEventSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('loading'), fraction: z.number().min(0).max(1) }),
  z.object({ kind: z.literal('loaded'), trialId: idSchema, loadMs: z.number(), rssBytes: bytesSchema }),
  z.object({ kind: z.literal('text'), text: z.string(), tokens: z.number().int() }),
  /** Of an embedding model: its vector of the question, whose first numbers are shown, and its Euclidean length. */
  z.object({ kind: z.literal('embedded'), dimensions: z.number().int(), length: z.number(), first: z.array(z.number()) }),
  /** Of a reranking model: the documents by their scores for the question, best first. */
  z.object({ kind: z.literal('ranked'), documents: z.array(z.object({ text: z.string(), score: z.number() })) }),
  z.object({ kind: z.literal('finished'), trialId: idSchema, usage: usageSchema, timing: answerTimingSchema, rssBytes: bytesSchema }),
]);
export type TrialEvent = z.infer<typeof trialEventSchema>;

export const adapterChoiceSchema = z.strictObject({ adapterId: idSchema, weight: z.number().min(-4).max(4) });
export type AdapterChoice = z.infer<typeof adapterChoiceSchema>;

/** A comparison side by side: the answers come one after the other, each told by the place of its variant. */
export const comparisonEventSchema = z.object({ variant: z.number().int(), event: chatEventSchema });
export type ComparisonEvent = z.infer<typeof comparisonEventSchema>;

const manage = 'deployments.manage' as const;
const deploymentIdInput = z.strictObject({ deploymentId: idSchema });

export const deploymentsContract = {
  fit: procedure({ permission: manage, audit: 'none' }).input(z.strictObject({ versionId: idSchema })).output(fitReportSchema),
  /** Answers within a few ms from stored facts and the last look at the hardware, so a slider can follow it. */
  predict: procedure({ permission: manage, audit: 'none' })
    .input(z.strictObject({ versionId: idSchema, settings: engineSettingsSchema }))
    .output(fitSchema),
  /**
   * Loads and asks. The engine stays up for five minutes under `trialId`, so that going live with the same
   * name, settings and limits need not load again.
   */
  trial: procedure({ permission: manage, audit: 'deployments.tried' })
    .input(
      z.strictObject({
        name: endpointNameSchema,
        versionId: idSchema,
        settings: engineSettingsSchema,
        limits: deploymentLimitsSchema,
        question: z.string().min(1).max(20_000),
        /** Of a reranking model: what is ranked by the question. Left out: two sentences. */
        documents: triedDocumentsSchema.optional(),
      }),
    )
    .output(eventIterator(trialEventSchema)),
  endTrial: procedure({ permission: manage, audit: 'none' }).input(z.strictObject({ trialId: idSchema })).output(done),
  /** Answers once the row is written; the state then goes starting → ready by events. */
  create: procedure({ permission: manage, audit: 'deployments.created' })
    .input(
      z.strictObject({
        name: endpointNameSchema,
        versionId: idSchema,
        settings: engineSettingsSchema,
        limits: deploymentLimitsSchema,
        trialId: idSchema.nullable(),
        /** Left out: pinned. */
        lifecycle: lifecycleSchema.optional(),
      }),
    )
    .output(deploymentViewSchema),
  list: procedure({ permission: 'deployments.read', audit: 'none' }).input(z.strictObject({})).output(z.array(deploymentViewSchema)),
  get: procedure({ permission: 'deployments.read', audit: 'none' }).input(deploymentIdInput).output(deploymentViewSchema),
  start: procedure({ permission: manage, audit: 'deployments.started' }).input(deploymentIdInput).output(deploymentViewSchema),
  stop: procedure({ permission: manage, audit: 'deployments.stopped' }).input(deploymentIdInput).output(deploymentViewSchema),
  /**
   * Attaches adapters, changes their weights or takes them off, without loading the base again: running answers end first, and
   * what waits is answered with the new ones.
   */
  setAdapters: procedure({ permission: manage, audit: 'deployments.adaptersChanged' })
    .input(z.strictObject({ deploymentId: idSchema, adapters: z.array(adapterChoiceSchema).max(8) }))
    .output(deploymentViewSchema),
  /**
   * The same question answered with different adapters, one after the other with the same seed. What is attached stays attached: each answer
   * is written with its own, and requests of others wait meanwhile. Closing the iterator ends it. The log keeps counts and times.
   */
  compareAdapters: procedure({ permission: 'deployments.use', audit: 'deployments.questionAsked' })
    .input(
      z.strictObject({
        deploymentId: idSchema,
        messages: z.array(chatMessageSchema).min(1).max(1000),
        sampling: samplingSchema,
        variants: z.array(z.array(adapterChoiceSchema).max(8)).min(1).max(4),
      }),
    )
    .output(eventIterator(comparisonEventSchema)),
  remove: procedure({ permission: manage, audit: 'deployments.removed' }).input(deploymentIdInput).output(done),
  /** One answer, streamed. Closing the iterator stops the generation. The log keeps counts and times, never the text. */
  chat: procedure({ permission: 'deployments.use', audit: 'deployments.questionAsked' })
    .input(
      z.strictObject({
        deploymentId: idSchema,
        messages: z.array(chatMessageSchema).min(1).max(1000),
        sampling: samplingSchema,
      }),
    )
    .output(eventIterator(chatEventSchema)),
};
