import type { Migration } from './migration.ts';

/**
 * Data sets, training runs and adapters. A row of a data set is kept once, by its hash, however many versions have it; which
 * versions have it, in which order and on which side of the split, is in `dataset_version_rows`. Rows come in before the version that
 * names them exists: what a crash leaves without a version is swept up. `record` holds a value of the contract's schema.
 */
export const train: Migration = {
  version: 4,
  sql: `
ALTER TABLE deployments ADD COLUMN adapters TEXT NOT NULL DEFAULT '[]';

CREATE TABLE datasets (
  id            TEXT PRIMARY KEY,
  name          TEXT NOT NULL UNIQUE,
  created_at_ms INTEGER NOT NULL,
  record        TEXT NOT NULL
) STRICT;

CREATE TABLE dataset_versions (
  id         TEXT PRIMARY KEY,
  dataset_id TEXT NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,
  number     INTEGER NOT NULL,
  sha256     TEXT NOT NULL,
  at_ms      INTEGER NOT NULL,
  record     TEXT NOT NULL,
  UNIQUE (dataset_id, number),
  UNIQUE (dataset_id, sha256)
) STRICT;

CREATE TABLE dataset_rows (
  row_id   INTEGER PRIMARY KEY,
  hash     BLOB NOT NULL UNIQUE,
  -- Hash of what decides the side of the split: the question of a chat, the text itself.
  side_key BLOB NOT NULL,
  content  TEXT NOT NULL
) STRICT;

-- No reference to dataset_versions: the rows of an import come before its version.
CREATE TABLE dataset_version_rows (
  version_id TEXT NOT NULL,
  position   INTEGER NOT NULL,
  row_id     INTEGER NOT NULL REFERENCES dataset_rows (row_id),
  split      INTEGER NOT NULL,
  PRIMARY KEY (version_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX dataset_version_rows_by_row ON dataset_version_rows (row_id, version_id);

CREATE TABLE training_runs (
  id         TEXT PRIMARY KEY,
  at_ms      INTEGER NOT NULL,
  version_id TEXT REFERENCES model_versions (id) ON DELETE SET NULL,
  state      TEXT NOT NULL,
  record     TEXT NOT NULL
) STRICT;
CREATE INDEX training_runs_by_time ON training_runs (at_ms DESC);

CREATE TABLE training_run_data (
  run_id             TEXT NOT NULL REFERENCES training_runs (id) ON DELETE CASCADE,
  dataset_version_id TEXT NOT NULL,
  PRIMARY KEY (run_id, dataset_version_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX training_run_data_by_version ON training_run_data (dataset_version_id);

CREATE TABLE training_points (
  run_id TEXT NOT NULL REFERENCES training_runs (id) ON DELETE CASCADE,
  step   INTEGER NOT NULL,
  record TEXT NOT NULL,
  PRIMARY KEY (run_id, step)
) STRICT, WITHOUT ROWID;

CREATE TABLE adapters (
  id       TEXT PRIMARY KEY,
  at_ms    INTEGER NOT NULL,
  model_id TEXT NOT NULL REFERENCES models (id) ON DELETE CASCADE,
  sha256   TEXT NOT NULL UNIQUE,
  record   TEXT NOT NULL
) STRICT;
CREATE INDEX adapters_by_model ON adapters (model_id);
`,
};
