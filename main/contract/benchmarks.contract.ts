import { z } from './zod.ts';
import { engineSettingsSchema } from './deployments.contract.ts';
import { bytesSchema, done, idSchema, nameSchema, procedure, timeMsSchema } from './procedure.ts';
import { backendSchema } from './system.contract.ts';

/** What is measured, and how often. Sizes in tokens. */
export const benchmarkPlanSchema = z.strictObject({
  /** Each processed as one prompt from an empty cache (llama-bench "pp"). */
  promptSizes: z.array(z.number().int().min(1).max(131_072)).max(8),
  /** Each generated one by one from an empty cache (llama-bench "tg"). */
  generationSizes: z.array(z.number().int().min(1).max(16_384)).max(8),
  /** How many streams generate at the same time, each with a prompt of its own; 1 measures a single stream's times. */
  streams: z.array(z.number().int().min(1).max(64)).max(6),
  /** Prompt and answer of each stream. */
  streamPromptTokens: z.number().int().min(1).max(32_768),
  streamOutputTokens: z.number().int().min(2).max(8192),
  repeats: z.number().int().min(1).max(50),
  /** One run of each kind before the first that counts. */
  warmUp: z.boolean(),
});
export type BenchmarkPlan = z.infer<typeof benchmarkPlanSchema>;

export const benchmarkSubjectSchema = z.discriminatedUnion('kind', [
  /** Loaded by itself in a process that ends afterwards; nothing else is disturbed but by the work itself. */
  z.strictObject({ kind: z.literal('version'), versionId: idSchema, settings: engineSettingsSchema }),
  /** Asked as it runs, through its queue, beside whatever it serves meanwhile. */
  z.strictObject({ kind: z.literal('deployment'), deploymentId: idSchema }),
]);
export type BenchmarkSubject = z.infer<typeof benchmarkSubjectSchema>;

/** Spread of repeated measurements, in the unit of what was measured; `deviation` is the sample standard deviation (n − 1), 0 for one run. */
export const spreadSchema = z.object({
  count: z.number().int(),
  mean: z.number(),
  deviation: z.number(),
  min: z.number(),
  median: z.number(),
  max: z.number(),
});
export type Spread = z.infer<typeof spreadSchema>;

/** Percentiles in ms over every single observation (nearest rank). */
export const percentilesSchema = z.object({ count: z.number().int(), p50: z.number(), p95: z.number(), p99: z.number(), max: z.number() });
export type Percentiles = z.infer<typeof percentilesSchema>;

/** One measured row. `tokensPerSecond`: of the prompt, of the generation, or of all streams together. */
export const benchmarkRowSchema = z.object({
  test: z.enum(['prompt', 'generation', 'streams']),
  promptTokens: z.number().int(),
  outputTokens: z.number().int(),
  streams: z.number().int(),
  tokensPerSecond: spreadSchema,
  /** Only where streams are measured. */
  ttftMs: percentilesSchema.nullable(),
  interTokenMs: percentilesSchema.nullable(),
});
export type BenchmarkRow = z.infer<typeof benchmarkRowSchema>;

/** Where it was measured. `key` is the same for the same processor, memory, graphics cards and system. */
export const benchmarkMachineSchema = z.object({
  key: z.string(),
  name: z.string(),
  system: z.string(),
  processor: z.string(),
  cores: z.number().int(),
  ramBytes: bytesSchema,
  devices: z.array(z.string()),
});

