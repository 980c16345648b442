import type { DatabaseHandle } from '../kernel/database/open-database.ts';

/** The tables `training_runs`, `training_run_data` and `training_points`. Writes belong into the caller's transaction. */
export interface TrainingStore {
  readonly db: DatabaseHandle;
}

export function createTrainingStore(db: DatabaseHandle): TrainingStore {
  return { db };
}
