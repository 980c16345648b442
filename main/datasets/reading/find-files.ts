import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DATASET_LIMITS } from '../../contract/datasets.contract.ts';
import { ExpectedError, throwFileError } from '../../kernel/errors.ts';

/** What an import reads: one file, or the text files of a folder in the order of their names. */
export interface DataFiles {
  isFolder: boolean;
  fileName: string;
  /** `name` is relative to the folder, with `/`; null for a single file. */
  files: { path: string; name: string | null }[];
  sizeBytes: number;
}

/** What is not text to learn (columns not chosen, two bytes a character) may make a file larger than what is kept of it. */
export const SOURCE_LIMIT_BYTES = 4 * DATASET_LIMITS.textBytes;
const folderFile = /\.(?:txt|text|md|markdown)$/i;
const deepest = 20;

/** Raises PATH_NOT_FOUND, PATH_NOT_READABLE, NOT_A_REGULAR_FILE, DATASET_REFUSED (empty, too-large, too-many-files). */
export async function findDataFiles(path: string): Promise<DataFiles> {
  const info = await stat(path).catch((error: unknown) => throwFileError(error, path));
  const found: DataFiles = { isFolder: info.isDirectory(), fileName: basename(path), files: [], sizeBytes: 0 };
  if (info.isDirectory()) {
    await walk(await realpath(path), [], found);
    found.files.sort((a, b) => compare(a.name ?? '', b.name ?? ''));
  } else {
    if (!info.isFile()) throw new ExpectedError('NOT_A_REGULAR_FILE', { path });
    found.files.push({ path, name: null });
    found.sizeBytes = info.size;
  }
  if (found.sizeBytes === 0) throw new ExpectedError('DATASET_REFUSED', { reason: 'empty', detail: '', line: null, limit: null });
  if (found.sizeBytes > SOURCE_LIMIT_BYTES) throw tooLarge(found.sizeBytes);
  return found;
}

/** The refusal of more text than a version may hold. */
export function tooLarge(sizeBytes: number): ExpectedError {
  const limit = DATASET_LIMITS.textBytes / (1024 * 1024);
  return new ExpectedError('DATASET_REFUSED', { reason: 'too-large', detail: `${Math.ceil(sizeBytes / (1024 * 1024))} MB`, line: null, limit });
}

async function walk(root: string, below: readonly string[], found: DataFiles): Promise<void> {
  const folder = join(root, ...below);
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => throwFileError(error, folder));
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    const full = join(folder, entry.name);
    // Links are not followed: a folder that leads out of itself or back into itself has no end.
    if (entry.isDirectory() && below.length < deepest) await walk(root, [...below, entry.name], found);
    else if (entry.isFile() && folderFile.test(entry.name)) {
      found.sizeBytes += (await stat(full).catch((error: unknown) => throwFileError(error, full))).size;
      found.files.push({ path: full, name: [...below, entry.name].join('/') });
      const { files } = DATASET_LIMITS;
      if (found.files.length > files) throw new ExpectedError('DATASET_REFUSED', { reason: 'too-many-files', detail: `> ${files}`, line: null, limit: files });
    }
  }
}

/** By code units: the same on every machine and in every language. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
