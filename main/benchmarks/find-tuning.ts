import type { Tuning } from '../contract/benchmarks.contract.ts';
import type { Backend, HardwareView } from '../contract/system.contract.ts';
import type { BenchmarksStore, TuningRecord } from './benchmarks.store.ts';
import { machineOf } from './machine-key.ts';

/** Why a tuning should be run again on this machine as it is now; null while it holds. An engine that is not known yet changes nothing. */
export function outdatedReason(tuning: Pick<TuningRecord, 'machineKey' | 'engineRelease'>, hardware: HardwareView): Tuning['outdated'] {
  if (tuning.machineKey !== machineOf(hardware).key) return 'hardware-changed';
  if (hardware.engineRelease !== '' && plainRelease(tuning.engineRelease) !== plainRelease(hardware.engineRelease)) return 'engine-changed';
  return null;
}

/** The newest tuning of a version that holds on this machine for a backend. */
export function findTuning(store: Pick<BenchmarksStore, 'tunings'>, { versionId, backend, hardware }: { versionId: string; backend: Backend; hardware: HardwareView }): TuningRecord | null {
  return store.tunings(versionId).find((tuning) => tuning.backend === backend && outdatedReason(tuning, hardware) === null) ?? null;
}

/** "v0.4.0" of the package and "0.4.0-…" of the library itself are the same release. */
function plainRelease(release: string): string {
  return /^v?(\d+\.\d+\.\d+)/.exec(release)?.[1] ?? release;
}
