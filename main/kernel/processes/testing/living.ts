import { setTimeout as delay } from 'node:timers/promises';
import { readFileSync } from 'node:fs';

/** Whether a process still runs; a dead one that nobody has reaped yet (a container without an init) does not count. */
export function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
  } catch {
    return false;
  }
  if (process.platform !== 'linux') return true;
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${processId}/status`, 'utf8'));
  } catch {
    return false; // gone between the two looks
  }
}

/** Waits until a process has ended; false when it still lives after `timeoutMs`. */
export async function hasEnded(processId: number, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (isAlive(processId)) {
    if (performance.now() > deadline) return false;
    await delay(20);
  }
  return true;
}
