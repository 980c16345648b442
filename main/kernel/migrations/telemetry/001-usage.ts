import type { Migration } from '../migration.ts';

/**
 * Use of the endpoint. `usage_totals` holds what is kept for good: one row for a day, key, department, deployment and version. A request
 * points to the row it was counted in, which tells everything about it that others share. `usage_spans` counts how long requests took,
 * in classes (main/usage/span-classes.ts).
 */
export const usage: Migration = {
  version: 1,
  sql: `
CREATE TABLE usage_totals (
  id             INTEGER PRIMARY KEY,
  day            TEXT NOT NULL,
  key_id         TEXT NOT NULL,
  key_name       TEXT NOT NULL,
  department     TEXT NOT NULL,
  deployment     TEXT NOT NULL,
  version_id     TEXT NOT NULL,
  model_name     TEXT NOT NULL,
  version_number INTEGER,
  requests       INTEGER NOT NULL,
  refused        INTEGER NOT NULL,
  failed         INTEGER NOT NULL,
  cancelled      INTEGER NOT NULL,
  prompt_tokens  INTEGER NOT NULL,
  cached_tokens  INTEGER NOT NULL,
  output_tokens  INTEGER NOT NULL,
  UNIQUE (day, key_id, department, deployment, version_id)
) STRICT;

CREATE TABLE usage_spans (
  total_id INTEGER NOT NULL REFERENCES usage_totals (id),
  -- 0 queue, 1 first token, 2 duration
  measure  INTEGER NOT NULL,
  class    INTEGER NOT NULL,
  count    INTEGER NOT NULL,
  PRIMARY KEY (total_id, measure, class)
) STRICT, WITHOUT ROWID;

CREATE TABLE usage_requests (
  id             INTEGER PRIMARY KEY,
  total_id       INTEGER NOT NULL REFERENCES usage_totals (id),
  ended_at_ms    INTEGER NOT NULL,
  endpoint       TEXT NOT NULL,
  stream         INTEGER NOT NULL,
  outcome        TEXT NOT NULL,
  status         INTEGER NOT NULL,
  reason         TEXT NOT NULL,
  prompt_tokens  INTEGER NOT NULL,
  cached_tokens  INTEGER NOT NULL,
  output_tokens  INTEGER NOT NULL,
  queue_ms       REAL,
  first_token_ms REAL,
  duration_ms    REAL NOT NULL
) STRICT;
CREATE INDEX usage_requests_by_total ON usage_requests (total_id);

-- Days that are over and stand in the audit log: nothing is added to them any more.
CREATE TABLE usage_seals (
  day            TEXT PRIMARY KEY,
  audit_sequence INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`,
};
