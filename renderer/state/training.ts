import { client } from '../client/connection.ts';
import { useQuery } from './queries.ts';
import { useMay } from './session.ts';

/** All training runs; shared by the list, the jobs and the wizard, so that they agree. */
export function useTrainingRuns() {
  const enabled = useMay('training.read');
  return useQuery('training/runs', (signal) => client.training.list({}, { signal }), { topics: ['training', 'models'], enabled });
}

/** All data sets, as the wizard and the empty list of runs need them. */
export function useDatasets() {
  const enabled = useMay('data.read');
  return useQuery('datasets', (signal) => client.datasets.list({}, { signal }), { topics: ['datasets'], enabled });
}
