import { createHash } from 'node:crypto';
import { arch, hostname, platform, release, type } from 'node:os';
import { graphics } from 'systeminformation';
import type { z } from 'zod';
import type { benchmarkMachineSchema } from '../contract/benchmarks.contract.ts';
import type { Backend, HardwareView } from '../contract/system.contract.ts';

export type BenchmarkMachine = z.infer<typeof benchmarkMachineSchema>;

const gibibyte = 1024 ** 3;

/**
 * Where something is measured. The key stands for what speed depends on: processor, cores this application may use, memory, graphics cards,
 * kind of system. Memory counts in whole GiB, because firmware and drivers take a little more or less of it at each start.
 */
export function machineOf(hardware: HardwareView): BenchmarkMachine {
  const devices = [...new Set(hardware.backends.flatMap((backend) => (backend.available && !backend.software ? backend.devices : [])).map(({ name }) => name))].toSorted();
  const deciding = [platform(), arch(), hardware.cpuName, hardware.physicalCores, hardware.usableCores, Math.round(hardware.ramTotalBytes / gibibyte), ...devices];
  return {
    key: createHash('sha256').update(JSON.stringify(deciding)).digest('hex').slice(0, 32),
    name: hostname(),
    system: `${type()} ${release()} ${arch()}`,
    processor: hardware.cpuName,
    cores: hardware.usableCores,
    ramBytes: hardware.ramTotalBytes,
    devices,
  };
}

/** The graphics driver a backend computes through, as the system names it; null for the processor and where it is not told. */
export async function driverOf(backend: Backend, hardware: HardwareView): Promise<string | null> {
  if (backend === 'cpu') return null;
  if (backend === 'metal') return `${type()} ${release()}`;
  const names = hardware.backends.find((view) => view.backend === backend)?.devices.map(({ name }) => name.toLowerCase()) ?? [];
  const { controllers } = await graphics();
  const found = controllers.find(({ model, name }) => names.some((device) => [model, name ?? ''].some((text) => text !== '' && (device.includes(text.toLowerCase()) || text.toLowerCase().includes(device)))));
  const version = found?.driverVersion ?? '';
  return version === '' ? null : version;
}
