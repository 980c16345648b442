import { z } from 'zod';
import { adapterFactsSchema } from '../contract/adapters.contract.ts';

/** A stored version that an adapter is held against: its first file. */
const baseSchema = z.object({ versionId: z.string(), architecture: z.string(), path: z.string() });
export type AdapterBase = z.infer<typeof baseSchema>;

/** What the adapter process is asked to do. Paths are absolute. */
export const adapterRequestSchema = z.discriminatedUnion('kind', [
  /** Look only: what it is, and which of these versions it fits. */
  z.object({ kind: z.literal('inspect'), path: z.string(), bases: z.array(baseSchema) }),
  /** Check against the versions of one model, and copy to `copyTo` (which is not there yet) under its hash. */
  z.object({ kind: z.literal('import'), path: z.string(), bases: z.array(baseSchema), copyTo: z.string() }),
  /** Which kept adapters fit versions that came later. */
  z.object({ kind: z.literal('fits'), pairs: z.array(z.object({ adapterId: z.string(), path: z.string(), base: baseSchema })) }),
]);
export type AdapterRequest = z.infer<typeof adapterRequestSchema>;

export const inspectResultSchema = z.object({ facts: adapterFactsSchema, fits: z.array(z.string()) });
export const importResultSchema = z.object({ sha256: z.string(), sizeBytes: z.number(), facts: adapterFactsSchema, fits: z.record(z.string(), z.boolean()) });
export const fitsResultSchema = z.array(z.object({ adapterId: z.string(), versionId: z.string(), fits: z.boolean() }));
