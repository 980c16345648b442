import { z } from './zod.ts';
import { pathSchema } from './models.contract.ts';
import { bytesSchema, done, idSchema, procedure, timeMsSchema } from './procedure.ts';

/** A type llama.cpp can quantize to, with what a person needs to choose it. */
export const quantizationTypeSchema = z.object({
  /** As llama-quantize names it: Q4_K_M. */
  type: z.string(),
  /** `enum llama_ftype`, include/llama.h. */
  ftype: z.number().int(),
  /** Bits a weight on average in a usual 8B model; the exact size of one's own model comes from `plan`. */
  bitsPerWeight: z.number(),
  family: z.enum(['float', 'simple', 'k-quant', 'i-quant', 'ternary', 'micro-float']),
  /** `required`: llama.cpp refuses without one; `recommended`: loses much less with one. */
  importanceMatrix: z.enum(['required', 'recommended', 'useful', 'unused']),
  expectedLoss: z.enum(['none', 'very-low', 'low', 'moderate', 'high', 'very-high']),
  /** Which sentence tells when to use it (quantization texts in i18n). */
  use: z.enum(['reference', 'almost-lossless', 'recommended', 'smaller', 'small-machine', 'last-resort', 'legacy', 'special']),
});
export type QuantizationType = z.infer<typeof quantizationTypeSchema>;

export const tensorOverrideSchema = z.strictObject({
  /** Regular expression (ECMAScript) searched in the tensor's name, as llama-quantize --tensor-type. */
  pattern: z.string().min(1).max(200),
  /** A ggml type: "q8_0", "f16", "q6_K". */
  type: z.string().min(1).max(20),
});

export const quantizeOptionsSchema = z.strictObject({
  importanceMatrixId: idSchema.nullable().default(null),
  /** ggml type of output.weight and of the token embeddings; null leaves it to the mixture. */
  outputTensorType: z.string().max(20).nullable().default(null),
  tokenEmbeddingType: z.string().max(20).nullable().default(null),
  overrides: z.array(tensorOverrideSchema).max(64).default([]),
  /** All tensors in the one type, no mixture. */
  pure: z.boolean().default(false),
  /** Keep output.weight as it is. */
  leaveOutputTensor: z.boolean().default(false),
  threads: z.number().int().min(1).max(256).nullable().default(null),
});
export type QuantizeOptions = z.infer<typeof quantizeOptionsSchema>;

/** What a dry run found. Sizes in bytes. */
export const quantizePlanSchema = z.object({
  type: z.string(),
  sourceSizeBytes: bytesSchema,
  /** Exact size of the file that would be written. */
  sizeBytes: bytesSchema,
  bitsPerWeight: z.number(),
  freeBytes: bytesSchema,
  fits: z.boolean(),
  tensors: z.array(
    z.object({
      name: z.string(),
      dimensions: z.array(z.number().int()),
      from: z.string(),
      to: z.string(),
      sizeBytes: bytesSchema,
      /** The type the mixture wanted, where the tensor's shape does not allow it. */
      fallbackFrom: z.string().nullable(),
    }),
  ),
  fallbackCount: z.number().int(),
  warnings: z.array(z.enum(['already-quantized', 'importance-matrix-required', 'importance-matrix-recommended', 'larger-than-source', 'many-fallbacks'])),
});
export type QuantizePlan = z.infer<typeof quantizePlanSchema>;

/** The text something is measured with. */
export const measureTextSchema = z.discriminatedUnion('kind', [
  /** The text in the box: `calibration` for importance, `held-out` for what was lost; never the same sentences. */
  z.strictObject({ kind: z.literal('bundled'), name: z.enum(['calibration', 'held-out']) }),
  z.strictObject({ kind: z.literal('path'), path: pathSchema }),
  z.strictObject({ kind: z.literal('inline'), name: z.string().min(1).max(255), text: z.string().min(1).max(8_000_000) }),
]);
export type MeasureText = z.infer<typeof measureTextSchema>;

/** Which text it was: enough to find it again, and to see that it was the same. */
export const usedTextSchema = z.object({ name: z.string(), sha256: z.string(), bytes: z.number().int(), tokens: z.number().int() });

export const importanceMatrixSchema = z.object({
  id: idSchema,
  versionId: idSchema,
  modelName: z.string(),
  versionNumber: z.number().int(),
  source: z.enum(['computed', 'imported']),
  text: usedTextSchema.nullable(),
  chunks: z.number().int(),
  contextSize: z.number().int(),
  entries: z.number().int(),
  sizeBytes: bytesSchema,
  sha256: z.string(),
  atMs: timeMsSchema,
  startedBy: z.string(),
  /** Other versions of the same shape for which it may be used. */
  usableFor: z.array(idSchema),
});
export type ImportanceMatrix = z.infer<typeof importanceMatrixSchema>;

