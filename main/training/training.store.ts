import { trainingPointSchema } from '../contract/training.contract.ts';
import type { TrainingPoint } from '../contract/training.contract.ts';
import type { DatabaseHandle } from '../kernel/database/open-database.ts';
import { runRecordSchema } from './training-run.ts';
import type { RunRecord } from './training-run.ts';

/** The tables `training_runs`, `training_run_data` and `training_points`. Writes belong into the caller's transaction. */
export interface TrainingStore {
  insert(record: RunRecord): void;
  save(record: RunRecord): void;
  delete(runId: string): void;
  run(runId: string): RunRecord | undefined;
  /** Newest first, those taken off the list among them. */
  runs(): RunRecord[];
  runOfJob(jobId: string): RunRecord | undefined;
  /** The run that made a version. */
  runThatMade(versionId: string): RunRecord | undefined;
  runsWithData(datasetVersionId: string): RunRecord[];
  addPoints(runId: string, points: readonly TrainingPoint[]): void;
  clearPoints(runId: string): void;
  /** Points behind a step, oldest first. */
  points(runId: string, afterStep: number): TrainingPoint[];
}

interface Row {
  record: string;
}

export function createTrainingStore(db: DatabaseHandle): TrainingStore {
  const read = (row: Row): RunRecord => runRecordSchema.parse(JSON.parse(row.record));
  const one = (row: Row | undefined): RunRecord | undefined => (row === undefined ? undefined : read(row));
  const insert = db.prepare('INSERT INTO training_runs (id, at_ms, version_id, state, record) VALUES (?, ?, ?, ?, ?)');
  const insertData = db.prepare('INSERT OR IGNORE INTO training_run_data (run_id, dataset_version_id) VALUES (?, ?)');
  const save = db.prepare('UPDATE training_runs SET state = ?, record = ? WHERE id = ?');
  const remove = db.prepare('DELETE FROM training_runs WHERE id = ?');
  const run = db.prepare<[string], Row>('SELECT record FROM training_runs WHERE id = ?');
  const runs = db.prepare<[], Row>('SELECT record FROM training_runs ORDER BY at_ms DESC, id DESC');
  const ofJob = db.prepare<[string], Row>(`SELECT record FROM training_runs WHERE record ->> '$.jobId' = ?`);
  const thatMade = db.prepare<[string], Row>(`SELECT record FROM training_runs WHERE record ->> '$.result.versionId' = ?`);
  const withData = db.prepare<[string], Row>('SELECT record FROM training_runs JOIN training_run_data ON run_id = id WHERE dataset_version_id = ? ORDER BY at_ms DESC, id DESC');
  const addPoint = db.prepare('INSERT OR REPLACE INTO training_points (run_id, step, record) VALUES (?, ?, ?)');
  const clearPoints = db.prepare('DELETE FROM training_points WHERE run_id = ?');
  const points = db.prepare<[string, number], Row>('SELECT record FROM training_points WHERE run_id = ? AND step > ? ORDER BY step');
  return {
    insert(record) {
      insert.run(record.id, record.createdAtMs, record.versionId, record.state, JSON.stringify(record));
      for (const { datasetVersionId } of record.data) insertData.run(record.id, datasetVersionId);
    },
    save: (record) => void save.run(record.state, JSON.stringify(record), record.id),
    delete: (runId) => void remove.run(runId),
    run: (runId) => one(run.get(runId)),
    runs: () => runs.all().map(read),
    runOfJob: (jobId) => one(ofJob.get(jobId)),
    runThatMade: (versionId) => one(thatMade.get(versionId)),
    runsWithData: (datasetVersionId) => withData.all(datasetVersionId).map(read),
    addPoints(runId, added) {
      for (const point of added) addPoint.run(runId, point.step, JSON.stringify(point));
    },
    clearPoints: (runId) => void clearPoints.run(runId),
    points: (runId, afterStep) => points.all(runId, afterStep).map((row) => trainingPointSchema.parse(JSON.parse(row.record))),
  };
}
