import Database from 'better-sqlite3-multiple-ciphers';
import { afterEach, expect, it } from 'vitest';
import { systemClock } from '../kernel/clock.ts';
import { openDatabase, openDatabaseReadOnly } from '../kernel/database/open-database.ts';
import type { DatabaseHandle } from '../kernel/database/open-database.ts';
import { createEventBus } from '../kernel/event-bus.ts';
import { newInteraction } from '../kernel/interaction.ts';
import { migrate } from '../kernel/migrations/migrate.ts';
import { resolveWorkerSource } from '../kernel/processes/resolve-worker.ts';
import { temporaryHouse } from '../kernel/testing/temporary-house.ts';
import type { TemporaryHouse } from '../kernel/testing/temporary-house.ts';
import { genesis, seal } from './audit-chain.ts';
import { createFilterCounter } from './filter-counter.ts';
import { createAuditLog, createAuditService, createAuditStore } from './index.ts';
import type { AuditEntry } from './index.ts';

const objectIds = ['mdl_often', 'mdl_seldom', 'dep_é', 'mdl_never'];
const interaction = newInteraction({ kind: 'person', id: 'per_1', name: 'Ada', role: 'administrator' }, { host: 'console', address: '' });

let house: TemporaryHouse | null = null;
afterEach(() => {
  house?.remove();
  house = null;
});

/** Repeatable randomness: a failure names its seed (Park and Miller's generator). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

const entryAbout = (random: number): AuditEntry => ({
  type: random < 0.5 ? 'models.renamed' : 'models.deleted',
  object: { type: 'model', id: objectIds[random < 0.8 ? 0 : random < 0.82 ? 1 : 2] ?? '', name: 'n' },
});

/** A database as version 1 left it, with events of that time. */
function houseOfVersionOne(count: number): TemporaryHouse {
  const made = temporaryHouse();
  made.db.close();
  const path = `${made.layout.database}-old`;
  const old = new Database(path);
  old.pragma(`cipher = 'sqlcipher'`);
  old.pragma(`key = "x'${made.key.toString('hex')}'"`);
  old.pragma('journal_mode = WAL');
  migrate(old, 1);
  const random = randomFrom(7);
  const insert = old.prepare('INSERT INTO audit_events (sequence, leaf, canon) VALUES (?, ?, ?)');
  let prev = genesis;
  old.transaction(() => {
    for (let sequence = 1; sequence <= count; sequence++) {
      const { type, object } = entryAbout(random());
      const { actor, source, id } = interaction;
      const sealed = seal({ sequence, timeMs: 1, monotonicMs: 1, bootId: 'boot', actor, source, type, object, result: 'done', reason: '', before: null, after: null, interactionId: id, appVersion: '0', prev });
      insert.run(sequence, Buffer.from(sealed.leaf, 'hex'), sealed.canon);
      prev = sealed.leaf;
    }
  })();
  old.close();
  return { ...made, layout: { ...made.layout, database: path } };
}

/** By reading every event, newest first: what a look-up must agree with. */
function scan(db: DatabaseHandle, objectId: string): number[] {
  const rows = db.prepare<[], { sequence: number; canon: string }>('SELECT sequence, canon FROM audit_events ORDER BY sequence DESC').all();
  return rows.filter(({ canon }) => (JSON.parse(canon) as { object: { id: string } }).object.id === objectId).map(({ sequence }) => sequence);
}