/** How much each block changes what passes through it: 1 − cosine of its input and output, averaged over tokens (Men et al. 2024, "ShortGPT", block influence). */
export const layerReportSchema = z.object({
  id: idSchema,
  versionId: idSchema,
  text: usedTextSchema,
  chunks: z.number().int(),
  contextSize: z.number().int(),
  /** Index = block number. */
  influence: z.array(z.number()),
  atMs: timeMsSchema,
  startedBy: z.string(),
});
export type LayerReport = z.infer<typeof layerReportSchema>;

export const pruneProposalSchema = z.object({
  versionId: idSchema,
  /** Blocks to leave out, ascending; the least important first were chosen, never the first or the last. */
  layers: z.array(z.number().int()),
  layerCount: z.number().int(),
  sizeBytes: bytesSchema,
  sourceSizeBytes: bytesSchema,
  /** Expected generation speed relative to the source: bytes read for each token before ÷ after. */
  speedRatio: z.number(),
  ramBytes: bytesSchema,
  sourceRamBytes: bytesSchema,
  freeBytes: bytesSchema,
  fits: z.boolean(),
});
export type PruneProposal = z.infer<typeof pruneProposalSchema>;

/** A figure with its standard error. */
const estimateSchema = z.object({ value: z.number(), error: z.number() });

/** Thresholds a derived version must keep to be approved; null is no threshold. */
export const qualityPolicySchema = z.strictObject({
  /** Highest allowed growth of perplexity over the parent, in percent. */
  maxPerplexityIncreasePercent: z.number().min(0).max(1000).nullable(),
  /** Highest allowed mean KL divergence, in nats. */
  maxMeanKlDivergence: z.number().min(0).max(100).nullable(),
  /** Lowest allowed share of positions with the same most likely token, in percent. */
  minTopTokenAgreementPercent: z.number().min(0).max(100).nullable(),
  /** A derived version can be approved only after what it cost was measured. */
  requireEvaluation: z.boolean(),
  /** Only approved versions can be deployed. */
  onlyApprovedMayServe: z.boolean(),
});
export type QualityPolicy = z.infer<typeof qualityPolicySchema>;

/** What a derived version lost and gained against its parent. Definitions as llama-perplexity's --kl-divergence. */
export const evaluationSchema = z.object({
  id: idSchema,
  modelId: idSchema,
  modelName: z.string(),
  versionId: idSchema,
  versionNumber: z.number().int(),
  quantization: z.string(),
  parentVersionId: idSchema,
  parentVersionNumber: z.number().int(),
  parentQuantization: z.string(),
  text: usedTextSchema,
  chunks: z.number().int(),
  contextSize: z.number().int(),
  atMs: timeMsSchema,
  startedBy: z.string(),
  parentPerplexity: estimateSchema,
  perplexity: estimateSchema,
  /** Perplexity over the parent's. */
  perplexityRatio: estimateSchema,
  /** Nats. */
  klDivergence: estimateSchema.extend({ max: z.number(), p99: z.number(), median: z.number() }),
  /** Share of positions (0 to 1) at which both find the same token most likely. */
  topTokenAgreement: estimateSchema,
  /** Root mean square of the difference in the probability of the right token (0 to 1). */
  probabilityRmsDifference: z.number(),
  sizeBytes: bytesSchema,
  parentSizeBytes: bytesSchema,
  ramBytes: bytesSchema,
  parentRamBytes: bytesSchema,
  /** Tokens a second measured one after the other on this machine. */
  speed: z.object({ promptTokensPerSecond: z.number(), generationTokensPerSecond: z.number() }),
  parentSpeed: z.object({ promptTokensPerSecond: z.number(), generationTokensPerSecond: z.number() }),
  recommendation: z.enum(['use-it', 'use-with-care', 'choose-larger', 'do-not-use']),
  /** Thresholds of the policy in force that it does not keep. */
  violations: z.array(z.object({ rule: z.enum(['perplexity', 'kl-divergence', 'top-token']), limit: z.number(), value: z.number() })),
});
export type Evaluation = z.infer<typeof evaluationSchema>;

const read = 'quality.read' as const;
const manage = 'quality.manage' as const;
const versionInput = z.strictObject({ versionId: idSchema });
const measureOptions = {
  text: measureTextSchema,
  /** Windows of `contextSize` tokens; 0 takes the whole text. */
  chunks: z.number().int().min(0).max(10_000),
  contextSize: z.number().int().min(128).max(8192),
};

