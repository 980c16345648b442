import { accessSync, constants, mkdirSync, readFileSync } from 'node:fs';
import Database from 'better-sqlite3-multiple-ciphers';
import { z } from 'zod';
import { ExpectedError, systemCodeOf } from '../errors.ts';
import type { DataFolderLayout } from './layout.ts';

/** Held as long as the instance owns its data folder. */
export interface FolderLock {
  release(): void;
}

/**
 * Makes sure that one instance alone works on a data folder. The lock is SQLite's own exclusive file lock on a small
 * file: the operating system drops it when the process ends in whatever way, so there is never a stale one to clear.
 * Raises DATA_FOLDER_IN_USE, DATA_FOLDER_NOT_WRITABLE.
 */
export function lockDataFolder(layout: DataFolderLayout): FolderLock {
  try {
    mkdirSync(layout.root, { recursive: true, mode: 0o700 });
    accessSync(layout.root, constants.W_OK);
  } catch (error) {
    throw new ExpectedError('DATA_FOLDER_NOT_WRITABLE', { path: layout.root, reason: systemCodeOf(error) }, { cause: error });
  }
  const db = new Database(layout.lockFile, { timeout: 0 });
  try {
    db.pragma('locking_mode = EXCLUSIVE');
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    if (systemCodeOf(error).startsWith('SQLITE_BUSY')) {
      throw new ExpectedError('DATA_FOLDER_IN_USE', { path: layout.root, processId: readInstance(layout)?.processId ?? null }, { cause: error });
    }
    throw new ExpectedError('DATA_FOLDER_NOT_WRITABLE', { path: layout.root, reason: systemCodeOf(error) }, { cause: error });
  }
  return { release: () => db.close() };
}

/** How another process of the same user reaches the running instance: loopback port and the secret it must show. */
export const instanceSchema = z.object({
  processId: z.number().int(),
  port: z.number().int(),
  secret: z.string(),
  host: z.enum(['desktop', 'console', 'cli']),
});
export type Instance = z.infer<typeof instanceSchema>;

/** The instance file, or null when there is none or it cannot be read as one. */
export function readInstance(layout: DataFolderLayout): Instance | null {
  let text: string;
  try {
    text = readFileSync(layout.instanceFile, 'utf8');
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT' || systemCodeOf(error) === 'EACCES') return null;
    throw error;
  }
  try {
    return instanceSchema.parse(JSON.parse(text));
  } catch {
    return null; // half-written by a power cut: as good as none
  }
}
