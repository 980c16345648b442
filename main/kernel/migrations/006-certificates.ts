import type { Migration } from './migration.ts';

/**
 * The root of this installation and the certificate of its endpoint, one of each, with their private keys: the only place where those
 * are kept. `names` is a JSON list.
 */
export const certificates: Migration = {
  version: 6,
  sql: `
CREATE TABLE certificates (
  kind            TEXT PRIMARY KEY CHECK (kind IN ('authority', 'server')),
  certificate_pem TEXT NOT NULL,
  private_key_pem TEXT NOT NULL,
  subject         TEXT NOT NULL,
  names           TEXT NOT NULL,
  fingerprint     TEXT NOT NULL,
  not_before_ms   INTEGER NOT NULL,
  not_after_ms    INTEGER NOT NULL
) STRICT;
`,
};
