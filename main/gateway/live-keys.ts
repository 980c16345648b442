import { createHash } from 'node:crypto';
import type { Clock } from '../kernel/clock.ts';
import type { ApiKeysStore, KeyRecord, PendingUse, SecretRecord } from './api-keys.store.ts';
import { createQuotaCounters } from './quota-counters.ts';
import type { QuotaCounters } from './quota-counters.ts';

/** A request of a key that is being answered. */
export interface Running {
  /** Looks whether it may go on, and ends it at once where it may not. */
  recheck(): void;
}

/** A key while the house is open: what is decided about it, its secrets, and what of it runs. */
export interface LiveKey {
  record: KeyRecord;
  /** All it ever had, oldest first; only the newest two can be valid. */
  secrets: SecretRecord[];
  running: Set<Running>;
}

/** The keys in memory, exact to the request; the database has what was written last. */
export interface LiveKeys {
  /** Newest first. */
  all(): LiveKey[];
  get(keyId: string): LiveKey | undefined;
  /** The key behind a secret, whether it is still valid or not. */
  bySecret(secret: string): { key: LiveKey; secret: SecretRecord } | null;
  /** Puts a new or a changed key in place, after it was written, and looks at what runs with it. */
  put(record: KeyRecord, secrets: SecretRecord[]): LiveKey;
  counters: QuotaCounters;
  countRequest(key: LiveKey, secretId: string): void;
  countTokens(key: LiveKey, tokens: number): void;
  /** What was counted since `written`; null when nothing was. */
  pending(): PendingUse | null;
  /** Call when `pending()` is in the database, before anything else is counted. */
  written(use: PendingUse): void;
}

/** No key of ours is longer; longer ones are not even hashed. */
const LONGEST_SECRET = 256;

export function createLiveKeys(store: ApiKeysStore, clock: Clock): LiveKeys {
  const keys = new Map<string, LiveKey>();
  /** By SHA-256. A look-up by hash tells through its time nothing about the secret. */
  const byHash = new Map<string, { keyId: string; secretId: string }>();
  const uses = new Map<string, { requests: number; tokens: number; lastUsedAtMs: number }>();
  const secretUses = new Map<string, number>();
  const counters = createQuotaCounters(store);

  const put = (record: KeyRecord, secrets: SecretRecord[]): LiveKey => {
    const key: LiveKey = keys.get(record.id) ?? { record, secrets, running: new Set() };
    key.record = record;
    key.secrets = secrets;
    keys.set(record.id, key);
    for (const { id, sha256 } of secrets) byHash.set(sha256, { keyId: record.id, secretId: id });
    for (const running of [...key.running]) running.recheck();
    return key;
  };
  const stored = store.secrets();
  // Newest first in the store; a new key is put at the end, so that the order is turned when told.
  for (const record of store.keys().toReversed()) put(record, stored.filter(({ keyId }) => keyId === record.id));

  const useOf = (keyId: string): { requests: number; tokens: number; lastUsedAtMs: number } => {
    const use = uses.get(keyId) ?? { requests: 0, tokens: 0, lastUsedAtMs: 0 };
    uses.set(keyId, use);
    return use;
  };

  return {
    all: () => [...keys.values()].toReversed(),
    get: (keyId) => keys.get(keyId),
    bySecret(secret) {
      if (secret.length > LONGEST_SECRET) return null;
      const found = byHash.get(hashOf(secret));
      const key = found === undefined ? undefined : keys.get(found.keyId);
      const record = key?.secrets.find(({ id }) => id === found?.secretId);
      return key === undefined || record === undefined ? null : { key, secret: record };
    },
    put,
    counters,
    countRequest(key, secretId) {
      const nowMs = clock.nowMs();
      counters.add(key.record.id, nowMs, { requests: 1 });
      const use = useOf(key.record.id);
      use.requests += 1;
      use.lastUsedAtMs = nowMs;
      secretUses.set(secretId, nowMs);
      key.record = { ...key.record, requestCount: key.record.requestCount + 1, lastUsedAtMs: nowMs };
      key.secrets = key.secrets.map((secret) => (secret.id === secretId ? { ...secret, lastUsedAtMs: nowMs } : secret));
    },
    countTokens(key, tokens) {
      const nowMs = clock.nowMs();
      counters.add(key.record.id, nowMs, { tokens });
      const use = useOf(key.record.id);
      use.tokens += tokens;
      use.lastUsedAtMs = nowMs;
      key.record.tokenCount += tokens;
    },
    pending() {
      const windows = counters.dirty();
      if (uses.size === 0 && windows.length === 0) return null;
      return {
        keys: [...uses].map(([keyId, use]) => ({ keyId, ...use })),
        secrets: [...secretUses].map(([secretId, lastUsedAtMs]) => ({ secretId, lastUsedAtMs })),
        windows,
      };
    },
    written({ windows }) {
      uses.clear();
      secretUses.clear();
      counters.written(windows);
    },
  };
}

export function hashOf(secret: string): string {
  return createHash('sha256').update(secret, 'utf8').digest('hex');
}
