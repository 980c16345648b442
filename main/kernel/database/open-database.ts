import { hkdfSync } from 'node:crypto';
import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import Database from 'better-sqlite3-multiple-ciphers';
import { ExpectedError, systemCodeOf } from '../errors.ts';
import { latestOf, latestVersion, migrate, telemetryMigrations } from '../migrations/migrate.ts';

export type DatabaseHandle = Database.Database;

export interface OpenOptions {
  /** Absolute path of `modelward.db`. */
  path: string;
  /** The 32-byte data key; used raw, so opening costs no key derivation. */
  key: Buffer;
  /** First 16 bytes of the file as the key file remembers them (the cipher's salt), or null before the first open. */
  expectedSalt: Buffer | null;
}

/** docs/decisions/007: half of SQLite's usual size gives a tenth more audited commits for a tenth less scanning speed. */
const newPageBytes = 2048;

/**
 * Opens the encrypted database for writing and brings its schema up to date: SQLCipher format, WAL, synchronous=FULL.
 * Raises DATABASE_KEY_WRONG (the file belongs to another key), DATABASE_DAMAGED, DATABASE_TOO_NEW, DISK_FULL.
 */
export function openDatabase(options: OpenOptions): DatabaseHandle {
  return open(options, { synchronous: 'FULL', knownVersion: latestVersion, migrate });
}

/**
 * Opens `telemetry.db`, where a commit that a power cut undoes is no loss (synchronous=NORMAL), under a key of its own derived
 * from the data key. Same errors as openDatabase.
 */
export function openTelemetry({ path, key }: Pick<OpenOptions, 'path' | 'key'>): DatabaseHandle {
  const ownKey = Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), 'modelward telemetry.db', 32));
  const knownVersion = latestOf(telemetryMigrations);
  return open({ path, key: ownKey, expectedSalt: null }, { synchronous: 'NORMAL', knownVersion, migrate: (db) => migrate(db, knownVersion, telemetryMigrations) });
}

interface Kind {
  synchronous: 'FULL' | 'NORMAL';
  knownVersion: number;
  migrate: (db: DatabaseHandle) => void;
}

function open(options: OpenOptions, kind: Kind): DatabaseHandle {
  const db = connect(options, false);
  try {
    // Of a new database only: a commit encrypts and authenticates whole pages, and most commits change a row or two.
    db.pragma(`page_size = ${newPageBytes}`);
    db.pragma('journal_mode = WAL');
    db.pragma(`synchronous = ${kind.synchronous}`);
    db.pragma('foreign_keys = ON');
    db.pragma('recursive_triggers = ON');
    const foundVersion = db.pragma('user_version', { simple: true }) as number;
    if (foundVersion > kind.knownVersion) {
      throw new ExpectedError('DATABASE_TOO_NEW', { path: options.path, foundVersion, knownVersion: kind.knownVersion });
    }
    kind.migrate(db);
    return db;
  } catch (error) {
    db.close();
    throw asDatabaseError(error, options.path);
  }
}

/** A second, read-only connection for heavy reading in a worker thread. Same errors as openDatabase. */
export function openDatabaseReadOnly(options: OpenOptions): DatabaseHandle {
  return connect(options, true);
}

function connect({ path, key, expectedSalt }: OpenOptions, readonly: boolean): DatabaseHandle {
  if (key.length !== 32) throw new TypeError('the data key has 32 bytes');
  const salt = readSalt(path);
  const db = new Database(path, { readonly, fileMustExist: readonly, timeout: 5000 });
  try {
    db.pragma(`cipher = 'sqlcipher'`);
    db.pragma(`key = "x'${key.toString('hex')}'"`);
    db.prepare('SELECT count(*) FROM sqlite_master').get(); // only reading shows whether the key fits
    return db;
  } catch (error) {
    db.close();
    if (systemCodeOf(error) === 'SQLITE_NOTADB' && salt !== null && expectedSalt !== null && !salt.equals(expectedSalt)) {
      throw new ExpectedError('DATABASE_KEY_WRONG', { path }, { cause: error });
    }
    throw asDatabaseError(error, path);
  }
}

/** The cipher's salt: the first 16 bytes of the file; null when there is no file or it is shorter. */
export function readSalt(path: string): Buffer | null {
  if (!existsSync(path)) return null;
  const descriptor = openSync(path, 'r');
  try {
    const salt = Buffer.alloc(16);
    return readSync(descriptor, salt, 0, 16, 0) === 16 ? salt : null;
  } finally {
    closeSync(descriptor);
  }
}

const damaged = new Set(['SQLITE_NOTADB', 'SQLITE_CORRUPT', 'SQLITE_FORMAT', 'SQLITE_CANTOPEN']);

/** Says SQLite's own errors in words of the catalogue; anything else comes back as it was. */
export function asDatabaseError(error: unknown, path: string): unknown {
  const code = systemCodeOf(error);
  const detail = error instanceof Error ? error.message : String(error);
  if (code === 'SQLITE_FULL') return new ExpectedError('DISK_FULL', { path, neededBytes: null, freeBytes: null }, { cause: error });
  if (damaged.has(code) || code.startsWith('SQLITE_CORRUPT') || code.startsWith('SQLITE_IOERR') || code.startsWith('SQLITE_CANTOPEN')) {
    return new ExpectedError('DATABASE_DAMAGED', { path, detail: `${code}: ${detail}` }, { cause: error });
  }
  if (code.startsWith('SQLITE_READONLY')) {
    return new ExpectedError('DATA_FOLDER_NOT_WRITABLE', { path, reason: code }, { cause: error });
  }
  return error;
}
