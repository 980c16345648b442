import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/** What the built folder depends on. Tests are left out: editing one must not rebuild the app. */
const sources = ['main', 'preload', 'renderer', 'scripts/build', 'package.json', 'package-lock.json', 'vite.config.ts', 'tsconfig.base.json'];
const notBuilt = /(?:\.test\.tsx?$|(?:^|\/)testing(?:\/|$)|\.md$)/;

/** The file in the built folder that holds the fingerprint of the sources it was made from. */
export const stampName = 'build-stamp.txt';

/** Digest over name, size and time of change of every source file: a deletion or an older file taken back counts too. */
export function fingerprintSources(rootFolder: string): string {
  const digest = createHash('sha256').update(process.versions.node);
  const visit = (relative: string): void => {
    const full = path.join(rootFolder, relative);
    const stat = statSync(full, { throwIfNoEntry: false });
    if (stat === undefined || notBuilt.test(relative)) return;
    if (stat.isDirectory()) {
      for (const name of readdirSync(full).sort()) visit(`${relative}/${name}`);
    } else {
      digest.update(`${relative}\0${stat.size}\0${stat.mtimeMs}\n`);
    }
  };
  for (const source of sources) visit(source);
  return digest.digest('hex');
}

/** True when `distFolder` was built from the sources as they are now. */
export function isFresh(rootFolder: string, distFolder: string): boolean {
  const stamp = path.join(distFolder, stampName);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprintSources(rootFolder);
}
