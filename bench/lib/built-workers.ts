import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { HostPorts } from '../../main/host-ports.ts';
import { resolveWorkerIn } from '../../main/kernel/processes/resolve-worker.ts';

/** The worker entries people run: bundled. From the sources a process would also measure the stripping of types. */
export function builtWorkers(): Pick<HostPorts, 'resolveWorker'> {
  const folder = join(import.meta.dirname, '..', '..', 'dist', 'main', 'workers');
  if (!existsSync(folder)) throw new Error('build first: npm run build');
  return { resolveWorker: resolveWorkerIn(folder) };
}
