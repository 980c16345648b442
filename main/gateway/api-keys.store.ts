import { keySettingsSchema } from '../contract/api-keys.contract.ts';
import type { KeySettings, QuotaWindow } from '../contract/api-keys.contract.ts';
import type { DatabaseHandle } from '../kernel/database/open-database.ts';
import type { CountStore, WindowCount } from './quota-counters.ts';

/** A key as it is kept; its secrets are apart. */
export interface KeyRecord extends KeySettings {
  id: string;
  createdBy: string;
  createdAtMs: number;
  lastUsedAtMs: number | null;
  revokedAtMs: number | null;
  requestCount: number;
  tokenCount: number;
}

/** A secret as it is kept: its SHA-256 in lower-case hex, never itself. */
export interface SecretRecord {
  id: string;
  keyId: string;
  sha256: string;
  prefix: string;
  createdAtMs: number;
  /** Null: as long as the key itself. */
  validUntilMs: number | null;
  lastUsedAtMs: number | null;
}

/** Use that was counted in memory since it was last written. */
export interface PendingUse {
  keys: readonly { keyId: string; requests: number; tokens: number; lastUsedAtMs: number }[];
  secrets: readonly { secretId: string; lastUsedAtMs: number }[];
  windows: readonly WindowCount[];
}

/** Changes are to be called inside the transaction that also writes the audit event. */
export interface ApiKeysStore extends CountStore {
  /** Newest first. */
  keys(): KeyRecord[];
  /** Oldest first. */
  secrets(): SecretRecord[];
  insert(record: KeyRecord): void;
  update(record: KeyRecord): void;
  revoke(keyId: string, revokedAtMs: number): void;
  insertSecret(secret: SecretRecord): void;
  endSecret(secretId: string, validUntilMs: number): void;
  /** Writes counted use and forgets windows that can no longer come back. */
  writeUse(use: PendingUse, nowMs: number): void;
}

interface KeyRow {
  id: string;
  name: string;
  department: string;
  purpose: string;
  limits: string;
  expiresAtMs: number | null;
  servesPublic: number;
  createdBy: string;
  createdAtMs: number;
  lastUsedAtMs: number | null;
  revokedAtMs: number | null;
  requestCount: number;
  tokenCount: number;
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** For how long a count is kept: long enough for a clock that is put back, and for a look at the last month. */
const KEPT_MS: Record<QuotaWindow, number> = { minute: 10 * MINUTE_MS, day: 62 * DAY_MS, month: 400 * DAY_MS };

const limitsSchema = keySettingsSchema.pick({ scopes: true, quotas: true, maxConcurrent: true });

export function createApiKeysStore(db: DatabaseHandle): ApiKeysStore {
  const keys = db.prepare<[], KeyRow>(`
    SELECT id, name, department, purpose, limits, expires_at_ms AS expiresAtMs, serves_public AS servesPublic, created_by AS createdBy,
      created_at_ms AS createdAtMs, last_used_at_ms AS lastUsedAtMs, revoked_at_ms AS revokedAtMs, request_count AS requestCount, token_count AS tokenCount
    FROM api_keys ORDER BY created_at_ms DESC, id DESC`);
  const secrets = db.prepare<[], SecretRecord>(`
    SELECT id, key_id AS keyId, sha256, prefix, created_at_ms AS createdAtMs, valid_until_ms AS validUntilMs, last_used_at_ms AS lastUsedAtMs
    FROM api_key_secrets ORDER BY created_at_ms, id`);
  const insert = db.prepare(`
    INSERT INTO api_keys (id, name, department, purpose, limits, expires_at_ms, serves_public, created_by, created_at_ms)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const update = db.prepare('UPDATE api_keys SET name = ?, department = ?, purpose = ?, limits = ?, expires_at_ms = ?, serves_public = ? WHERE id = ?');
  const revoke = db.prepare('UPDATE api_keys SET revoked_at_ms = ? WHERE id = ? AND revoked_at_ms IS NULL');
  const insertSecret = db.prepare('INSERT INTO api_key_secrets (id, key_id, sha256, prefix, created_at_ms, valid_until_ms) VALUES (?, ?, ?, ?, ?, ?)');
  const endSecret = db.prepare('UPDATE api_key_secrets SET valid_until_ms = ? WHERE id = ?');
  const addUse = db.prepare(`
    UPDATE api_keys SET request_count = request_count + ?, token_count = token_count + ?, last_used_at_ms = max(coalesce(last_used_at_ms, 0), ?) WHERE id = ?`);
  const useSecret = db.prepare('UPDATE api_key_secrets SET last_used_at_ms = max(coalesce(last_used_at_ms, 0), ?) WHERE id = ?');
  const writeCount = db.prepare(`
    INSERT INTO api_key_use (key_id, window, start_ms, requests, tokens) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (key_id, window, start_ms) DO UPDATE SET requests = excluded.requests, tokens = excluded.tokens`);
  const readCount = db.prepare<[string, string, number], { requests: number; tokens: number }>(
    'SELECT requests, tokens FROM api_key_use WHERE key_id = ? AND window = ? AND start_ms = ?',
  );
  const forget = db.prepare('DELETE FROM api_key_use WHERE window = ? AND start_ms < ?');

  const limitsOf = ({ scopes, quotas, maxConcurrent }: KeySettings): string => JSON.stringify({ scopes, quotas, maxConcurrent });
  const publicOf = ({ servesPublic }: KeySettings): number => (servesPublic ? 1 : 0);
  return {
    keys: () => keys.all().map(({ limits, servesPublic, ...row }) => ({ ...row, ...limitsSchema.parse(JSON.parse(limits)), servesPublic: servesPublic === 1 })),
    secrets: () => secrets.all(),
    insert: (record) =>
      void insert.run(record.id, record.name, record.department, record.purpose, limitsOf(record), record.expiresAtMs, publicOf(record), record.createdBy, record.createdAtMs),
    update: (record) => void update.run(record.name, record.department, record.purpose, limitsOf(record), record.expiresAtMs, publicOf(record), record.id),
    revoke: (keyId, revokedAtMs) => void revoke.run(revokedAtMs, keyId),
    insertSecret: (secret) => void insertSecret.run(secret.id, secret.keyId, secret.sha256, secret.prefix, secret.createdAtMs, secret.validUntilMs),
    endSecret: (secretId, validUntilMs) => void endSecret.run(validUntilMs, secretId),
    readCount: (keyId, window, startMs) => readCount.get(keyId, window, startMs),
    writeUse(use, nowMs) {
      for (const { keyId, requests, tokens, lastUsedAtMs } of use.keys) addUse.run(requests, tokens, lastUsedAtMs, keyId);
      for (const { secretId, lastUsedAtMs } of use.secrets) useSecret.run(lastUsedAtMs, secretId);
      for (const { keyId, window, startMs, requests, tokens } of use.windows) writeCount.run(keyId, window, startMs, requests, tokens);
      for (const [window, keptMs] of Object.entries(KEPT_MS)) forget.run(window, nowMs - keptMs);
    },
  };
}
