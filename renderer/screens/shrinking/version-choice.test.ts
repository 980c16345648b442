import { expect, it } from 'vitest';
import type { ModelVersion } from '../../../main/contract/models.contract.ts';
import { bestSource, betterSource, isQuantized } from './version-choice.ts';

/** What the choice looks at. */
function version(number: number, type: string, parent: number | null = null, pruned = false): ModelVersion {
  return {
    id: `ver_${String(number)}`,
    number,
    facts: { quantization: type, tensorTypes: [{ type: 'F32', count: 1, bytes: 1 }, { type, count: 1, bytes: 1 }], layerCount: pruned ? 30 : 32 },
    lineage: parent === null ? null : { parentVersionId: `ver_${String(parent)}`, parentNumber: parent, derivation: { kind: pruned ? 'pruned' : 'quantized' } },
  } as ModelVersion;
}

it('sees by the tensors whether something was lost', () => {
  expect(isQuantized(version(1, 'BF16').facts)).toBe(false);
  expect(isQuantized(version(1, 'Q8_0').facts)).toBe(true);
});

it('starts from the newest whole version that lost nothing', () => {
  expect(bestSource([version(1, 'F16'), version(2, 'Q4_K'), version(3, 'F16', 1, true)])?.number).toBe(1);
  expect(bestSource([version(1, 'Q8_0')])).toBeNull();
});

it('names as the better source what a version was made from, through all steps, else one of the same layers', () => {
  const imported = version(1, 'F16');
  const smaller = version(2, 'Q8_0', 1);
  const again = version(3, 'Q4_K', 2);
  expect(betterSource(again, [imported, smaller, again])?.number).toBe(1);
  const lonely = version(4, 'Q4_K');
  expect(betterSource(lonely, [version(5, 'F16', 1, true), lonely])).toBeNull();
  expect(betterSource(lonely, [imported, lonely])?.number).toBe(1);
});
