import { Worker } from 'node:worker_threads';

/** Environment variable in which a starter hands its own process id to the child. */
export const PARENT_PROCESS_ID_VARIABLE = 'MODELWARD_PARENT_PROCESS_ID';

const POLL_INTERVAL_MS = 400;

/**
 * Runs on a thread of its own. Source text and not a module, so that a worker stays one file when bundled.
 *
 * Two signs of a dead parent: the process id handed over is gone, or the operating system has given us another parent.
 * The second also sees a parent that is dead but not yet reaped; the first also works where the direct parent is somebody
 * else (Electron's zygote) and on Windows, where the parent's id never changes.
 */
const watchSource = `
const { workerData } = require('node:worker_threads');
const { parentId, firstParentId, pollMs } = workerData;
function parentIsGone() {
  if (process.ppid !== firstParentId) return true;
  try { process.kill(parentId, 0); return false; } catch (error) { return error.code === 'ESRCH'; }
}
setInterval(() => { if (parentIsGone()) process.kill(process.pid, 'SIGKILL'); }, pollMs);
`;

/**
 * Ends this process within half a second of its parent's death, also while the main thread hangs in a loop or in native
 * code and hears no "disconnect". Does nothing when no starter handed over its id (somebody runs the worker by hand).
 */
export function watchParent(): void {
  const parentId = Number(process.env[PARENT_PROCESS_ID_VARIABLE]);
  if (!Number.isSafeInteger(parentId) || parentId <= 0) return;
  const watcher = new Worker(watchSource, {
    eval: true,
    name: 'parent-watchdog',
    workerData: { parentId, firstParentId: process.ppid, pollMs: POLL_INTERVAL_MS },
    resourceLimits: { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 2, stackSizeMb: 1 },
    execArgv: [],
    env: {},
    stdin: false,
  });
  watcher.unref();
  // A process that nobody watches would outlive its parent unnoticed: better no process.
  watcher.on('error', (error) => {
    console.error('parent watchdog failed:', error);
    process.exit(1);
  });
}
