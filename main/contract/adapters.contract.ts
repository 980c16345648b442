import { z } from './zod.ts';
import { importSourceSchema } from './models.contract.ts';
import { bytesSchema, done, idSchema, nameSchema, procedure, timeMsSchema } from './procedure.ts';

/** What a LoRA file in GGUF says about itself. */
export const adapterFactsSchema = z.object({
  architecture: z.string(),
  name: z.string().nullable(),
  /** `adapter.lora.alpha`. */
  alpha: z.number(),
  /** Lowest and highest rank of its matrices. */
  rank: z.object({ lowest: z.number().int(), highest: z.number().int() }),
  /** Tensors of the base that it changes. */
  targets: z.array(z.string()),
  /** Whole norm vectors in the file: llama.cpp leaves them out. */
  ignoredTensors: z.number().int(),
  sizeBytes: bytesSchema,
});
export type AdapterFacts = z.infer<typeof adapterFactsSchema>;

export const adapterInspectionSchema = z.object({
  fileName: z.string(),
  facts: adapterFactsSchema,
  suggestedName: z.string(),
  /** Versions here whose tensors it fits. */
  fits: z.array(z.object({ modelId: idSchema, modelName: z.string(), versionId: idSchema, versionNumber: z.number().int() })),
});
export type AdapterInspection = z.infer<typeof adapterInspectionSchema>;

export const adapterSchema = z.object({
  id: idSchema,
  name: z.string(),
  notes: z.string(),
  sha256: z.string(),
  sourceName: z.string(),
  facts: adapterFactsSchema,
  /** Model it was imported for; it fits every version of it with the same tensors. */
  modelId: idSchema,
  modelName: z.string(),
  fits: z.array(z.object({ versionId: idSchema, versionNumber: z.number().int() })),
  importedBy: z.string(),
  importedAtMs: timeMsSchema,
  deployments: z.array(z.object({ id: idSchema, name: z.string(), weight: z.number() })),
});
export type Adapter = z.infer<typeof adapterSchema>;

const manage = 'models.manage' as const;
const adapterIdInput = z.strictObject({ adapterId: idSchema });

export const adaptersContract = {
  inspect: procedure({ permission: manage, audit: 'none' }).input(z.strictObject({ source: importSourceSchema })).output(adapterInspectionSchema),
  import: procedure({ permission: manage, audit: 'adapters.importStarted' })
    .input(z.strictObject({ source: importSourceSchema, modelId: idSchema, name: nameSchema, notes: z.string().max(10_000).default('') }))
    .output(z.object({ jobId: idSchema })),
  list: procedure({ permission: 'models.read', audit: 'none' }).input(z.strictObject({})).output(z.array(adapterSchema)),
  get: procedure({ permission: 'models.read', audit: 'none' }).input(adapterIdInput).output(adapterSchema),
  rename: procedure({ permission: manage, audit: 'adapters.renamed' })
    .input(z.strictObject({ adapterId: idSchema, name: nameSchema, notes: z.string().max(10_000) }))
    .output(done),
  /** Refused with ADAPTER_IN_USE while a deployment has it attached. */
  delete: procedure({ permission: manage, audit: 'adapters.deleted' }).input(adapterIdInput).output(done),
};

export const ADAPTER_IMPORT_PHASES = ['structure', 'base', 'store', 'trial-load', 'register'] as const;
