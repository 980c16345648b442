import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAuditLog, createAuditStore } from '../audit/index.ts';
import type { AuditEvent } from '../contract/audit.contract.ts';
import { NO_QUOTAS, UNLIMITED } from '../contract/api-keys.contract.ts';
import type { ApiEndpoint } from '../contract/api-keys.contract.ts';
import { createEventBus } from '../kernel/event-bus.ts';
import { temporaryHouse } from '../kernel/testing/temporary-house.ts';
import type { TemporaryHouse } from '../kernel/testing/temporary-house.ts';
import { createAdmission } from './admission.ts';
import type { Admission, Grant } from './admission.ts';
import { ApiError } from './api-error.ts';
import { createApiKeysService } from './api-keys.service.ts';
import type { ApiKeysService, KeyChanges } from './api-keys.service.ts';
import { createApiKeysStore } from './api-keys.store.ts';
import { createLiveKeys } from './live-keys.ts';
import { localTime } from './quota-windows.ts';
import { administrator, manualClock } from './testing/scripted-gateway.ts';
import type { ManualClock } from './testing/scripted-gateway.ts';

const DAY_MS = 86_400_000;
const startMs = new Date(2026, 10, 30, 12, 0, 30).getTime();
let house: TemporaryHouse;
let clock: ManualClock;
let keys: ApiKeysService;
let admission: Admission;

/** As the house does when it opens: everything of the keys is read from the database. */
function open(): void {
  const events = createEventBus((error) => {
    throw error;
  });
  const audit = createAuditLog({ db: house.db, store: createAuditStore(house.db), clock, events, appVersion: '0.0.0' });
  const store = createApiKeysStore(house.db);
  const live = createLiveKeys(store, clock);
  keys = createApiKeysService({ db: house.db, store, keys: live, audit, events, clock });
  admission = createAdmission(live, clock);
}
beforeEach(() => {
  house = temporaryHouse();
  clock = manualClock(startMs);
  open();
});
afterEach(() => house.remove());

const make = (settings: KeyChanges & { name?: string } = {}) => keys.create(administrator(), { name: 'Radiology', ...settings });
const eventsOf = (type: AuditEvent['type']): AuditEvent[] =>
  house.db
    .prepare<[], { canon: string }>('SELECT canon FROM audit_events ORDER BY sequence')
    .all()
    .map(({ canon }) => JSON.parse(canon) as AuditEvent)
    .filter((event) => event.type === type);

