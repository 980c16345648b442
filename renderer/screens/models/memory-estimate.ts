import type { ModelFacts } from '../../../main/contract/models.contract.ts';

/** Context size an estimate is given for, in tokens: long enough for real work, short enough for most machines. */
export const ESTIMATE_CONTEXT = 8192;
/** Bytes of one value of the KV cache in F16, the engine's default. */
const KV_VALUE_BYTES = 2;

/**
 * Roughly what a model needs in memory: its weights plus the KV cache of one sequence, for each layer
 * context × KV heads × (key length + value length) × 2 bytes. Scratch memory is left out, so it is said as "about";
 * the exact prediction is the engine's (deployments.fit).
 */
export function estimateMemory(facts: ModelFacts): { memoryBytes: number; contextSize: number } {
  const contextSize = facts.contextLength === 0 ? ESTIMATE_CONTEXT : Math.min(ESTIMATE_CONTEXT, facts.contextLength);
  const kvHeads = facts.kvHeadCountPerLayer.reduce((sum, heads) => sum + heads, 0);
  const kvBytes = contextSize * kvHeads * (facts.keyLength + facts.valueLength) * KV_VALUE_BYTES;
  return { memoryBytes: facts.weightsBytes + kvBytes, contextSize };
}