export const benchmarkSchema = z.object({
  id: idSchema,
  source: z.enum(['measured', 'imported-csv', 'imported-llama-bench']),
  /** What a person calls it; the model's name and version at first. */
  label: z.string(),
  atMs: timeMsSchema,
  startedBy: z.string(),
  /** Snapshot of what was measured; ids are null once the object is gone, and for imported ones. */
  model: z.object({
    modelId: idSchema.nullable(),
    versionId: idSchema.nullable(),
    deploymentId: idSchema.nullable(),
    name: z.string(),
    versionNumber: z.number().int().nullable(),
    quantization: z.string(),
    sha256: z.string().nullable(),
    sizeBytes: bytesSchema.nullable(),
    parameterCount: z.number().nullable(),
  }),
  /** Null where an import does not say. */
  machine: benchmarkMachineSchema.nullable(),
  engine: z.object({ release: z.string(), backend: z.string(), driver: z.string().nullable() }),
  settings: engineSettingsSchema.nullable(),
  plan: benchmarkPlanSchema.nullable(),
  loadMs: z.number().nullable(),
  peakRamBytes: bytesSchema.nullable(),
  /** Null without a GPU or where the driver does not tell. */
  peakVramBytes: bytesSchema.nullable(),
  rows: z.array(benchmarkRowSchema),
  /** Other work the machine did meanwhile, as share of its cores (0 to 1); null where unknown. Above 0.2 the figures are doubtful. */
  foreignLoad: z.number().nullable(),
});
export type Benchmark = z.infer<typeof benchmarkSchema>;

/** A file with figures from elsewhere, as read: what would be imported and which lines could not be. */
export const baselinePreviewSchema = z.object({
  format: z.enum(['csv', 'llama-bench']),
  benchmarks: z.array(benchmarkSchema.pick({ label: true, model: true, engine: true, rows: true })),
  /** Line or entry number (from 1) and why it was left out. */
  skipped: z.array(z.object({ at: z.number().int(), reason: z.enum(['not-a-number', 'no-speed', 'unknown-test', 'too-many']) })),
});
export type BaselinePreview = z.infer<typeof baselinePreviewSchema>;

/** What auto-tuning makes better: time to the first token (prompt speed), a single answer, many at once, or a mean of the first two. */
export const TUNING_GOALS = ['balanced', 'prompt', 'generation'] as const;
export type TuningGoal = (typeof TUNING_GOALS)[number];

/** One setting that was tried: what it gave, in tokens a second, and the score it was judged by (1 = the default). */
export const tuningTrialSchema = z.object({
  settings: engineSettingsSchema,
  promptTokensPerSecond: z.number(),
  generationTokensPerSecond: z.number(),
  score: z.number(),
  /** Null when it ran; else why it could not. */
  problem: z.string().nullable(),
});
export type TuningTrial = z.infer<typeof tuningTrialSchema>;

export const tuningSchema = z.object({
  id: idSchema,
  versionId: idSchema,
  modelName: z.string(),
  versionNumber: z.number().int(),
  quantization: z.string(),
  machineKey: z.string(),
  machineName: z.string(),
  engineRelease: z.string(),
  backend: backendSchema,
  goal: z.enum(TUNING_GOALS),
  atMs: timeMsSchema,
  startedBy: z.string(),
  /** How long it was allowed to measure, and how long it did. */
  budgetMs: z.number(),
  durationMs: z.number(),
  default: tuningTrialSchema,
  chosen: tuningTrialSchema,
  trials: z.array(tuningTrialSchema),
  /** For each setting it looked at: what was chosen, and what that gained over the setting before it, as a ratio (1.12 = 12 % faster). */
  explanation: z.array(
    z.object({
      setting: z.enum(['gpuLayers', 'threads', 'batchSize', 'flashAttention', 'kvType']),
      from: z.union([z.string(), z.number()]),
      to: z.union([z.string(), z.number()]),
      gain: z.number(),
      outcome: z.enum(['better', 'no-difference', 'default-is-best', 'not-tried-no-time', 'not-applicable']),
    }),
  ),
  /** Other work the machine did meanwhile, as share of its cores (0 to 1); null where unknown. Above 0.2 the outcome is doubtful. */
  foreignLoad: z.number().nullable(),
  /** Null while it holds; else why it should be run again. */
  outdated: z.enum(['hardware-changed', 'engine-changed']).nullable(),
});
export type Tuning = z.infer<typeof tuningSchema>;

