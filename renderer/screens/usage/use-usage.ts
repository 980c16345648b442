import { useEffect } from 'react';
import type { Period, UsageGroup } from '../../../main/contract/usage.contract.ts';
import { client } from '../../client/connection.ts';
import { useQuery } from '../../state/queries.ts';
import type { Query } from '../../state/queries.ts';

/** What is looked at alone. */
export interface UsageFilter {
  key: { id: string; name: string } | null;
  deployment: string | null;
}
export const noUsageFilter: UsageFilter = { key: null, deployment: null };

/** Use is counted without an event: what is on the screen asks again at this pace. */
const READ_EVERY_MS = 5000;

export function useRepeated<Data>(query: Query<Data>): Query<Data> {
  const { refetch } = query;
  useEffect(() => {
    const timer = setInterval(refetch, READ_EVERY_MS);
    return () => clearInterval(timer);
  }, [refetch]);
  return query;
}

export function useUsageState() {
  return useRepeated(useQuery('usage/state', (signal) => client.usage.state({}, { signal })));
}

export function useSummary(period: Period, by: UsageGroup, { key, deployment }: UsageFilter) {
  const input = { ...period, by, keyId: key?.id ?? null, deployment };
  return useRepeated(useQuery(`usage/summary/${JSON.stringify(input)}`, (signal) => client.usage.summary(input, { signal })));
}
