import { existsSync, readFileSync } from 'node:fs';
import { realpath, stat, statfs } from 'node:fs/promises';
import { cpus, freemem, totalmem } from 'node:os';
import { basename } from 'node:path';
import { fsStats, mem, networkStats } from 'systeminformation';
import { systemCodeOf } from '../kernel/errors.ts';
import { diskCounters, mountSourceOf, networkCounters } from './linux-counters.ts';

/** What the machine tells at one moment. Counters in bytes since some start; null where it does not tell. */
export interface MachineCounters {
  cpus: readonly { times: Record<string, number> }[];
  memoryUsedBytes: number;
  memoryTotalBytes: number;
  diskReadBytes: number | null;
  diskWriteBytes: number | null;
  diskFreeBytes: number | null;
  diskTotalBytes: number | null;
  networkReceivedBytes: number | null;
  networkSentBytes: number | null;
}

/** Reads the machine. `read` never waits for anything slow; `refresh` fetches what takes long, beside the ticks. */
export interface MachineReader {
  read(): MachineCounters;
  /** Free space always, and everything that other systems only tell through other programs. Never rejects. */
  refresh(): Promise<void>;
}

/**
 * A reader for this platform. Linux answers from /proc in well under a millisecond; elsewhere disk, network and memory
 * come from systeminformation, which starts programs, and are as old as the last refresh.
 */
export function createMachineReader(dataFolder: string, platform: string = process.platform): MachineReader {
  const space: Pick<MachineCounters, 'diskFreeBytes' | 'diskTotalBytes'> = { diskFreeBytes: null, diskTotalBytes: null };
  const refreshSpace = async (): Promise<void> => {
    try {
      const volume = await statfs(dataFolder);
      space.diskFreeBytes = volume.bavail * volume.bsize;
      space.diskTotalBytes = volume.blocks * volume.bsize;
    } catch (error) {
      if (systemCodeOf(error) === '') throw error;
      // Folder or disk is gone: shown as a gap.
      space.diskFreeBytes = null;
      space.diskTotalBytes = null;
    }
  };
  return platform === 'linux' ? linuxReader(dataFolder, space, refreshSpace) : slowReader(space, refreshSpace);
}

type Space = Pick<MachineCounters, 'diskFreeBytes' | 'diskTotalBytes'>;

function linuxReader(dataFolder: string, space: Space, refreshSpace: () => Promise<void>): MachineReader {
  let device: string | null = null;
  return {
    read() {
      const meminfo = textOf('/proc/meminfo') ?? '';
      const totalBytes = kilobytes(meminfo, 'MemTotal') ?? totalmem();
      const availableBytes = kilobytes(meminfo, 'MemAvailable') ?? freemem();
      const disk = device === null ? null : diskCounters(textOf('/proc/diskstats') ?? '', device);
      const network = networkCounters(textOf('/proc/net/dev') ?? '', (name) => existsSync(`/sys/class/net/${name}/device`));
      return {
        cpus: cpus(),
        memoryUsedBytes: totalBytes - availableBytes,
        memoryTotalBytes: totalBytes,
        diskReadBytes: disk?.readBytes ?? null,
        diskWriteBytes: disk?.writtenBytes ?? null,
        ...space,
        networkReceivedBytes: network?.receivedBytes ?? null,
        networkSentBytes: network?.sentBytes ?? null,
      };
    },
    async refresh() {
      await refreshSpace();
      device ??= await deviceOf(dataFolder);
    },
  };
}

/** The kernel's name of the block device a folder lies on, or null (network shares, overlays without a disk of their own). */
async function deviceOf(folder: string): Promise<string | null> {
  try {
    const { dev } = await stat(folder);
    const source = mountSourceOf(textOf('/proc/self/mountinfo') ?? '', dev);
    if (source?.startsWith('/dev/') !== true) return null;
    return basename(await realpath(source)); // /dev/mapper/x → dm-0
  } catch (error) {
    if (systemCodeOf(error) === '') throw error;
    return null;
  }
}

function slowReader(space: Space, refreshSpace: () => Promise<void>): MachineReader {
  let slow: Partial<MachineCounters> = {};
  let availableBytes: number | null = null;
  return {
    read: () => ({
      cpus: cpus(),
      memoryTotalBytes: totalmem(),
      memoryUsedBytes: totalmem() - (availableBytes ?? freemem()),
      diskReadBytes: null,
      diskWriteBytes: null,
      networkReceivedBytes: null,
      networkSentBytes: null,
      ...slow,
      ...space,
    }),
    async refresh() {
      await refreshSpace();
      const [disk, network, memory] = await Promise.all([fsStats(), networkStats('*'), process.platform === 'darwin' ? mem() : null]);
      availableBytes = memory?.available ?? null;
      const outside = network.filter(({ iface }) => !/^lo\d*$/i.test(iface) && !/loopback/i.test(iface));
      // systeminformation answers null where a system does not count, although its types do not say so.
      const counter = (value: number | null | undefined): number | null => (typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null);
      const disks = disk as { rx?: number | null; wx?: number | null } | null;
      slow = {
        diskReadBytes: counter(disks?.rx),
        diskWriteBytes: counter(disks?.wx),
        networkReceivedBytes: outside.length === 0 ? null : outside.reduce((sum, { rx_bytes }) => sum + (counter(rx_bytes) ?? 0), 0),
        networkSentBytes: outside.length === 0 ? null : outside.reduce((sum, { tx_bytes }) => sum + (counter(tx_bytes) ?? 0), 0),
      };
    },
  };
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (systemCodeOf(error) === '') throw error;
    return null;
  }
}

function kilobytes(meminfo: string, name: string): number | null {
  const match = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(meminfo);
  return match === null ? null : Number(match[1]) * 1024;
}
