import type { DatabaseHandle } from '../kernel/database/open-database.ts';

/** A key as it is kept: its SHA-256 in lower-case hex, never itself. */
export interface ApiKeyRecord {
  id: string;
  name: string;
  prefix: string;
  sha256: string;
  createdBy: string;
  createdAtMs: number;
  lastUsedAtMs: number | null;
  revokedAtMs: number | null;
  requestCount: number;
}

export interface ApiKeysStore {
  /** Newest first. */
  list(): ApiKeyRecord[];
  get(id: string): ApiKeyRecord | undefined;
  /** To be called inside the transaction that also writes the audit event; so is `revoke`. */
  insert(record: ApiKeyRecord): void;
  revoke(id: string, revokedAtMs: number): void;
  /** Adds use that was counted in memory. */
  addUse(id: string, use: { requests: number; lastUsedAtMs: number }): void;
}

const columns = `id, name, prefix, key_sha256 AS sha256, created_by AS createdBy, created_at_ms AS createdAtMs,
  last_used_at_ms AS lastUsedAtMs, revoked_at_ms AS revokedAtMs, request_count AS requestCount`;

export function createApiKeysStore(db: DatabaseHandle): ApiKeysStore {
  const all = db.prepare<[], ApiKeyRecord>(`SELECT ${columns} FROM api_keys ORDER BY created_at_ms DESC, id DESC`);
  const one = db.prepare<[string], ApiKeyRecord>(`SELECT ${columns} FROM api_keys WHERE id = ?`);
  const insert = db.prepare(
    'INSERT INTO api_keys (id, name, prefix, key_sha256, created_by, created_at_ms, request_count) VALUES (?, ?, ?, ?, ?, ?, 0)',
  );
  const revoke = db.prepare('UPDATE api_keys SET revoked_at_ms = ? WHERE id = ? AND revoked_at_ms IS NULL');
  const use = db.prepare('UPDATE api_keys SET request_count = request_count + ?, last_used_at_ms = max(coalesce(last_used_at_ms, 0), ?) WHERE id = ?');
  return {
    list: () => all.all(),
    get: (id) => one.get(id),
    insert: (record) => void insert.run(record.id, record.name, record.prefix, record.sha256, record.createdBy, record.createdAtMs),
    revoke: (id, revokedAtMs) => void revoke.run(revokedAtMs, id),
    addUse: (id, { requests, lastUsedAtMs }) => void use.run(requests, lastUsedAtMs, id),
  };
}
