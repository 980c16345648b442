import { existsSync, statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import type { BackendView, DoctorCheck, SystemStatus } from '../contract/system.contract.ts';
import type { HardwareService } from '../engine/hardware/hardware.service.ts';
import type { Clock } from '../kernel/clock.ts';
import type { DataFolderLayout } from '../kernel/data-folder/layout.ts';
import { builtAtMs } from './built-at.ts';
import { clockCheck } from './clock-check.ts';
import { desktopRuntimeCheck, desktopSurroundings } from './desktop-runtime-check.ts';

export interface DoctorDependencies {
  host: SystemStatus['host'];
  hasKeychain: boolean;
  layout: () => DataFolderLayout;
  hardware: HardwareService;
  standing: () => 'not-set-up' | 'locked' | 'broken' | 'ready';
  clock: Pick<Clock, 'nowMs'>;
  /** The latest time among the newest audit events, in ms since 1970 UTC; null while the database is closed. */
  latestEventAtMs: () => number | null;
}

const gigabyte = 1_000_000_000;

/** What another platform has is nothing to look at here; without the CPU backend nothing runs at all. */
function stateOf({ backend, available, software, reason }: BackendView): DoctorCheck['state'] {
  if (available) return software ? 'look' : 'fine';
  if (backend === 'cpu') return 'act';
  return reason === 'other-platform' ? 'fine' : 'look';
}

/**
 * What this machine can do and what is wrong with it: one line a check, each with the numbers its sentence needs. Looks
 * only; contacts nothing.
 */
export function createDoctor({ host, hasKeychain, layout, hardware, standing, clock, latestEventAtMs }: DoctorDependencies): () => Promise<DoctorCheck[]> {
  return async () => {
    const { root, database, keyFile } = layout();
    const machine = await hardware.look({ refresh: true });
    const volume = existsSync(root) ? await statfs(root) : null;
    const freeBytes = volume === null ? 0 : volume.bavail * volume.bsize;
    const state = standing();
    const major = Number(process.versions.node.split('.')[0]);
    const checks: DoctorCheck[] = [
      { check: 'node', state: major >= 24 ? 'fine' : 'act', data: { version: process.versions.node, required: '24', host } },
      { check: 'data-folder', state: state === 'broken' ? 'act' : 'fine', data: { path: root, state } },
      { check: 'disk-space', state: volume === null || freeBytes < 2 * gigabyte ? 'act' : freeBytes < 20 * gigabyte ? 'look' : 'fine', data: { freeBytes, totalBytes: volume === null ? 0 : volume.blocks * volume.bsize } },
      { check: 'database', state: state === 'broken' ? 'act' : 'fine', data: { path: database, present: existsSync(database), state } },
      {
        check: 'key-file',
        state: existsSync(database) && !existsSync(keyFile) ? 'act' : 'fine',
        data: { present: existsSync(keyFile), keychain: hasKeychain },
      },
      {
        check: 'memory',
        state: machine.ramAvailableBytes < gigabyte ? 'act' : machine.ramAvailableBytes < 4 * gigabyte ? 'look' : 'fine',
        data: { totalBytes: machine.ramTotalBytes, availableBytes: machine.ramAvailableBytes },
      },
      {
        check: 'cpu',
        state: machine.usableCores < 2 ? 'look' : 'fine',
        data: { name: machine.cpuName, physicalCores: machine.physicalCores, usableCores: machine.usableCores },
      },
    ];
    for (const backend of machine.backends) {
      checks.push({
        check: 'backend',
        state: stateOf(backend),
        data: {
          backend: backend.backend,
          available: backend.available,
          reason: backend.reason ?? '',
          software: backend.software,
          detail: backend.detail,
          devices: backend.devices.map((device) => device.name).join(', '),
        },
      });
    }
    const cpu = machine.backends.find((backend) => backend.backend === 'cpu');
    checks.push({ check: 'engine', state: cpu?.available === true ? 'fine' : 'act', data: { release: machine.engineRelease } });
    const desktopRuntime = desktopRuntimeCheck(desktopSurroundings(host));
    if (desktopRuntime !== null) checks.push(desktopRuntime);
    // An open database is written all the time, by the very clock in question.
    const databaseWrittenAtMs = state === 'ready' ? null : (statSync(database, { throwIfNoEntry: false })?.mtimeMs ?? null);
    checks.push(clockCheck(clock.nowMs(), { builtAtMs, latestEventAtMs: latestEventAtMs(), databaseWrittenAtMs }));
    return checks;
  };
}
