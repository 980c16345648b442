import { z } from 'zod';
import { DATA_SPLITS, dataPreviewSchema, dataReadingSchema, rowProblemSchema, splitSharesSchema } from '../contract/datasets.contract.ts';

/** What the data import process is asked to do. Paths are absolute. */
export const dataRequestSchema = z.discriminatedUnion('kind', [
  /** Look only; `reading` null: guess everything. */
  z.object({ kind: z.literal('inspect'), path: z.string(), reading: dataReadingSchema.nullable() }),
  z.object({
    kind: z.literal('import'),
    path: z.string(),
    reading: dataReadingSchema,
    /** `attempt` null: this is the first version, and the salt of the split is still to be chosen. */
    rule: z.object({ datasetId: z.string(), shares: splitSharesSchema, attempt: z.number().nullable() }),
    /** Digests of the versions that the data set has: the same rows are no new one. */
    known: z.array(z.string()),
  }),
]);
export type DataRequest = z.infer<typeof dataRequestSchema>;

export const inspectResultSchema = dataPreviewSchema.omit({ suggestedName: true });

/** Rows in order, as they go into the database. Hashes are SHA-256 in base64. */
export const dataChunkSchema = z.object({
  rows: z.array(z.object({ hash: z.string().length(44), sideKey: z.string().length(44), content: z.string(), split: z.enum(DATA_SPLITS) })),
});
export type DataChunk = z.infer<typeof dataChunkSchema>;

export const importResultSchema = z.discriminatedUnion('kind', [
  /** The data set has this version; no row was sent. */
  z.object({ kind: z.literal('known'), sha256: z.string() }),
  z.object({
    kind: z.literal('read'),
    reading: dataReadingSchema,
    attempt: z.number(),
    sha256: z.string(),
    rowCount: z.number(),
    textBytes: z.number(),
    splits: z.object({ train: z.number(), validation: z.number(), test: z.number() }),
    kinds: z.object({ text: z.number(), chat: z.number() }),
    duplicateCount: z.number(),
    problemCount: z.number(),
    problems: z.array(rowProblemSchema),
  }),
]);
