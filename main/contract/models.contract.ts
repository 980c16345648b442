import { z } from './zod.ts';
import { auditEventSchema } from './audit.contract.ts';
import { bytesSchema, done, idSchema, nameSchema, procedure, timeMsSchema } from './procedure.ts';

export const MODEL_PURPOSES = ['text-generation', 'embedding', 'reranking', 'projector', 'adapter', 'other'] as const;
/** What there can be a deployment of; the others are parts of other models. */
export const SERVED_PURPOSES = ['text-generation', 'embedding', 'reranking'] as const;
export type ServedPurpose = (typeof SERVED_PURPOSES)[number];

export function isServed(purpose: string): purpose is ServedPurpose {
  return (SERVED_PURPOSES as readonly string[]).includes(purpose);
}

export const pathSchema = z.string().min(1).max(4096);

/** Where a model comes from: a path on this machine, or files the browser has sent to the console host. */
export const importSourceSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('path'), path: pathSchema }),
  z.strictObject({ kind: z.literal('upload'), uploadId: idSchema }),
]);
export type ImportSource = z.infer<typeof importSourceSchema>;

/** What a GGUF file says about itself, in the words of the field. Lengths in tokens or elements, sizes in bytes. */
export const modelFactsSchema = z.object({
  architecture: z.string(),
  name: z.string().nullable(),
  organization: z.string().nullable(),
  parameterCount: z.number().nonnegative(),
  quantization: z.string(),
  contextLength: z.number().int().nonnegative(),
  embeddingLength: z.number().int().nonnegative(),
  layerCount: z.number().int().nonnegative(),
  headCount: z.number().int().nonnegative(),
  headCountKv: z.number().int().nonnegative(),
  keyLength: z.number().int().nonnegative(),
  valueLength: z.number().int().nonnegative(),
  feedForwardLength: z.number().int().nonnegative(),
  expertCount: z.number().int().nullable(),
  slidingWindow: z.number().int().nullable(),
  vocabularySize: z.number().int().nonnegative(),
  tokenizerModel: z.string().nullable(),
  licence: z.string().nullable(),
  languages: z.array(z.string()),
  chatTemplate: z.object({
    present: z.boolean(),
    lengthBytes: z.number().int().nonnegative(),
    family: z.string().nullable(),
    text: z.string().nullable(),
  }),
  isMoe: z.boolean(),
  purpose: z.enum(MODEL_PURPOSES),
  weightsBytes: bytesSchema,
  /** Bytes of each block's tensors, index = block number. */
  layerWeightsBytes: z.array(bytesSchema),
  nonLayerWeightsBytes: bytesSchema,
  /** KV heads of each block; 0 for a block without attention (recurrent). */
  kvHeadCountPerLayer: z.array(z.number().int().nonnegative()),
  recurrentLayerCount: z.number().int().nonnegative(),
  tensorTypes: z.array(z.object({ type: z.string(), count: z.number().int(), bytes: bytesSchema })),
  metadata: z.array(z.object({ key: z.string(), type: z.string(), text: z.string(), byteLength: z.number() })),
});
export type ModelFacts = z.infer<typeof modelFactsSchema>;

/** What a model will need: memory in bytes when one answer at a time runs on the CPU with a context of so many tokens. */
export const memoryNeedSchema = z.object({ ramBytes: bytesSchema, contextSize: z.number().int() });
export type MemoryNeed = z.infer<typeof memoryNeedSchema>;

export const storageMethodSchema = z.enum(['reflink', 'hard-link', 'copy', 'move']);
export type StorageMethod = z.infer<typeof storageMethodSchema>;

/** First look at a file, before anything is stored. */
export const inspectionSchema = z.object({
  fileName: z.string(),
  partCount: z.number().int().positive(),
  sizeBytes: bytesSchema,
  facts: modelFactsSchema,
  need: memoryNeedSchema,
  suggestedName: z.string(),
  /** How it would be stored, and the room that takes on the data folder's volume. */
  expectedMethod: storageMethodSchema,
  neededBytes: bytesSchema,
  freeBytes: bytesSchema,
  /** Models this may be a further version of (same base name and architecture). */
  candidates: z.array(z.object({ modelId: idSchema, name: z.string(), versionCount: z.number().int() })),
});
export type Inspection = z.infer<typeof inspectionSchema>;

