import { describe, expect, it } from 'vitest';
import { readMachine } from './machine.ts';
import { cgroupCpuQuota, cgroupMemory, coresOfProcessors, kilobytesOf, parseCpuList } from './proc-files.ts';

const files = (entries: Record<string, string>) => (path: string): string | null => entries[path] ?? null;

const hyperThreaded = [0, 1, 2, 3]
  .map((processor) => `processor\t: ${processor}\nmodel name\t: Made-up\nphysical id\t: 0\nsiblings\t: 4\ncore id\t\t: ${processor % 2}\n`)
  .join('\n');

describe('the processors of /proc/cpuinfo', () => {
  it('counts two hyper-threads of one core once', () => {
    expect(new Set(coresOfProcessors(hyperThreaded).values()).size).toBe(2);
  });
  it('counts every processor where the kernel names no cores (ARM)', () => {
    expect(coresOfProcessors('processor\t: 0\nBogoMIPS\t: 50\n\nprocessor\t: 1\nBogoMIPS\t: 50\n').size).toBe(2);
  });
  it('counts cores of the same number on two sockets twice', () => {
    expect(new Set(coresOfProcessors('processor: 0\nphysical id: 0\ncore id: 0\n\nprocessor: 1\nphysical id: 1\ncore id: 0\n').values()).size).toBe(2);
  });
});

describe('kernel lists and numbers', () => {
  it('reads ranges and single processors', () => {
    expect([...parseCpuList('0-2,8,10-11\n')]).toEqual([0, 1, 2, 8, 10, 11]);
    expect(parseCpuList('').size).toBe(0);
  });
  it('reads a line of meminfo', () => {
    expect(kilobytesOf('MemTotal:  100 kB\nMemAvailable:     64 kB\n', 'MemAvailable')).toBe(65_536);
    expect(kilobytesOf('MemTotal:  100 kB\n', 'MemAvailable')).toBeNull();
  });
});

describe('container limits', () => {
  it('takes the smallest quota from the own cgroup up to the root (version 2)', () => {
    const read = files({
      '/proc/self/cgroup': '0::/slice/app\n',
      '/sys/fs/cgroup/slice/cpu.max': '400000 100000\n',
      '/sys/fs/cgroup/slice/app/cpu.max': 'max 100000\n',
    });
    expect(cgroupCpuQuota(read)).toBe(4);
  });
  it('reads version 1, where -1 means no limit', () => {
    const own = '4:cpu,cpuacct:/box\n';
    expect(cgroupCpuQuota(files({ '/proc/self/cgroup': own, '/sys/fs/cgroup/cpu/box/cpu.cfs_quota_us': '150000', '/sys/fs/cgroup/cpu/box/cpu.cfs_period_us': '100000' }))).toBe(1.5);
    expect(cgroupCpuQuota(files({ '/proc/self/cgroup': own, '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1', '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000' }))).toBeNull();
  });
  it('does not count file cache as used memory', () => {
    const read = files({
      '/proc/self/cgroup': '0::/\n',
      '/sys/fs/cgroup/memory.max': '1000000\n',
      '/sys/fs/cgroup/memory.current': '900000\n',
      '/sys/fs/cgroup/memory.stat': 'anon 100000\ninactive_file 700000\n',
    });
    expect(cgroupMemory(read)).toEqual({ limitBytes: 1_000_000, usedBytes: 200_000 });
  });
  it('knows the number version 1 writes for "no limit"', () => {
    const read = files({ '/proc/self/cgroup': '4:memory:/\n', '/sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712', '/sys/fs/cgroup/memory/memory.usage_in_bytes': '5' });
    expect(cgroupMemory(read)).toBeNull();
  });
});

describe('the machine', () => {
  const meminfo = 'MemTotal: 16000000 kB\nMemAvailable: 8000000 kB\n';
  it('never counts more usable cores than physical ones, and respects affinity', async () => {
    const machine = await readMachine(files({ '/proc/cpuinfo': hyperThreaded, '/proc/meminfo': meminfo, '/proc/self/status': 'Cpus_allowed_list:\t0,2\n' }));
    expect(machine).toMatchObject({ physicalCores: 2, usableCores: 1 });
  });
  it('has at least one usable core under the tightest quota', async () => {
    const machine = await readMachine(files({ '/proc/cpuinfo': hyperThreaded, '/proc/meminfo': meminfo, '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/cpu.max': '10000 100000' }));
    expect(machine.usableCores).toBe(1);
  });
  it('tells a container its own memory and not the host’s', async () => {
    const read = files({ '/proc/meminfo': meminfo, '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/memory.max': '2000000000', '/sys/fs/cgroup/memory.current': '500000000' });
    expect(await readMachine(read)).toMatchObject({ ramTotalBytes: 2_000_000_000, ramAvailableBytes: 1_500_000_000 });
  });
});
