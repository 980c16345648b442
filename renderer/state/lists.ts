import { client } from '../client/connection.ts';
import { useQuery } from './queries.ts';
import { useMay } from './session.ts';

/** All models; shared by the list, the search, the wizards and Home, so that they agree and one request serves all. */
export function useModels() {
  const enabled = useMay('models.read');
  return useQuery('models', (signal) => client.models.list({}, { signal }), { topics: ['models', 'deployments'], enabled });
}

/** All deployments, likewise. */
export function useDeployments() {
  const enabled = useMay('deployments.read');
  return useQuery('deployments', (signal) => client.deployments.list({}, { signal }), { topics: ['deployments'], enabled });
}

/** All API keys, likewise. Their use is counted without an event of its own: who shows it asks again now and then. */
export function useApiKeys() {
  const enabled = useMay('gateway.read');
  return useQuery('api-keys', (signal) => client.apiKeys.list({}, { signal }), { topics: ['gateway'], enabled });
}
