import type { AuditFilter } from '../contract/audit.contract.ts';
import type { AuditStore } from './audit.store.ts';

/**
 * Counts what a filter finds. Rows are never changed or removed, so a count once made holds for ever and only what came
 * since must be looked at: paging through a year does not count the year again for each page.
 */
export interface FilterCounter {
  count(filter: AuditFilter): number;
}

const keptFilters = 16;

export function createFilterCounter(store: Pick<AuditStore, 'head' | 'count'>): FilterCounter {
  const known = new Map<string, { upTo: number; total: number }>();
  return {
    count(filter) {
      const key = JSON.stringify(filter);
      const { sequence } = store.head();
      const earlier = known.get(key) ?? { upTo: 0, total: 0 };
      const total = earlier.total + store.count(filter, { above: earlier.upTo, upTo: sequence });
      known.delete(key);
      known.set(key, { upTo: sequence, total });
      const oldest = known.keys().next().value;
      if (known.size > keptFilters && oldest !== undefined) known.delete(oldest);
      return total;
    },
  };
}
