import type { ModelVersion } from '../../../main/contract/models.contract.ts';

/** Types in which nothing has been lost yet. */
const EXACT: ReadonlySet<string> = new Set(['F64', 'F32', 'F16', 'BF16', 'I64', 'I32', 'I16', 'I8']);

/** Whether any tensor of a version has lost something already. */
export function isQuantized(facts: Pick<ModelVersion['facts'], 'tensorTypes'>): boolean {
  return facts.tensorTypes.some(({ type }) => !EXACT.has(type.toUpperCase()));
}

/** The version to start from: unquantized and whole, the newest of those; null where all are quantized. */
export function bestSource(versions: readonly ModelVersion[]): ModelVersion | null {
  const unquantized = versions.filter(({ facts }) => !isQuantized(facts));
  const whole = unquantized.filter(({ lineage }) => lineage?.derivation.kind !== 'pruned');
  return newest(whole) ?? newest(unquantized);
}

/**
 * The better source for one version: what it was made from, if that is unquantized, else the best of its model. A pruned
 * version is not replaced by one with all its layers.
 */
export function betterSource(version: ModelVersion, versions: readonly ModelVersion[]): ModelVersion | null {
  const byId = new Map(versions.map((each) => [each.id, each]));
  const seen = new Set<string>();
  let current: ModelVersion | undefined = version;
  while (current !== undefined && !seen.has(current.id)) {
    if (!isQuantized(current.facts)) return current;
    seen.add(current.id);
    current = byId.get(current.lineage?.parentVersionId ?? '');
  }
  return bestSource(versions.filter(({ facts }) => facts.layerCount === version.facts.layerCount));
}

export function newest(versions: readonly ModelVersion[]): ModelVersion | null {
  return versions.toSorted((a, b) => b.number - a.number)[0] ?? null;
}
