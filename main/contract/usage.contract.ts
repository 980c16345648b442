import { z } from './zod.ts';
import { done, procedure, timeMsSchema } from './procedure.ts';

/** A day of the machine's calendar, in its time zone: `2026-11-30`. */
export const daySchema = z.string().regex(/^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/);

/** Both days belong to it. */
const periodShape = { from: daySchema, to: daySchema };
export const periodSchema = z.strictObject(periodShape);
export type Period = z.infer<typeof periodSchema>;

/** How a request ended: answered whole, refused before an answer began, broken off by a fault, or left by its caller. */
export const USAGE_OUTCOMES = ['done', 'refused', 'failed', 'cancelled'] as const;
export type UsageOutcome = (typeof USAGE_OUTCOMES)[number];

/** By what usage is summed up. `model`: a deployment and the version that answered. */
export const USAGE_GROUPS = ['key', 'department', 'model', 'day'] as const;
export type UsageGroup = (typeof USAGE_GROUPS)[number];

/** In ms. Read from counts in classes a fifth apart: at most a tenth beside the true value. */
const spanSchema = z.object({ count: z.number().int(), p50Ms: z.number(), p95Ms: z.number() });
export type UsageSpan = z.infer<typeof spanSchema>;

/** Who asked what, as it was called that day; what is not known is empty. */
const subjectShape = {
  /** Empty for requests without a key that exists. */
  keyId: z.string(),
  keyName: z.string(),
  department: z.string(),
  deployment: z.string(),
  versionId: z.string(),
  modelName: z.string(),
  versionNumber: z.number().int().nullable(),
};
const subjectSchema = z.object(subjectShape);
export type UsageSubject = z.infer<typeof subjectSchema>;

const countsShape = {
  /** Everything that was asked, whatever came of it. */
  requests: z.number().int(),
  refused: z.number().int(),
  failed: z.number().int(),
  cancelled: z.number().int(),
  promptTokens: z.number().int(),
  /** Of the prompt tokens, those that needed no computing because an earlier prompt began alike. */
  cachedTokens: z.number().int(),
  outputTokens: z.number().int(),
};
const measuredShape = {
  ...countsShape,
  /** Waiting for a turn at the model. Null where nothing was measured. */
  queue: spanSchema.nullable(),
  /** From the request to the first token of its answer. */
  firstToken: spanSchema.nullable(),
  duration: spanSchema.nullable(),
};
export const usageTotalSchema = z.object(measuredShape);
export type UsageTotal = z.infer<typeof usageTotalSchema>;

/** One line of a summary. What its group does not tell is empty or null. */
export const usageRowSchema = z.object({
  id: z.string(),
  day: daySchema.nullable(),
  ...subjectShape,
  ...measuredShape,
});
export type UsageRow = z.infer<typeof usageRowSchema>;

/** One request. Never its text. */
export const usageRequestSchema = z.object({
  id: z.number().int(),
  endedAtMs: timeMsSchema,
  day: daySchema,
  ...subjectShape,
  endpoint: z.string(),
  stream: z.boolean(),
  outcome: z.enum(USAGE_OUTCOMES),
  /** HTTP status; 499 where the caller left. */
  status: z.number().int(),
  /** Code of the error catalogue where it did not come to its end. */
  reason: z.string(),
  promptTokens: z.number().int(),
  cachedTokens: z.number().int(),
  outputTokens: z.number().int(),
  queueMs: z.number().nullable(),
  firstTokenMs: z.number().nullable(),
  durationMs: z.number(),
});
export type UsageRequest = z.infer<typeof usageRequestSchema>;
/** A request as it is told when it has ended. */
export type CountedRequest = Omit<UsageRequest, 'id' | 'day'>;

/**
 * What stands behind the totals of a day: `open` while it lasts; `sealed` when they are what the audit log says; `differs` when they are
 * not any more, or are gone; `unsealed` when the log says nothing of a day that is over.
 */
export const SEAL_STATES = ['open', 'sealed', 'differs', 'unsealed'] as const;
export const usageDaySchema = z.object({
  day: daySchema,
  ...countsShape,
  seal: z.enum(SEAL_STATES),
  sealedAtMs: timeMsSchema.nullable(),
  /** Of the event `usage.daySealed` in the audit log. */
  auditSequence: z.number().int().nullable(),
});
export type UsageDay = z.infer<typeof usageDaySchema>;

export const LONGEST_RECORD_DAYS = 3650;
export const USUAL_RECORD_DAYS = 90;
const recordDaysSchema = z.number().int().min(1).max(LONGEST_RECORD_DAYS);

export const usageStateSchema = z.object({
  /** Of the machine the models run on. */
  today: daySchema,
  /** The first day of which there are totals; null while nothing was ever asked. */
  firstDay: daySchema.nullable(),
  /** How long single requests are kept. Totals of days are kept for good. */
  recordDays: recordDaysSchema,
});
export type UsageState = z.infer<typeof usageStateSchema>;

const filterShape = { keyId: z.string().max(64).nullable().default(null), deployment: z.string().max(64).nullable().default(null) };
const read = 'gateway.read' as const;

export const usageContract = {
  state: procedure({ permission: read, audit: 'none' }).input(z.strictObject({})).output(usageStateSchema),
  /** Most requests first; days in their order. */
  summary: procedure({ permission: read, audit: 'none' })
    .input(z.strictObject({ ...periodShape, by: z.enum(USAGE_GROUPS), ...filterShape }))
    .output(z.object({ rows: z.array(usageRowSchema), total: usageTotalSchema })),
  /** Newest first. `cursor`: what the page before gave. */
  requests: procedure({ permission: read, audit: 'none' })
    .input(z.strictObject({ ...filterShape, outcome: z.enum(USAGE_OUTCOMES).nullable().default(null), cursor: z.number().int().positive().nullable().default(null), limit: z.number().int().min(1).max(500) }))
    .output(z.object({ requests: z.array(usageRequestSchema), nextCursor: z.number().int().nullable() })),
  /** Days with requests, in order, each compared with the audit log. */
  days: procedure({ permission: read, audit: 'none' }).input(periodSchema).output(z.array(usageDaySchema)),
  /** The totals of days as CSV: a line for each day, key, deployment and version. */
  export: procedure({ permission: read, audit: 'usage.exported' })
    .input(periodSchema)
    .output(z.object({ fileName: z.string(), mediaType: z.string(), text: z.string() })),
  /** The same, kept where the person says in the system's dialog; desktop host only. Raises CANCELLED when the dialog is closed. */
  saveExport: procedure({ permission: read, audit: 'usage.exported' }).input(periodSchema).output(z.object({ path: z.string() })),
  setRetention: procedure({ permission: 'settings.manage', audit: 'usage.retentionChanged' }).input(z.strictObject({ recordDays: recordDaysSchema })).output(done),
};

