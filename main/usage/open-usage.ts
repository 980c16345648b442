import { existsSync, renameSync } from 'node:fs';
import type { AuditLog } from '../audit/index.ts';
import type { Clock } from '../kernel/clock.ts';
import { openTelemetry } from '../kernel/database/open-database.ts';
import type { DatabaseHandle } from '../kernel/database/open-database.ts';
import { ExpectedError } from '../kernel/errors.ts';
import type { Interaction } from '../kernel/interaction.ts';

interface OpenUsageOptions {
  /** Absolute path of `telemetry.db`. */
  path: string;
  key: Buffer;
  audit: AuditLog;
  clock: Clock;
  systemInteraction: () => Interaction;
}

/**
 * Opens `telemetry.db`. One that cannot be read keeps nobody from working: it is put aside under a name with the time, a new one takes its
 * place, and the audit log says so (which also has the totals of every sealed day). Raises DATABASE_TOO_NEW, DISK_FULL.
 */
export function openUsageDatabase({ path, key, audit, clock, systemInteraction }: OpenUsageOptions): DatabaseHandle {
  try {
    return openTelemetry({ path, key });
  } catch (error) {
    if (!(error instanceof ExpectedError) || error.code !== 'DATABASE_DAMAGED' || !existsSync(path)) throw error;
    const kept = `${path}.damaged-${new Date(clock.nowMs()).toISOString().replaceAll(':', '-')}`;
    for (const end of ['', '-wal', '-shm']) if (existsSync(path + end)) renameSync(path + end, kept + end);
    const db = openTelemetry({ path, key });
    audit.appendAlone(systemInteraction(), { type: 'usage.recordsReplaced', object: { type: 'file', id: '', name: kept }, result: 'failed', reason: 'DATABASE_DAMAGED' });
    return db;
  }
}
