import { z } from 'zod';
import { benchmarkSchema, tuningSchema } from '../contract/benchmarks.contract.ts';
import type { Benchmark, Tuning } from '../contract/benchmarks.contract.ts';
import type { DatabaseHandle } from '../kernel/database/open-database.ts';

/** A tuning as it is kept; whether it still holds is seen when it is read. */
export type TuningRecord = Omit<Tuning, 'outdated'>;

const benchmarkRow = z.object({ version_id: z.string().nullable(), record: z.string() });
const tuningRow = z.object({ record: z.string() });
const tuningRecordSchema = tuningSchema.omit({ outdated: true });

/** The tables `benchmarks` and `tunings`. Writes belong into the caller's transaction. */
export interface BenchmarksStore {
  insert(benchmark: Benchmark): void;
  /** Newest first. */
  list(): Benchmark[];
  get(id: string): Benchmark | undefined;
  rename(id: string, label: string): void;
  delete(id: string): void;
  insertTuning(tuning: TuningRecord): void;
  /** Newest first; of one version, or all. */
  tunings(versionId: string | null): TuningRecord[];
  tuning(id: string): TuningRecord | undefined;
  deleteTuning(id: string): void;
}

export function createBenchmarksStore(db: DatabaseHandle): BenchmarksStore {
  const insert = db.prepare('INSERT INTO benchmarks (id, at_ms, version_id, record) VALUES (?, ?, ?, ?)');
  const list = db.prepare('SELECT version_id, record FROM benchmarks ORDER BY at_ms DESC, id DESC');
  const get = db.prepare<[string]>('SELECT version_id, record FROM benchmarks WHERE id = ?');
  const rename = db.prepare("UPDATE benchmarks SET record = json_set(record, '$.label', ?) WHERE id = ?");
  const remove = db.prepare('DELETE FROM benchmarks WHERE id = ?');
  const insertTuning = db.prepare('INSERT INTO tunings (id, at_ms, version_id, machine_key, engine_release, backend, record) VALUES (?, ?, ?, ?, ?, ?, ?)');
  const tunings = db.prepare('SELECT record FROM tunings ORDER BY at_ms DESC, id DESC');
  const tuningsOf = db.prepare<[string]>('SELECT record FROM tunings WHERE version_id = ? ORDER BY at_ms DESC, id DESC');
  const tuning = db.prepare<[string]>('SELECT record FROM tunings WHERE id = ?');
  const removeTuning = db.prepare('DELETE FROM tunings WHERE id = ?');
  return {
    insert: (benchmark) => void insert.run(benchmark.id, benchmark.atMs, benchmark.model.versionId, JSON.stringify(benchmark)),
    list: () => list.all().flatMap((row) => toBenchmark(row) ?? []),
    get: (id) => toBenchmark(get.get(id)),
    rename: (id, label) => void rename.run(label, id),
    delete: (id) => void remove.run(id),
    insertTuning: (record) =>
      void insertTuning.run(record.id, record.atMs, record.versionId, record.machineKey, record.engineRelease, record.backend, JSON.stringify(record)),
    tunings: (versionId) => (versionId === null ? tunings.all() : tuningsOf.all(versionId)).flatMap((row) => toTuning(row) ?? []),
    tuning: (id) => toTuning(tuning.get(id)),
    deleteTuning: (id) => void removeTuning.run(id),
  };
}

/** The snapshot stays when the version goes; its ids then lead nowhere and are told as null. */
function toBenchmark(value: unknown): Benchmark | undefined {
  if (value === undefined) return undefined;
  const row = benchmarkRow.parse(value);
  const benchmark = benchmarkSchema.parse(JSON.parse(row.record));
  return row.version_id === null ? { ...benchmark, model: { ...benchmark.model, modelId: null, versionId: null } } : benchmark;
}

function toTuning(value: unknown): TuningRecord | undefined {
  return value === undefined ? undefined : tuningRecordSchema.parse(JSON.parse(tuningRow.parse(value).record));
}
