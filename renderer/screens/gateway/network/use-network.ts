import { client } from '../../../client/connection.ts';
import { useQuery } from '../../../state/queries.ts';

/** Where the endpoint listens and for whom; asked again whenever that changes. */
export function useNetwork() {
  return useQuery('network/status', (signal) => client.network.status({}, { signal }), { topics: ['gateway'] });
}

/** The machine's own addresses. They change without an event: asked when a screen that needs them opens. */
export function useMachineAddresses() {
  return useQuery('network/interfaces', (signal) => client.network.interfaces({}, { signal }), { topics: ['gateway'] });
}
