import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import { cpu as readCpu, mem as readMemory } from 'systeminformation';
import { systemCodeOf } from '../../kernel/errors.ts';
import { cgroupCpuQuota, cgroupMemory, coresOfProcessors, kilobytesOf, parseCpuList } from './proc-files.ts';
import type { ReadText } from './proc-files.ts';

/** The parts of the machine an engine shares with everything else. Bytes. */
export interface Machine {
  cpuName: string;
  physicalCores: number;
  usableCores: number;
  ramTotalBytes: number;
  ramAvailableBytes: number;
}

export const readSystemText: ReadText = (path) => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'EIO', 'EINVAL', 'ENODEV'].includes(systemCodeOf(error))) return null;
    throw error;
  }
};

/**
 * Cores and memory this process may use. llama.cpp's threads meet at barriers, so a thread without a physical core of its
 * own slows all others down; affinity and container quotas count for the same reason.
 */
export async function readMachine(readText: ReadText = readSystemText): Promise<Machine> {
  const [cores, memory] = await Promise.all([readCores(readText), readRam(readText)]);
  return { cpuName: cpus()[0]?.model.trim() ?? '', ...cores, ...memory };
}

async function readCores(readText: ReadText): Promise<{ physicalCores: number; usableCores: number }> {
  const limits = [availableParallelism(), cgroupCpuQuota(readText) ?? Number.POSITIVE_INFINITY];
  const coreOf = coresOfProcessors(readText('/proc/cpuinfo') ?? '');
  let physicalCores = new Set(coreOf.values()).size;
  if (physicalCores > 0) {
    const allowed = parseCpuList(/^Cpus_allowed_list:\s*(.*)$/m.exec(readText('/proc/self/status') ?? '')?.[1] ?? '');
    const allowedCores = new Set([...coreOf].filter(([processor]) => allowed.has(processor)).map(([, core]) => core));
    if (allowedCores.size > 0) limits.push(allowedCores.size);
  } else {
    physicalCores = (await readCpu()).physicalCores;
  }
  physicalCores = Math.max(1, physicalCores);
  return { physicalCores, usableCores: Math.max(1, Math.floor(Math.min(physicalCores, ...limits))) };
}

async function readRam(readText: ReadText): Promise<{ ramTotalBytes: number; ramAvailableBytes: number }> {
  let totalBytes = totalmem();
  let availableBytes: number;
  const meminfo = readText('/proc/meminfo');
  if (meminfo === null) {
    // macOS counts reclaimable pages as used in os.freemem(); systeminformation's `available` does not.
    const { available } = await readMemory();
    availableBytes = available > 0 ? available : freemem();
  } else {
    totalBytes = kilobytesOf(meminfo, 'MemTotal') ?? totalBytes;
    availableBytes = kilobytesOf(meminfo, 'MemAvailable') ?? freemem();
  }
  const limit = cgroupMemory(readText);
  if (limit !== null && limit.limitBytes < totalBytes) {
    totalBytes = limit.limitBytes;
    availableBytes = Math.min(availableBytes, Math.max(0, limit.limitBytes - limit.usedBytes));
  }
  return { ramTotalBytes: totalBytes, ramAvailableBytes: Math.min(availableBytes, totalBytes) };
}
