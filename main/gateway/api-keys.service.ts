import { randomBytes } from 'node:crypto';
import type { AuditLog } from '../audit/index.ts';
import { UNLIMITED } from '../contract/api-keys.contract.ts';
import type { ApiKey, KeySettings, WindowUse } from '../contract/api-keys.contract.ts';
import type { Clock } from '../kernel/clock.ts';
import type { DatabaseHandle } from '../kernel/database/open-database.ts';
import { ExpectedError } from '../kernel/errors.ts';
import type { EventBus } from '../kernel/event-bus.ts';
import { newId } from '../kernel/ids.ts';
import type { Interaction } from '../kernel/interaction.ts';
import type { ApiKeysStore, KeyRecord, SecretRecord } from './api-keys.store.ts';
import { hashOf } from './live-keys.ts';
import type { LiveKey, LiveKeys } from './live-keys.ts';
import type { Counter } from './quota-counters.ts';

/** What is left out or undefined is not said. */
export type KeyChanges = { [Name in keyof KeySettings]?: KeySettings[Name] | undefined };

/** Keys with which programs use the endpoint: made, changed, rotated, taken back. */
export interface ApiKeysService {
  /** Newest first. */
  list(): ApiKey[];
  /** Raises NOT_FOUND. */
  get(keyId: string): ApiKey;
  /** The only time the secret itself is told. What is left out is not limited. Raises KEY_EXPIRY_PAST. */
  create(interaction: Interaction, input: KeyChanges & { name: string }): { apiKey: ApiKey; secret: string };
  /** Takes effect at once, also on answers that run. Raises NOT_FOUND, KEY_REVOKED, KEY_EXPIRY_PAST. */
  update(interaction: Interaction, input: { keyId: string; changes: KeyChanges }): ApiKey;
  /** A new secret beside the present one, which ends after the overlap. Raises NOT_FOUND, KEY_REVOKED, KEY_EXPIRED. */
  rotate(interaction: Interaction, input: { keyId: string; overlapMs: number }): { apiKey: ApiKey; secret: string };
  /** Ends running answers with their next token. Raises NOT_FOUND; a key already revoked stays as it is. */
  revoke(interaction: Interaction, input: { keyId: string }): void;
  /** Writes what was counted. */
  flush(): void;
}

export interface ApiKeysDependencies {
  db: DatabaseHandle;
  store: ApiKeysStore;
  keys: LiveKeys;
  audit: AuditLog;
  events: EventBus;
  clock: Clock;
}

const SECRET_BYTES = 32;
const PREFIX_CHARACTERS = 9;

