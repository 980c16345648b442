import { z } from 'zod';
import { adapterFactsSchema } from '../contract/adapters.contract.ts';
import type { DatabaseHandle } from '../kernel/database/open-database.ts';

const recordSchema = z.object({
  name: z.string(),
  notes: z.string(),
  sourceName: z.string(),
  facts: adapterFactsSchema,
  importedBy: z.string(),
  /** By version: whether its tensors fit. A version that is not in it has not been looked at yet. */
  fits: z.record(z.string(), z.boolean()),
});

const rowSchema = z.object({ id: z.string(), at_ms: z.number(), model_id: z.string(), sha256: z.string(), record: z.string() });

export type AdapterRecord = z.infer<typeof recordSchema> & { id: string; modelId: string; sha256: string; importedAtMs: number };

/** The table `adapters`. Writes belong into the caller's transaction. */
export interface AdaptersStore {
  insert(record: AdapterRecord): void;
  get(id: string): AdapterRecord | undefined;
  withDigest(sha256: string): AdapterRecord | undefined;
  /** Newest first. */
  list(): AdapterRecord[];
  update(record: AdapterRecord): void;
  delete(id: string): void;
}

export function createAdaptersStore(db: DatabaseHandle): AdaptersStore {
  const columns = 'id, at_ms, model_id, sha256, record';
  const insert = db.prepare(`INSERT INTO adapters (${columns}) VALUES (?, ?, ?, ?, ?)`);
  const get = db.prepare<[string]>(`SELECT ${columns} FROM adapters WHERE id = ?`);
  const withDigest = db.prepare<[string]>(`SELECT ${columns} FROM adapters WHERE sha256 = ?`);
  const list = db.prepare(`SELECT ${columns} FROM adapters ORDER BY at_ms DESC, id DESC`);
  const update = db.prepare('UPDATE adapters SET record = ? WHERE id = ?');
  const remove = db.prepare('DELETE FROM adapters WHERE id = ?');
  return {
    insert: (record) => void insert.run(record.id, record.importedAtMs, record.modelId, record.sha256, recordOf(record)),
    get: (id) => toRecord(get.get(id)),
    withDigest: (sha256) => toRecord(withDigest.get(sha256)),
    list: () => list.all().flatMap((row) => toRecord(row) ?? []),
    update: (record) => void update.run(recordOf(record), record.id),
    delete: (id) => void remove.run(id),
  };
}

function recordOf({ id: _, modelId: _m, sha256: _s, importedAtMs: _t, ...record }: AdapterRecord): string {
  return JSON.stringify(record);
}

function toRecord(value: unknown): AdapterRecord | undefined {
  if (value === undefined) return undefined;
  const row = rowSchema.parse(value);
  return { ...recordSchema.parse(JSON.parse(row.record)), id: row.id, modelId: row.model_id, sha256: row.sha256, importedAtMs: row.at_ms };
}
