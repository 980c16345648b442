/** The kernel counts disk traffic in sectors of 512 bytes whatever the disk's own are (Documentation/admin-guide/iostats.rst). */
const SECTOR_BYTES = 512;

/** Bytes read from and written to one block device (disk, partition or mapped device) since boot; null when it is not listed. */
export function diskCounters(diskstats: string, device: string): { readBytes: number; writtenBytes: number } | null {
  for (const line of diskstats.split('\n')) {
    const fields = line.trim().split(/\s+/);
    if (fields[2] !== device) continue;
    const readBytes = Number(fields[5]) * SECTOR_BYTES;
    const writtenBytes = Number(fields[9]) * SECTOR_BYTES;
    return Number.isFinite(readBytes) && Number.isFinite(writtenBytes) ? { readBytes, writtenBytes } : null;
  }
  return null;
}

/** What is mounted where a file's device number points (/proc/self/mountinfo, proc_pid_mountinfo(5)); null when unknown. */
export function mountSourceOf(mountinfo: string, deviceNumber: number): string | null {
  const wanted = `${majorOf(deviceNumber)}:${minorOf(deviceNumber)}`;
  for (const line of mountinfo.split('\n')) {
    const [before, after] = line.split(' - ');
    if (after === undefined || before?.split(' ')[2] !== wanted) continue;
    const source = after.split(' ')[1];
    if (source !== undefined) return source.replace(/\\040/g, ' ');
  }
  return null;
}

/** Device numbers as glibc packs them (sysmacros.h). */
function majorOf(device: number): number {
  return Number((BigInt(device) >> 8n) & 0xfffn) | Number((BigInt(device) >> 32n) & 0xfffff000n);
}
function minorOf(device: number): number {
  return Number(BigInt(device) & 0xffn) | Number((BigInt(device) >> 12n) & 0xffffff00n);
}

/**
 * Bytes received and sent over the network since boot, loopback left out. Bridges and virtual cables of containers carry
 * the same bytes once more, so only interfaces with a device behind them count where there is any.
 */
export function networkCounters(netDev: string, hasDevice: (name: string) => boolean): { receivedBytes: number; sentBytes: number } | null {
  const found: { name: string; receivedBytes: number; sentBytes: number }[] = [];
  for (const line of netDev.split('\n')) {
    const match = /^\s*([^\s:]+):\s*(.*)$/.exec(line);
    const fields = match?.[2]?.trim().split(/\s+/).map(Number);
    if (match?.[1] === undefined || match[1] === 'lo' || fields === undefined) continue;
    const [receivedBytes, sentBytes] = [fields[0], fields[8]];
    if (receivedBytes === undefined || sentBytes === undefined || !Number.isFinite(receivedBytes + sentBytes)) continue;
    found.push({ name: match[1], receivedBytes, sentBytes });
  }
  if (found.length === 0) return null;
  const real = found.filter(({ name }) => hasDevice(name));
  return (real.length > 0 ? real : found).reduce(
    (sum, one) => ({ receivedBytes: sum.receivedBytes + one.receivedBytes, sentBytes: sum.sentBytes + one.sentBytes }),
    { receivedBytes: 0, sentBytes: 0 },
  );
}
