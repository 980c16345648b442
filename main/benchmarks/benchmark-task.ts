import { z } from 'zod';
import { benchmarkPlanSchema, benchmarkRowSchema, TUNING_GOALS, tuningSchema } from '../contract/benchmarks.contract.ts';
import { engineSettingsSchema } from '../contract/deployments.contract.ts';

/** What the measuring process is asked to do. The path is absolute; sizes in tokens. */
export const benchmarkRequestSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('benchmark'), path: z.string(), settings: engineSettingsSchema, plan: benchmarkPlanSchema }),
  z.object({
    kind: z.literal('tune'),
    path: z.string(),
    /** Where the search begins and what it must beat: the settings that would be recommended without it. */
    settings: engineSettingsSchema,
    goal: z.enum(TUNING_GOALS),
    budgetMs: z.number(),
    allowSmallerKv: z.boolean(),
    /** Threads that may be tried; never more than cores that may be used. */
    maxThreads: z.number().int().min(1),
    /** GPU layers that fit into the GPU's memory; 0 without a GPU. */
    maxGpuLayers: z.number().int().min(0),
  }),
]);
export type BenchmarkRequest = z.infer<typeof benchmarkRequestSchema>;

export const benchmarkResultSchema = z.object({
  engineRelease: z.string(),
  loadMs: z.number(),
  peakRamBytes: z.number().nullable(),
  peakVramBytes: z.number().nullable(),
  rows: z.array(benchmarkRowSchema),
  foreignLoad: z.number().nullable(),
});
export type BenchmarkResult = z.infer<typeof benchmarkResultSchema>;

export const tuneResultSchema = tuningSchema.pick({ engineRelease: true, durationMs: true, default: true, chosen: true, trials: true, explanation: true }).extend({
  foreignLoad: z.number().nullable(),
});
export type TuneResult = z.infer<typeof tuneResultSchema>;
