import { describe, expect, it } from 'vitest';
import { parseNvidiaLine } from './gpu-watch.ts';
import { diskCounters, mountSourceOf, networkCounters } from './linux-counters.ts';
import { createCpuMeter, createRateMeter } from './rate.ts';

describe('rates', () => {
  it('are amounts a second between two looks', () => {
    const meter = createRateMeter();
    expect(meter.next(100, 0)).toBeNull();
    expect(meter.next(600, 2000)).toBe(250);
  });
  it('start anew when a counter goes back or no time has passed', () => {
    const meter = createRateMeter();
    meter.next(1000, 0);
    expect(meter.next(10, 1000)).toBeNull();
    expect(meter.next(20, 1000)).toBeNull();
    expect(meter.next(30, 2000)).toBe(10);
  });
  it('tell how busy the processors were in between, not since the start', () => {
    const meter = createCpuMeter();
    expect(meter([{ times: { user: 5000, idle: 5000 } }])).toBeNull();
    expect(meter([{ times: { user: 5025, idle: 5075 } }])).toBe(25);
    expect(meter([{ times: { user: 5025, idle: 5075 } }])).toBeNull();
  });
});

describe('Linux counters', () => {
  const diskstats = [
    '   8       0 sda 100 0 2000 0 50 0 4000 0 0 0 0',
    ' 259       1 nvme0n1p1 10 0 8 0 5 0 16 0 0 0 0 0 0 0 0 0 0',
  ].join('\n');
  it('reads sectors as bytes, for whole disks and partitions', () => {
    expect(diskCounters(diskstats, 'sda')).toEqual({ readBytes: 2000 * 512, writtenBytes: 4000 * 512 });
    expect(diskCounters(diskstats, 'nvme0n1p1')).toEqual({ readBytes: 8 * 512, writtenBytes: 16 * 512 });
    expect(diskCounters(diskstats, 'sdb')).toBeNull();
  });
  it('finds what is mounted by the device number', () => {
    const mountinfo = [
      '22 1 259:1 / / rw,relatime shared:1 - ext4 /dev/nvme0n1p1 rw',
      '30 22 0:45 / /net rw - nfs4 server:/export rw',
      '31 22 8:17 / /media/My\\040Disk rw shared:2 master:1 - ext4 /dev/sdb1 rw',
    ].join('\n');
    expect(mountSourceOf(mountinfo, (259 << 8) | 1)).toBe('/dev/nvme0n1p1');
    expect(mountSourceOf(mountinfo, (8 << 8) | 17)).toBe('/dev/sdb1');
    expect(mountSourceOf(mountinfo, 45)).toBe('server:/export');
    expect(mountSourceOf(mountinfo, 99)).toBeNull();
  });
  const netDev = [
    'Inter-|   Receive                                                |  Transmit',
    ' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs',
    '    lo: 999999       1    0    0    0     0          0         0   999999       1    0    0    0     0       0          0',
    '  eth0: 1000       1    0    0    0     0          0         0   300       1    0    0    0     0       0          0',
    'docker0:500       1    0    0    0     0          0         0   200       1    0    0    0     0       0          0',
  ].join('\n');
  it('leaves loopback out, and bridges where there are real devices', () => {
    expect(networkCounters(netDev, (name) => name === 'eth0')).toEqual({ receivedBytes: 1000, sentBytes: 300 });
    expect(networkCounters(netDev, () => false)).toEqual({ receivedBytes: 1500, sentBytes: 500 });
  });
});

describe('a line of nvidia-smi', () => {
  it('becomes figures, with a gap where a card does not tell', () => {
    expect(parseNvidiaLine('0, NVIDIA RTX A4000, 37, 1024, 16376, 54')).toEqual({
      index: 0,
      gpu: { name: 'NVIDIA RTX A4000', utilizationPercent: 37, memoryUsedBytes: 1024 * 2 ** 20, memoryTotalBytes: 16_376 * 2 ** 20, temperatureCelsius: 54 },
    });
    expect(parseNvidiaLine('1, NVIDIA T400, [N/A], 3, 2048, [Not Supported]')?.gpu).toMatchObject({ utilizationPercent: null, temperatureCelsius: null });
  });
  it('is passed over when it is something else', () => {
    expect(parseNvidiaLine('NVIDIA-SMI has failed because it couldn’t communicate with the driver')).toBeNull();
    expect(parseNvidiaLine('')).toBeNull();
  });
});
