import { z } from './zod.ts';
import { auditEventSchema } from './audit.contract.ts';
import { folderListingSchema, importSourceSchema, pathSchema } from './models.contract.ts';
import { bytesSchema, done, idSchema, nameSchema, procedure, timeMsSchema } from './procedure.ts';

/** What one version may hold: training on a processor does not reach further, and a screen stays quick. */
export const DATASET_LIMITS = { textBytes: 64 * 1024 * 1024, rows: 500_000, rowCharacters: 200_000, files: 10_000 } as const;

export const DATA_FORMATS = ['jsonl', 'csv', 'text', 'folder'] as const;
export const dataFormatSchema = z.enum(DATA_FORMATS);
export type DataFormat = z.infer<typeof dataFormatSchema>;

/** Encodings that are told apart; anything else is refused rather than read wrongly. */
export const DATA_ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be', 'gb18030', 'windows-1252'] as const;
export const dataEncodingSchema = z.enum(DATA_ENCODINGS);
export type DataEncoding = z.infer<typeof dataEncodingSchema>;

const columnSchema = z.string().min(1).max(200);
/** Which column (CSV) or key (JSONL) is what. */
export const dataMappingSchema = z.discriminatedUnion('kind', [
  /** Running text to continue. */
  z.strictObject({ kind: z.literal('text'), text: columnSchema }),
  /** A question and the answer wanted, with an instruction of its own or none. */
  z.strictObject({ kind: z.literal('question-answer'), question: columnSchema, answer: columnSchema, system: columnSchema.nullable() }),
  /** A list of `{ role, content }`, as OpenAI's fine-tuning files have it. */
  z.strictObject({ kind: z.literal('conversation'), messages: columnSchema }),
]);
export type DataMapping = z.infer<typeof dataMappingSchema>;

export const dataReadingSchema = z.strictObject({
  format: dataFormatSchema,
  encoding: dataEncodingSchema,
  /** CSV only. */
  delimiter: z.enum([',', ';', '\t', '|']),
  /** Plain text and folders: what one row is. */
  textRows: z.enum(['lines', 'paragraphs', 'files']),
  mapping: dataMappingSchema,
});
export type DataReading = z.infer<typeof dataReadingSchema>;

export const DATA_SPLITS = ['train', 'validation', 'test'] as const;
export const dataSplitSchema = z.enum(DATA_SPLITS);
export type DataSplit = z.infer<typeof dataSplitSchema>;

/** Shares in percent of the rows; fixed when the data set is made, so that a row never changes side. */
export const splitSharesSchema = z
  .strictObject({ train: z.number().int().min(1).max(100), validation: z.number().int().min(0).max(50), test: z.number().int().min(0).max(50) })
  .refine(({ train, validation, test }) => train + validation + test === 100, { message: 'the shares must add up to 100' });
export type SplitShares = z.infer<typeof splitSharesSchema>;

const roleSchema = z.enum(['system', 'user', 'assistant']);
/** One row as it is kept and hashed: its canonical JSON is what SHA-256 is taken of. */
export const dataRowSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('text'), text: z.string().min(1) }),
  z.strictObject({ kind: z.literal('chat'), messages: z.array(z.strictObject({ role: roleSchema, content: z.string() })).min(1) }),
]);
export type DataRow = z.infer<typeof dataRowSchema>;

/** Why a row was left out. Lines count from 1; for a folder `file` says whose. */
export const ROW_PROBLEMS = ['empty', 'not-json', 'not-an-object', 'missing-field', 'wrong-type', 'bad-role', 'no-answer', 'too-long', 'column-count', 'open-quote', 'bad-encoding'] as const;
export const rowProblemSchema = z.object({ file: z.string().nullable(), line: z.number().int().positive(), problem: z.enum(ROW_PROBLEMS), detail: z.string() });
export type RowProblem = z.infer<typeof rowProblemSchema>;

export const dataPreviewSchema = z.object({
  fileName: z.string(),
  fileCount: z.number().int(),
  sizeBytes: bytesSchema,
  reading: dataReadingSchema,
  /** Columns or keys found, in order, each with a few values. */
  columns: z.array(z.object({ name: z.string(), filled: z.number().int(), samples: z.array(z.string()) })),
  rowCount: z.number().int(),
  duplicateCount: z.number().int(),
  problemCount: z.number().int(),
  /** The first hundred. */
  problems: z.array(rowProblemSchema),
  /** The first twenty rows as they would be kept. */
  rows: z.array(dataRowSchema),
  suggestedName: z.string(),
});
export type DataPreview = z.infer<typeof dataPreviewSchema>;

export const datasetVersionSchema = z.object({
  id: idSchema,
  datasetId: idSchema,
  datasetName: z.string(),
  number: z.number().int().positive(),
  /** SHA-256 over the hashes of its rows in order: the same rows are the same version. */
  sha256: z.string(),
  rowCount: z.number().int(),
  textBytes: bytesSchema,
  splits: z.object({ train: z.number().int(), validation: z.number().int(), test: z.number().int() }),
  kinds: z.object({ text: z.number().int(), chat: z.number().int() }),
  duplicateCount: z.number().int(),
  problemCount: z.number().int(),
  problems: z.array(rowProblemSchema),
  sourceName: z.string(),
  reading: dataReadingSchema,
  licence: z.string(),
  notes: z.string(),
  createdBy: z.string(),
  createdAtMs: timeMsSchema,
  /** Model versions trained on it. */
  trained: z.array(z.object({ modelId: idSchema, modelName: z.string(), versionId: idSchema, versionNumber: z.number().int() })),
});
export type DatasetVersion = z.infer<typeof datasetVersionSchema>;