const read = 'quality.read' as const;
const manage = 'quality.manage' as const;

const exportInput = z.strictObject({ benchmarkIds: z.array(idSchema).min(1).max(500), format: z.enum(['csv', 'json', 'llama-bench']) });

export const benchmarksContract = {
  start: procedure({ permission: manage, audit: 'benchmarks.started' })
    .input(z.strictObject({ subject: benchmarkSubjectSchema, plan: benchmarkPlanSchema, label: nameSchema.nullable().default(null) }))
    .output(z.object({ jobId: idSchema })),
  /** Newest first, measured and imported. */
  list: procedure({ permission: read, audit: 'none' }).input(z.strictObject({})).output(z.array(benchmarkSchema)),
  get: procedure({ permission: read, audit: 'none' }).input(z.strictObject({ benchmarkId: idSchema })).output(benchmarkSchema),
  rename: procedure({ permission: manage, audit: 'benchmarks.renamed' }).input(z.strictObject({ benchmarkId: idSchema, label: nameSchema })).output(done),
  remove: procedure({ permission: manage, audit: 'benchmarks.removed' }).input(z.strictObject({ benchmarkId: idSchema })).output(done),
  /** The chosen ones as text: a row a measurement. `llama-bench` writes the JSON that llama-bench -o json writes, for what both measure. */
  export: procedure({ permission: read, audit: 'benchmarks.exported' })
    .input(exportInput)
    .output(z.object({ fileName: z.string(), mediaType: z.string(), text: z.string() })),
  /** The same, kept where the person says in the system's dialog; desktop host only. Raises CANCELLED when the dialog is closed. */
  saveExport: procedure({ permission: read, audit: 'benchmarks.exported' })
    .input(exportInput)
    .output(z.object({ path: z.string() })),
  /** Reads CSV (with a header line) or llama-bench's JSON without keeping anything. Raises BASELINE_NOT_READABLE. */
  previewBaseline: procedure({ permission: manage, audit: 'none' })
    .input(z.strictObject({ fileName: z.string().max(255), text: z.string().max(4_000_000) }))
    .output(baselinePreviewSchema),
  importBaseline: procedure({ permission: manage, audit: 'benchmarks.baselineImported' })
    .input(z.strictObject({ fileName: z.string().max(255), text: z.string().max(4_000_000), label: nameSchema }))
    .output(z.object({ benchmarkIds: z.array(idSchema) })),

  tune: procedure({ permission: manage, audit: 'benchmarks.tuningStarted' })
    .input(
      z.strictObject({
        versionId: idSchema,
        backend: backendSchema,
        goal: z.enum(TUNING_GOALS),
        contextSize: z.number().int().min(256).max(4_194_304),
        /** Measuring stops at the end of the trial in which this is reached. */
        budgetMs: z.number().int().min(5_000).max(3_600_000),
        /** Try KV cache types smaller than F16, which lose some accuracy. */
        allowSmallerKv: z.boolean(),
      }),
    )
    .output(z.object({ jobId: idSchema })),
  /** Newest first; of one version, or all. */
  tunings: procedure({ permission: read, audit: 'none' })
    .input(z.strictObject({ versionId: idSchema.nullable().default(null) }))
    .output(z.array(tuningSchema)),
  tuning: procedure({ permission: read, audit: 'none' }).input(z.strictObject({ tuningId: idSchema })).output(tuningSchema),
  removeTuning: procedure({ permission: manage, audit: 'benchmarks.tuningRemoved' }).input(z.strictObject({ tuningId: idSchema })).output(done),
};

/** The phases of the jobs, in order; a job's progress names them. */
export const BENCHMARK_PHASES = ['load', 'warm-up', 'prompt', 'generation', 'streams', 'register'] as const;
export const TUNING_PHASES = ['load', 'default', 'gpu-layers', 'threads', 'batch', 'flash-attention', 'kv-type', 'confirm', 'register'] as const;
