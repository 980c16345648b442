import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fingerprintSources, isFresh, stampName } from './freshness.ts';

/** How long to wait for somebody else's build of the same checkout before giving up. */
const otherBuildTimeoutMs = 120_000;

export interface BuildRequest {
  readonly rootFolder: string;
  /** Build even when nothing changed. */
  readonly force?: boolean;
  /** Called once, just before a build really starts. */
  readonly onStart?: () => void;
  /** Writes the app to the given empty folder; tests pass a cheap one. */
  readonly bundle?: (outFolder: string) => Promise<void>;
}

/**
 * Builds `dist/` unless it is already made from the present sources.
 *
 * The new build is written beside the old one and moved into place when it is complete: a failed build leaves the old
 * one, and nobody starts a half-written one. Two builds of one checkout wait for each other.
 *
 * @returns true when it built, false when the built folder was fresh
 * @throws Error when the bundler refuses a source, or another build does not end in time
 */
export async function ensureBuilt(request: BuildRequest): Promise<boolean> {
  const { rootFolder } = request;
  const dist = path.join(rootFolder, 'dist');
  if (request.force !== true && isFresh(rootFolder, dist)) return false;

  const workFolder = path.join(rootFolder, '.vite');
  mkdirSync(workFolder, { recursive: true });
  const lock = path.join(workFolder, 'build.lock');
  await takeLock(lock);
  try {
    if (request.force !== true && isFresh(rootFolder, dist)) return false;
    request.onStart?.();
    const fresh = path.join(workFolder, `dist-${process.pid}`);
    const old = path.join(workFolder, `dist-old-${process.pid}`);
    try {
      const fingerprint = fingerprintSources(rootFolder);
      await (request.bundle ?? ((outFolder) => bundleAll(rootFolder, outFolder)))(fresh);
      writeFileSync(path.join(fresh, stampName), fingerprint);
      if (existsSync(dist)) renameSync(dist, old);
      renameSync(fresh, dist);
    } finally {
      rmSync(fresh, { recursive: true, force: true });
      rmSync(old, { recursive: true, force: true });
    }
    return true;
  } finally {
    rmSync(lock, { force: true });
  }
}

async function bundleAll(rootFolder: string, outFolder: string): Promise<void> {
  // Loaded late: the bundler takes longer to load than the check that nothing needs building.
  const { buildMainAndPreload, buildRenderer } = await import('./bundle.ts');
  await buildMainAndPreload(rootFolder, outFolder);
  await buildRenderer(rootFolder, outFolder);
}

async function takeLock(lock: string): Promise<void> {
  const deadline = Date.now() + otherBuildTimeoutMs;
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (isAbandoned(lock)) {
      rmSync(lock, { force: true });
    } else if (Date.now() > deadline) {
      throw new Error(`Another build of this checkout has not ended for ${otherBuildTimeoutMs / 1000} s. If none runs, delete ${lock}.`);
    } else {
      await delay(100);
    }
  }
}

/** True when the process that wrote the lock is gone. An unreadable lock is one that is being written or removed just now. */
function isAbandoned(lock: string): boolean {
  let pid: number;
  try {
    pid = Number(readFileSync(lock, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
