import type { z } from 'zod';
import { evaluationSchema, importanceMatrixSchema, layerReportSchema } from '../contract/quantization.contract.ts';
import type { LayerReport } from '../contract/quantization.contract.ts';
import type { DatabaseHandle } from '../kernel/database/open-database.ts';

/** What is kept of a matrix; names and numbers of versions are looked up when it is shown. */
const matrixRecordSchema = importanceMatrixSchema.omit({ modelName: true, versionNumber: true, usableFor: true });
export type MatrixRecord = z.infer<typeof matrixRecordSchema>;

const evaluationRecordSchema = evaluationSchema.omit({
  modelId: true,
  modelName: true,
  versionNumber: true,
  quantization: true,
  parentVersionNumber: true,
  parentQuantization: true,
  sizeBytes: true,
  parentSizeBytes: true,
  recommendation: true,
  violations: true,
});
export type EvaluationRecord = z.infer<typeof evaluationRecordSchema>;

/** The tables `importance_matrices`, `layer_reports` and `evaluations`. Writes belong into the caller's transaction. */
export interface QuantizationStore {
  insertMatrix(record: MatrixRecord): void;
  /** Newest first; so are the other lists. */
  matrices(): MatrixRecord[];
  matrix(id: string): MatrixRecord | undefined;
  deleteMatrix(id: string): void;
  insertLayerReport(record: LayerReport): void;
  layerReports(versionId: string): LayerReport[];
  layerReport(id: string): LayerReport | undefined;
  insertEvaluation(record: EvaluationRecord): void;
  /** Of one version, or of all. */
  evaluations(versionId: string | null): EvaluationRecord[];
  evaluation(id: string): EvaluationRecord | undefined;
}

interface Row {
  record: string;
}

export function createQuantizationStore(db: DatabaseHandle): QuantizationStore {
  const read = <Value>(schema: z.ZodType<Value>, row: Row): Value => schema.parse(JSON.parse(row.record));
  const one = <Value>(schema: z.ZodType<Value>, row: Row | undefined): Value | undefined => (row === undefined ? undefined : read(schema, row));
  const insertMatrix = db.prepare('INSERT INTO importance_matrices (id, at_ms, version_id, record) VALUES (?, ?, ?, ?)');
  const matrices = db.prepare<[], Row>('SELECT record FROM importance_matrices ORDER BY at_ms DESC, id DESC');
  const matrix = db.prepare<[string], Row>('SELECT record FROM importance_matrices WHERE id = ?');
  const deleteMatrix = db.prepare('DELETE FROM importance_matrices WHERE id = ?');
  const insertLayerReport = db.prepare('INSERT INTO layer_reports (id, at_ms, version_id, record) VALUES (?, ?, ?, ?)');
  const layerReports = db.prepare<[string], Row>('SELECT record FROM layer_reports WHERE version_id = ? ORDER BY at_ms DESC, id DESC');
  const layerReport = db.prepare<[string], Row>('SELECT record FROM layer_reports WHERE id = ?');
  const insertEvaluation = db.prepare('INSERT INTO evaluations (id, at_ms, version_id, parent_version_id, record) VALUES (?, ?, ?, ?, ?)');
  const evaluations = db.prepare<[], Row>('SELECT record FROM evaluations ORDER BY at_ms DESC, id DESC LIMIT 1000');
  const evaluationsOf = db.prepare<[string], Row>('SELECT record FROM evaluations WHERE version_id = ? ORDER BY at_ms DESC, id DESC');
  const evaluation = db.prepare<[string], Row>('SELECT record FROM evaluations WHERE id = ?');
  return {
    insertMatrix: (record) => void insertMatrix.run(record.id, record.atMs, record.versionId, JSON.stringify(record)),
    matrices: () => matrices.all().map((row) => read(matrixRecordSchema, row)),
    matrix: (id) => one(matrixRecordSchema, matrix.get(id)),
    deleteMatrix: (id) => void deleteMatrix.run(id),
    insertLayerReport: (record) => void insertLayerReport.run(record.id, record.atMs, record.versionId, JSON.stringify(record)),
    layerReports: (versionId) => layerReports.all(versionId).map((row) => read(layerReportSchema, row)),
    layerReport: (id) => one(layerReportSchema, layerReport.get(id)),
    insertEvaluation: (record) => void insertEvaluation.run(record.id, record.atMs, record.versionId, record.parentVersionId, JSON.stringify(record)),
    evaluations: (versionId) => (versionId === null ? evaluations.all() : evaluationsOf.all(versionId)).map((row) => read(evaluationRecordSchema, row)),
    evaluation: (id) => one(evaluationRecordSchema, evaluation.get(id)),
  };
}
