import { eventIterator } from '@orpc/contract';
import { z } from './zod.ts';
import { DEPLOYMENT_STATES } from './deployments.contract.ts';
import { bytesSchema, idSchema, procedure, timeMsSchema } from './procedure.ts';

/** Percent 0–100, bytes, bytes a second. A null is a value this machine does not tell: drawn as a gap, never as zero. */
export const sampleSchema = z.object({
  timeMs: timeMsSchema,
  cpuPercent: z.number().nullable(),
  memoryUsedBytes: bytesSchema,
  memoryTotalBytes: bytesSchema,
  diskReadBytesPerSecond: z.number().nullable(),
  diskWriteBytesPerSecond: z.number().nullable(),
  diskFreeBytes: bytesSchema.nullable(),
  diskTotalBytes: bytesSchema.nullable(),
  networkReceivedBytesPerSecond: z.number().nullable(),
  networkSentBytesPerSecond: z.number().nullable(),
  gpus: z.array(
    z.object({
      name: z.string(),
      utilizationPercent: z.number().nullable(),
      memoryUsedBytes: bytesSchema.nullable(),
      memoryTotalBytes: bytesSchema.nullable(),
      temperatureCelsius: z.number().nullable(),
    }),
  ),
  deployments: z.array(
    z.object({
      id: idSchema,
      name: z.string(),
      state: z.enum(DEPLOYMENT_STATES),
      outputTokensPerSecond: z.number(),
      promptTokensPerSecond: z.number(),
      activeRequests: z.number().int(),
      queuedRequests: z.number().int(),
      errorCount: z.number().int(),
      requestCount: z.number().int(),
      rssBytes: bytesSchema.nullable(),
    }),
  ),
});
export type Sample = z.infer<typeof sampleSchema>;

export const monitoringContract = {
  /** First the samples of the last ten minutes in one piece, then one a second. */
  live: procedure({ permission: 'monitoring.read', audit: 'none' })
    .input(z.strictObject({}))
    .output(
      eventIterator(
        z.discriminatedUnion('kind', [
          z.object({ kind: z.literal('history'), intervalMs: z.number(), samples: z.array(sampleSchema) }),
          z.object({ kind: z.literal('sample'), sample: sampleSchema }),
        ]),
      ),
    ),
};
