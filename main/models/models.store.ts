import { z } from 'zod';
import { derivationSchema, modelFactsSchema, modelVersionSchema, storageMethodSchema } from '../contract/models.contract.ts';
import type { Derivation, ModelFacts, ModelSummary, ModelVersion, StorageMethod } from '../contract/models.contract.ts';
import type { DatabaseHandle } from '../kernel/database/open-database.ts';
import { nameKeyOf } from '../kernel/names.ts';
import { storedFileSchema } from './import-task.ts';
import type { StoredFile } from './import-task.ts';

const modelRow = z.object({
  id: z.string(),
  name: z.string(),
  notes: z.string(),
  created_at_ms: z.number(),
  retired_at_ms: z.number().nullable(),
});
const versionRow = z.object({
  id: z.string(),
  model_id: z.string(),
  number: z.number(),
  sha256: z.string(),
  files: z.string(),
  size_bytes: z.number(),
  storage_method: storageMethodSchema,
  source_name: z.string(),
  facts: z.string(),
  trial: z.string().nullable(),
  imported_by: z.string(),
  imported_at_ms: z.number(),
  parent_version_id: z.string().nullable(),
  derivation: z.string().nullable(),
  approval: z.string().nullable(),
});
const summaryRow = z.object({
  id: z.string(),
  name: z.string(),
  retired_at_ms: z.number().nullable(),
  created_at_ms: z.number(),
  architecture: z.string(),
  parameter_count: z.number(),
  quantization: z.string(),
  context_length: z.number(),
  purpose: z.string(),
  size_bytes: z.number(),
  version_count: z.number(),
  deployment_count: z.number(),
});

export interface ModelRecord {
  id: string;
  name: string;
  notes: string;
  createdAtMs: number;
  retiredAtMs: number | null;
}

export interface VersionRecord {
  id: string;
  modelId: string;
  number: number;
  sha256: string;
  files: StoredFile[];
  sizeBytes: number;
  storageMethod: StorageMethod;
  sourceName: string;
  facts: ModelFacts;
  trial: ModelVersion['trial'];
  importedBy: string;
  importedAtMs: number;
  /** How it was made from another version; null for an imported one. */
  derived: { parentVersionId: string; derivation: Derivation } | null;
  approval: ModelVersion['approval'];
}

/** The tables `models` and `model_versions`. Writes belong into the caller's transaction. */
export interface ModelsStore {
  insertModel(model: ModelRecord): void;
  insertVersion(version: VersionRecord): void;
  model(id: string): ModelRecord | undefined;
  modelNamed(name: string): ModelRecord | undefined;
  version(id: string): VersionRecord | undefined;
  versionWithDigest(sha256: string): VersionRecord | undefined;
  /** Oldest first. */
  versionsOf(modelId: string): VersionRecord[];
  /** Deployments that use any version of the model, by name. */
  deploymentsOf(modelId: string): { id: string; name: string; versionId: string }[];
  /** Digest and size of everything kept. */
  digests(): { sha256: string; sizeBytes: number }[];
  summaries(): ModelSummary[];
  rename(id: string, name: string): void;
  annotate(id: string, notes: string): void;
  setRetired(id: string, atMs: number | null): void;
  setApproval(versionId: string, approval: ModelVersion['approval']): void;
  delete(id: string): void;
}