function expectSame(db: DatabaseHandle, reader: DatabaseHandle): void {
  const everything = 1_000_000;
  const deleted = new Set(db.prepare(`SELECT sequence FROM audit_events WHERE canon ->> '$.type' = 'models.deleted'`).pluck().all());
  for (const connection of [db, reader]) {
    const store = createAuditStore(connection);
    const { sequence } = store.head();
    for (const objectId of objectIds) {
      const found = scan(connection, objectId);
      const numbers = (events: { sequence: number }[]): number[] => events.map((event) => event.sequence);
      expect(numbers(store.ofObject(objectId, everything))).toEqual(found);
      expect(numbers(store.ofObject(objectId, 5))).toEqual(found.slice(0, 5));
      expect(numbers(store.list({ objectId }, null, everything))).toEqual(found);
      const middle = Math.floor(sequence / 2);
      expect(numbers(store.list({ objectId }, middle, 9))).toEqual(found.filter((one) => one < middle).slice(0, 9));
      expect(store.count({ objectId }, { above: 0, upTo: sequence })).toBe(found.length);
      expect(store.count({ objectId }, { above: middle, upTo: sequence })).toBe(found.filter((one) => one > middle).length);
      expect(numbers(store.list({ objectId, types: ['models.deleted'] }, null, everything))).toEqual(
        found.filter((one) => deleted.has(one)),
      );
    }
    expect(sequence - Number(connection.prepare('SELECT sequence FROM audit_objects_reach').pluck().get())).toBeLessThan(256);
  }
}

const seeds = process.env['MODELWARD_NIGHTLY'] === '1' ? [11, 12, 13, 14, 15] : [11];
const everyBeginning = [0, 255, 600].flatMap((count) => seeds.map((seed) => ({ count, seed })));

it.each(everyBeginning)('finds all events of an object and no other, from $count old ones on, whatever was rolled back or reopened (seed $seed)', ({ count, seed }) => {
  house = count === 0 ? temporaryHouse() : houseOfVersionOne(count);
  const random = randomFrom(seed);
  const { layout, key } = house;
  if (house.db.open) house.db.close();
  const options = { path: layout.database, key, expectedSalt: null };
  const open = () => {
    const db = openDatabase(options);
    const log = createAuditLog({ db, store: createAuditStore(db), clock: systemClock(), events: createEventBus(() => undefined), appVersion: '0' });
    return { db, log };
  };
  let { db, log } = open();
  const reader = openDatabaseReadOnly(options);
  // One counter over the whole time, as the search thread keeps one: what it has counted must stay true.
  const counter = createFilterCounter(createAuditStore(reader));
  try {
    expectSame(db, reader);
    for (let step = 0; step < 40; step++) {
      const kind = random();
      const size = 1 + Math.floor(random() * random() * 120);
      const work = db.transaction((fail: boolean) => {
        for (let i = 0; i < size; i++) log.append(interaction, entryAbout(random()));
        if (fail) throw new Error('undone');
      });
      if (kind < 0.5) work.immediate(false);
      else if (kind < 0.75) expect(() => work.immediate(true)).toThrow('undone');
      else if (kind < 0.9) {
        db.transaction(() => {
          log.append(interaction, entryAbout(random()));
          expect(() => work(true)).toThrow('undone'); // only the inner one goes
          log.append(interaction, entryAbout(random()));
        })();
      } else {
        db.close();
        ({ db, log } = open());
      }
      if (step % 10 === 0) expectSame(db, reader);
      expect(counter.count({ objectId: 'mdl_often' })).toBe(scan(reader, 'mdl_often').length);
    }
    expectSame(db, reader);
  } finally {
    reader.close();
    db.close();
  }
});

it('finds them in the search thread too, page by page', async () => {
  house = houseOfVersionOne(600);
  const { layout, key } = house;
  const db = openDatabase({ path: layout.database, key, expectedSalt: null });
  const store = createAuditStore(db);
  const log = createAuditLog({ db, store, clock: systemClock(), events: createEventBus(() => undefined), appVersion: '0' });
  const service = createAuditService({ store, log, databasePath: layout.database, key, resolveWorker: resolveWorkerSource });
  try {
    const filter = { objectId: 'mdl_often' };
    for (const more of [0, 100, 100]) {
      for (let i = 0; i < more; i++) log.appendAlone(interaction, entryAbout(0.1));
      const found: number[] = [];
      let cursor: number | null = null;
      do {
        const page = await service.list({ filter, cursor, limit: 200 });
        expect(page.total).toBe(scan(db, 'mdl_often').length);
        found.push(...page.events.map((event) => event.sequence));
        cursor = page.nextCursor;
      } while (cursor !== null);
      expect(found).toEqual(scan(db, 'mdl_often'));
    }
  } finally {
    await service.dispose();
    db.close();
  }
});
