import type { Migration } from './migration.ts';

/**
 * The first schema. JSON columns hold values of the contract's schemas and are parsed when read. `name_key` is the name
 * folded for comparison (NFKC, lower case), so that two names differ for people and not only for computers.
 *
 * `facts` is long and comes last, so that a list reads what is generated from it without touching it.
 * The audit log keeps one truth, the canonical JSON; what is searched is generated from it and cannot disagree. It has one
 * index only: each costs a page of every audited commit, and searches run in a thread of their own.
 */
export const groundFloor: Migration = {
  version: 1,
  sql: `
CREATE TABLE settings (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE persons (
  id            TEXT PRIMARY KEY,
  name          TEXT NOT NULL,
  name_key      TEXT NOT NULL UNIQUE,
  role          TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  language      TEXT NOT NULL,
  theme         TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE audit_events (
  sequence    INTEGER PRIMARY KEY,
  leaf        BLOB NOT NULL,
  canon       TEXT NOT NULL,
  time_ms     INTEGER GENERATED ALWAYS AS (canon ->> '$.timeMs') VIRTUAL,
  type        TEXT GENERATED ALWAYS AS (canon ->> '$.type') VIRTUAL,
  result      TEXT GENERATED ALWAYS AS (canon ->> '$.result') VIRTUAL,
  actor_name  TEXT GENERATED ALWAYS AS (canon ->> '$.actor.name') VIRTUAL,
  object_id   TEXT GENERATED ALWAYS AS (canon ->> '$.object.id') VIRTUAL
) STRICT;
CREATE INDEX audit_events_by_object ON audit_events (object_id, sequence);
CREATE TRIGGER audit_events_no_update BEFORE UPDATE ON audit_events
  BEGIN SELECT RAISE(ABORT, 'audit events are never changed'); END;
CREATE TRIGGER audit_events_no_delete BEFORE DELETE ON audit_events
  BEGIN SELECT RAISE(ABORT, 'audit events are never deleted'); END;
CREATE TRIGGER audit_events_no_gap BEFORE INSERT ON audit_events
  WHEN NEW.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM audit_events)
  BEGIN SELECT RAISE(ABORT, 'audit events have no gaps'); END;

CREATE TABLE jobs (
  id            TEXT PRIMARY KEY,
  kind          TEXT NOT NULL,
  state         TEXT NOT NULL CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled', 'interrupted')),
  title         TEXT NOT NULL,
  payload       TEXT NOT NULL,
  started_by    TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  started_at_ms INTEGER,
  ended_at_ms   INTEGER,
  phases        TEXT NOT NULL DEFAULT '[]',
  result        TEXT,
  error         TEXT
) STRICT;
CREATE INDEX jobs_by_time ON jobs (created_at_ms DESC);

CREATE TABLE models (
  id            TEXT PRIMARY KEY,
  name          TEXT NOT NULL,
  name_key      TEXT NOT NULL UNIQUE,
  notes         TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  retired_at_ms INTEGER
) STRICT;

CREATE TABLE model_versions (
  id                TEXT PRIMARY KEY,
  model_id          TEXT NOT NULL REFERENCES models (id),
  number            INTEGER NOT NULL,
  parent_version_id TEXT REFERENCES model_versions (id),
  sha256            TEXT NOT NULL UNIQUE,
  files             TEXT NOT NULL,
  size_bytes        INTEGER NOT NULL,
  storage_method    TEXT NOT NULL,
  source_name       TEXT NOT NULL,
  trial             TEXT,
  imported_by       TEXT NOT NULL,
  imported_at_ms    INTEGER NOT NULL,
  architecture      TEXT GENERATED ALWAYS AS (facts ->> '$.architecture') STORED,
  parameter_count   REAL GENERATED ALWAYS AS (facts ->> '$.parameterCount') STORED,
  quantization      TEXT GENERATED ALWAYS AS (facts ->> '$.quantization') STORED,
  context_length    INTEGER GENERATED ALWAYS AS (facts ->> '$.contextLength') STORED,
  purpose           TEXT GENERATED ALWAYS AS (facts ->> '$.purpose') STORED,
  facts             TEXT NOT NULL,
  UNIQUE (model_id, number)
) STRICT;

CREATE TABLE deployments (
  id            TEXT PRIMARY KEY,
  name          TEXT NOT NULL UNIQUE,
  version_id    TEXT NOT NULL REFERENCES model_versions (id),
  settings      TEXT NOT NULL,
  limits        TEXT NOT NULL,
  desired       TEXT NOT NULL CHECK (desired IN ('running', 'stopped')),
  created_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX deployments_by_version ON deployments (version_id);

CREATE TABLE api_keys (
  id              TEXT PRIMARY KEY,
  name            TEXT NOT NULL,
  prefix          TEXT NOT NULL,
  key_sha256      TEXT NOT NULL UNIQUE,
  created_by      TEXT NOT NULL,
  created_at_ms   INTEGER NOT NULL,
  last_used_at_ms INTEGER,
  revoked_at_ms   INTEGER,
  request_count   INTEGER NOT NULL DEFAULT 0
) STRICT;
`,
};