export const folderEntrySchema = z.object({
  /** `file`: one that holds data. */
  kind: z.enum(['folder', 'model', 'file']),
  name: z.string(),
  path: pathSchema,
  sizeBytes: bytesSchema.nullable(),
  partCount: z.number().int().nullable(),
  modifiedAtMs: timeMsSchema.nullable(),
});
export const folderListingSchema = z.object({
  path: pathSchema,
  parent: pathSchema.nullable(),
  /** Good places to start: home, downloads, mounted volumes and USB sticks. */
  places: z.array(z.object({ kind: z.enum(['home', 'downloads', 'volume', 'root']), name: z.string(), path: pathSchema })),
  entries: z.array(folderEntrySchema),
  /** True when the folder holds more than is listed (2,000 entries). */
  truncated: z.boolean(),
});
export type FolderListing = z.infer<typeof folderListingSchema>;

export const modelSummarySchema = z.object({
  id: idSchema,
  name: z.string(),
  retired: z.boolean(),
  architecture: z.string(),
  parameterCount: z.number(),
  quantization: z.string(),
  contextLength: z.number(),
  purpose: z.string(),
  sizeBytes: bytesSchema,
  versionCount: z.number().int(),
  deploymentCount: z.number().int(),
  createdAtMs: timeMsSchema,
});
export type ModelSummary = z.infer<typeof modelSummarySchema>;

/** How a version was made from another one, with everything that is needed to make it again. */
export const derivationSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('quantized'),
    type: z.string(),
    engineRelease: z.string(),
    importanceMatrix: z.object({ sha256: z.string(), textName: z.string().nullable() }).nullable(),
    outputTensorType: z.string().nullable(),
    tokenEmbeddingType: z.string().nullable(),
    overrides: z.array(z.object({ pattern: z.string(), type: z.string() })),
    pure: z.boolean(),
    leaveOutputTensor: z.boolean(),
    fallbackCount: z.number().int(),
    durationMs: z.number(),
    /** llama.cpp's own log of it, at most 256 KiB from its end. */
    log: z.string(),
  }),
  z.object({
    kind: z.literal('pruned'),
    engineRelease: z.string(),
    layers: z.array(z.number().int()),
    parentLayerCount: z.number().int(),
    durationMs: z.number(),
    log: z.string(),
  }),
  z.object({
    kind: z.literal('tuned'),
    engineRelease: z.string(),
    runId: idSchema,
    mode: z.enum(['new', 'incremental', 'mixed']),
    /** What it was trained on; `old` are the rows mixed in. */
    data: z.array(z.object({ datasetVersionId: idSchema, datasetName: z.string(), number: z.number().int(), sha256: z.string(), part: z.enum(['new', 'old']) })),
    settings: z.record(z.string(), z.unknown()),
    steps: z.number().int(),
    tokens: z.number().int(),
    /** Loss on the validation split before and after, in nats a scored token. */
    validationBefore: z.number().nullable(),
    validationAfter: z.number().nullable(),
    durationMs: z.number(),
    log: z.string(),
  }),
]);
export type Derivation = z.infer<typeof derivationSchema>;

export const modelVersionSchema = z.object({
  id: idSchema,
  number: z.number().int().positive(),
  /** SHA-256 of the file in lower-case hex; of the list of part hashes for a split model. */
  sha256: z.string(),
  partCount: z.number().int(),
  sizeBytes: bytesSchema,
  storageMethod: storageMethodSchema,
  sourceName: z.string(),
  importedBy: z.string(),
  importedAtMs: timeMsSchema,
  /** Loading time and memory seen in the trial load at import. */
  trial: z.object({ loadMs: z.number(), peakRssBytes: bytesSchema }).nullable(),
  facts: modelFactsSchema,
  need: memoryNeedSchema,
  deployments: z.array(z.object({ id: idSchema, name: z.string() })),
  /** Version it was made from, and how; null for an imported one. */
  lineage: z.object({ parentVersionId: idSchema.nullable(), parentNumber: z.number().int().nullable(), derivation: derivationSchema }).nullable(),
  approval: z.object({ by: z.string(), atMs: timeMsSchema, note: z.string() }).nullable(),
});
export type ModelVersion = z.infer<typeof modelVersionSchema>;

export const modelDetailSchema = z.object({
  id: idSchema,
  name: z.string(),
  notes: z.string(),
  retired: z.boolean(),
  createdAtMs: timeMsSchema,
  versions: z.array(modelVersionSchema),
  history: z.array(auditEventSchema),
});
export type ModelDetail = z.infer<typeof modelDetailSchema>;

