import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AppEvent } from '../contract/events.contract.ts';
import type { VerifyStep } from '../contract/audit.contract.ts';
import { systemClock } from '../kernel/clock.ts';
import type { Clock } from '../kernel/clock.ts';
import { createEventBus } from '../kernel/event-bus.ts';
import { newInteraction } from '../kernel/interaction.ts';
import type { Interaction } from '../kernel/interaction.ts';
import { resolveWorkerSource } from '../kernel/processes/resolve-worker.ts';
import { temporaryHouse } from '../kernel/testing/temporary-house.ts';
import type { TemporaryHouse } from '../kernel/testing/temporary-house.ts';
import { createAuditLog, createAuditService, createAuditStore } from './index.ts';
import type { AuditEntry, AuditLog, AuditService } from './index.ts';

let house: TemporaryHouse;
let log: AuditLog;
let service: AuditService;
let clock: Clock & { wallOffsetMs: number };
const announced: AppEvent[] = [];

function person(signal?: AbortSignal): Interaction {
  return newInteraction({ kind: 'person', id: 'per_1', name: 'Ada', role: 'administrator' }, { host: 'console', address: '127.0.0.1' }, signal);
}
const renamed: AuditEntry = {
  type: 'models.renamed',
  object: { type: 'model', id: 'mdl_1', name: 'New “name”, 新名' },
  before: { name: 'Old' },
  after: { name: 'New “name”, 新名' },
};

beforeEach(() => {
  house = temporaryHouse();
  const real = systemClock();
  clock = { ...real, wallOffsetMs: 0, nowMs: () => real.nowMs() + clock.wallOffsetMs };
  const store = createAuditStore(house.db);
  announced.length = 0;
  const events = createEventBus((error) => {
    throw error;
  });
  events.subscribe((event) => announced.push(event));
  log = createAuditLog({ db: house.db, store, clock, events, appVersion: '0.0.0-test' });
  service = createAuditService({ store, log, databasePath: house.layout.database, key: house.key, resolveWorker: resolveWorkerSource });
});
afterEach(async () => {
  await service.dispose();
  house.remove();
});

async function verify(): Promise<Extract<VerifyStep, { kind: 'result' }>> {
  let last: VerifyStep | undefined;
  for await (const step of service.verify(person())) last = step;
  if (last?.kind !== 'result') throw new Error('no result');
  return last;
}

/** What somebody with the key and a database tool could do: the triggers are dropped first. */
function tamper(sql: string): void {
  for (const name of ['audit_events_no_update', 'audit_events_no_delete', 'audit_events_no_gap']) house.db.exec(`DROP TRIGGER IF EXISTS ${name}`);
  house.db.exec(sql);
}

