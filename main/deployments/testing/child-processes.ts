import { readdirSync, readFileSync } from 'node:fs';

/** Living children of this process that are, or are about to become, engines: they take their service's name as title. Linux. */
export function inferenceProcesses(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((processId) => isChild(processId));
}

function isChild(processId: number): boolean {
  try {
    const [, state, parent] = /^\d+ \(.*\) (\S) (\d+)/s.exec(readFileSync(`/proc/${processId}/stat`, 'utf8')) ?? [];
    return state !== 'Z' && Number(parent) === process.pid && /inference\.worker|modelward-engine/.test(readFileSync(`/proc/${processId}/cmdline`, 'utf8'));
  } catch {
    return false; // gone between the two looks
  }
}