function admit(secret: string, { endpoint = 'chat', deploymentName = 'ward' }: { endpoint?: ApiEndpoint; deploymentName?: string } = {}): Grant {
  const { caller, refusal } = admission.identify(secret);
  if (refusal !== null || caller === null) throw refusal ?? new Error('nobody');
  return admission.admit({ caller, endpoint, deploymentName });
}
function refusalOf(work: () => unknown): ApiError {
  try {
    work();
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('a key', () => {
  it('is limited by nothing that was not said, and keeps what was said over a restart', () => {
    expect(make().apiKey).toMatchObject({ ...UNLIMITED, state: 'valid', previous: null, rotatedAtMs: null, running: 0 });
    const settings = {
      department: 'Internal medicine',
      purpose: 'Drafts discharge letters',
      scopes: { endpoints: ['chat' as const, 'models' as const], deployments: ['ward', 'letters'] },
      quotas: { requests: { minute: 60, day: 1000, month: null }, tokens: { minute: null, day: null, month: 5_000_000 } },
      maxConcurrent: 4,
      expiresAtMs: startMs + 365 * DAY_MS,
      servesPublic: true,
    };
    const { apiKey } = make({ ...settings, name: 'Letters' });
    open();
    expect(keys.get(apiKey.id)).toEqual(apiKey);
    expect(keys.get(apiKey.id)).toMatchObject(settings);
    expect(keys.list().map(({ name }) => name)).toEqual(['Letters', 'Radiology']);
    expect(eventsOf('gateway.keyCreated').at(-1)).toMatchObject({ object: { type: 'key', name: 'Letters' }, after: { ...settings, prefix: apiKey.prefix } });
  });

  it('is changed in what is said and nothing else; the event has both sides of that', () => {
    const { apiKey } = make({ department: 'Ward 3' });
    clock.forward(1000);
    const changed = keys.update(administrator(), { keyId: apiKey.id, changes: { maxConcurrent: 2, department: 'Ward 3', purpose: undefined } });
    expect(changed).toEqual({ ...apiKey, maxConcurrent: 2 });
    expect(eventsOf('gateway.keyChanged').at(-1)).toMatchObject({ before: { maxConcurrent: null }, after: { maxConcurrent: 2 } });
    expect(Object.keys(eventsOf('gateway.keyChanged').at(-1)?.after as object)).toEqual(['maxConcurrent']);
    expect(() => keys.update(administrator(), { keyId: apiKey.id, changes: { expiresAtMs: clock.nowMs() } })).toThrow('KEY_EXPIRY_PAST');
    expect(() => keys.update(administrator(), { keyId: 'key_none', changes: {} })).toThrow('NOT_FOUND');
    open();
    expect(keys.get(apiKey.id).maxConcurrent).toBe(2);
  });

  it('is not made, changed, rotated or revoked when the event cannot be written', () => {
    const { apiKey, secret } = make();
    house.db.exec("CREATE TEMP TRIGGER no_events BEFORE INSERT ON main.audit_events BEGIN SELECT RAISE(ABORT, 'disk on fire'); END");
    const { id: keyId } = apiKey;
    expect(() => make()).toThrow('disk on fire');
    expect(() => keys.update(administrator(), { keyId, changes: { maxConcurrent: 1 } })).toThrow('disk on fire');
    expect(() => keys.rotate(administrator(), { keyId, overlapMs: 0 })).toThrow('disk on fire');
    expect(() => keys.revoke(administrator(), { keyId })).toThrow('disk on fire');
    house.db.exec('DROP TRIGGER no_events');
    for (const opening of [() => undefined, open]) {
      opening();
      expect(keys.list()).toEqual([apiKey]);
      admit(secret).release();
      expect(keys.get(keyId).requestCount).toBe(1);
    }
  });

  it('ends with its date, and lives again when that is put off', () => {
    const { apiKey, secret } = make({ expiresAtMs: startMs + DAY_MS });
    const grant = admit(secret);
    clock.forward(DAY_MS - 1);
    expect(grant.whyEnded()).toBeNull();
    clock.forward(1);
    expect(grant.whyEnded()).toMatchObject({ status: 401, code: 'expired_api_key', reason: 'KEY_EXPIRED' });
    expect(refusalOf(() => admit(secret)).message).toContain(localTime(startMs + DAY_MS));
    expect(keys.get(apiKey.id).state).toBe('expired');
    expect(() => keys.rotate(administrator(), { keyId: apiKey.id, overlapMs: 0 })).toThrow('KEY_EXPIRED');
    keys.update(administrator(), { keyId: apiKey.id, changes: { expiresAtMs: null } });
    admit(secret).release();
    expect(() => make({ expiresAtMs: clock.nowMs() })).toThrow('KEY_EXPIRY_PAST');
  });

  it('is revoked at once, once, and for good', () => {
    const { apiKey, secret } = make();
    const grant = admit(secret);
    expect(grant.signal.aborted).toBe(false);
    keys.revoke(administrator(), { keyId: apiKey.id });
    expect(grant.signal.aborted, 'told without being asked').toBe(true);
    expect(grant.whyEnded()).toMatchObject({ status: 401, code: 'revoked_api_key' });
    const { revokedAtMs } = keys.get(apiKey.id);
    clock.forward(5000);
    keys.revoke(administrator(), { keyId: apiKey.id });
    open();
    expect(keys.get(apiKey.id)).toMatchObject({ state: 'revoked', revokedAtMs });
    expect(refusalOf(() => admit(secret))).toMatchObject({ status: 401, code: 'revoked_api_key' });
    expect(() => keys.update(administrator(), { keyId: apiKey.id, changes: { expiresAtMs: null } })).toThrow('KEY_REVOKED');
    expect(() => keys.rotate(administrator(), { keyId: apiKey.id, overlapMs: 0 })).toThrow('KEY_REVOKED');
  });
});

describe('rotation', () => {
  it('leaves the old secret valid for the overlap, no longer, also over a restart', () => {
    const { apiKey, secret: old } = make();
    const { secret: fresh, apiKey: rotated } = keys.rotate(administrator(), { keyId: apiKey.id, overlapMs: 7 * DAY_MS });
    expect(rotated).toMatchObject({ prefix: fresh.slice(0, 9), previous: { prefix: apiKey.prefix, validUntilMs: startMs + 7 * DAY_MS }, rotatedAtMs: startMs });
    expect(eventsOf('gateway.keyRotated').at(-1)).toMatchObject({ before: { prefix: apiKey.prefix }, after: { prefix: rotated.prefix, previousValidUntilMs: startMs + 7 * DAY_MS } });
    admit(old).release();
    admit(fresh).release();
    clock.forward(7 * DAY_MS - 1);
    open();
    const grant = admit(old);
    clock.forward(1);
    expect(grant.whyEnded()).toMatchObject({ status: 401, code: 'expired_api_key' });
    expect(refusalOf(() => admit(old)).message).toContain('was replaced');
    admit(fresh).release();
    expect(keys.get(apiKey.id).previous).toBeNull();
    expect(JSON.stringify(house.db.prepare('SELECT * FROM api_key_secrets').all())).not.toContain(fresh);
  });

  it('without overlap ends at once what runs with the old secret, and nothing else', () => {
    const { apiKey, secret: first } = make();
    const { secret: second } = keys.rotate(administrator(), { keyId: apiKey.id, overlapMs: DAY_MS });
    const [withFirst, withSecond] = [admit(first), admit(second)];
    const { secret: third } = keys.rotate(administrator(), { keyId: apiKey.id, overlapMs: DAY_MS });
    expect(withFirst.signal.aborted, 'two valid secrets are the most').toBe(true);
    expect(withSecond.signal.aborted).toBe(false);
    keys.rotate(administrator(), { keyId: apiKey.id, overlapMs: 0 });
    expect(withSecond.signal.aborted).toBe(true);
    expect(refusalOf(() => admit(third))).toMatchObject({ status: 401 });
  });
});

describe('limits', () => {
  it('let in exactly the quota of each window, and tell when it begins anew', () => {
    const { apiKey, secret } = make({ quotas: { ...NO_QUOTAS, requests: { minute: 3, day: 5, month: null } } });
    const grants = [admit(secret), admit(secret), admit(secret)];
    expect(grants[0]?.headers).toEqual({ 'x-ratelimit-limit-requests': '3', 'x-ratelimit-remaining-requests': '2', 'x-ratelimit-reset-requests': '30s' });
    const minute = refusalOf(() => admit(secret));
    expect(minute).toMatchObject({ status: 429, code: 'rate_limit_exceeded', retryAfterSeconds: 30, reason: 'KEY_QUOTA' });
    expect(minute.message).toContain(localTime(startMs + 30_000));
    expect(minute.headers).toMatchObject({ 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '30s' });
    expect(minute.headers['x-should-retry']).toBeUndefined();
    clock.forward(30_000);
    admit(secret);
    admit(secret);
    const day = refusalOf(() => admit(secret));
    expect(day).toMatchObject({ status: 429, code: 'insufficient_quota', retryAfterSeconds: 12 * 3600 - 60, headers: { 'x-should-retry': 'false' } });
    expect(keys.get(apiKey.id)).toMatchObject({ requestCount: 5, used: { day: { requests: 5 }, minute: { requests: 2 } } });
    clock.set(new Date(2026, 11, 1).getTime());
    admit(secret);
    expect(keys.get(apiKey.id).used).toMatchObject({ day: { requests: 1 }, month: { requests: 1 } });
  });

  it('survive a restart, to the token when it was an orderly one', () => {
    const { apiKey, secret } = make({ quotas: { requests: { minute: null, day: 2, month: null }, tokens: { minute: null, day: null, month: 100 } } });
    const grant = admit(secret);
    grant.addTokens(60);
    keys.flush();
    grant.addTokens(30);
    keys.flush();
    keys.flush();
    open();
    expect(keys.get(apiKey.id)).toMatchObject({ requestCount: 1, tokenCount: 90, used: { day: { requests: 1, tokens: 90 }, month: { tokens: 90 } } });
    admit(secret);
    expect(refusalOf(() => admit(secret)).code).toBe('insufficient_quota');
    clock.set(new Date(2027, 0, 15).getTime());
    keys.flush();
    expect(house.db.prepare("SELECT window, requests FROM api_key_use WHERE window = 'minute'").all(), 'minutes that have passed are forgotten').toEqual([]);
  });

  it('of tokens end an answer before the piece that is too much, and refuse the next request', () => {
    const { secret } = make({ quotas: { ...NO_QUOTAS, tokens: { minute: null, day: 10, month: null } } });
    const grant = admit(secret);
    grant.addTokens(9);
    expect(grant.whyEnded()).toBeNull();
    grant.addTokens(1);
    expect(grant.whyEnded()).toMatchObject({ status: 429, code: 'insufficient_quota' });
    const refused = refusalOf(() => admit(secret));
    expect(refused.message).toContain('its 10 tokens a day');
    expect(refused.headers).toMatchObject({ 'x-ratelimit-limit-tokens': '10', 'x-ratelimit-remaining-tokens': '0' });
  });

  it('of requests at once count what runs, and a request that was refused costs nothing', () => {
    const { apiKey, secret } = make({ maxConcurrent: 2, quotas: { ...NO_QUOTAS, requests: { minute: null, day: 3, month: null } } });
    const first = admit(secret);
    admit(secret);
    expect(refusalOf(() => admit(secret))).toMatchObject({ status: 429, code: 'rate_limit_exceeded', retryAfterSeconds: 1, reason: 'KEY_BUSY' });
    first.release();
    first.release();
    expect(keys.get(apiKey.id)).toMatchObject({ running: 1, requestCount: 2 });
    admit(secret);
    expect(refusalOf(() => admit(secret)).code).toBe('insufficient_quota');
  });

  it('of scope name what is allowed, hold for what runs when they are narrowed, and cost nothing', () => {
    const { apiKey, secret } = make({ scopes: { endpoints: ['chat', 'models'], deployments: ['ward', 'letters'] } });
    const grant = admit(secret);
    expect([grant.mayUse('letters'), grant.mayUse('secret')]).toEqual([true, false]);
    expect(refusalOf(() => admit(secret, { endpoint: 'embeddings' }))).toMatchObject({ status: 403, code: 'endpoint_not_allowed', message: expect.stringContaining('chat, models') as string });
    expect(refusalOf(() => admit(secret, { deploymentName: 'secret' }))).toMatchObject({ status: 403, code: 'model_not_allowed', param: 'model', message: expect.stringContaining('ward, letters') as string });
    expect(keys.get(apiKey.id).requestCount).toBe(1);
    keys.update(administrator(), { keyId: apiKey.id, changes: { scopes: { endpoints: null, deployments: ['letters'] } } });
    expect(grant.signal.aborted).toBe(true);
    expect(grant.whyEnded()).toMatchObject({ status: 403, code: 'model_not_allowed' });
  });

  it('give nothing away when the clock is set back', () => {
    const { secret } = make({ quotas: { ...NO_QUOTAS, requests: { minute: null, day: 1, month: null } } });
    admit(secret);
    clock.set(new Date(2026, 10, 29, 12).getTime());
    admit(secret);
    clock.set(startMs);
    expect(refusalOf(() => admit(secret))).toMatchObject({ status: 429 });
  });
});
