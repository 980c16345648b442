import { z } from './zod.ts';

/**
 * The closed catalogue of everything that can go wrong in a way the person can act on.
 * A code names the situation; its data carries the numbers the sentence needs. Sentences live in renderer/i18n only;
 * a test fails when a code has none in either language.
 *
 * Two codes are special: CANCELLED is an outcome, never shown as an error; BUG is our own fault and carries only the
 * reference under which the log holds the rest.
 */
export const errorCatalogue = {
  // the conversation itself
  WRONG_INPUT: z.object({ issues: z.array(z.object({ path: z.string(), message: z.string() })) }),
  NOT_SIGNED_IN: z.object({ reason: z.enum(['never', 'idle', 'expired', 'signed-out']) }),
  PERMISSION_DENIED: z.object({ permission: z.string() }),
  NOT_FOUND: z.object({ what: z.enum(['model', 'version', 'deployment', 'job', 'key', 'event', 'upload', 'trial', 'benchmark', 'tuning', 'matrix', 'layer-report', 'evaluation', 'dataset', 'dataset-version', 'training-run', 'adapter']), id: z.string() }),
  NAME_TAKEN: z.object({ name: z.string() }),
  CONFIRMATION_MISMATCH: z.object({ expected: z.string() }),
  CANCELLED: z.object({}),
  BUG: z.object({ referenceId: z.string() }),

  // people
  WRONG_PASSWORD: z.object({ attemptsLeft: z.number().int() }),
  LOCKED_OUT: z.object({ untilMs: z.number() }),
  PASSWORD_TOO_SHORT: z.object({ minimum: z.number().int() }),
  PASSWORD_TOO_COMMON: z.object({}),

  // the data folder and its database
  ALREADY_SET_UP: z.object({ path: z.string() }),
  NOT_SET_UP: z.object({ path: z.string() }),
  LOCKED: z.object({}),
  DATA_FOLDER_IN_USE: z.object({ path: z.string(), processId: z.number().int().nullable() }),
  DATA_FOLDER_NOT_WRITABLE: z.object({ path: z.string(), reason: z.string() }),
  DATABASE_DAMAGED: z.object({ path: z.string(), detail: z.string() }),
  DATABASE_TOO_NEW: z.object({ path: z.string(), foundVersion: z.number().int(), knownVersion: z.number().int() }),
  DATABASE_KEY_WRONG: z.object({ path: z.string() }),
  KEY_FILE_DAMAGED: z.object({ path: z.string(), detail: z.string() }),
  DISK_FULL: z.object({ path: z.string(), neededBytes: z.number().nullable(), freeBytes: z.number().nullable() }),

  // files and models
  PATH_NOT_FOUND: z.object({ path: z.string() }),
  PATH_NOT_READABLE: z.object({ path: z.string(), reason: z.string() }),
  NOT_A_REGULAR_FILE: z.object({ path: z.string() }),
  GGUF_REFUSED: z.object({
    rule: z.string(),
    byteOffset: z.number(),
    detail: z.record(z.string(), z.union([z.string(), z.number()])),
  }),
  CHAT_TEMPLATE_REFUSED: z.object({ reason: z.enum(['too-slow', 'too-much-memory']) }),
  MODEL_ALREADY_IMPORTED: z.object({ modelId: z.string(), versionId: z.string(), name: z.string() }),
  FILE_CHANGED_DURING_IMPORT: z.object({ path: z.string() }),
  TRIAL_LOAD_FAILED: z.object({ reason: z.string() }),
  MODEL_IN_USE: z.object({ deployments: z.array(z.string()) }),
  MODEL_RETIRED: z.object({ name: z.string() }),
  MODEL_FILE_CHANGED: z.object({ path: z.string() }),
  MODEL_NOT_CHATTABLE: z.object({ purpose: z.string() }),

  // deployments and engines
  BACKEND_UNAVAILABLE: z.object({ backend: z.string(), reason: z.string() }),
  DOES_NOT_FIT: z.object({
    where: z.enum(['ram', 'vram']),
    neededBytes: z.number(),
    availableBytes: z.number(),
    totalBytes: z.number(),
    wouldFit: z.object({ backend: z.string(), gpuLayers: z.number().int(), contextSize: z.number().int() }).nullable(),
  }),
  CONTEXT_TOO_LARGE: z.object({ requested: z.number().int(), trained: z.number().int() }),
  DEPLOYMENT_NOT_READY: z.object({ name: z.string(), state: z.string() }),
  DEPLOYMENT_BUSY: z.object({ name: z.string(), queueLimit: z.number().int() }),
  OVERLAP_DOES_NOT_FIT: z.object({
    name: z.string(),
    where: z.enum(['ram', 'vram']),
    neededBytes: z.number(),
    availableBytes: z.number(),
    totalBytes: z.number(),
    /** What the version that serves now holds of it. */
    heldBytes: z.number(),
    fitsAfterStopping: z.boolean(),
  }),
  MEMORY_HELD: z.object({
    name: z.string(),
    where: z.enum(['ram', 'vram']),
    neededBytes: z.number(),
    budgetBytes: z.number(),
    usedBytes: z.number(),
    holders: z.array(z.object({ name: z.string(), bytes: z.number() })),
  }),
  TRIAL_OVER: z.object({ name: z.string() }),
  DEPLOYMENT_CHANGED: z.object({ name: z.string() }),
  OTHER_PURPOSE: z.object({ name: z.string(), purpose: z.string(), wanted: z.string() }),
  NOTHING_TO_ROLL_BACK_TO: z.object({ name: z.string() }),
  ENGINE_FAILED: z.object({
    reason: z.enum(['crashed', 'hung', 'never-ready', 'memory-limit', 'load-failed', 'cannot-start']),
    detail: z.string(),
  }),
  /** A request waited too long for its turn. */
  QUEUE_TIMEOUT: z.object({ name: z.string(), waitedMs: z.number() }),
  /** An engine or its model cannot do what a program asked for. */
  GENERATION_REFUSED: z.object({
    reason: z.enum(['grammar', 'json-schema', 'tools', 'token', 'empty-prompt', 'format-with-tools', 'no-embeddings', 'no-ranking', 'no-generation', 'fall-back-engine']),
    detail: z.string(),
  }),
  /** `input`: which of several texts, counted from 0. */
  PROMPT_TOO_LONG: z.object({ promptTokens: z.number().int(), contextSize: z.number().int(), input: z.number().int().optional() }),

  // measuring and shrinking
  NATIVE_LIBRARY_UNUSABLE: z.object({ reason: z.enum(['library-missing', 'layout-changed']), detail: z.string() }),
  MEASURING_FAILED: z.object({ what: z.enum(['benchmark', 'tuning', 'matrix', 'layers', 'evaluation']), detail: z.string() }),
  NOTHING_TO_MEASURE: z.object({}),
  BASELINE_NOT_READABLE: z.object({ reason: z.enum(['not-json', 'no-header', 'no-rows', 'missing-columns']), detail: z.string() }),
  TEXT_TOO_SHORT: z.object({ tokens: z.number().int(), needed: z.number().int() }),
  TEXT_NOT_READABLE: z.object({ path: z.string(), reason: z.enum(['not-utf8', 'empty', 'too-large']) }),
  QUANTIZATION_REFUSED: z.object({ type: z.string(), reason: z.enum(['unknown-type', 'unknown-tensor-type', 'bad-pattern', 'matrix-required', 'nothing-to-do', 'library-refused', 'process-died']), detail: z.string() }),
  REQUANTIZE_NOT_ACCEPTED: z.object({ quantization: z.string(), parentVersionNumber: z.number().int().nullable() }),
  IMPORTANCE_MATRIX_MISMATCH: z.object({ tensor: z.string(), matrixSize: z.number().int(), tensorSize: z.number().int() }),
  IMPORTANCE_MATRIX_UNREADABLE: z.object({ path: z.string(), detail: z.string() }),
  PRUNE_REFUSED: z.object({ reason: z.enum(['too-many', 'first-or-last', 'unknown-layer', 'architecture', 'library-refused', 'process-died']), detail: z.string() }),
  NO_PARENT: z.object({}),
  VOCABULARY_DIFFERS: z.object({ size: z.number().int(), parentSize: z.number().int() }),
  APPROVAL_BLOCKED: z.object({
    reason: z.enum(['not-evaluated', 'measured-too-briefly', 'perplexity', 'kl-divergence', 'top-token']),
    limit: z.number().nullable(),
    value: z.number().nullable(),
  }),
  VERSION_NOT_APPROVED: z.object({ name: z.string(), number: z.number().int() }),

  // data sets, training, adapters
  DATASET_REFUSED: z.object({
    reason: z.enum(['empty', 'no-usable-rows', 'not-text', 'wrong-encoding', 'duplicate-columns', 'no-header', 'missing-columns', 'too-large', 'too-many-rows', 'too-many-files']),
    /** The column, the encoding, the number that was found. */
    detail: z.string(),
    line: z.number().int().nullable(),
    limit: z.number().nullable(),
  }),
  DATASET_UNCHANGED: z.object({ datasetId: z.string(), versionId: z.string(), number: z.number().int() }),
  DATASET_IN_USE: z.object({ models: z.array(z.string()) }),
  TRAINING_REFUSED: z.object({
    reason: z.enum(['quantized', 'architecture', 'purpose', 'split-file', 'too-few-tokens', 'no-validation', 'nothing-new', 'not-tuned', 'no-chat-template', 'context']),
    detail: z.string(),
    /** Version with float weights that this one was made from, where there is one. */
    parentVersionId: z.string().nullable(),
    parentNumber: z.number().int().nullable(),
    found: z.number().nullable(),
    needed: z.number().nullable(),
  }),
  TRAINING_DOES_NOT_FIT: z.object({ neededBytes: z.number(), availableBytes: z.number(), contextSize: z.number().int(), smallerContext: z.number().int().nullable() }),
  TRAINING_DIVERGED: z.object({ step: z.number().int(), goodStep: z.number().int().nullable() }),
  TRAINING_FAILED: z.object({ reason: z.enum(['process-died', 'library-refused', 'not-exact']), detail: z.string() }),
  TRAINING_NOT_POSSIBLE_NOW: z.object({ state: z.string() }),
  CHECKPOINT_DAMAGED: z.object({ detail: z.string() }),
  ADAPTER_REFUSED: z.object({
    reason: z.enum(['not-an-adapter', 'not-lora', 'architecture', 'unknown-tensor', 'shape', 'incomplete', 'not-loaded', 'other-model']),
    detail: z.string(),
  }),
  ADAPTER_ALREADY_IMPORTED: z.object({ adapterId: z.string(), name: z.string() }),
  ADAPTER_IN_USE: z.object({ deployments: z.array(z.string()) }),
  BUNDLED_MODEL_MISSING: z.object({}),

  // gateway and jobs
  PORT_TAKEN: z.object({ port: z.number().int() }),
  KEY_REVOKED: z.object({ name: z.string(), revokedAtMs: z.number() }),
  KEY_EXPIRED: z.object({ name: z.string(), expiredAtMs: z.number() }),
  KEY_EXPIRY_PAST: z.object({ expiresAtMs: z.number() }),
  /** A name that several keys have. */
  KEY_AMBIGUOUS: z.object({ name: z.string(), keys: z.array(z.string()) }),
  KEY_SCOPE: z.object({ what: z.enum(['endpoint', 'deployment']), wanted: z.string(), allowed: z.array(z.string()) }),
  KEY_QUOTA: z.object({ unit: z.enum(['requests', 'tokens']), window: z.enum(['minute', 'day', 'month']), limit: z.number(), resetsAtMs: z.number() }),
  KEY_BUSY: z.object({ limit: z.number().int() }),
  ADDRESS_GONE: z.object({ address: z.string() }),
  ENDPOINT_SILENT: z.object({ address: z.string(), port: z.number().int(), detail: z.string() }),
  JOB_NOT_CANCELLABLE: z.object({ state: z.string() }),
  JOB_NOT_RETRYABLE: z.object({ state: z.string() }),
} as const;

export type ErrorCode = keyof typeof errorCatalogue;
export type ErrorData<Code extends ErrorCode> = z.infer<(typeof errorCatalogue)[Code]>;

/** An error as it crosses a process boundary or rests in a job's row: a code of the catalogue and its data. */
export const errorValueSchema = z.object({
  code: z.enum(Object.keys(errorCatalogue) as [ErrorCode, ...ErrorCode[]]),
  data: z.record(z.string(), z.unknown()),
});
export type ErrorValue = z.infer<typeof errorValueSchema>;
