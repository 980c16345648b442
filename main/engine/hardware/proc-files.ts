import { posix } from 'node:path';

/** Text of a small system file, or null where there is none or it may not be read. */
export type ReadText = (path: string) => string | null;

/**
 * Processor number → physical core, from /proc/cpuinfo (x86 names `physical id` and `core id`; ARM kernels name neither,
 * and there each processor is a core).
 */
export function coresOfProcessors(cpuinfo: string): Map<number, string> {
  const result = new Map<number, string>();
  for (const block of cpuinfo.split(/\n\s*\n/)) {
    const field = (name: string): string | undefined => new RegExp(`^${name}\\s*:\\s*(\\d+)`, 'm').exec(block)?.[1];
    const processor = field('processor');
    if (processor === undefined) continue;
    const core = field('core id');
    result.set(Number(processor), core === undefined ? `p${processor}` : `${field('physical id') ?? '0'}/${core}`);
  }
  return result;
}

/** A kernel CPU list such as `0-3,8,10-11`. */
export function parseCpuList(text: string): Set<number> {
  const result = new Set<number>();
  for (const part of text.trim().split(',')) {
    const match = /^(\d+)(?:-(\d+))?$/.exec(part.trim());
    if (match === null) continue;
    const from = Number(match[1]);
    const to = Math.min(Number(match[2] ?? from), from + 65_535);
    for (let number = from; number <= to; number += 1) result.add(number);
  }
  return result;
}

/** A line `Name:   123 kB` in bytes. */
export function kilobytesOf(meminfo: string, name: string): number | null {
  const match = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(meminfo);
  return match === null ? null : Number(match[1]) * 1024;
}

/** Cores' worth of CPU time a container may use (cgroup v2 `cpu.max`, v1 `cpu.cfs_quota_us`), or null without a limit. */
export function cgroupCpuQuota(readText: ReadText): number | null {
  let smallest: number | null = null;
  const take = (quota: number, period: number): void => {
    if (quota > 0 && period > 0) smallest = Math.min(smallest ?? Number.POSITIVE_INFINITY, quota / period);
  };
  for (const folder of cgroupFolders(readText, '')) {
    const [quota, period] = (readText(posix.join(folder, 'cpu.max')) ?? 'max').trim().split(' ');
    take(Number(quota), Number(period ?? 100_000));
  }
  for (const folder of cgroupFolders(readText, 'cpu')) {
    const quota = readText(posix.join(folder, 'cpu.cfs_quota_us'));
    const period = readText(posix.join(folder, 'cpu.cfs_period_us'));
    if (quota !== null && period !== null) take(Number(quota), Number(period));
  }
  return smallest;
}

/**
 * Memory limit of the container and what is used of it. File cache that can be dropped is not counted as used. Null
 * without a limit (v1 says "no limit" with a number near 2^63).
 */
export function cgroupMemory(readText: ReadText): { limitBytes: number; usedBytes: number } | null {
  const files = [
    { folders: cgroupFolders(readText, ''), limit: 'memory.max', used: 'memory.current', cache: 'inactive_file' },
    { folders: cgroupFolders(readText, 'memory'), limit: 'memory.limit_in_bytes', used: 'memory.usage_in_bytes', cache: 'total_inactive_file' },
  ];
  let tightest: { limitBytes: number; usedBytes: number } | null = null;
  for (const { folders, limit, used, cache } of files) {
    for (const folder of folders) {
      const limitBytes = Number(readText(posix.join(folder, limit))?.trim() ?? Number.NaN);
      const usedBytes = Number(readText(posix.join(folder, used))?.trim() ?? Number.NaN);
      if (!Number.isFinite(limitBytes) || !Number.isFinite(usedBytes) || limitBytes <= 0 || limitBytes >= 2 ** 60) continue;
      const cached = Number(new RegExp(`^${cache} (\\d+)$`, 'm').exec(readText(posix.join(folder, 'memory.stat')) ?? '')?.[1] ?? 0);
      const found = { limitBytes, usedBytes: Math.max(0, usedBytes - cached) };
      if (tightest === null || found.limitBytes - found.usedBytes < tightest.limitBytes - tightest.usedBytes) tightest = found;
    }
  }
  return tightest;
}

/**
 * Folders whose limits hold for this process, from its own cgroup up to the root: a limit of any of them counts.
 * `controller` is empty for version 2. Inside a container the own path may not exist under the mount; the root then does.
 */
function cgroupFolders(readText: ReadText, controller: string): string[] {
  for (const line of (readText('/proc/self/cgroup') ?? '').split('\n')) {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (controllers === undefined || path === undefined) continue;
    const matches = controller === '' ? controllers === '' : controllers.split(',').includes(controller);
    if (!matches) continue;
    const root = controller === '' ? '/sys/fs/cgroup' : posix.join('/sys/fs/cgroup', controller);
    const folders = [root];
    let folder = root;
    for (const part of path.split('/')) {
      if (part === '' || part === '..' || part === '.') continue;
      folder = posix.join(folder, part);
      folders.push(folder);
    }
    return folders;
  }
  return [];
}
