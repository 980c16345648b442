import { z } from 'zod';
import { modelFactsSchema, storageMethodSchema } from '../contract/models.contract.ts';

/** What the import process is asked to do. Paths are absolute; sizes in bytes. */
export const importRequestSchema = z.discriminatedUnion('kind', [
  /** Look only: read headers, tell facts, see how the file could be stored. */
  z.object({ kind: z.literal('inspect'), path: z.string(), probeFolder: z.string() }),
  z.object({
    kind: z.literal('import'),
    path: z.string(),
    /** New, empty folder on the data folder's volume; everything written goes there. */
    quarantine: z.string(),
    /** Entry of template-check.worker, which runs the chat template under limits. */
    templateCheckPath: z.string(),
    /** The source is our own upload and may be moved instead of copied. */
    ownSource: z.boolean(),
    /** Total sizes and digests of the versions already kept, to recognise the same bytes before copying them. */
    known: z.array(z.object({ sizeBytes: z.number(), sha256: z.string() })),
  }),
]);
export type ImportRequest = z.infer<typeof importRequestSchema>;

export const storedFileSchema = z.object({
  name: z.string(),
  sizeBytes: z.number(),
  sha256: z.string(),
  /** Last modification in ms: a later load compares it, because a hard link shares its bytes with the original. */
  modifiedAtMs: z.number(),
});
export type StoredFile = z.infer<typeof storedFileSchema>;

export const inspectResultSchema = z.object({
  partCount: z.number(),
  sizeBytes: z.number(),
  facts: modelFactsSchema,
  method: storageMethodSchema,
});

export const importResultSchema = z.discriminatedUnion('kind', [
  /** The same bytes are already kept under this digest; nothing was stored. */
  z.object({ kind: z.literal('known'), sha256: z.string() }),
  z.object({
    kind: z.literal('stored'),
    sha256: z.string(),
    sizeBytes: z.number(),
    method: storageMethodSchema,
    files: z.array(storedFileSchema),
    facts: modelFactsSchema,
  }),
]);