describe('appending', () => {
  it('writes event and change in one transaction, or neither', async () => {
    const change = (fail: boolean) =>
      house.db.transaction(() => {
        house.db.exec(`INSERT INTO settings VALUES ('colour', '"green"')`);
        log.append(person(), renamed);
        if (fail) throw new Error('power cut');
      });
    expect(change(true)).toThrow('power cut');
    expect((await service.list({ filter: {}, cursor: null, limit: 10 })).events).toHaveLength(0);
    expect(house.db.prepare('SELECT count(*) FROM settings').pluck().get()).toBe(0);
    change(false)();
    expect((await service.list({ filter: {}, cursor: null, limit: 10 })).events).toHaveLength(1);
  });

  it('undoes the change when the event cannot be written', () => {
    house.db.exec(`CREATE TRIGGER full BEFORE INSERT ON audit_events BEGIN SELECT RAISE(ABORT, 'disk full'); END`);
    const change = house.db.transaction(() => {
      house.db.exec(`INSERT INTO settings VALUES ('colour', '"green"')`);
      log.append(person(), renamed);
    });
    expect(change).toThrow('disk full');
    expect(house.db.prepare('SELECT count(*) FROM settings').pluck().get()).toBe(0);
  });

  it('refuses to write outside a transaction', () => {
    expect(() => log.append(person(), renamed)).toThrow(/outside a transaction/);
  });

  it('keeps actor, role, source, before and after, and both clocks', () => {
    log.appendAlone(person(), renamed);
    const event = service.get(1);
    expect(event).toMatchObject({
      sequence: 1,
      actor: { name: 'Ada', role: 'administrator' },
      source: { host: 'console', address: '127.0.0.1' },
      result: 'done',
      before: { name: 'Old' },
      after: { name: 'New “name”, 新名' },
      appVersion: '0.0.0-test',
      prev: '0'.repeat(64),
    });
    expect(event.bootId).toBe(clock.bootId);
  });

  it('lets the leaf be computed by hand: SHA-256 over a zero byte and the canonical text', () => {
    log.appendAlone(person(), renamed);
    const row = house.db.prepare<[], { canon: string; leaf: Buffer }>('SELECT canon, leaf FROM audit_events').get();
    const byHand = createHash('sha256').update(Buffer.from([0])).update(row?.canon ?? '', 'utf8').digest('hex');
    expect(row?.leaf.toString('hex')).toBe(byHand);
  });

  it('records a step of the wall clock before the event that shows it', async () => {
    log.appendAlone(person(), renamed);
    clock.wallOffsetMs = 3_600_000;
    log.appendAlone(person(), renamed);
    const { events } = await service.list({ filter: {}, cursor: null, limit: 10 });
    expect(events.map((event) => event.type)).toEqual(['models.renamed', 'system.clockStepped', 'models.renamed']);
    expect(events[1]?.after).toEqual({ steppedByMs: expect.closeTo(3_600_000, -2) });
  });

  it('cannot be changed, deleted from, or given gaps by SQL', () => {
    log.appendAlone(person(), renamed);
    expect(() => house.db.exec(`UPDATE audit_events SET canon = '{}'`)).toThrow(/never changed/);
    expect(() => house.db.exec('DELETE FROM audit_events')).toThrow(/never deleted/);
    expect(() => house.db.exec(`INSERT OR REPLACE INTO audit_events (sequence, leaf, canon) VALUES (1, x'00', '{}')`)).toThrow();
    expect(() => house.db.exec(`INSERT INTO audit_events (sequence, leaf, canon) VALUES (7, x'00', '{}')`)).toThrow(/no gaps/);
  });

  it('announces itself once for a burst', async () => {
    for (let i = 0; i < 5; i++) log.appendAlone(person(), renamed);
    await new Promise((resolve) => setImmediate(resolve));
    expect(announced).toEqual([{ type: 'audit.appended', sequence: 5 }]);
  });
});

