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

const reach = (): unknown => db.prepare('SELECT sequence FROM audit_objects_reach').pluck().get();
const moveReach = (sequence: number): unknown => db.prepare('UPDATE audit_objects_reach SET sequence = ?').run(sequence);

describe('migration 2: events by object in batches', () => {
  it.each([0, 1, 600])('takes %i events of before over, unchanged', (count) => {
    append(1, count);
    const before = rows();
    migrate(db, 2);
    expect(rows()).toEqual(before);
    expect(objects()).toEqual(expected(count));
    expect(reach()).toBe(count);
  });

  it('fills when the reach is moved, and only then', () => {
    append(1, 300);
    migrate(db, 2);
    append(301, 511);
    expect(objects()).toEqual(expected(300));
    moveReach(400);
    expect(objects()).toEqual(expected(400));
    moveReach(511);
    expect(objects()).toEqual(expected(511));
  });

  it('fills within the transaction that moves it, so that both go when it is rolled back', () => {
    migrate(db, 2);
    append(1, 255);
    db.exec('BEGIN');
    append(256, 256);
    moveReach(256);
    expect(objects()).toHaveLength(256);
    db.exec('ROLLBACK');
    expect(objects()).toHaveLength(0);
    expect(reach()).toBe(0);
    append(256, 256);
    moveReach(256);
    expect(objects()).toEqual(expected(256));
  });

  it('keeps the reach from going back, beyond the newest event, or away', () => {
    append(1, 20);
    migrate(db, 2);
    expect(() => moveReach(19)).toThrow(/only moves forward/);
    expect(() => moveReach(21)).toThrow(/only moves forward/);
    expect(() => db.exec('DELETE FROM audit_objects_reach')).toThrow(/never deleted/);
    expect(() => db.exec('INSERT INTO audit_objects_reach VALUES (2, 0)')).toThrow(/CHECK/);
    expect(reach()).toBe(20);
  });

  it('is not held up by an event that is no JSON or names no object', () => {
    migrate(db, 2);
    append(1, 200);
    db.exec(`INSERT INTO audit_events (sequence, leaf, canon) VALUES (201, x'00', 'gone'), (202, x'00', '{}')`);
    append(203, 256);
    moveReach(256);
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
