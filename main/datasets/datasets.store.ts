import type { DatabaseHandle } from '../kernel/database/open-database.ts';

/** The tables `datasets`, `dataset_versions`, `dataset_rows` and `dataset_version_rows`. Writes belong into the caller's transaction. */
export interface DatasetsStore {
  readonly db: DatabaseHandle;
}

export function createDatasetsStore(db: DatabaseHandle): DatasetsStore {
  return { db };
}
