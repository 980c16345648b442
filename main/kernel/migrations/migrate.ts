import type Database from 'better-sqlite3-multiple-ciphers';
import { groundFloor } from './001-ground-floor.ts';
import { auditObjects } from './002-audit-objects.ts';
import { measureAndShrink } from './003-measure-and-shrink.ts';
import { train } from './004-train.ts';
import { apiKeys } from './005-api-keys.ts';
import { certificates } from './006-certificates.ts';
import { deploymentVersions } from './007-deployment-versions.ts';
import type { Migration } from './migration.ts';
import { usage } from './telemetry/001-usage.ts';

const migrations: readonly Migration[] = [groundFloor, auditObjects, measureAndShrink, train, apiKeys, certificates, deploymentVersions];
/** Those of `telemetry.db`, which counts for itself. */
export const telemetryMigrations: readonly Migration[] = [usage];
export const latestVersion = latestOf(migrations);

export function latestOf(steps: readonly Migration[]): number {
  return steps.at(-1)?.version ?? 0;
}

/** Runs the steps that are still missing, each in its own transaction together with its version number. Those of `modelward.db` unless told. */
export function migrate(db: Database.Database, upTo?: number, steps: readonly Migration[] = migrations): void {
  const last = upTo ?? latestOf(steps);
  const current = db.pragma('user_version', { simple: true }) as number;
  for (const { version, sql } of steps) {
    if (version <= current || version > last) continue;
    db.transaction(() => {
      db.exec(sql);
      db.pragma(`user_version = ${version}`);
    }).immediate();
  }
}
