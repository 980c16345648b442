import { z } from 'zod';
import { dataRowSchema } from '../contract/datasets.contract.ts';
import { modelFactsSchema } from '../contract/models.contract.ts';
import { trainingPointSchema, trainingSettingsSchema, validationFigureSchema } from '../contract/training.contract.ts';

/** Which rows are which: `old` are drawn anew each epoch. */
export const ROW_PARTS = ['train', 'old', 'validation'] as const;
export type RowPart = (typeof ROW_PARTS)[number];

/** What the training process is asked to do, through runTask; the rows follow, piece by piece. Paths are absolute. */
export const trainingRequestSchema = z.object({
  /** The base, every weight float32. */
  modelPath: z.string(),
  /** Where checkpoints and the result lie: the run's own. */
  folder: z.string(),
  settings: trainingSettingsSchema,
  layerCount: z.number().int(),
  /** Share of the windows that come from `old` rows; null where there are none. */
  oldShare: z.number().nullable(),
  /** File name of the checkpoint to go on from; null begins anew. */
  checkpoint: z.string().nullable(),
  /** Only makes a model of the checkpoint's weights. */
  finishOnly: z.boolean(),
});
export type TrainingRequest = z.infer<typeof trainingRequestSchema>;

/** What the process is told while it works. Rows are never written to a disk in plain. */
export const trainingTellSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('rows'), part: z.enum(ROW_PARTS), rows: z.array(dataRowSchema) }),
  z.object({ kind: z.literal('rows-end') }),
  /** Write a checkpoint and end. */
  z.object({ kind: z.literal('pause') }),
]);
export type TrainingTell = z.infer<typeof trainingTellSchema>;

/** How far a run is: what is shown of it, and what a checkpoint takes with it. */
export const trainingStateSchema = z.object({
  step: z.number().int(),
  stepCount: z.number().int(),
  trainTokens: z.number().int(),
  validationTokens: z.number().int(),
  /** Time spent on steps and evaluations, over all sittings. */
  activeMs: z.number(),
  before: validationFigureSchema.nullable(),
  best: validationFigureSchema.nullable(),
  bestStep: z.number().int().nullable(),
  checkpointStep: z.number().int().nullable(),
  stoppedEarly: z.boolean(),
});
export type TrainingStateNow = z.infer<typeof trainingStateSchema>;

/** What the process gives while it works, at most once a second and at every evaluation. */
export const trainingChunkSchema = z.object({
  state: trainingStateSchema,
  tokensPerSecond: z.number().nullable(),
  etaMs: z.number().nullable(),
  peakRssBytes: z.number(),
  /** New points of the curve. With `whole` they are all there are: those stored from before are dropped. */
  points: z.array(trainingPointSchema),
  whole: z.boolean(),
});
export type TrainingChunk = z.infer<typeof trainingChunkSchema>;

export const trainingResultSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('paused') }),
  /** `<folder>/result/model.gguf` has the best weights as float32; `file` where nothing more is to be done to it. */
  z.object({
    kind: z.literal('saved'),
    engineRelease: z.string(),
    log: z.string(),
    file: z.object({ sha256: z.string(), sizeBytes: z.number(), modifiedAtMs: z.number(), facts: modelFactsSchema }).nullable(),
  }),
]);
export type TrainingResult = z.infer<typeof trainingResultSchema>;

export const CHECKPOINTS = { newest: 'newest.checkpoint', best: 'best.checkpoint' } as const;
/** Folders inside a run's. */
export const RUN_FOLDERS = { base: 'base', trained: 'trained', result: 'result' } as const;
export const MODEL_FILE = 'model.gguf';
