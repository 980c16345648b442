import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { layoutOf } from '../data-folder/layout.ts';
import type { DataFolderLayout } from '../data-folder/layout.ts';
import { openDatabase } from '../database/open-database.ts';
import type { DatabaseHandle } from '../database/open-database.ts';

/** A data folder of its own in the system's temporary place, with a real encrypted database. For tests and benchmarks. */
export interface TemporaryHouse {
  layout: DataFolderLayout;
  key: Buffer;
  db: DatabaseHandle;
  remove(): void;
}

export function temporaryFolder(label: string): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), `modelward-${label}-`));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export function temporaryHouse(): TemporaryHouse {
  const folder = temporaryFolder('house');
  const layout = layoutOf(folder.path);
  const key = randomBytes(32);
  const db = openDatabase({ path: layout.database, key, expectedSalt: null });
  return {
    layout,
    key,
    db,
    remove() {
      if (db.open) db.close();
      folder.remove();
    },
  };
}
