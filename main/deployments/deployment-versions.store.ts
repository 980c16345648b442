import { z } from 'zod';
import { adapterChoiceSchema, deploymentLimitsSchema, engineSettingsSchema } from '../contract/deployments.contract.ts';
import type { DatabaseHandle } from '../kernel/database/open-database.ts';

const recordSchema = z.object({
  modelName: z.string(),
  versionNumber: z.number().int(),
  quantization: z.string(),
  settings: engineSettingsSchema,
  limits: deploymentLimitsSchema,
  /** As they were when it stopped serving; of the newest step, the deployment's own row knows. */
  adapters: z.array(adapterChoiceSchema.extend({ name: z.string() })),
  how: z.enum(['created', 'switched', 'rolled-back']),
  byName: z.string(),
});
const rowSchema = z.object({
  step: z.number().int(),
  version_id: z.string().nullable(),
  earlier_step: z.number().int().nullable(),
  at_ms: z.number(),
  record: z.string(),
});

export type DeploymentStepRecord = z.infer<typeof recordSchema>;

/** One change of what a deployment serves with. */
export interface DeploymentStep extends DeploymentStepRecord {
  step: number;
  /** Null once the version was deleted. */
  versionId: string | null;
  /** Where a roll-back from here goes; null for the first. */
  earlierStep: number | null;
  atMs: number;
}

/** The table `deployment_versions`. Writes belong into the caller's transaction. */
export interface DeploymentVersionsStore {
  /** Adds the next step and answers its number. */
  append(deploymentId: string, step: Omit<DeploymentStep, 'step'>): number;
  setAdapters(deploymentId: string, step: number, adapters: DeploymentStepRecord['adapters']): void;
  /** Newest first. */
  list(deploymentId: string): DeploymentStep[];
  latest(deploymentId: string): DeploymentStep | undefined;
  get(deploymentId: string, step: number): DeploymentStep | undefined;
}

export function createDeploymentVersionsStore(db: DatabaseHandle): DeploymentVersionsStore {
  const columns = 'step, version_id, earlier_step, at_ms, record';
  const insert = db.prepare(`INSERT INTO deployment_versions (deployment_id, ${columns}) VALUES (?, ?, ?, ?, ?, ?)`);
  const list = db.prepare<[string]>(`SELECT ${columns} FROM deployment_versions WHERE deployment_id = ? ORDER BY step DESC`);
  const latest = db.prepare<[string]>(`SELECT ${columns} FROM deployment_versions WHERE deployment_id = ? ORDER BY step DESC LIMIT 1`);
  const get = db.prepare<[string, number]>(`SELECT ${columns} FROM deployment_versions WHERE deployment_id = ? AND step = ?`);
  const setRecord = db.prepare('UPDATE deployment_versions SET record = ? WHERE deployment_id = ? AND step = ?');
  const store: DeploymentVersionsStore = {
    append(deploymentId, { versionId, earlierStep, atMs, ...record }) {
      const step = (store.latest(deploymentId)?.step ?? 0) + 1;
      insert.run(deploymentId, step, versionId, earlierStep, atMs, JSON.stringify(record));
      return step;
    },
    setAdapters(deploymentId, step, adapters) {
      const found = store.get(deploymentId, step);
      if (found === undefined) return;
      const { modelName, versionNumber, quantization, settings, limits, how, byName } = found;
      setRecord.run(JSON.stringify({ modelName, versionNumber, quantization, settings, limits, adapters, how, byName }), deploymentId, step);
    },
    list: (deploymentId) => list.all(deploymentId).map(toStep),
    latest: (deploymentId) => maybe(latest.get(deploymentId)),
    get: (deploymentId, step) => maybe(get.get(deploymentId, step)),
  };
  return store;
}

function maybe(row: unknown): DeploymentStep | undefined {
  return row === undefined ? undefined : toStep(row);
}

function toStep(value: unknown): DeploymentStep {
  const row = rowSchema.parse(value);
  return { step: row.step, versionId: row.version_id, earlierStep: row.earlier_step, atMs: row.at_ms, ...recordSchema.parse(JSON.parse(row.record)) };
}
