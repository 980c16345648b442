import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import type { FolderListing } from '../contract/models.contract.ts';
import { systemCodeOf, throwFileError } from './errors.ts';

const entryLimit = 2000;

type Entry = FolderListing['entries'][number];
type Place = FolderListing['places'][number];

/** Which files of a folder are listed. */
export interface BrowseOptions {
  /** What the listed files are. */
  kind: 'model' | 'file';
  isListed(name: string): boolean;
  /** Files that belong together share a key and become one entry; null for a file that is whole by itself. */
  partOf?(name: string): { key: string; partCount: number } | null;
}

/**
 * What a folder holds that can be imported, or lead to something: folders, and files that are listed, with the parts of a split one as
 * one entry. Hidden entries are left out. Raises PATH_NOT_FOUND, PATH_NOT_READABLE.
 */
export async function browseFolder(path: string | null, { kind, isListed, partOf = () => null }: BrowseOptions): Promise<FolderListing> {
  const folder = resolve(path ?? homedir());
  let found: Dirent[];
  try {
    found = await readdir(await realpath(folder), { withFileTypes: true });
  } catch (error) {
    throwFileError(error, folder);
  }
  const visible = found.filter((entry) => !entry.name.startsWith('.') && !entry.name.startsWith('$'));
  const entries: Entry[] = [];
  const splits = new Map<string, Entry>();
  for (const entry of visible) {
    if (entries.length >= entryLimit) break;
    const full = join(folder, entry.name);
    const info = entry.isFile() || entry.isSymbolicLink() ? await statOrNull(full) : null;
    if (entry.isDirectory() || info?.isDirectory() === true) {
      entries.push({ kind: 'folder', name: entry.name, path: full, sizeBytes: null, partCount: null, modifiedAtMs: null });
    } else if (info?.isFile() === true && isListed(entry.name)) {
      addFile({ name: entry.name, path: full, sizeBytes: info.size, modifiedAtMs: Math.round(info.mtimeMs) });
    }
  }
  entries.sort((a, b) => (a.kind === b.kind ? a.name.localeCompare(b.name, undefined, { numeric: true }) : a.kind === 'folder' ? -1 : 1));
  const parent = dirname(folder);
  return {
    path: folder,
    parent: parent === folder ? null : parent,
    places: await findPlaces(),
    entries,
    truncated: visible.length > entries.length && entries.length >= entryLimit,
  };

  function addFile(file: { name: string; path: string; sizeBytes: number; modifiedAtMs: number }): void {
    const part = partOf(file.name);
    const earlier = part === null ? undefined : splits.get(part.key);
    if (earlier !== undefined) {
      earlier.sizeBytes = (earlier.sizeBytes ?? 0) + file.sizeBytes;
      if (file.name < earlier.name) {
        earlier.name = file.name;
        earlier.path = file.path;
      }
      return;
    }
    const listed: Entry = { kind, ...file, partCount: part?.partCount ?? 1 };
    entries.push(listed);
    if (part !== null) splits.set(part.key, listed);
  }
}

async function statOrNull(path: string) {
  try {
    return await stat(path);
  } catch (error) {
    if (systemCodeOf(error) !== '') return null; // a dangling link, a file just removed: not something to import
    throw error;
  }
}

/** Where models usually are: home, downloads, mounted volumes and USB sticks. */
async function findPlaces(): Promise<Place[]> {
  const home = homedir();
  const candidates: Place[] = [
    { kind: 'home', name: basename(home), path: home },
    { kind: 'downloads', name: 'Downloads', path: join(home, 'Downloads') },
    ...(await volumes()),
  ];
  const present = await Promise.all(candidates.map(async (place) => ((await statOrNull(place.path))?.isDirectory() === true ? place : null)));
  return present.filter((place) => place !== null);
}

async function volumes(): Promise<Place[]> {
  if (process.platform === 'win32') {
    const letters = [...'CDEFGHIJKLMNOPQRSTUVWXYZ'];
    return letters.map((letter) => ({ kind: 'volume', name: `${letter}:`, path: `${letter}:\\` }));
  }
  const roots = process.platform === 'darwin' ? ['/Volumes'] : [`/media/${basename(homedir())}`, '/media', `/run/media/${basename(homedir())}`, '/mnt'];
  const places: Place[] = [{ kind: 'root', name: '/', path: '/' }];
  for (const root of roots) {
    try {
      for (const entry of await readdir(root, { withFileTypes: true })) {
        if (entry.isDirectory()) places.push({ kind: 'volume', name: entry.name, path: join(root, entry.name) });
      }
    } catch (error) {
      if (systemCodeOf(error) === '') throw error; // a root that is not there or not ours to read is no place
    }
  }
  return places;
}