export const quantizationContract = {
  types: procedure({ permission: read, audit: 'none' }).input(z.strictObject({})).output(z.array(quantizationTypeSchema)),
  /** Asks the quantizer itself (dry run) in a process of its own. Raises QUANTIZATION_REFUSED, IMPORTANCE_MATRIX_MISMATCH. */
  plan: procedure({ permission: manage, audit: 'none' })
    .input(z.strictObject({ versionId: idSchema, type: z.string().min(1).max(20), options: quantizeOptionsSchema }))
    .output(quantizePlanSchema),
  /** Raises REQUANTIZE_NOT_ACCEPTED for a quantized source unless `acceptRequantize`. */
  quantize: procedure({ permission: manage, audit: 'quantization.started' })
    .input(
      z.strictObject({
        versionId: idSchema,
        type: z.string().min(1).max(20),
        options: quantizeOptionsSchema,
        acceptRequantize: z.boolean().default(false),
        /** Measure what it cost as soon as it is done. */
        evaluate: z.boolean().default(true),
      }),
    )
    .output(z.object({ jobId: idSchema })),

  computeMatrix: procedure({ permission: manage, audit: 'quantization.matrixStarted' })
    .input(z.strictObject({ versionId: idSchema, ...measureOptions }))
    .output(z.object({ jobId: idSchema })),
  /** Takes a file llama-imatrix wrote (GGUF or the old format). Raises IMPORTANCE_MATRIX_MISMATCH, IMPORTANCE_MATRIX_UNREADABLE. */
  importMatrix: procedure({ permission: manage, audit: 'quantization.matrixImported' })
    .input(z.strictObject({ versionId: idSchema, path: pathSchema }))
    .output(importanceMatrixSchema),
  matrices: procedure({ permission: read, audit: 'none' }).input(z.strictObject({})).output(z.array(importanceMatrixSchema)),
  removeMatrix: procedure({ permission: manage, audit: 'quantization.matrixRemoved' }).input(z.strictObject({ matrixId: idSchema })).output(done),

  measureLayers: procedure({ permission: manage, audit: 'quantization.layersStarted' })
    .input(z.strictObject({ versionId: idSchema, ...measureOptions }))
    .output(z.object({ jobId: idSchema })),
  /** Newest first. */
  layerReports: procedure({ permission: read, audit: 'none' }).input(versionInput).output(z.array(layerReportSchema)),
  /** With `layers` null, the `removeCount` least important ones of the report. Raises PRUNE_REFUSED. */
  proposePruning: procedure({ permission: manage, audit: 'none' })
    .input(
      z.strictObject({
        reportId: idSchema,
        removeCount: z.number().int().min(1).max(1024),
        layers: z.array(z.number().int().min(0)).max(1024).nullable(),
      }),
    )
    .output(pruneProposalSchema),
  prune: procedure({ permission: manage, audit: 'quantization.pruneStarted' })
    .input(z.strictObject({ versionId: idSchema, reportId: idSchema, layers: z.array(z.number().int().min(0)).min(1).max(1024), evaluate: z.boolean().default(true) }))
    .output(z.object({ jobId: idSchema })),

  /** Measures a version against its parent, or against another version of the same vocabulary. */
  evaluate: procedure({ permission: manage, audit: 'quantization.evaluationStarted' })
    .input(z.strictObject({ versionId: idSchema, parentVersionId: idSchema.nullable().default(null), ...measureOptions }))
    .output(z.object({ jobId: idSchema })),
  /** Newest first; of one version, or all. */
  evaluations: procedure({ permission: read, audit: 'none' })
    .input(z.strictObject({ versionId: idSchema.nullable().default(null) }))
    .output(z.array(evaluationSchema)),
  evaluation: procedure({ permission: read, audit: 'none' }).input(z.strictObject({ evaluationId: idSchema })).output(evaluationSchema),

  policy: procedure({ permission: read, audit: 'none' }).input(z.strictObject({})).output(qualityPolicySchema),
  setPolicy: procedure({ permission: 'settings.manage', audit: 'quantization.policyChanged' }).input(qualityPolicySchema).output(done),
};

/** The phases of the jobs, in order; a job's progress names them. */
export const QUANTIZE_PHASES = ['space', 'quantize', 'hash', 'check', 'trial-load', 'register'] as const;
export const MATRIX_PHASES = ['load', 'measure', 'register'] as const;
export const LAYER_PHASES = ['load', 'measure', 'register'] as const;
export const EVALUATION_PHASES = ['parent', 'version', 'speed', 'register'] as const;
