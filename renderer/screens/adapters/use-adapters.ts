import type { Adapter } from '../../../main/contract/adapters.contract.ts';
import { client } from '../../client/connection.ts';
import { useQuery } from '../../state/queries.ts';
import { useMay } from '../../state/session.ts';

/** All adapters; shared by the list and by what attaches them. Versions come and go, and so do the deployments that have one attached. */
export function useAdapters() {
  const enabled = useMay('models.read');
  return useQuery('adapters', (signal) => client.adapters.list({}, { signal }), { topics: ['adapters', 'models', 'deployments'], enabled });
}

/** Those that fit a version, by name. */
export function fitting(adapters: readonly Adapter[] | undefined, versionId: string): Adapter[] {
  return (adapters ?? []).filter(({ fits }) => fits.some((fit) => fit.versionId === versionId)).sort((a, b) => a.name.localeCompare(b.name));
}
