import type { ApiKey } from '../../../main/contract/api-keys.contract.ts';
import type { DeploymentView } from '../../../main/contract/deployments.contract.ts';
import type { GatewayStatus } from '../../../main/contract/gateway.contract.ts';
import type { JobView } from '../../../main/contract/jobs.contract.ts';
import type { NetworkWarning } from '../../../main/contract/network.contract.ts';
import type { DoctorCheck } from '../../../main/contract/system.contract.ts';

/** Something a person should do something about. */
export type Finding =
  | { kind: 'deployment-failed'; tone: 'act'; deployment: DeploymentView }
  | { kind: 'check'; tone: 'act' | 'look'; check: DoctorCheck }
  | { kind: 'gateway'; tone: 'act'; gateway: GatewayStatus }
  | { kind: 'usage-changed'; tone: 'act'; days: number }
  | { kind: 'network'; tone: 'look'; warning: NetworkWarning }
  | { kind: 'deployment-restarted'; tone: 'look'; deployment: DeploymentView }
  | { kind: 'key-ending'; tone: 'look'; apiKey: ApiKey }
  | { kind: 'job-interrupted'; tone: 'look'; job: JobView };

export interface HouseState {
  deployments: readonly DeploymentView[];
  checks: readonly DoctorCheck[];
  gateway: GatewayStatus | undefined;
  jobs: readonly JobView[];
  keys: readonly ApiKey[];
  warnings: readonly NetworkWarning[];
  /** Days of the last month whose usage is not what the audit log says. */
  changedUsageDays: number;
  nowMs: number;
}

/** A key that ends within this time stops a program that nobody may remember. */
const KEY_ENDING_MS = 7 * 24 * 3600 * 1000;

/** Checks whose "have a look" is worth a person's time; a missing way to compute is normal on most machines. */
const worthLooking: ReadonlySet<DoctorCheck['check']> = new Set(['disk-space', 'memory', 'data-folder', 'clock']);

/** What is not all right in the house, red before amber, in a fixed order. */
export function findingsOf({ deployments, checks, gateway, jobs, keys, warnings, changedUsageDays, nowMs }: HouseState): Finding[] {
  const found: Finding[] = [];
  for (const deployment of deployments) {
    if (deployment.state === 'failed') found.push({ kind: 'deployment-failed', tone: 'act', deployment });
  }
  for (const check of checks) if (check.state === 'act') found.push({ kind: 'check', tone: 'act', check });
  if (gateway?.problem != null) found.push({ kind: 'gateway', tone: 'act', gateway });
  if (changedUsageDays > 0) found.push({ kind: 'usage-changed', tone: 'act', days: changedUsageDays });
  for (const deployment of deployments) {
    if (deployment.state !== 'failed' && deployment.problem !== null) found.push({ kind: 'deployment-restarted', tone: 'look', deployment });
  }
  for (const check of checks) if (check.state === 'look' && worthLooking.has(check.check)) found.push({ kind: 'check', tone: 'look', check });
  for (const apiKey of keys) {
    const { state, expiresAtMs } = apiKey;
    if (state === 'valid' && expiresAtMs !== null && expiresAtMs - nowMs < KEY_ENDING_MS) found.push({ kind: 'key-ending', tone: 'look', apiKey });
  }
  for (const warning of warnings) found.push({ kind: 'network', tone: 'look', warning });
  for (const job of jobs) if (job.state === 'interrupted' && !retriedLater(job, jobs)) found.push({ kind: 'job-interrupted', tone: 'look', job });
  return found;
}

/** An interrupted job is settled once a later one worked on the same thing and came to an end of its own. */
function retriedLater(job: JobView, jobs: readonly JobView[]): boolean {
  return jobs.some(
    (other) => other.kind === job.kind && other.title === job.title && other.createdAtMs > job.createdAtMs && other.state !== 'interrupted',
  );
}

/** A log that nobody has verified for this long is due. */
export const AUDIT_VERIFY_EVERY_MS = 30 * 24 * 3600 * 1000;
