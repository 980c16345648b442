import { copyFileSync, readdirSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAuditLog, createAuditStore } from '../audit/index.ts';
import { daysFrom } from '../contract/calendar-days.ts';
import { createEventBus } from '../kernel/event-bus.ts';
import { newInteraction, systemInteraction } from '../kernel/interaction.ts';
import { createSettingsStore } from '../kernel/settings.store.ts';
import { temporaryHouse } from '../kernel/testing/temporary-house.ts';
import type { TemporaryHouse } from '../kernel/testing/temporary-house.ts';
import type { DatabaseHandle } from '../kernel/database/open-database.ts';
import { openTelemetry } from '../kernel/database/open-database.ts';
import { dayOf } from './days.ts';
import { openUsageDatabase } from './open-usage.ts';
import { createUsageService } from './usage.service.ts';
import type { UsageService } from './usage.service.ts';
import { createUsageStore } from './usage.store.ts';
import type { CountedRequest } from '../contract/usage.contract.ts';

const noon = new Date(2026, 10, 30, 12).getTime();
const HOUR_MS = 3_600_000;
const DAY = '2026-11-30';
const all = { from: '2026-01-01', to: '2027-12-31', keyId: null, deployment: null };
const ada = newInteraction({ kind: 'person', id: 'per_1', name: 'Ada', role: 'administrator' }, { host: 'console', address: '127.0.0.1' });

let house: TemporaryHouse;
let telemetry: DatabaseHandle;
let usage: UsageService;
let nowMs: number;
let bugs: unknown[];

const auditEvents = () => createAuditStore(house.db).list({}, null, 500);
const sealEvents = () => auditEvents().filter(({ type }) => type === 'usage.daySealed').toReversed();

function open(): void {
  const clock = { nowMs: () => nowMs, monotonicMs: () => nowMs, bootId: 'test' };
  const store = createAuditStore(house.db);
  const events = createEventBus((error) => {
    throw error;
  });
  const audit = createAuditLog({ db: house.db, store, clock, events, appVersion: '0' });
  const bySystem = () => systemInteraction('console');
  telemetry = openUsageDatabase({ path: house.layout.telemetry, key: house.key, audit, clock, systemInteraction: bySystem });
  usage = createUsageService({
    store: createUsageStore(telemetry),
    db: house.db,
    audit,
    auditLog: store,
    settings: createSettingsStore(house.db),
    clock,
    systemInteraction: bySystem,
    reportBug: (error) => {
      bugs.push(error);
      return 'ref';
    },
    flushMs: 1_000_000, // told when
  });
}

function close(): void {
  usage.dispose();
  telemetry.close();
}

beforeEach(() => {
  house = temporaryHouse();
  nowMs = noon;
  bugs = [];
  open();
});

afterEach(() => {
  close();
  house.remove();
  if (bugs.length > 0) throw new Error('something was reported as a bug', { cause: bugs[0] });
});

function request(changes: Partial<CountedRequest> = {}): CountedRequest {
  return {
    keyId: 'key_1', keyName: 'Radiology', department: 'Imaging', deployment: 'helper', versionId: 'ver_1', modelName: 'Stories', versionNumber: 1,
    endedAtMs: nowMs, endpoint: 'chat', stream: true, outcome: 'done', status: 200, reason: '', promptTokens: 10, cachedTokens: 4, outputTokens: 20, queueMs: 2, firstTokenMs: 30, durationMs: 500,
    ...changes,
  };
}

