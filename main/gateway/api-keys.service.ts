import { createHash, randomBytes } from 'node:crypto';
import type { AuditLog } from '../audit/index.ts';
import type { ApiKey } from '../contract/gateway.contract.ts';
import type { Clock } from '../kernel/clock.ts';
import type { DatabaseHandle } from '../kernel/database/open-database.ts';
import { ExpectedError } from '../kernel/errors.ts';
import { newId } from '../kernel/ids.ts';
import type { Interaction } from '../kernel/interaction.ts';
import type { ApiKeyRecord, ApiKeysStore } from './api-keys.store.ts';

/** Keys with which programs use the endpoint. */
export interface ApiKeysService {
  list(): ApiKey[];
  /** The only time the key itself is told. */
  createKey(interaction: Interaction, input: { name: string }): { apiKey: ApiKey; secret: string };
  /** Takes effect with the next request. Raises NOT_FOUND; a key already revoked stays as it is. */
  revokeKey(interaction: Interaction, input: { keyId: string }): void;
  /** The key behind a secret, or null when there is none or it was revoked. */
  authenticate(secret: string): { id: string; name: string } | null;
  /** Counts one request; written to the database in batches. */
  countUse(keyId: string): void;
  /** Writes what was counted. */
  flush(): void;
}

export interface ApiKeysDependencies {
  db: DatabaseHandle;
  store: ApiKeysStore;
  audit: AuditLog;
  clock: Clock;
}

const KEY_BYTES = 32;
const PREFIX_CHARACTERS = 9;
/** No key of ours is longer; longer ones are not even hashed. */
const LONGEST_SECRET = 256;

export function createApiKeysService({ db, store, audit, clock }: ApiKeysDependencies): ApiKeysService {
  /** Valid keys by the SHA-256 of the key. A look-up by hash tells through its time nothing about the key. */
  const valid = new Map<string, { id: string; name: string }>();
  for (const record of store.list()) if (record.revokedAtMs === null) valid.set(record.sha256, { id: record.id, name: record.name });
  const uses = new Map<string, { requests: number; lastUsedAtMs: number }>();

  const viewOf = (record: ApiKeyRecord): ApiKey => {
    const { sha256: _kept, ...view } = record;
    const use = uses.get(record.id);
    return use === undefined ? view : { ...view, requestCount: view.requestCount + use.requests, lastUsedAtMs: use.lastUsedAtMs };
  };
  const objectOf = (record: Pick<ApiKeyRecord, 'id' | 'name'>) => ({ type: 'key', id: record.id, name: record.name });

  const create = db.transaction((interaction: Interaction, record: ApiKeyRecord) => {
    store.insert(record);
    audit.append(interaction, { type: 'gateway.keyCreated', object: objectOf(record), after: { name: record.name, prefix: record.prefix } });
  });
  const revoke = db.transaction((interaction: Interaction, record: ApiKeyRecord, nowMs: number) => {
    store.revoke(record.id, nowMs);
    audit.append(interaction, {
      type: 'gateway.keyRevoked',
      object: objectOf(record),
      before: { revokedAtMs: record.revokedAtMs },
      after: { revokedAtMs: record.revokedAtMs ?? nowMs },
    });
  });
  const writeUses = db.transaction((pending: readonly [string, { requests: number; lastUsedAtMs: number }][]) => {
    for (const [id, use] of pending) store.addUse(id, use);
  });

  return {
    list: () => store.list().map(viewOf),
    createKey(interaction, { name }) {
      const secret = `mw_${randomBytes(KEY_BYTES).toString('base64url')}`;
      const record: ApiKeyRecord = {
        id: newId('key'),
        name,
        prefix: secret.slice(0, PREFIX_CHARACTERS),
        sha256: hashOf(secret),
        createdBy: interaction.actor.name,
        createdAtMs: clock.nowMs(),
        lastUsedAtMs: null,
        revokedAtMs: null,
        requestCount: 0,
      };
      create.immediate(interaction, record);
      valid.set(record.sha256, { id: record.id, name });
      return { apiKey: viewOf(record), secret };
    },
    revokeKey(interaction, { keyId }) {
      const record = store.get(keyId);
      if (record === undefined) throw new ExpectedError('NOT_FOUND', { what: 'key', id: keyId });
      revoke.immediate(interaction, record, clock.nowMs());
      valid.delete(record.sha256);
    },
    authenticate: (secret) => (secret.length > LONGEST_SECRET ? null : (valid.get(hashOf(secret)) ?? null)),
    countUse(keyId) {
      uses.set(keyId, { requests: (uses.get(keyId)?.requests ?? 0) + 1, lastUsedAtMs: clock.nowMs() });
    },
    flush() {
      if (uses.size === 0) return;
      const pending = [...uses];
      writeUses.immediate(pending);
      uses.clear();
    },
  };
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret, 'utf8').digest('hex');
}