export const datasetSummarySchema = z.object({
  id: idSchema,
  name: z.string(),
  createdAtMs: timeMsSchema,
  versionCount: z.number().int(),
  latestVersionId: idSchema,
  rowCount: z.number().int(),
  textBytes: bytesSchema,
  shares: splitSharesSchema,
  trainedCount: z.number().int(),
});
export type DatasetSummary = z.infer<typeof datasetSummarySchema>;

export const datasetDetailSchema = z.object({
  id: idSchema,
  name: z.string(),
  createdAtMs: timeMsSchema,
  shares: splitSharesSchema,
  /** Newest first. */
  versions: z.array(datasetVersionSchema),
  history: z.array(auditEventSchema),
});
export type DatasetDetail = z.infer<typeof datasetDetailSchema>;

export const dataRowViewSchema = z.object({ position: z.number().int(), split: dataSplitSchema, row: dataRowSchema });
export type DataRowView = z.infer<typeof dataRowViewSchema>;

export const datasetDiffSchema = z.object({
  fromNumber: z.number().int(),
  toNumber: z.number().int(),
  addedCount: z.number().int(),
  removedCount: z.number().int(),
  unchangedCount: z.number().int(),
  /** Same question, another answer; counted neither as added nor as removed. */
  changedCount: z.number().int(),
  /** At most two hundred of each. */
  added: z.array(dataRowViewSchema),
  removed: z.array(dataRowViewSchema),
  changed: z.array(z.object({ from: dataRowViewSchema, to: dataRowViewSchema })),
});
export type DatasetDiff = z.infer<typeof datasetDiffSchema>;

const manage = 'data.manage' as const;
const datasetIdInput = z.strictObject({ datasetId: idSchema });

export const datasetsContract = {
  browse: procedure({ permission: manage, audit: 'none' })
    .input(z.strictObject({ path: pathSchema.nullable() }))
    .output(folderListingSchema),
  /** Shows the operating system's file dialog; null when the person closes it. Desktop host only. */
  chooseFile: procedure({ permission: manage, audit: 'none' })
    .input(z.strictObject({}))
    .output(z.object({ path: pathSchema.nullable() })),
  beginUpload: procedure({ permission: manage, audit: 'datasets.uploaded' })
    .input(z.strictObject({ fileName: z.string().min(1).max(255), sizeBytes: bytesSchema }))
    .output(z.object({ uploadId: idSchema, url: z.string() })),
  discardUpload: procedure({ permission: manage, audit: 'none' }).input(z.strictObject({ uploadId: idSchema })).output(done),
  /** Reads the whole file and keeps nothing. `reading` null: everything is guessed. */
  inspect: procedure({ permission: manage, audit: 'none' })
    .input(z.strictObject({ source: importSourceSchema, reading: dataReadingSchema.nullable() }))
    .output(dataPreviewSchema),
  import: procedure({ permission: manage, audit: 'datasets.importStarted' })
    .input(
      z.strictObject({
        source: importSourceSchema,
        reading: dataReadingSchema,
        target: z.discriminatedUnion('kind', [
          z.strictObject({ kind: z.literal('new-dataset'), name: nameSchema, shares: splitSharesSchema }),
          z.strictObject({ kind: z.literal('new-version'), datasetId: idSchema }),
        ]),
        licence: z.string().max(200).default(''),
        notes: z.string().max(10_000).default(''),
      }),
    )
    .output(z.object({ jobId: idSchema })),
  list: procedure({ permission: 'data.read', audit: 'none' }).input(z.strictObject({})).output(z.array(datasetSummarySchema)),
  get: procedure({ permission: 'data.read', audit: 'none' }).input(datasetIdInput).output(datasetDetailSchema),
  /** Contents may be confidential: a permission of their own. `search` finds part of a text. */
  rows: procedure({ permission: 'data.rows', audit: 'none' })
    .input(z.strictObject({ versionId: idSchema, split: dataSplitSchema.nullable(), search: z.string().max(200).default(''), offset: z.number().int().min(0), limit: z.number().int().min(1).max(200) }))
    .output(z.object({ total: z.number().int(), rows: z.array(dataRowViewSchema) })),
  diff: procedure({ permission: 'data.rows', audit: 'none' })
    .input(z.strictObject({ fromVersionId: idSchema, toVersionId: idSchema }))
    .output(datasetDiffSchema),
  rename: procedure({ permission: manage, audit: 'datasets.renamed' })
    .input(z.strictObject({ datasetId: idSchema, name: nameSchema }))
    .output(done),
  annotate: procedure({ permission: manage, audit: 'datasets.annotated' })
    .input(z.strictObject({ versionId: idSchema, licence: z.string().max(200), notes: z.string().max(10_000) }))
    .output(done),
  /** Deletes the data set with all versions and rows. `confirmName` must be its name, because this cannot be undone. */
  delete: procedure({ permission: manage, audit: 'datasets.deleted' })
    .input(z.strictObject({ datasetId: idSchema, confirmName: z.string() }))
    .output(done),
};

/** The phases of a data import, in order. */
export const DATA_IMPORT_PHASES = ['read', 'store', 'register'] as const;