/** The small model that comes with the application; see resources/models/README.md. */
export const bundledModelSchema = z.object({
  name: z.string(),
  sizeBytes: bytesSchema,
  /** The version it became here, once imported. */
  imported: z.object({ modelId: idSchema, versionId: idSchema }).nullable(),
  /** Questions to try it with. */
  examples: z.object({ en: z.array(z.string()), 'zh-CN': z.array(z.string()) }),
});
export type BundledModel = z.infer<typeof bundledModelSchema>;

const manage = 'models.manage' as const;
const modelIdInput = z.strictObject({ modelId: idSchema });

export const modelsContract = {
  browse: procedure({ permission: manage, audit: 'none' })
    .input(z.strictObject({ path: pathSchema.nullable() }))
    .output(folderListingSchema),
  /** Shows the operating system's file dialog; null when the person closes it. Desktop host only. */
  chooseFile: procedure({ permission: manage, audit: 'none' })
    .input(z.strictObject({}))
    .output(z.object({ path: pathSchema.nullable() })),
  inspect: procedure({ permission: manage, audit: 'none' }).input(z.strictObject({ source: importSourceSchema })).output(inspectionSchema),
  /** Makes room for a file dragged into a browser; the bytes follow by HTTP PUT to `url`, relative to the page. */
  beginUpload: procedure({ permission: manage, audit: 'models.uploaded' })
    .input(z.strictObject({ fileName: z.string().min(1).max(255), sizeBytes: bytesSchema }))
    .output(z.object({ uploadId: idSchema, url: z.string() })),
  discardUpload: procedure({ permission: manage, audit: 'none' }).input(z.strictObject({ uploadId: idSchema })).output(done),
  import: procedure({ permission: manage, audit: 'models.importStarted' })
    .input(
      z.strictObject({
        source: importSourceSchema,
        target: z.discriminatedUnion('kind', [
          z.strictObject({ kind: z.literal('new-model'), name: nameSchema }),
          z.strictObject({ kind: z.literal('new-version'), modelId: idSchema }),
        ]),
        notes: z.string().max(10_000).default(''),
      }),
    )
    .output(z.object({ jobId: idSchema })),
  list: procedure({ permission: 'models.read', audit: 'none' }).input(z.strictObject({})).output(z.array(modelSummarySchema)),
  /** The model that comes with the application; null where it was left out of the installation. */
  bundled: procedure({ permission: 'models.read', audit: 'none' })
    .input(z.strictObject({}))
    .output(bundledModelSchema.nullable()),
  importBundled: procedure({ permission: manage, audit: 'models.importStarted' }).input(z.strictObject({})).output(z.object({ jobId: idSchema })),
  get: procedure({ permission: 'models.read', audit: 'none' }).input(modelIdInput).output(modelDetailSchema),
  rename: procedure({ permission: manage, audit: 'models.renamed' })
    .input(z.strictObject({ modelId: idSchema, name: nameSchema }))
    .output(done),
  annotate: procedure({ permission: manage, audit: 'models.annotated' })
    .input(z.strictObject({ modelId: idSchema, notes: z.string().max(10_000) }))
    .output(done),
  retire: procedure({ permission: manage, audit: 'models.retired' }).input(modelIdInput).output(done),
  /** Says that a version may be used; refused with APPROVAL_BLOCKED where a threshold of the quality policy is not kept. */
  approveVersion: procedure({ permission: manage, audit: 'models.versionApproved' })
    .input(z.strictObject({ versionId: idSchema, note: z.string().max(2000).default('') }))
    .output(done),
  withdrawApproval: procedure({ permission: manage, audit: 'models.approvalWithdrawn' })
    .input(z.strictObject({ versionId: idSchema, note: z.string().max(2000).default('') }))
    .output(done),
  restore: procedure({ permission: manage, audit: 'models.restored' }).input(modelIdInput).output(done),
  /** Deletes the model with all versions and files. `confirmName` must be its name, because this cannot be undone. */
  delete: procedure({ permission: manage, audit: 'models.deleted' })
    .input(z.strictObject({ modelId: idSchema, confirmName: z.string() }))
    .output(done),
};

/** The phases of an import, in order; the job's progress names them. */
export const IMPORT_PHASES = ['space', 'structure', 'architecture', 'chat-template', 'store', 'hash', 'trial-load', 'register'] as const;
export type ImportPhase = (typeof IMPORT_PHASES)[number];
