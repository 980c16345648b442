import { z } from './zod.ts';
import { errorValueSchema } from './errors.ts';
import { bytesSchema, done, idSchema, procedure, timeMsSchema } from './procedure.ts';

export const LEARNING_RATE_SCHEDULES = ['constant', 'linear', 'cosine'] as const;

/** Context sizes are multiples of this many tokens: few enough to choose from, and whole blocks for the kernels. */
export const TRAINING_CONTEXT_STEP = 256;

export const trainingSettingsSchema = z.strictObject({
  /** Tokens of one window: what one step learns from. */
  contextSize: z.number().int().min(256).max(32_768).multipleOf(TRAINING_CONTEXT_STEP),
  epochs: z.number().int().min(1).max(1000),
  /** Peak learning rate of AdamW. */
  learningRate: z.number().gt(0).max(0.1),
  schedule: z.enum(LEARNING_RATE_SCHEDULES),
  /** Share of all steps during which the learning rate rises. */
  warmupShare: z.number().min(0).max(0.5),
  weightDecay: z.number().min(0).max(1),
  /** `last`: only so many blocks from the end, with output norm and output. */
  layers: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('all') }),
    z.strictObject({ kind: z.literal('last'), count: z.number().int().min(1).max(1000) }),
  ]),
  /** Which tokens count in the loss: all, or only those of answers. */
  learnFrom: z.enum(['answers', 'everything']),
  /** Evaluations on the validation split in a row without improvement after which it stops; null never. */
  patience: z.number().int().min(1).max(100).nullable(),
  /** Evaluations per epoch. */
  evaluationsPerEpoch: z.number().int().min(1).max(100),
  seed: z.number().int().min(0).max(4_294_967_295),
  /** Number format of the new version's weights. */
  saveAs: z.enum(['F32', 'F16', 'BF16']),
  threads: z.number().int().min(1).max(1024).nullable(),
});
export type TrainingSettings = z.infer<typeof trainingSettingsSchema>;

export const trainingModeSchema = z.discriminatedUnion('kind', [
  /** On the data set as it is. */
  z.strictObject({ kind: z.literal('new') }),
  /** From a version that was tuned before, on the rows that its data set versions did not have. */
  z.strictObject({ kind: z.literal('incremental') }),
  /** New rows with older ones among them, so that what was learnt is not forgotten; `oldShare` of the windows is old. */
  z.strictObject({ kind: z.literal('mixed'), oldDatasetVersionId: idSchema, oldShare: z.number().min(0.05).max(0.95) }),
]);
export type TrainingMode = z.infer<typeof trainingModeSchema>;

export const trainingOrderSchema = z.strictObject({
  /** Base: a model version with float weights. */
  versionId: idSchema,
  datasetVersionId: idSchema,
  mode: trainingModeSchema,
  settings: trainingSettingsSchema,
});
export type TrainingOrder = z.infer<typeof trainingOrderSchema>;

/** What a training would be, from facts alone: answers within a moment, so that a form can follow it. */
export const trainingPlanSchema = z.object({
  /** Why it cannot start: TRAINING_REFUSED or TRAINING_DOES_NOT_FIT; null when it can. */
  problem: errorValueSchema.nullable(),
  parameterCount: z.number(),
  trainableCount: z.number(),
  neededBytes: bytesSchema,
  availableBytes: bytesSchema,
  /** Room on the data folder's volume for checkpoints and the new version. */
  neededDiskBytes: bytesSchema,
  freeDiskBytes: bytesSchema,
  rowCount: z.number().int(),
  validationRowCount: z.number().int(),
  /** About: from bytes of text and the tokens that the model's vocabulary needs a byte. */
  tokenCount: z.number().int(),
  stepCount: z.number().int(),
  /** About, from an earlier run on this machine or from floating-point operations; null where neither is known. */
  durationMs: z.number().nullable(),
  speed: z.object({ tokensPerSecond: z.number(), from: z.enum(['earlier-run', 'rule']) }).nullable(),
});
export type TrainingPlan = z.infer<typeof trainingPlanSchema>;

/** What may be chosen and what is recommended for one base and data set. */
export const trainingOptionsSchema = z.object({
  recommended: trainingSettingsSchema,
  /** Refusal of the base as such (quantized, embedding model, architecture); the plan then has the same. */
  problem: errorValueSchema.nullable(),
  layerCount: z.number().int(),
  trainedContextSize: z.number().int(),
  usableCores: z.number().int(),
  hasChatTemplate: z.boolean(),
  /** Whether this version was tuned here before, on what. */
  tunedOn: z.array(z.object({ datasetVersionId: idSchema, datasetName: z.string(), number: z.number().int() })),
});
export type TrainingOptions = z.infer<typeof trainingOptionsSchema>;

export const TRAINING_STATES = ['queued', 'running', 'paused', 'interrupted', 'failed', 'cancelled', 'finished'] as const;
export type TrainingState = (typeof TRAINING_STATES)[number];

