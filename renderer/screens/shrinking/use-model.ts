import type { ModelDetail, ModelVersion } from '../../../main/contract/models.contract.ts';
import { client } from '../../client/connection.ts';
import { useQuery } from '../../state/queries.ts';
import type { Query } from '../../state/queries.ts';

/** One model with its versions; the same answer as on its page. */
export function useModel(modelId: string | null | undefined): Query<ModelDetail> {
  return useQuery(`model/${modelId ?? ''}`, (signal) => client.models.get({ modelId: modelId ?? '' }, { signal }), {
    topics: ['models', 'deployments'],
    enabled: typeof modelId === 'string',
  });
}

/** Types in which nothing has been lost yet. */
const UNQUANTIZED: ReadonlySet<string> = new Set(['F32', 'F16', 'BF16']);

export function isQuantized(quantization: string): boolean {
  return !UNQUANTIZED.has(quantization.toUpperCase());
}

/** The version to start from: unquantized and whole, the newest of those; null where all are quantized. */
export function bestSource(versions: readonly ModelVersion[]): ModelVersion | null {
  const unquantized = versions.filter(({ facts }) => !isQuantized(facts.quantization));
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
    if (!isQuantized(current.facts.quantization)) return current;
    seen.add(current.id);
    current = byId.get(current.lineage?.parentVersionId ?? '');
  }
  return bestSource(versions.filter(({ facts }) => facts.layerCount === version.facts.layerCount));
}

export function newest(versions: readonly ModelVersion[]): ModelVersion | null {
  return versions.toSorted((a, b) => b.number - a.number)[0] ?? null;
}
