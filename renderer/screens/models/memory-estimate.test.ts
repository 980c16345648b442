import { expect, it } from 'vitest';
import type { ModelFacts } from '../../../main/contract/models.contract.ts';
import { estimateMemory } from './memory-estimate.ts';

const facts = (part: Partial<ModelFacts>) => part as ModelFacts;

it('adds the KV cache of one sequence to the weights', () => {
  const model = facts({ weightsBytes: 1000, contextLength: 32_768, kvHeadCountPerLayer: [4, 0, 4], keyLength: 128, valueLength: 64 });
  // 8192 tokens × 8 heads × 192 values × 2 bytes
  expect(estimateMemory(model)).toEqual({ memoryBytes: 1000 + 8192 * 8 * 192 * 2, contextSize: 8192 });
});

it('assumes no more context than the model has, and the usual one where it does not say', () => {
  const small = facts({ weightsBytes: 0, contextLength: 512, kvHeadCountPerLayer: [], keyLength: 1, valueLength: 1 });
  expect(estimateMemory(small).contextSize).toBe(512);
  expect(estimateMemory({ ...small, contextLength: 0 }).contextSize).toBe(8192);
});