export function createModelsStore(db: DatabaseHandle): ModelsStore {
  const insertModel = db.prepare('INSERT INTO models (id, name, name_key, notes, created_at_ms, retired_at_ms) VALUES (?, ?, ?, ?, ?, ?)');
  const insertVersion = db.prepare(
    `INSERT INTO model_versions
       (id, model_id, number, sha256, files, size_bytes, storage_method, source_name, facts, trial, imported_by, imported_at_ms,
        parent_version_id, derivation, approval)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const modelColumns = 'id, name, notes, created_at_ms, retired_at_ms';
  const model = db.prepare<[string]>(`SELECT ${modelColumns} FROM models WHERE id = ?`);
  const modelNamed = db.prepare<[string]>(`SELECT ${modelColumns} FROM models WHERE name_key = ?`);
  const versionColumns =
    'id, model_id, number, sha256, files, size_bytes, storage_method, source_name, facts, trial, imported_by, imported_at_ms, parent_version_id, derivation, approval';
  const version = db.prepare<[string]>(`SELECT ${versionColumns} FROM model_versions WHERE id = ?`);
  const byDigest = db.prepare<[string]>(`SELECT ${versionColumns} FROM model_versions WHERE sha256 = ?`);
  const ofModel = db.prepare<[string]>(`SELECT ${versionColumns} FROM model_versions WHERE model_id = ? ORDER BY number`);
  const digests = db.prepare<[], { sha256: string; size_bytes: number }>('SELECT sha256, size_bytes FROM model_versions');
  // What the list shows of a model is what its newest version says.
  const summaries = db.prepare(`
    SELECT models.id, models.name, models.retired_at_ms, models.created_at_ms,
           newest.architecture, newest.parameter_count, newest.quantization, newest.context_length, newest.purpose,
           sums.size_bytes, sums.version_count,
           (SELECT count(*) FROM deployments JOIN model_versions AS used ON used.id = deployments.version_id
             WHERE used.model_id = models.id) AS deployment_count
      FROM models
      JOIN (SELECT model_id, max(number) AS number, sum(size_bytes) AS size_bytes, count(*) AS version_count
              FROM model_versions GROUP BY model_id) AS sums ON sums.model_id = models.id
      JOIN model_versions AS newest ON newest.model_id = models.id AND newest.number = sums.number
     ORDER BY models.created_at_ms DESC, models.id DESC`);
  const deploymentsOf = db.prepare<[string], { id: string; name: string; versionId: string }>(`
    SELECT deployments.id, deployments.name, deployments.version_id AS versionId
      FROM deployments JOIN model_versions ON model_versions.id = deployments.version_id
     WHERE model_versions.model_id = ? ORDER BY deployments.name`);
  const rename = db.prepare('UPDATE models SET name = ?, name_key = ? WHERE id = ?');
  const annotate = db.prepare('UPDATE models SET notes = ? WHERE id = ?');
  const setRetired = db.prepare('UPDATE models SET retired_at_ms = ? WHERE id = ?');
  const setApproval = db.prepare('UPDATE model_versions SET approval = ? WHERE id = ?');
  const deleteVersions = db.prepare('DELETE FROM model_versions WHERE model_id = ?');
  const deleteModel = db.prepare('DELETE FROM models WHERE id = ?');

  return {
    insertModel: (record) =>
      void insertModel.run(record.id, record.name, nameKeyOf(record.name), record.notes, record.createdAtMs, record.retiredAtMs),
    insertVersion(record) {
      insertVersion.run(
        record.id,
        record.modelId,
        record.number,
        record.sha256,
        JSON.stringify(record.files),
        record.sizeBytes,
        record.storageMethod,
        record.sourceName,
        JSON.stringify(record.facts),
        record.trial === null ? null : JSON.stringify(record.trial),
        record.importedBy,
        record.importedAtMs,
        record.derived?.parentVersionId ?? null,
        record.derived === null ? null : JSON.stringify(record.derived.derivation),
        record.approval === null ? null : JSON.stringify(record.approval),
      );
    },
    model: (id) => toModel(model.get(id)),
    modelNamed: (name) => toModel(modelNamed.get(nameKeyOf(name))),
    version: (id) => toVersion(version.get(id)),
    versionWithDigest: (sha256) => toVersion(byDigest.get(sha256)),
    versionsOf: (modelId) => ofModel.all(modelId).flatMap((row) => toVersion(row) ?? []),
    deploymentsOf: (modelId) => deploymentsOf.all(modelId),
    digests: () => digests.all().map((row) => ({ sha256: row.sha256, sizeBytes: row.size_bytes })),
    summaries: () => summaries.all().map(toSummary),
    rename: (id, name) => void rename.run(name, nameKeyOf(name), id),
    annotate: (id, notes) => void annotate.run(notes, id),
    setRetired: (id, atMs) => void setRetired.run(atMs, id),
    setApproval: (versionId, approval) => void setApproval.run(approval === null ? null : JSON.stringify(approval), versionId),
    delete(id) {
      deleteVersions.run(id);
      deleteModel.run(id);
    },
  };
}

function toModel(value: unknown): ModelRecord | undefined {
  if (value === undefined) return undefined;
  const row = modelRow.parse(value);
  return { id: row.id, name: row.name, notes: row.notes, createdAtMs: row.created_at_ms, retiredAtMs: row.retired_at_ms };
}

function toVersion(value: unknown): VersionRecord | undefined {
  if (value === undefined) return undefined;
  const row = versionRow.parse(value);
  return {
    id: row.id,
    modelId: row.model_id,
    number: row.number,
    sha256: row.sha256,
    files: z.array(storedFileSchema).parse(JSON.parse(row.files)),
    sizeBytes: row.size_bytes,
    storageMethod: row.storage_method,
    sourceName: row.source_name,
    facts: modelFactsSchema.parse(JSON.parse(row.facts)),
    trial: row.trial === null ? null : modelVersionSchema.shape.trial.parse(JSON.parse(row.trial)),
    importedBy: row.imported_by,
    importedAtMs: row.imported_at_ms,
    derived:
      row.derivation === null || row.parent_version_id === null
        ? null
        : { parentVersionId: row.parent_version_id, derivation: derivationSchema.parse(JSON.parse(row.derivation)) },
    approval: row.approval === null ? null : modelVersionSchema.shape.approval.parse(JSON.parse(row.approval)),
  };
}

function toSummary(value: unknown): ModelSummary {
  const row = summaryRow.parse(value);
  return {
    id: row.id,
    name: row.name,
    retired: row.retired_at_ms !== null,
    architecture: row.architecture,
    parameterCount: row.parameter_count,
    quantization: row.quantization,
    contextLength: row.context_length,
    purpose: row.purpose,
    sizeBytes: row.size_bytes,
    versionCount: row.version_count,
    deploymentCount: row.deployment_count,
    createdAtMs: row.created_at_ms,
  };
}
