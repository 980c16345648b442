import { z } from 'zod';
import { modelFactsSchema } from '../contract/models.contract.ts';
import { quantizeOptionsSchema } from '../contract/quantization.contract.ts';

/** Paths are absolute; a model in several files is named by its first one. */
const wish = {
  modelPath: z.string(),
  type: z.string(),
  options: quantizeOptionsSchema,
  /** The kept file, and the name under which the new model's metadata mentions it (see matrixFileName). */
  matrix: z.object({ path: z.string(), fileName: z.string() }).nullable(),
};

/** What the quantizing process is asked to do, through runTask. Progress is in bytes of the source, named by tensor. */
export const quantizeRequestSchema = z.discriminatedUnion('kind', [
  /** Only looks: what would become of each tensor, and the exact size. */
  z.object({ kind: z.literal('plan'), ...wish }),
  /** Writes `model.gguf` into `outputFolder`, which is there, is empty and is the caller's to remove. */
  z.object({ kind: z.literal('quantize'), ...wish, outputFolder: z.string() }),
  /** The same without the given blocks, every tensor as it is. */
  z.object({ kind: z.literal('prune'), modelPath: z.string(), layers: z.array(z.number().int().min(0)).min(1), outputFolder: z.string() }),
  /** Reads a file from elsewhere, checks it against the model and writes what is kept of it to `outputPath`, which must not be there yet. */
  z.object({ kind: z.literal('import-matrix'), path: z.string(), modelPath: z.string(), outputPath: z.string() }),
]);
export type QuantizeRequest = z.infer<typeof quantizeRequestSchema>;

export const planResultSchema = z.object({
  kind: z.literal('plan'),
  sizeBytes: z.number(),
  bitsPerWeight: z.number(),
  needsMatrix: z.boolean(),
  tensors: z.array(
    z.object({ name: z.string(), dimensions: z.array(z.number()), from: z.string(), to: z.string(), sizeBytes: z.number(), fallbackFrom: z.string().nullable() }),
  ),
});
export type PlanResult = z.infer<typeof planResultSchema>;

/** A whole model lies in the output folder: written, flushed, hashed, and read again. */
export const madeResultSchema = z.object({
  kind: z.literal('made'),
  engineRelease: z.string(),
  sha256: z.string(),
  sizeBytes: z.number(),
  files: z.array(z.object({ name: z.string(), sizeBytes: z.number(), sha256: z.string(), modifiedAtMs: z.number() })),
  facts: modelFactsSchema,
  fallbackCount: z.number(),
  durationMs: z.number(),
  log: z.string(),
});
export type MadeResult = z.infer<typeof madeResultSchema>;

export const importedMatrixSchema = z.object({
  kind: z.literal('matrix'),
  entries: z.number(),
  chunks: z.number(),
  contextSize: z.number(),
  datasets: z.array(z.string()),
  sizeBytes: z.number(),
  sha256: z.string(),
});

/** Name of a matrix in a quantized model's metadata (quantize.imatrix.file): the same matrix gives the same bytes, whatever it is called here. */
export function matrixFileName(sha256: string): string {
  return `imatrix-${sha256.slice(0, 16)}.gguf`;
}
