import { z } from 'zod';
import { backendMissingReasonSchema, backendSchema } from '../../contract/system.contract.ts';

/** Environment variable that tells a probe process which backend to try. */
export const PROBE_BACKEND_VARIABLE = 'MODELWARD_PROBE_BACKEND';

/** Environment variables with which the backends' own libraries are held to one device (index, as they count). */
export const VISIBLE_DEVICES_VARIABLE = { cuda: 'CUDA_VISIBLE_DEVICES', vulkan: 'GGML_VK_VISIBLE_DEVICES' } as const;

/** The one message a probe process sends before it exits. Bytes; all devices of the backend together. */
export const probeAnswerSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('found'),
    backend: backendSchema,
    /** Release of llama.cpp inside node-llama-cpp, e.g. `v0.4.0`. */
    release: z.string(),
    deviceNames: z.array(z.string()),
    totalBytes: z.number().nonnegative(),
    freeBytes: z.number().nonnegative(),
    /** Part of `totalBytes` that is the machine's own RAM (integrated GPUs, Apple Silicon). */
    sharedBytes: z.number().nonnegative(),
    detail: z.string(),
  }),
  z.object({ kind: z.literal('missing'), backend: backendSchema, reason: backendMissingReasonSchema, detail: z.string() }),
]);
export type ProbeAnswer = z.infer<typeof probeAnswerSchema>;
export type ProbeFound = Extract<ProbeAnswer, { kind: 'found' }>;
