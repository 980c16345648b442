import type { Migration } from './migration.ts';

/**
 * Benchmarks and what auto-tuning found; importance matrices, layer reports and what a derived version cost; how a version was
 * made from its parent, and who approved it. `record` holds a value of the contract's schema, parsed when read; what is
 * looked for is a column beside it. What belongs to a version goes with it, a benchmark stays with the snapshot it took.
 */
export const measureAndShrink: Migration = {
  version: 3,
  sql: `
ALTER TABLE model_versions ADD COLUMN derivation TEXT;
ALTER TABLE model_versions ADD COLUMN approval TEXT;

CREATE TABLE benchmarks (
  id         TEXT PRIMARY KEY,
  at_ms      INTEGER NOT NULL,
  version_id TEXT REFERENCES model_versions (id) ON DELETE SET NULL,
  record     TEXT NOT NULL
) STRICT;
CREATE INDEX benchmarks_by_time ON benchmarks (at_ms DESC);
CREATE INDEX benchmarks_by_version ON benchmarks (version_id);

CREATE TABLE tunings (
  id             TEXT PRIMARY KEY,
  at_ms          INTEGER NOT NULL,
  version_id     TEXT NOT NULL REFERENCES model_versions (id) ON DELETE CASCADE,
  machine_key    TEXT NOT NULL,
  engine_release TEXT NOT NULL,
  backend        TEXT NOT NULL,
  record         TEXT NOT NULL
) STRICT;
CREATE INDEX tunings_by_version ON tunings (version_id, at_ms DESC);

CREATE TABLE importance_matrices (
  id         TEXT PRIMARY KEY,
  at_ms      INTEGER NOT NULL,
  version_id TEXT NOT NULL REFERENCES model_versions (id) ON DELETE CASCADE,
  record     TEXT NOT NULL
) STRICT;
CREATE INDEX importance_matrices_by_version ON importance_matrices (version_id);

CREATE TABLE layer_reports (
  id         TEXT PRIMARY KEY,
  at_ms      INTEGER NOT NULL,
  version_id TEXT NOT NULL REFERENCES model_versions (id) ON DELETE CASCADE,
  record     TEXT NOT NULL
) STRICT;
CREATE INDEX layer_reports_by_version ON layer_reports (version_id, at_ms DESC);

CREATE TABLE evaluations (
  id                TEXT PRIMARY KEY,
  at_ms             INTEGER NOT NULL,
  version_id        TEXT NOT NULL REFERENCES model_versions (id) ON DELETE CASCADE,
  parent_version_id TEXT NOT NULL REFERENCES model_versions (id) ON DELETE CASCADE,
  record            TEXT NOT NULL
) STRICT;
CREATE INDEX evaluations_by_version ON evaluations (version_id, at_ms DESC);
CREATE INDEX evaluations_by_parent ON evaluations (parent_version_id);
`,
};
