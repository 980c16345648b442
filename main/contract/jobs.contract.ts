import { z } from './zod.ts';
import { errorValueSchema } from './errors.ts';
import { idSchema, procedure, timeMsSchema } from './procedure.ts';

/** The one progress shape: `done` of `total` in `unit`, at `rate` units a second, `etaMs` to go; at most four a second. */
export const jobProgressSchema = z.object({
  jobId: idSchema,
  phase: z.string(),
  done: z.number().nonnegative(),
  total: z.number().nonnegative().nullable(),
  unit: z.enum(['bytes', 'steps', 'tokens', 'rows']),
  rate: z.number().nonnegative().nullable(),
  etaMs: z.number().nonnegative().nullable(),
  detail: z.string(),
});
export type JobProgress = z.infer<typeof jobProgressSchema>;

export const JOB_STATES = ['queued', 'running', 'succeeded', 'failed', 'cancelled', 'interrupted'] as const;
export const JOB_KINDS = [
  'models.import',
  'benchmarks.run',
  'benchmarks.tune',
  'quantization.quantize',
  'quantization.matrix',
  'quantization.layers',
  'quantization.prune',
  'quantization.evaluate',
  'datasets.import',
  'training.run',
  'adapters.import',
] as const;
export type JobKind = (typeof JOB_KINDS)[number];

export const jobViewSchema = z.object({
  id: idSchema,
  kind: z.enum(JOB_KINDS),
  state: z.enum(JOB_STATES),
  /** What it works on, in words: a file name, a model name. */
  title: z.string(),
  startedBy: z.string(),
  createdAtMs: timeMsSchema,
  startedAtMs: timeMsSchema.nullable(),
  endedAtMs: timeMsSchema.nullable(),
  progress: jobProgressSchema.nullable(),
  /** Phases finished so far, in order, with how long each took. */
  phases: z.array(z.object({ phase: z.string(), durationMs: z.number(), detail: z.string() })),
  /** The object the job made, when it succeeded. */
  result: z.object({ objectType: z.string(), objectId: z.string() }).nullable(),
  error: errorValueSchema.nullable(),
});
export type JobView = z.infer<typeof jobViewSchema>;

export const jobsContract = {
  list: procedure({ permission: 'jobs.read', audit: 'none' }).input(z.strictObject({})).output(z.array(jobViewSchema)),
  get: procedure({ permission: 'jobs.read', audit: 'none' }).input(z.strictObject({ jobId: idSchema })).output(jobViewSchema),
  cancel: procedure({ permission: 'jobs.manage', audit: 'jobs.cancelled' }).input(z.strictObject({ jobId: idSchema })).output(jobViewSchema),
  /** Runs a failed, cancelled or interrupted job again with the payload it had: a new job. */
  retry: procedure({ permission: 'jobs.manage', audit: 'jobs.retried' }).input(z.strictObject({ jobId: idSchema })).output(jobViewSchema),
};
