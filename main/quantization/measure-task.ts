import { z } from 'zod';
import { EVALUATION_PHASES, LAYER_PHASES, MATRIX_PHASES, measureTextSchema, usedTextSchema } from '../contract/quantization.contract.ts';
import { backendSchema } from '../contract/system.contract.ts';

/** What all measurements need. Paths are absolute; a model in several files is named by its first one. */
const common = {
  text: measureTextSchema,
  /** Windows of `contextSize` tokens, from the beginning of the text; 0 takes all that it has. */
  chunks: z.number().int().min(0),
  contextSize: z.number().int().min(2),
  /** The library to compute with; `gpuLayers` 0 is the processor only, also in a library that knows a GPU. */
  backend: backendSchema,
  gpuLayers: z.number().int().min(0),
  /** At most as many as there are cores that may be used; the worker takes no more either. */
  threads: z.number().int().min(1),
};

/**
 * What the measuring process (`measure`) is asked to do, through runTask. It raises TEXT_TOO_SHORT, TEXT_NOT_READABLE,
 * PATH_NOT_FOUND, PATH_NOT_READABLE, NOT_A_REGULAR_FILE, DISK_FULL, VOCABULARY_DIFFERS, PRUNE_REFUSED ("architecture"),
 * NATIVE_LIBRARY_UNUSABLE, MEASURING_FAILED (the model cannot be loaded or computed) and CANCELLED.
 * Progress is in tokens, within the phase. It writes only where it is told to, and removes its own temporary files.
 */
export const measureRequestSchema = z.discriminatedUnion('kind', [
  /** Computes an importance matrix and writes it (GGUF, as llama-imatrix) to `outputPath`: whole, or not at all. */
  z.object({ kind: z.literal('matrix'), modelPath: z.string(), outputPath: z.string(), ...common }),
  /** How much each block changes what passes through it. */
  z.object({ kind: z.literal('layers'), modelPath: z.string(), ...common }),
  /** What a version lost against its parent, and the speed and memory of both. */
  z.object({
    kind: z.literal('evaluate'),
    parentPath: z.string(),
    versionPath: z.string(),
    /** Folder that is there, for the parent's log-probabilities: about 2 bytes × vocabulary × half of all tokens. Checked against free disk first. */
    temporaryFolder: z.string(),
    ...common,
  }),
]);
export type MeasureRequest = z.infer<typeof measureRequestSchema>;

/** The phases the process itself goes through; the last one of each list, 'register', is its caller's. */
export const MEASURE_PHASES = {
  matrix: MATRIX_PHASES.slice(0, -1),
  layers: LAYER_PHASES.slice(0, -1),
  evaluate: EVALUATION_PHASES.slice(0, -1),
} as const;

/** A figure with its standard error. */
const estimateSchema = z.object({ value: z.number(), error: z.number() });
const speedSchema = z.object({ promptTokensPerSecond: z.number(), generationTokensPerSecond: z.number() });

/** `text.tokens` counts the whole text; `chunks` is how many windows were really computed. */
const measured = { text: usedTextSchema, chunks: z.number().int(), contextSize: z.number().int() };

export const matrixResultSchema = z.object({
  kind: z.literal('matrix'),
  ...measured,
  /** Tensors with an entry. */
  entries: z.number().int(),
  sizeBytes: z.number().int(),
  sha256: z.string(),
});
export type MatrixResult = z.infer<typeof matrixResultSchema>;

export const layersResultSchema = z.object({
  kind: z.literal('layers'),
  ...measured,
  /** 1 − cosine of a block's input and output, averaged over tokens; index = block number. */
  influence: z.array(z.number()),
});
export type LayersResult = z.infer<typeof layersResultSchema>;

/** Named as in the contract's evaluation, which it becomes part of. */
export const evaluateResultSchema = z.object({
  kind: z.literal('evaluate'),
  ...measured,
  parentPerplexity: estimateSchema,
  perplexity: estimateSchema,
  perplexityRatio: estimateSchema,
  /** Nats. */
  klDivergence: estimateSchema.extend({ max: z.number(), p99: z.number(), median: z.number() }),
  /** 0 to 1. */
  topTokenAgreement: estimateSchema,
  /** 0 to 1. */
  probabilityRmsDifference: z.number(),
  parentSpeed: speedSchema,
  speed: speedSchema,
  /** Most resident memory of the whole process while each was loaded and its speed measured. */
  parentRamBytes: z.number().int(),
  ramBytes: z.number().int(),
});
export type EvaluateResult = z.infer<typeof evaluateResultSchema>;
