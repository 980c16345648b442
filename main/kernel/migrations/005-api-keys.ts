import type { Migration } from './migration.ts';

/**
 * Keys with departments, scopes, quotas and expiry. The secrets move to a table of their own, since a key has two of them while one
 * takes over from the other. `limits` holds scopes, quotas and concurrency as JSON of the contract; keys from before have none.
 * `api_key_use` counts what quotas count, one row a window: `start_ms` is the beginning of the minute, day or month.
 */
export const apiKeys: Migration = {
  version: 5,
  sql: `
CREATE TABLE api_key_secrets (
  id              TEXT PRIMARY KEY,
  key_id          TEXT NOT NULL REFERENCES api_keys_new (id) ON DELETE CASCADE,
  sha256          TEXT NOT NULL UNIQUE,
  prefix          TEXT NOT NULL,
  created_at_ms   INTEGER NOT NULL,
  -- Null: as long as the key itself.
  valid_until_ms  INTEGER,
  last_used_at_ms INTEGER
) STRICT;
CREATE INDEX api_key_secrets_by_key ON api_key_secrets (key_id);

CREATE TABLE api_keys_new (
  id              TEXT PRIMARY KEY,
  name            TEXT NOT NULL,
  department      TEXT NOT NULL,
  purpose         TEXT NOT NULL,
  limits          TEXT NOT NULL,
  expires_at_ms   INTEGER,
  serves_public   INTEGER NOT NULL,
  created_by      TEXT NOT NULL,
  created_at_ms   INTEGER NOT NULL,
  last_used_at_ms INTEGER,
  revoked_at_ms   INTEGER,
  request_count   INTEGER NOT NULL DEFAULT 0,
  token_count     INTEGER NOT NULL DEFAULT 0
) STRICT;

INSERT INTO api_keys_new (id, name, department, purpose, limits, expires_at_ms, serves_public, created_by, created_at_ms, last_used_at_ms, revoked_at_ms, request_count)
SELECT id, name, '', '',
  json('{"scopes":{"endpoints":null,"deployments":null},"quotas":{"requests":{"minute":null,"day":null,"month":null},"tokens":{"minute":null,"day":null,"month":null}},"maxConcurrent":null}'),
  NULL, 0, created_by, created_at_ms, last_used_at_ms, revoked_at_ms, request_count
FROM api_keys;

INSERT INTO api_key_secrets (id, key_id, sha256, prefix, created_at_ms, last_used_at_ms)
SELECT 'sec' || substr(id, instr(id, '_')), id, key_sha256, prefix, created_at_ms, last_used_at_ms FROM api_keys;

DROP TABLE api_keys;
ALTER TABLE api_keys_new RENAME TO api_keys;

CREATE TABLE api_key_use (
  key_id   TEXT NOT NULL REFERENCES api_keys (id) ON DELETE CASCADE,
  window   TEXT NOT NULL,
  start_ms INTEGER NOT NULL,
  requests INTEGER NOT NULL,
  tokens   INTEGER NOT NULL,
  PRIMARY KEY (key_id, window, start_ms)
) STRICT, WITHOUT ROWID;
`,
};
