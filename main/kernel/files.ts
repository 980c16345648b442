import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { randomBytes } from 'node:crypto';

/** Flushes a folder's own entries to disk, so that a rename in it survives a power cut. Windows needs and allows none. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Asks a person where a text is to be kept and writes it there; the path, or null when told nowhere. Raises DISK_FULL, PATH_NOT_FOUND, PATH_NOT_READABLE. */
export type SaveFile = (file: { fileName: string; text: string }) => Promise<string | null>;

/**
 * Writes a small file so that it is either the old one or the new one, never a half: temporary name, fsync, rename,
 * fsync of the folder. Raises the file system's own errors.
 */
export function writeFileAtomic(path: string, content: string, mode = 0o600): void {
  const temporary = `${path}.${randomBytes(4).toString('hex')}.tmp`;
  const descriptor = openSync(temporary, 'wx', mode);
  try {
    try {
      writeSync(descriptor, content);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncFolder(dirname(path));
}

/** Bytes an ordinary user may still write on the volume that holds `path`. */
export async function freeBytesAt(path: string): Promise<number> {
  const volume = await statfs(path);
  return volume.bavail * volume.bsize;
}
