import { cpus } from 'node:os';

/** How busy other processes keep the machine while this one measures. */
export interface LoadWatch {
  /** Share (0 to 1) of the machine's cores that others used since the start; null where the system does not tell. */
  foreignLoad(): number | null;
}

interface Look {
  busyMs: number;
  totalMs: number;
  ownMs: number;
}

/**
 * Compares what all cores did (`os.cpus`, in steps of about 10 ms) with what was done on our behalf. `ownCpuMs` answers the processor
 * time spent so far by whatever is measured, null where it cannot be told.
 */
export function watchForeignLoad(ownCpuMs: () => number | null = ownProcessCpuMs): LoadWatch {
  const first = look(ownCpuMs);
  return {
    foreignLoad() {
      const last = look(ownCpuMs);
      if (first === null || last === null) return null;
      const totalMs = last.totalMs - first.totalMs;
      if (totalMs <= 0) return null;
      return Math.min(1, Math.max(0, (last.busyMs - first.busyMs - (last.ownMs - first.ownMs)) / totalMs));
    },
  };
}

function ownProcessCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function look(ownCpuMs: () => number | null): Look | null {
  const ownMs = ownCpuMs();
  const times = cpus().map((cpu) => cpu.times);
  if (ownMs === null || times.length === 0) return null;
  const totalMs = times.reduce((sum, { user, nice, sys, idle, irq }) => sum + user + nice + sys + idle + irq, 0);
  return { busyMs: totalMs - times.reduce((sum, { idle }) => sum + idle, 0), totalMs, ownMs };
}