export function createApiKeysService({ db, store, keys, audit, events, clock }: ApiKeysDependencies): ApiKeysService {
  const need = (keyId: string): LiveKey => {
    const key = keys.get(keyId);
    if (key === undefined) throw new ExpectedError('NOT_FOUND', { what: 'key', id: keyId });
    return key;
  };
  const needUnrevoked = (keyId: string): LiveKey => {
    const key = need(keyId);
    const { name, revokedAtMs } = key.record;
    if (revokedAtMs !== null) throw new ExpectedError('KEY_REVOKED', { name, revokedAtMs });
    return key;
  };
  const requireFuture = (expiresAtMs: number | null | undefined): void => {
    if (expiresAtMs != null && expiresAtMs <= clock.nowMs()) throw new ExpectedError('KEY_EXPIRY_PAST', { expiresAtMs });
  };
  const viewOf = (key: LiveKey): ApiKey => {
    const nowMs = clock.nowMs();
    const { record, secrets, running } = key;
    const newest = secrets.at(-1);
    const before = secrets.at(-2);
    const overlaps = before !== undefined && before.validUntilMs !== null && before.validUntilMs > nowMs && record.revokedAtMs === null;
    const { minute, day, month } = keys.counters.current(record.id, nowMs);
    const isExpired = record.expiresAtMs !== null && record.expiresAtMs <= nowMs;
    return {
      ...record,
      state: record.revokedAtMs !== null ? 'revoked' : isExpired ? 'expired' : 'valid',
      prefix: newest?.prefix ?? '',
      previous: overlaps ? { prefix: before.prefix, validUntilMs: before.validUntilMs ?? 0, lastUsedAtMs: before.lastUsedAtMs } : null,
      rotatedAtMs: secrets.length > 1 ? (newest?.createdAtMs ?? null) : null,
      running: running.size,
      used: { minute: useOf(minute), day: useOf(day), month: useOf(month) },
    };
  };
  const newSecret = (keyId: string): { secret: string; kept: SecretRecord } => {
    const secret = `mw_${randomBytes(SECRET_BYTES).toString('base64url')}`;
    const kept = { id: newId('sec'), keyId, sha256: hashOf(secret), prefix: secret.slice(0, PREFIX_CHARACTERS), createdAtMs: clock.nowMs(), validUntilMs: null, lastUsedAtMs: null };
    return { secret, kept };
  };
  const announce = (): void => events.publish({ type: 'gateway.changed' });

  return {
    list: () => keys.all().map(viewOf),
    get: (keyId) => viewOf(need(keyId)),
    create(interaction, input) {
      const settings: KeySettings = { ...UNLIMITED, ...said(input), name: input.name };
      requireFuture(settings.expiresAtMs);
      const record: KeyRecord = {
        ...settings,
        id: newId('key'),
        createdBy: interaction.actor.name,
        createdAtMs: clock.nowMs(),
        lastUsedAtMs: null,
        revokedAtMs: null,
        requestCount: 0,
        tokenCount: 0,
      };
      const { secret, kept } = newSecret(record.id);
      db.transaction(() => {
        store.insert(record);
        store.insertSecret(kept);
        audit.append(interaction, { type: 'gateway.keyCreated', object: objectOf(record), after: { ...settings, prefix: kept.prefix } });
      }).immediate();
      const key = keys.put(record, [kept]);
      announce();
      return { apiKey: viewOf(key), secret };
    },
    update(interaction, { keyId, changes }) {
      const key = needUnrevoked(keyId);
      const wanted = said(changes);
      if (wanted.expiresAtMs !== key.record.expiresAtMs) requireFuture(wanted.expiresAtMs);
      const changed = (Object.keys(wanted) as (keyof KeySettings)[]).filter((name) => JSON.stringify(wanted[name]) !== JSON.stringify(key.record[name]));
      const record: KeyRecord = { ...key.record, ...wanted };
      db.transaction(() => {
        store.update(record);
        audit.append(interaction, { type: 'gateway.keyChanged', object: objectOf(record), before: pick(key.record, changed), after: pick(record, changed) });
      }).immediate();
      keys.put(record, key.secrets);
      announce();
      return viewOf(key);
    },
    rotate(interaction, { keyId, overlapMs }) {
      const key = needUnrevoked(keyId);
      const { record } = key;
      const nowMs = clock.nowMs();
      if (record.expiresAtMs !== null && record.expiresAtMs <= nowMs) throw new ExpectedError('KEY_EXPIRED', { name: record.name, expiredAtMs: record.expiresAtMs });
      const { secret, kept } = newSecret(keyId);
      const current = key.secrets.at(-1);
      const secrets = key.secrets.map((each): SecretRecord => {
        if (each === current) return { ...each, validUntilMs: nowMs + overlapMs };
        // One that was in its overlap ends now: a key has two valid secrets at most.
        return each.validUntilMs !== null && each.validUntilMs > nowMs ? { ...each, validUntilMs: nowMs } : each;
      });
      db.transaction(() => {
        store.insertSecret(kept);
        for (const [index, each] of secrets.entries()) {
          if (each.validUntilMs !== null && each !== key.secrets[index]) store.endSecret(each.id, each.validUntilMs);
        }
        audit.append(interaction, {
          type: 'gateway.keyRotated',
          object: objectOf(record),
          before: { prefix: current?.prefix ?? '' },
          after: { prefix: kept.prefix, previousValidUntilMs: nowMs + overlapMs },
        });
      }).immediate();
      keys.put(key.record, [...secrets, kept]);
      announce();
      return { apiKey: viewOf(key), secret };
    },
    revoke(interaction, { keyId }) {
      const key = need(keyId);
      const before = key.record.revokedAtMs;
      const revokedAtMs = before ?? clock.nowMs();
      db.transaction(() => {
        store.revoke(keyId, revokedAtMs);
        audit.append(interaction, { type: 'gateway.keyRevoked', object: objectOf(key.record), before: { revokedAtMs: before }, after: { revokedAtMs, running: key.running.size } });
      }).immediate();
      keys.put({ ...key.record, revokedAtMs }, key.secrets);
      announce();
    },
    flush() {
      const use = keys.pending();
      if (use === null) return;
      db.transaction(() => store.writeUse(use, clock.nowMs())).immediate();
      keys.written(use);
    },
  };
}

function objectOf({ id, name }: Pick<KeyRecord, 'id' | 'name'>) {
  return { type: 'key', id, name };
}

function useOf({ requests, tokens, endMs }: Counter): WindowUse {
  return { requests, tokens, resetsAtMs: endMs };
}

/** The changes that were said. */
function said(changes: KeyChanges): Partial<KeySettings> {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as Partial<KeySettings>;
}

function pick(record: KeySettings, names: readonly (keyof KeySettings)[]): Partial<KeySettings> {
  return Object.fromEntries(names.map((name) => [name, record[name]])) as Partial<KeySettings>;
}
