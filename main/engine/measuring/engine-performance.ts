import type { EnginePerformance, EngineSettings, KV_TYPES } from '../../contract/deployments.contract.ts';

/** What serving uses where nothing else was found: node-llama-cpp's batch, llama.cpp's own choice of attention, F16. */
export const USUAL_PERFORMANCE: EnginePerformance = { batchSize: 512, flashAttention: 'auto', kvType: 'F16' };

export function performanceOf(settings: Pick<EngineSettings, 'performance'>): EnginePerformance {
  return settings.performance ?? USUAL_PERFORMANCE;
}

/** `enum ggml_type` (ggml/include/ggml.h). */
export const GGML_KV_TYPE: Readonly<Record<(typeof KV_TYPES)[number], number>> = { F32: 0, F16: 1, BF16: 30, Q8_0: 8, Q5_1: 7, Q4_0: 2 };

/** `enum llama_flash_attn_type` (include/llama.h). */
export const FLASH_ATTENTION: Readonly<Record<EnginePerformance['flashAttention'], -1 | 0 | 1>> = { auto: -1, off: 0, on: 1 };

/** How a context is made natively so that it computes as serving does: batch and micro-batch are one there (AddonContext.cpp). */
export function nativeSettingsOf(settings: EngineSettings): { batchSize: number; microBatchSize: number; flashAttention: -1 | 0 | 1; keyType: number; valueType: number } {
  const { batchSize, flashAttention, kvType } = performanceOf(settings);
  const type = GGML_KV_TYPE[kvType];
  return { batchSize, microBatchSize: batchSize, flashAttention: FLASH_ATTENTION[flashAttention], keyType: type, valueType: type };
}

/** Threads of generation in serving: one less than those of a prompt, at least one (engine/inference/native-loop/step-threads.ts). */
export function speedThreadsOf(threads: number): number {
  return Math.max(1, threads - 1);
}

/** Settings as an audit event takes them: nothing that may be left out. */
export function auditableSettings({ performance, ...settings }: EngineSettings) {
  return { ...settings, performance: performance ?? null };
}