/** A figure of the validation split: loss in nats a scored token, perplexity e^loss, share of tokens foretold right. */
export const validationFigureSchema = z.object({ loss: z.number(), perplexity: z.number(), accuracy: z.number(), tokens: z.number().int() });
export type ValidationFigure = z.infer<typeof validationFigureSchema>;

/** One point of the curves: loss in nats a scored token. `train` is the mean since the point before. */
export const trainingPointSchema = z.object({
  step: z.number().int(),
  epoch: z.number(),
  tokens: z.number().int(),
  atMs: timeMsSchema,
  train: z.number().nullable(),
  validation: z.number().nullable(),
  learningRate: z.number(),
});
export type TrainingPoint = z.infer<typeof trainingPointSchema>;

export const trainingRunSchema = z.object({
  id: idSchema,
  state: z.enum(TRAINING_STATES),
  /** The latest job of it. */
  jobId: idSchema.nullable(),
  problem: errorValueSchema.nullable(),
  modelId: idSchema.nullable(),
  modelName: z.string(),
  versionId: idSchema.nullable(),
  versionNumber: z.number().int(),
  dataset: z.object({ versionId: idSchema, datasetId: idSchema.nullable(), name: z.string(), number: z.number().int() }),
  oldDataset: z.object({ versionId: idSchema, datasetId: idSchema.nullable(), name: z.string(), number: z.number().int() }).nullable(),
  mode: trainingModeSchema,
  settings: trainingSettingsSchema,
  startedBy: z.string(),
  createdAtMs: timeMsSchema,
  endedAtMs: timeMsSchema.nullable(),
  /** Time spent computing, over all sittings. */
  activeMs: z.number(),
  step: z.number().int(),
  stepCount: z.number().int().nullable(),
  tokensPerSecond: z.number().nullable(),
  etaMs: z.number().nullable(),
  peakRssBytes: bytesSchema.nullable(),
  predictedBytes: bytesSchema,
  /** Validation before the first step, of the best checkpoint, and the step it was taken at. */
  before: validationFigureSchema.nullable(),
  best: validationFigureSchema.nullable(),
  bestStep: z.number().int().nullable(),
  stoppedEarly: z.boolean(),
  /** Whether a checkpoint lies there to go on from. */
  resumable: z.boolean(),
  /** Step of the newest checkpoint. */
  checkpointStep: z.number().int().nullable(),
  result: z.object({ modelId: idSchema, versionId: idSchema, number: z.number().int() }).nullable(),
});
export type TrainingRun = z.infer<typeof trainingRunSchema>;

const manage = 'training.manage' as const;
const runIdInput = z.strictObject({ runId: idSchema });

export const trainingContract = {
  options: procedure({ permission: manage, audit: 'none' })
    .input(z.strictObject({ versionId: idSchema, datasetVersionId: idSchema.nullable() }))
    .output(trainingOptionsSchema),
  plan: procedure({ permission: manage, audit: 'none' }).input(trainingOrderSchema).output(trainingPlanSchema),
  start: procedure({ permission: manage, audit: 'training.started' })
    .input(trainingOrderSchema)
    .output(z.object({ runId: idSchema, jobId: idSchema })),
  list: procedure({ permission: 'training.read', audit: 'none' }).input(z.strictObject({})).output(z.array(trainingRunSchema)),
  get: procedure({ permission: 'training.read', audit: 'none' }).input(runIdInput).output(trainingRunSchema),
  /** Points after a step, oldest first; reduced to at most 2,000. */
  curve: procedure({ permission: 'training.read', audit: 'none' })
    .input(z.strictObject({ runId: idSchema, afterStep: z.number().int().min(-1) }))
    .output(z.array(trainingPointSchema)),
  /** Writes a checkpoint and ends the job; the machine is free until it is resumed. */
  pause: procedure({ permission: manage, audit: 'training.paused' }).input(runIdInput).output(done),
  /** Goes on from the newest checkpoint (after a divergence: the best), with another learning rate where one is given. */
  resume: procedure({ permission: manage, audit: 'training.resumed' })
    .input(z.strictObject({ runId: idSchema, learningRate: z.number().gt(0).max(0.1).nullable() }))
    .output(z.object({ jobId: idSchema })),
  /** Makes a version of the best checkpoint without training on. */
  finish: procedure({ permission: manage, audit: 'training.finishing' }).input(runIdInput).output(z.object({ jobId: idSchema })),
  /** Removes a run that does not run, with its checkpoints; the version it made stays. */
  remove: procedure({ permission: manage, audit: 'training.removed' }).input(runIdInput).output(done),
};

/** The phases of a training, in order. */
export const TRAINING_PHASES = ['prepare', 'tokenize', 'before', 'train', 'save', 'hash', 'trial-load', 'register'] as const;
