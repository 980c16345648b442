import { constants, type Stats } from 'node:fs';
import { copyFile, link, lstat, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { StorageMethod } from '../contract/models.contract.ts';
import { ExpectedError, systemCodeOf, throwFileError } from '../kernel/errors.ts';

/** A file to be imported: the path a person gave, where it really lies, and how long it is. */
export interface SourceFile {
  path: string;
  realPath: string;
  sizeBytes: number;
}

/**
 * Follows links once, so that what is checked is what is read, and insists on regular files.
 * Raises PATH_NOT_FOUND, PATH_NOT_READABLE, NOT_A_REGULAR_FILE.
 */
export async function resolveSource(path: string): Promise<SourceFile> {
  let found: Stats;
  let realPath: string;
  try {
    realPath = await realpath(path);
    found = await lstat(realPath);
  } catch (error) {
    throwFileError(error, path);
  }
  if (!found.isFile()) throw new ExpectedError('NOT_A_REGULAR_FILE', { path });
  return { path, realPath, sizeBytes: found.size };
}

/** Name of part `index` of `count` in the store, in the form llama.cpp expects of split models. */
export function storedName(index: number, count: number): string {
  if (count === 1) return 'model.gguf';
  const digits = (value: number): string => String(value).padStart(5, '0');
  return `model-${digits(index + 1)}-of-${digits(count)}.gguf`;
}

/**
 * Puts the file into the folder without a second copy of its bytes where the volume can do that: reflink, else hard link.
 * Null when neither works here (another volume, a file system without links): then the bytes must be copied.
 */
export async function placeWithoutCopy(source: SourceFile, folder: string, name: string): Promise<'reflink' | 'hard-link' | null> {
  const target = join(folder, name);
  try {
    await copyFile(source.realPath, target, constants.COPYFILE_FICLONE_FORCE | constants.COPYFILE_EXCL);
    return 'reflink';
  } catch (error) {
    await rm(target, { force: true }); // some systems leave an empty file behind
    if (systemCodeOf(error) === 'EEXIST') throw error;
  }
  try {
    await link(source.realPath, target);
    return 'hard-link';
  } catch (error) {
    if (systemCodeOf(error) === 'EEXIST' || systemCodeOf(error) === 'ENOENT') throwFileError(error, target);
    return null; // EXDEV, EPERM, EMLINK, ENOTSUP…: this pair of places has no links
  }
}

/** How the file would be stored, found by trying in a scratch folder that the caller removes. */
export async function probeMethod(source: SourceFile, scratch: string): Promise<StorageMethod> {
  const name = `probe-${basename(scratch)}`;
  const method = await placeWithoutCopy(source, scratch, name);
  await rm(join(scratch, name), { force: true });
  return method ?? 'copy';
}

/** Our own upload becomes the stored file by a rename. */
export async function moveInto(source: SourceFile, folder: string, name: string): Promise<void> {
  const target = join(folder, name);
  await rename(source.realPath, target).catch((error: unknown) => throwFileError(error, target));
}

export async function modifiedAtMs(path: string): Promise<number> {
  return (await stat(path)).mtimeMs;
}
