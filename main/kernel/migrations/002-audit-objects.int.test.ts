import Database from 'better-sqlite3-multiple-ciphers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrate } from './migrate.ts';

let db: Database.Database;
beforeEach(() => {
  db = new Database(':memory:');
  migrate(db, 1);
});
afterEach(() => {
  db.close();
});

const objectOf = (sequence: number): string => `mdl_${sequence % 7}`;
const canonOf = (sequence: number): string =>
  JSON.stringify({ actor: { name: 'Ada' }, object: { id: objectOf(sequence) }, result: 'done', sequence, timeMs: sequence, type: 'models.renamed' });

function append(from: number, upTo: number): void {
  const insert = db.prepare(`INSERT INTO audit_events (sequence, leaf, canon) VALUES (?, x'00', ?)`);
  for (let sequence = from; sequence <= upTo; sequence++) insert.run(sequence, canonOf(sequence));
}

const rows = (): unknown[] => db.prepare('SELECT sequence, leaf, canon FROM audit_events ORDER BY sequence').all();
const objects = (): unknown[] => db.prepare('SELECT sequence, object_id AS objectId FROM audit_objects ORDER BY sequence').all();
const expected = (upTo: number): unknown[] => Array.from({ length: upTo }, (_, index) => ({ sequence: index + 1, objectId: objectOf(index + 1) }));

describe('migration 2: events by object in batches', () => {
  it.each([0, 1, 255, 256, 257, 600, 1024])('takes %i events of before over, unchanged, up to the last whole batch', (count) => {
    append(1, count);
    const before = rows();
    migrate(db, 2);
    expect(rows()).toEqual(before);
    expect(objects()).toEqual(expected(Math.floor(count / 256) * 256));
  });

  it('goes on in batches from wherever it began', () => {
    append(1, 300);
    migrate(db, 2);
    append(301, 511);
    expect(objects()).toEqual(expected(256));
    append(512, 512);
    expect(objects()).toEqual(expected(512));
    append(513, 1100);
    expect(objects()).toEqual(expected(1024));
    expect(db.prepare('SELECT sequence FROM audit_objects_reach').pluck().get()).toBe(1024);
  });

  it('fills within the transaction of the event, so that both go when it is rolled back', () => {
    migrate(db, 2);
    append(1, 255);
    db.exec('BEGIN');
    append(256, 256);
    expect(objects()).toHaveLength(256);
    db.exec('ROLLBACK');
    expect(objects()).toHaveLength(0);
    expect(db.prepare('SELECT sequence FROM audit_objects_reach').pluck().get()).toBe(0);
    append(256, 256);
    expect(objects()).toEqual(expected(256));
  });

  it('is not held up by an event that is no JSON or names no object', () => {
    migrate(db, 2);
    append(1, 200);
    db.exec(`INSERT INTO audit_events (sequence, leaf, canon) VALUES (201, x'00', 'gone'), (202, x'00', '{}')`);
    append(203, 256);
    expect(objects()).toEqual(expected(256).filter((_, index) => index !== 200 && index !== 201));
  });

  it('keeps events from being changed, deleted or given gaps, and what was taken from them too', () => {
    append(1, 256);
    migrate(db, 2);
    expect(() => db.exec(`UPDATE audit_events SET canon = '{}'`)).toThrow(/never changed/);
    expect(() => db.exec('DELETE FROM audit_events')).toThrow(/never deleted/);
    expect(() => append(258, 258)).toThrow(/no gaps/);
    expect(() => db.exec(`UPDATE audit_objects SET object_id = 'x'`)).toThrow(/never changed/);
    expect(() => db.exec('DELETE FROM audit_objects')).toThrow(/never deleted/);
  });
});
