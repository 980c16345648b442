import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const LOOK_TIMEOUT_MS = 3_000;

/**
 * Resident memory in bytes of another process as the operating system sees it, or null when it cannot be told (the
 * process may just have ended). For the time when a process does not speak for itself.
 */
export async function residentMemoryOf(processId: number): Promise<number | null> {
  try {
    if (process.platform === 'linux') return fromStatus(await readFile(`/proc/${processId}/status`, 'utf8'));
    if (process.platform === 'win32') {
      const { stdout } = await run('tasklist', ['/FI', `PID eq ${processId}`, '/FO', 'CSV', '/NH'], { timeout: LOOK_TIMEOUT_MS, windowsHide: true });
      return fromTaskList(stdout);
    }
    const { stdout } = await run('ps', ['-o', 'rss=', '-p', String(processId)], { timeout: LOOK_TIMEOUT_MS });
    return kilobytes(stdout.trim());
  } catch {
    return null; // gone meanwhile, or no such tool: the beat timeout still watches
  }
}

/** `VmRSS:	  123456 kB` of /proc/<pid>/status; exported for its test. */
export function fromStatus(status: string): number | null {
  return kilobytes(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]);
}

/** `"node.exe","42","Console","1","123,456 K"`: the thousands mark depends on the language; exported for its test. */
export function fromTaskList(line: string): number | null {
  return kilobytes(/"([^"]*)"\s*$/.exec(line.trim())?.[1]?.replaceAll(/\D/g, ''));
}

function kilobytes(digits: string | undefined): number | null {
  return digits === undefined || digits === '' || !/^\d+$/.test(digits) ? null : Number(digits) * 1024;
}
