import { z } from 'zod';
import { adapterChoiceSchema, deploymentLimitsSchema, engineSettingsSchema, lifecycleSchema } from '../contract/deployments.contract.ts';
import type { AdapterChoice, DeploymentLimits, EngineSettings, Lifecycle } from '../contract/deployments.contract.ts';
import type { DatabaseHandle } from '../kernel/database/open-database.ts';

const rowSchema = z.object({
  id: z.string(),
  name: z.string(),
  version_id: z.string(),
  settings: z.string(),
  limits: z.string(),
  adapters: z.string(),
  lifecycle: z.string(),
  desired: z.enum(['running', 'stopped']),
  created_at_ms: z.number(),
});

export interface DeploymentRecord {
  id: string;
  name: string;
  versionId: string;
  settings: EngineSettings;
  limits: DeploymentLimits;
  /** LoRA adapters attached to it. */
  adapters: AdapterChoice[];
  lifecycle: Lifecycle;
  /** What the person wants; whether it is so, the engine knows. */
  desired: 'running' | 'stopped';
  createdAtMs: number;
}

/** The table `deployments`. Writes belong into the caller's transaction. */
export interface DeploymentsStore {
  insert(record: DeploymentRecord): void;
  get(id: string): DeploymentRecord | undefined;
  named(name: string): DeploymentRecord | undefined;
  /** By name. */
  list(): DeploymentRecord[];
  setDesired(id: string, desired: 'running' | 'stopped'): void;
  setAdapters(id: string, adapters: readonly AdapterChoice[]): void;
  setLifecycle(id: string, lifecycle: Lifecycle): void;
  /** What it serves with, all at once. */
  setVersion(id: string, served: Pick<DeploymentRecord, 'versionId' | 'settings' | 'limits' | 'adapters'>): void;
  delete(id: string): void;
}

export function createDeploymentsStore(db: DatabaseHandle): DeploymentsStore {
  const columns = 'id, name, version_id, settings, limits, adapters, lifecycle, desired, created_at_ms';
  const insert = db.prepare(`INSERT INTO deployments (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const get = db.prepare<[string]>(`SELECT ${columns} FROM deployments WHERE id = ?`);
  const named = db.prepare<[string]>(`SELECT ${columns} FROM deployments WHERE name = ?`);
  const list = db.prepare(`SELECT ${columns} FROM deployments ORDER BY name`);
  const setDesired = db.prepare('UPDATE deployments SET desired = ? WHERE id = ?');
  const setAdapters = db.prepare('UPDATE deployments SET adapters = ? WHERE id = ?');
  const setLifecycle = db.prepare('UPDATE deployments SET lifecycle = ? WHERE id = ?');
  const setVersion = db.prepare('UPDATE deployments SET version_id = ?, settings = ?, limits = ?, adapters = ? WHERE id = ?');
  const remove = db.prepare('DELETE FROM deployments WHERE id = ?');
  return {
    insert({ id, name, versionId, settings, limits, adapters, lifecycle, desired, createdAtMs }) {
      insert.run(id, name, versionId, JSON.stringify(settings), JSON.stringify(limits), JSON.stringify(adapters), JSON.stringify(lifecycle), desired, createdAtMs);
    },
    get: (id) => toRecord(get.get(id)),
    named: (name) => toRecord(named.get(name)),
    list: () => list.all().flatMap((row) => toRecord(row) ?? []),
    setDesired: (id, desired) => void setDesired.run(desired, id),
    setAdapters: (id, adapters) => void setAdapters.run(JSON.stringify(adapters), id),
    setLifecycle: (id, lifecycle) => void setLifecycle.run(JSON.stringify(lifecycle), id),
    setVersion(id, { versionId, settings, limits, adapters }) {
      setVersion.run(versionId, JSON.stringify(settings), JSON.stringify(limits), JSON.stringify(adapters), id);
    },
    delete: (id) => void remove.run(id),
  };
}

function toRecord(value: unknown): DeploymentRecord | undefined {
  if (value === undefined) return undefined;
  const row = rowSchema.parse(value);
  return {
    id: row.id,
    name: row.name,
    versionId: row.version_id,
    settings: engineSettingsSchema.parse(JSON.parse(row.settings)),
    limits: deploymentLimitsSchema.parse(JSON.parse(row.limits)),
    adapters: z.array(adapterChoiceSchema).parse(JSON.parse(row.adapters)),
    lifecycle: lifecycleSchema.parse(JSON.parse(row.lifecycle)),
    desired: row.desired,
    createdAtMs: row.created_at_ms,
  };
}
