import type { DatabaseHandle } from '../kernel/database/open-database.ts';

/** The table `adapters`. Writes belong into the caller's transaction. */
export interface AdaptersStore {
  readonly db: DatabaseHandle;
}

export function createAdaptersStore(db: DatabaseHandle): AdaptersStore {
  return { db };
}
