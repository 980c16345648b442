import type { ModelFacts } from '../contract/models.contract.ts';
import { isQuantizedType } from '../engine/native/quantization-types.ts';
import { ExpectedError } from '../kernel/errors.ts';
import type { LoadableVersion, ModelsService } from '../models/index.ts';

/** Whether any of its tensors has lost something already. */
export function isQuantized(facts: Pick<ModelFacts, 'tensorTypes'>): boolean {
  return facts.tensorTypes.some(({ type }) => isQuantizedType(type));
}

/**
 * Raises REQUANTIZE_NOT_ACCEPTED for a quantized version, with the number of the version to take instead: the nearest one it was made
 * from that is not quantized, else another such version of the same model and size, else none.
 */
export function checkRequantizing(models: Pick<ModelsService, 'familyOf' | 'version'>, source: LoadableVersion): void {
  if (!isQuantized(source.facts)) return;
  const family = models.familyOf(source.versionId);
  const exact = (versionId: string): LoadableVersion | null => {
    const version = models.version(versionId);
    return isQuantized(version.facts) ? null : version;
  };
  const parentOf = (versionId: string): string | null => family.find((member) => member.versionId === versionId)?.parentVersionId ?? null;
  let better: LoadableVersion | null = null;
  for (let ancestor = parentOf(source.versionId); ancestor !== null && better === null; ancestor = parentOf(ancestor)) better = exact(ancestor);
  for (const { versionId } of family) {
    if (better !== null) break;
    const other = exact(versionId);
    if (other !== null && sameShape(other.facts, source.facts)) better = other;
  }
  throw new ExpectedError('REQUANTIZE_NOT_ACCEPTED', { quantization: source.facts.quantization, parentVersionNumber: better?.number ?? null });
}

/** Whether the weight matrices of two models have the same names and shapes, as far as their facts tell: then an importance matrix fits both. */
export function sameShape(a: ModelFacts, b: ModelFacts): boolean {
  const keys = ['architecture', 'layerCount', 'embeddingLength', 'headCount', 'headCountKv', 'keyLength', 'valueLength', 'feedForwardLength', 'vocabularySize', 'expertCount'] as const;
  return keys.every((key) => a[key] === b[key]);
}
