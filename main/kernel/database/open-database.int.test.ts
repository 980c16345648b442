import { closeSync, copyFileSync, openSync, readFileSync, writeSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import Database from 'better-sqlite3-multiple-ciphers';
import { afterEach, describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../contract/errors.ts';
import { ExpectedError } from '../errors.ts';
import { latestVersion } from '../migrations/migrate.ts';
import { temporaryHouse } from '../testing/temporary-house.ts';
import type { TemporaryHouse } from '../testing/temporary-house.ts';
import { openDatabase, openDatabaseReadOnly, readSalt } from './open-database.ts';

let house: TemporaryHouse | null = null;
afterEach(() => {
  house?.remove();
  house = null;
});

function codeOf(work: () => unknown): ErrorCode | 'none' {
  try {
    work();
    return 'none';
  } catch (error) {
    if (error instanceof ExpectedError) return error.code;
    throw error;
  }
}

function closedHouse(): TemporaryHouse & { salt: Buffer } {
  house = temporaryHouse();
  house.db.exec(`INSERT INTO settings VALUES ('secret-word', '"patient"')`);
  house.db.pragma('wal_checkpoint(TRUNCATE)');
  const salt = readSalt(house.layout.database);
  if (salt === null) throw new Error('no database was written');
  house.db.close();
  return { ...house, salt };
}

describe('the encrypted database', () => {
  it('keeps nothing readable on the disk, its header included', () => {
    const { layout } = closedHouse();
    const bytes = readFileSync(layout.database).toString('latin1');
    expect(bytes.startsWith('SQLite format')).toBe(false);
    expect(bytes).not.toContain('patient');
    expect(bytes).not.toContain('audit_events');
  });

  it('opens again with its key and has WAL, full synchronisation and foreign keys', () => {
    const { layout, key, salt } = closedHouse();
    const db = openDatabase({ path: layout.database, key, expectedSalt: salt });
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(db.pragma('synchronous', { simple: true })).toBe(2);
    expect(db.pragma('foreign_keys', { simple: true })).toBe(1);
    expect(db.prepare('SELECT value FROM settings').pluck().get()).toBe('"patient"');
    db.close();
  });

  it('has small pages when it is new, and keeps the pages it has when it is not', () => {
    const { layout, key } = closedHouse();
    const path = `${layout.root}/older.db`;
    const older = new Database(path);
    older.pragma(`cipher = 'sqlcipher'`);
    older.pragma(`key = "x'${key.toString('hex')}'"`);
    older.pragma('page_size = 4096');
    older.exec('CREATE TABLE remains (word TEXT) STRICT');
    older.prepare('INSERT INTO remains VALUES (?)').run('kept');
    older.close();
    const pageBytesOf = (file: string): unknown => {
      const db = openDatabase({ path: file, key, expectedSalt: null });
      try {
        return { page: db.pragma('page_size', { simple: true }), sound: db.pragma('integrity_check', { simple: true }) };
      } finally {
        db.close();
      }
    };
    expect(pageBytesOf(layout.database)).toEqual({ page: 2048, sound: 'ok' });
    expect(pageBytesOf(path)).toEqual({ page: 4096, sound: 'ok' });
    expect(pageBytesOf(path)).toEqual({ page: 4096, sound: 'ok' });
  });

  it('tells another key from a damaged file', () => {
    const { layout, key, salt } = closedHouse();
    const other = temporaryHouse();
    other.db.close();
    try {
      expect(codeOf(() => openDatabase({ path: other.layout.database, key, expectedSalt: salt }))).toBe('DATABASE_KEY_WRONG');
      const file = openSync(layout.database, 'r+');
      writeSync(file, randomBytes(512), 0, 512, 100);
      closeSync(file);
      expect(codeOf(() => openDatabase({ path: layout.database, key, expectedSalt: salt }))).toBe('DATABASE_DAMAGED');
    } finally {
      other.remove();
    }
  });

  it('names a file that is no database at all as damaged', () => {
    const { layout, key, salt } = closedHouse();
    copyFileSync(process.execPath, layout.database);
    expect(codeOf(() => openDatabase({ path: layout.database, key, expectedSalt: null }))).toBe('DATABASE_DAMAGED');
    expect(codeOf(() => openDatabase({ path: layout.database, key, expectedSalt: salt }))).toBe('DATABASE_KEY_WRONG');
  });

  it('refuses a database of a newer application and leaves it as it was', () => {
    const { layout, key, salt } = closedHouse();
    const db = openDatabase({ path: layout.database, key, expectedSalt: salt });
    db.pragma(`user_version = ${latestVersion + 1}`);
    db.close();
    expect(codeOf(() => openDatabase({ path: layout.database, key, expectedSalt: salt }))).toBe('DATABASE_TOO_NEW');
    const again = openDatabaseReadOnly({ path: layout.database, key, expectedSalt: salt });
    expect(again.pragma('user_version', { simple: true })).toBe(latestVersion + 1);
    again.close();
  });

  it('lets nothing be written over the read-only connection', () => {
    const { layout, key, salt } = closedHouse();
    const db = openDatabaseReadOnly({ path: layout.database, key, expectedSalt: salt });
    expect(() => db.exec(`INSERT INTO settings VALUES ('a', '1')`)).toThrow(/readonly/);
    db.close();
  });
});
