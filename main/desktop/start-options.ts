import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';

/** The folder after `--data`, absolute; null for the one chosen at the first run. Chromium's own switches are passed over. */
export function dataFolderIn(argv: readonly string[], workingFolder: string = process.cwd()): string | null {
  for (const [index, argument] of argv.entries()) {
    if (argument.startsWith('--data=')) return resolve(workingFolder, argument.slice('--data='.length));
    const next = argv[index + 1];
    if (argument === '--data' && next !== undefined) return resolve(workingFolder, next);
  }
  return null;
}

/**
 * Chromium's own folder: window place, caches, the lock of the single instance. Beside the data folder, never in it (on
 * macOS Electron's usual place would be exactly our data folder), and one for each folder given by `--data`, so that two
 * folders can be open at the same time.
 */
export function profileFolder(appDataFolder: string, dataFolder: string | null): string {
  const name = dataFolder === null ? 'main' : createHash('sha256').update(dataFolder).digest('hex').slice(0, 16);
  return join(appDataFolder, 'modelward-window', name);
}
