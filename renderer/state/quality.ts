import { client } from '../client/connection.ts';
import { useQuery } from './queries.ts';
import { useMay } from './session.ts';

/** All benchmarks, newest first; shared by the list, the comparison and the detail, so that they agree. */
export function useBenchmarks() {
  const enabled = useMay('quality.read');
  return useQuery('benchmarks', (signal) => client.benchmarks.list({}, { signal }), { topics: ['benchmarks'], enabled });
}

/** Everything auto-tuning found, newest first. A change of models may have removed some. */
export function useTunings() {
  const enabled = useMay('quality.read');
  return useQuery('tunings', (signal) => client.benchmarks.tunings({}, { signal }), { topics: ['benchmarks', 'models'], enabled });
}