describe('usage of the endpoint', () => {
  it('is summed up by key, department, model and day', () => {
    usage.record(request());
    usage.record(request({ outcome: 'cancelled', status: 499, reason: 'CANCELLED', outputTokens: 3, versionId: 'ver_2', versionNumber: 2 }));
    usage.record(request({ keyId: 'key_2', keyName: 'Letters', department: 'Imaging', promptTokens: 100, outcome: 'failed', reason: 'ENGINE_FAILED', status: 500 }));
    usage.record(request({ keyId: 'key_2', keyName: 'Letters, renamed', department: 'Office', outcome: 'refused', status: 503, promptTokens: 0, outputTokens: 0, cachedTokens: 0 }));
    usage.refused({ keyId: 'key_2', keyName: 'Letters, renamed', department: 'Office', deployment: '', versionId: '', modelName: '', versionNumber: null });

    const byKey = usage.summary({ ...all, by: 'key' });
    expect(byKey.total).toMatchObject({ requests: 5, refused: 2, failed: 1, cancelled: 1, promptTokens: 120, cachedTokens: 12, outputTokens: 43 });
    expect(byKey.rows.map(({ id, keyName, requests, day, deployment }) => ({ id, keyName, requests, day, deployment }))).toEqual([
      { id: 'key_2', keyName: 'Letters, renamed', requests: 3, day: null, deployment: '' },
      { id: 'key_1', keyName: 'Radiology', requests: 2, day: null, deployment: '' },
    ]);
    expect(usage.summary({ ...all, by: 'department' }).rows.map(({ department, requests }) => [department, requests])).toEqual([['Imaging', 3], ['Office', 2]]);
    expect(usage.summary({ ...all, by: 'model' }).rows.map(({ deployment, versionNumber, requests }) => [deployment, versionNumber, requests])).toEqual([['helper', 1, 3], ['', null, 1], ['helper', 2, 1]]);
    expect(usage.summary({ ...all, by: 'day', keyId: 'key_1' }).rows).toMatchObject([{ day: DAY, requests: 2, keyName: '' }]);
    expect(usage.summary({ ...all, by: 'key', deployment: 'nobody' })).toMatchObject({ rows: [], total: { requests: 0, firstToken: null } });
  });

  it('tells times as percentiles of what was answered, over any number of days', () => {
    for (let index = 1; index <= 100; index += 1) {
      usage.record(request({ firstTokenMs: index * 10, queueMs: null }));
      if (index % 50 === 0) {
        usage.settle();
        nowMs += 24 * HOUR_MS;
      }
    }
    usage.record(request({ outcome: 'refused', durationMs: 0.1, firstTokenMs: null }));
    const { total } = usage.summary({ ...all, by: 'key' });
    expect(total.queue).toBeNull();
    expect(total.firstToken?.count).toBe(100);
    expect(total.duration?.count).toBe(100); // the refusal is not among them
    expect(Math.abs((total.firstToken?.p50Ms ?? 0) / 500 - 1)).toBeLessThan(0.1);
    expect(Math.abs((total.firstToken?.p95Ms ?? 0) / 950 - 1)).toBeLessThan(0.1);
  });

  it('lists single requests, newest first, page by page, without any text', async () => {
    for (let index = 0; index < 7; index += 1) usage.record(request({ promptTokens: index, ...(index % 3 === 0 ? { keyId: 'key_rare' } : {}), ...(index === 5 ? { outcome: 'failed' as const } : {}) }));
    const first = await usage.requests({ keyId: null, deployment: null, outcome: null, cursor: null, limit: 4 });
    expect(first.requests.map(({ promptTokens }) => promptTokens)).toEqual([6, 5, 4, 3]);
    const rest = await usage.requests({ keyId: null, deployment: null, outcome: null, cursor: first.nextCursor, limit: 4 });
    expect(rest).toMatchObject({ requests: [{ promptTokens: 2 }, { promptTokens: 1 }, { promptTokens: 0 }], nextCursor: null });
    const rare = await usage.requests({ keyId: 'key_rare', deployment: null, outcome: null, cursor: null, limit: 10 });
    expect(rare.requests.map(({ promptTokens }) => promptTokens)).toEqual([6, 3, 0]);
    const failed = await usage.requests({ keyId: null, deployment: null, outcome: 'failed', cursor: null, limit: 10 });
    expect(failed.requests).toMatchObject([{ promptTokens: 5, day: DAY, keyName: 'Radiology', modelName: 'Stories', stream: true }]);
  });

  it('of a day that is over is sealed into the audit log, once, also after a restart', () => {
    usage.record(request());
    usage.record(request({ keyId: 'key_2', keyName: 'Letters' }));
    usage.settle();
    expect(usage.days(all)).toMatchObject([{ day: DAY, requests: 2, seal: 'open', auditSequence: null }]);
    expect(sealEvents()).toEqual([]);
    close();
    nowMs += 24 * HOUR_MS;
    open();
    const [event] = sealEvents();
    expect(event).toMatchObject({
      actor: { kind: 'system' },
      object: { type: 'usage-day', id: DAY },
      after: { requests: 2, promptTokens: 20, outputTokens: 40, lines: 2, notCounted: 0, byKey: [{ id: 'key_1', name: 'Radiology', requests: 1, promptTokens: 10, outputTokens: 20 }, { id: 'key_2' }], byDeployment: [{ id: 'helper', requests: 2 }] },
    });
    expect(usage.days(all)).toMatchObject([{ seal: 'sealed', auditSequence: event?.sequence }]);
    close();
    open();
    usage.settle();
    expect(sealEvents()).toHaveLength(1);
  });

  it('takes nothing into a sealed day, also when the clock is set back', () => {
    usage.record(request());
    usage.settle();
    nowMs += 24 * HOUR_MS;
    usage.settle();
    nowMs -= 20 * HOUR_MS;
    expect(dayOf(nowMs)).toBe(DAY);
    usage.record(request());
    expect(usage.days(all)).toMatchObject([{ day: DAY, requests: 1, seal: 'sealed' }, { day: daysFrom(DAY, 1), requests: 1, seal: 'open' }]);
  });

  it('that was changed afterwards is told to differ, and one whose event is gone to be unsealed', () => {
    usage.record(request());
    usage.settle();
    nowMs += 24 * HOUR_MS;
    usage.settle();
    telemetry.exec('UPDATE usage_totals SET output_tokens = 1');
    expect(usage.days(all)).toMatchObject([{ seal: 'differs' }]);
    telemetry.exec(`UPDATE usage_totals SET output_tokens = 20, day = '2026-11-01'`);
    expect(usage.days(all)).toMatchObject([{ day: '2026-11-01', seal: 'unsealed' }, { day: DAY, requests: 0, seal: 'differs' }]);
  });

  it('is not sealed anew to bear out a change, and a day that was deleted is told', () => {
    usage.record(request());
    usage.settle();
    nowMs += 24 * HOUR_MS;
    usage.settle();
    telemetry.exec('UPDATE usage_totals SET output_tokens = 1; DELETE FROM usage_seals');
    usage.settle();
    expect(sealEvents()).toHaveLength(1);
    expect(usage.days({ from: '2026-11-01', to: '2026-12-01' })).toMatchObject([{ day: DAY, outputTokens: 1, seal: 'differs' }]);
    telemetry.exec('DELETE FROM usage_requests; DELETE FROM usage_spans; DELETE FROM usage_totals');
    expect(usage.days({ from: '2026-11-01', to: '2026-12-01' })).toMatchObject([{ day: DAY, requests: 0, seal: 'differs' }]);
  });

  it('keeps single requests as long as is told, and totals for good', async () => {
    expect(usage.state()).toEqual({ today: DAY, firstDay: null, recordDays: 90 });
    usage.record(request());
    usage.settle();
    usage.setRetention(ada, 2);
    nowMs += 3 * 24 * HOUR_MS;
    usage.record(request({ promptTokens: 77 }));
    usage.settle();
    const { requests } = await usage.requests({ keyId: null, deployment: null, outcome: null, cursor: null, limit: 10 });
    expect(requests.map(({ promptTokens }) => promptTokens)).toEqual([77]);
    expect(usage.summary({ ...all, by: 'day' }).total.requests).toBe(2);
    expect(usage.state()).toEqual({ today: '2026-12-03', firstDay: DAY, recordDays: 2 });
    expect(auditEvents().find(({ type }) => type === 'usage.retentionChanged')).toMatchObject({ actor: { name: 'Ada' }, before: { recordDays: 90 }, after: { recordDays: 2 } });
  });

  it('is exported as CSV in which no cell becomes a formula', () => {
    usage.record(request({ keyName: '=cmd()', department: 'A, "B"' }));
    const { fileName, text } = usage.export(ada, { from: DAY, to: DAY });
    expect(fileName).toBe(`usage-${DAY}-${DAY}.csv`);
    const [header, line] = text.split('\r\n');
    expect(header?.split(',').slice(0, 3)).toEqual(['day', 'key_id', 'key']);
    expect(line).toBe(`${DAY},key_1,'=cmd(),"A, ""B""",helper,ver_1,Stories,1,1,0,0,0,10,4,20`);
    expect(auditEvents()[0]).toMatchObject({ type: 'usage.exported', actor: { name: 'Ada' }, after: { from: DAY, to: DAY } });
  });

  it('is held while it cannot be written, and written afterwards', () => {
    usage.record(request());
    telemetry.pragma('query_only = ON');
    usage.settle();
    expect(bugs).toHaveLength(1);
    bugs = [];
    usage.record(request());
    telemetry.pragma('query_only = OFF');
    expect(usage.summary({ ...all, by: 'key' }).total.requests).toBe(2);
  });

  it('that cannot be read is put aside, told in the audit log, and counting begins anew', () => {
    usage.record(request());
    close();
    writeFileSync(house.layout.telemetry, 'no database');
    open();
    usage.record(request());
    expect(usage.summary({ ...all, by: 'key' }).total.requests).toBe(1);
    expect(readdirSync(house.layout.root).some((name) => name.startsWith('telemetry.db.damaged-'))).toBe(true);
    expect(auditEvents().find(({ type }) => type === 'usage.recordsReplaced')).toMatchObject({ result: 'failed', reason: 'DATABASE_DAMAGED' });
  });

  it('is encrypted under a key that is not that of the other database', () => {
    usage.record(request({ keyName: 'a name that would be seen' }));
    usage.settle();
    telemetry.pragma('wal_checkpoint(TRUNCATE)');
    const copy = `${house.layout.telemetry}.copy`;
    copyFileSync(house.layout.telemetry, copy);
    expect(() => openTelemetry({ path: copy, key: Buffer.alloc(32, 1) })).toThrow('DATABASE_DAMAGED');
    expect(() => openTelemetry({ path: house.layout.database, key: house.key })).toThrow('DATABASE_DAMAGED');
    const same = openTelemetry({ path: copy, key: house.key });
    expect(same.prepare('SELECT key_name FROM usage_totals').get()).toEqual({ key_name: 'a name that would be seen' });
    same.close();
  });
});
