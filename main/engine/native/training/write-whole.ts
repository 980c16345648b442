import { open, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from '../../../kernel/files.ts';

/**
 * Writes a large file so that its name holds the old one or the new one whole, whenever the process or the machine stops: temporary
 * name, fsync, rename, fsync of the folder. Raises the file system's own errors, with the temporary file removed.
 */
export async function writeWhole(path: string, write: (file: FileHandle) => Promise<void>): Promise<void> {
  // Always the same name: what a killed process left is written over, not left lying for good.
  const temporary = `${path}.part`;
  const file = await open(temporary, 'w', 0o600);
  try {
    try {
      await write(file);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  syncFolder(dirname(path));
}
