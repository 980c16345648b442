import { eventIterator } from '@orpc/contract';
import { z } from './zod.ts';
import { jobProgressSchema, JOB_KINDS, JOB_STATES } from './jobs.contract.ts';
import { idSchema, procedure } from './procedure.ts';

/** Events announce that something happened, so that a screen can refetch; they never carry a command. */
export const appEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('models.changed'), modelId: idSchema }),
  z.object({ type: z.literal('deployments.changed'), deploymentId: idSchema }),
  z.object({ type: z.literal('gateway.changed') }),
  /** Benchmarks, tunings and imported baselines. */
  z.object({ type: z.literal('benchmarks.changed') }),
  /** Importance matrices, layer reports, evaluations and their policy. */
  z.object({ type: z.literal('quantization.changed') }),
  z.object({ type: z.literal('adapters.changed') }),
  z.object({ type: z.literal('datasets.changed') }),
  /** A run's state, or new points of its curves; at most one a second while it runs. */
  z.object({ type: z.literal('training.changed'), runId: idSchema }),
  z.object({ type: z.literal('jobs.changed'), jobId: idSchema, kind: z.enum(JOB_KINDS), state: z.enum(JOB_STATES), title: z.string() }),
  z.object({ type: z.literal('jobs.progressed'), progress: jobProgressSchema }),
  z.object({ type: z.literal('audit.appended'), sequence: z.number().int() }),
]);
export type AppEvent = z.infer<typeof appEventSchema>;

export const eventsContract = {
  /** Ends when the session ends; the client then asks `system.status` and shows the right screen. */
  subscribe: procedure({ permission: 'session', audit: 'none' }).input(z.strictObject({})).output(eventIterator(appEventSchema)),
};