describe('reading', () => {
  it('lists newest first, page by page, and filters by type, result, person, object, time and text', async () => {
    for (let i = 0; i < 7; i++) log.appendAlone(person(), { ...renamed, object: { type: 'model', id: `mdl_${i % 2}`, name: `100% model_${i}` } });
    log.appendAlone(person(), { type: 'models.deleted', object: { type: 'model', id: 'mdl_9', name: 'gone' }, result: 'refused', reason: 'MODEL_IN_USE' });
    const first = await service.list({ filter: {}, cursor: null, limit: 5 });
    expect(first.events.map((event) => event.sequence)).toEqual([8, 7, 6, 5, 4]);
    const second = await service.list({ filter: {}, cursor: first.nextCursor, limit: 5 });
    expect(second.events.map((event) => event.sequence)).toEqual([3, 2, 1]);
    expect(second.nextCursor).toBeNull();
    const total = async (filter: Parameters<AuditService['list']>[0]['filter']) => (await service.list({ filter, cursor: null, limit: 100 })).total;
    expect(await total({ types: ['models.deleted'] })).toBe(1);
    expect(await total({ results: ['refused'] })).toBe(1);
    expect(await total({ objectId: 'mdl_1' })).toBe(3);
    expect(await total({ actorName: 'Ada' })).toBe(8);
    expect(await total({ actorName: 'Eve' })).toBe(0);
    expect(await total({ actorName: '  ' })).toBe(8);
    expect(await total({ text: '100% model_3' })).toBe(1);
    expect(await total({ text: '100_ model' })).toBe(0);
    expect(await total({ fromMs: Date.now() + 60_000 })).toBe(0);
    expect(await total({ untilMs: Date.now() + 60_000 })).toBe(8);
    log.appendAlone(person(), renamed);
    expect(await total({ actorName: 'Ada' })).toBe(9);
  });

  it('finds persons by any part of their name, whatever its case and form, and takes no sign for a wildcard', async () => {
    for (const name of ['Zoë Ångström', 'Ada Lovelace', 'ａｄａ（夜班）', '100% sure_', '王小明']) {
      log.appendAlone(newInteraction({ kind: 'person', id: 'per_2', name, role: 'operator' }, { host: 'console', address: '' }), renamed);
    }
    const names = async (actorName: string) =>
      (await service.list({ filter: { actorName }, cursor: null, limit: 100 })).events.map((event) => event.actor.name).toReversed();
    expect(await names('lovel')).toEqual(['Ada Lovelace']);
    expect(await names(' ADA ')).toEqual(['Ada Lovelace', 'ａｄａ（夜班）']);
    expect(await names('ÅNG')).toEqual(['Zoë Ångström']);
    expect(await names('小')).toEqual(['王小明']);
    expect(await names('夜班')).toEqual(['ａｄａ（夜班）']);
    expect(await names('0% s')).toEqual(['100% sure_']);
    expect(await names('a%e')).toEqual([]);
    expect(await names('_da')).toEqual([]);
  });
});

describe('verifying', () => {
  beforeEach(() => {
    for (let i = 0; i < 20; i++) log.appendAlone(person(), { ...renamed, after: { name: `name ${i}` } });
  });

  it('finds an untouched chain intact and records that it looked', async () => {
    const result = await verify();
    expect(result).toMatchObject({ intact: true, checked: 20, headSequence: 20, firstFault: null });
    expect(service.get(21)).toMatchObject({ type: 'audit.verified', after: { intact: true, checked: 20 } });
  });

  it.each([
    ['an altered text', `UPDATE audit_events SET canon = replace(canon, 'name 6', 'name 7') WHERE sequence = 7`, 7, 'altered'],
    ['an altered leaf', `UPDATE audit_events SET leaf = zeroblob(32) WHERE sequence = 7`, 7, 'altered'],
    ['a removed row', `DELETE FROM audit_events WHERE sequence = 7`, 8, 'gap'],
    ['two rows exchanged', `UPDATE audit_events SET sequence = -1 WHERE sequence = 7; UPDATE audit_events SET sequence = 7 WHERE sequence = 8; UPDATE audit_events SET sequence = 8 WHERE sequence = -1`, 7, 'chain-broken'],
    ['a removed beginning', `DELETE FROM audit_events WHERE sequence < 7`, 7, 'gap'],
  ] as const)('names the first bad row after %s', async (_what, sql, sequence, fault) => {
    tamper(sql);
    expect((await verify()).firstFault).toMatchObject({ sequence, fault });
  });

  it('finds a row that was altered together with its own leaf, by the next one', async () => {
    tamper('SELECT 1');
    const canon = String(house.db.prepare('SELECT canon FROM audit_events WHERE sequence = 7').pluck().get()).replace('name 6', 'name X');
    const leaf = createHash('sha256').update(`\0${canon}`).digest();
    house.db.prepare('UPDATE audit_events SET canon = ?, leaf = ? WHERE sequence = 7').run(canon, leaf);
    expect((await verify()).firstFault).toMatchObject({ sequence: 8, fault: 'chain-broken' });
  });

  it('says cancelled when it is stopped and leaves no event', async () => {
    const abort = new AbortController();
    abort.abort();
    await expect(service.verify(person(abort.signal)).next()).rejects.toThrow();
    expect((await service.list({ filter: { types: ['audit.verified'] }, cursor: null, limit: 1 })).total).toBe(0);
  });
});
