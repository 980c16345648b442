import { z } from 'zod';
import { DATA_SPLITS, dataRowSchema, datasetVersionSchema, splitSharesSchema } from '../contract/datasets.contract.ts';
import type { DataRow, DataRowView, DataSplit, DatasetVersion, SplitShares } from '../contract/datasets.contract.ts';
import type { DatabaseHandle } from '../kernel/database/open-database.ts';

const datasetFacts = z.object({ shares: splitSharesSchema, attempt: z.number() });
const datasetRow = z.object({ id: z.string(), name: z.string(), created_at_ms: z.number(), record: z.string() });
const versionFacts = datasetVersionSchema.omit({ id: true, datasetId: true, datasetName: true, number: true, sha256: true, createdAtMs: true, trained: true });
const versionRow = z.object({ id: z.string(), dataset_id: z.string(), number: z.number(), sha256: z.string(), at_ms: z.number(), record: z.string() });

export interface DatasetRecord {
  id: string;
  name: string;
  createdAtMs: number;
  shares: SplitShares;
  /** Which salt draws the sides: row-identity.ts. */
  attempt: number;
}

export type VersionRecord = Omit<DatasetVersion, 'datasetName' | 'trained'>;

/** A row as it goes in. Hashes are SHA-256. */
export interface IncomingRow {
  hash: Buffer;
  sideKey: Buffer;
  /** Canonical JSON. */
  content: string;
  split: DataSplit;
}

/** Where a row of a version lies. */
export interface RowPlace {
  position: number;
  rowId: number;
  split: DataSplit;
}

export interface KeptRow extends RowPlace {
  hash: Buffer;
  content: string;
}

/** The tables `datasets`, `dataset_versions`, `dataset_rows` and `dataset_version_rows`. Writes belong into the caller's transaction. */
export interface DatasetsStore {
  insertDataset(dataset: DatasetRecord): void;
  dataset(id: string): DatasetRecord | undefined;
  /** Newest first. */
  datasets(): DatasetRecord[];
  rename(id: string, name: string): void;
  /** Its versions go with it; rows that only they named stay until `removeRows`. */
  deleteDataset(id: string): void;
  insertVersion(version: VersionRecord): void;
  version(id: string): VersionRecord | undefined;
  /** Newest first. */
  versionsOf(datasetId: string): VersionRecord[];
  annotate(versionId: string, text: { licence: string; notes: string }): void;
  /** Adds rows to a version from a position on; a row that is known already is not kept twice. */
  insertRows(versionId: string, position: number, rows: readonly IncomingRow[]): void;
  /** Takes at most `limit` rows out of a version, and away altogether where no other version has them. Answers how many were taken out. */
  removeRows(versionId: string, limit: number): number;
  /** Ids under which rows lie without a version of that id. */
  strayVersionIds(): string[];
  places(versionId: string, from: number, limit: number): RowPlace[];
  /** Rows from a position on, at most `limit`, in order. */
  rowsFrom(versionId: string, from: number, limit: number): KeptRow[];
  /** The same of one side (or of all), counted within it. */
  page(versionId: string, split: DataSplit | null, { offset, limit }: { offset: number; limit: number }): DataRowView[];
  rowAt(versionId: string, position: number): DataRowView;
  /** Base64 of what decides the side of a row. */
  sideKey(rowId: number): string;
  /** Hashes of a version's rows from a position on, hex, in order. */
  hashesFrom(versionId: string, from: number, limit: number): string[];
}

interface PlaceRow {
  position: number;
  rowId: number;
  split: number;
}

export function createDatasetsStore(db: DatabaseHandle): DatasetsStore {
  const insertDataset = db.prepare('INSERT INTO datasets (id, name, created_at_ms, record) VALUES (?, ?, ?, ?)');
  const dataset = db.prepare<[string]>('SELECT id, name, created_at_ms, record FROM datasets WHERE id = ?');
  const datasets = db.prepare<[]>('SELECT id, name, created_at_ms, record FROM datasets ORDER BY created_at_ms DESC, id DESC');
  const rename = db.prepare('UPDATE datasets SET name = ? WHERE id = ?');
  const deleteVersions = db.prepare('DELETE FROM dataset_versions WHERE dataset_id = ?');
  const deleteDataset = db.prepare('DELETE FROM datasets WHERE id = ?');
  const insertVersion = db.prepare('INSERT INTO dataset_versions (id, dataset_id, number, sha256, at_ms, record) VALUES (?, ?, ?, ?, ?, ?)');
  const versionColumns = 'id, dataset_id, number, sha256, at_ms, record';
  const version = db.prepare<[string]>(`SELECT ${versionColumns} FROM dataset_versions WHERE id = ?`);
  const versionsOf = db.prepare<[string]>(`SELECT ${versionColumns} FROM dataset_versions WHERE dataset_id = ? ORDER BY number DESC`);
  const setRecord = db.prepare('UPDATE dataset_versions SET record = ? WHERE id = ?');
  const insertRow = db.prepare('INSERT INTO dataset_rows (hash, side_key, content) VALUES (?, ?, ?) ON CONFLICT (hash) DO NOTHING');
  const rowIdOf = db.prepare<[Buffer], { rowId: number }>('SELECT row_id AS rowId FROM dataset_rows WHERE hash = ?');
  const insertPlace = db.prepare('INSERT INTO dataset_version_rows (version_id, position, row_id, split) VALUES (?, ?, ?, ?)');
  const places = db.prepare<[string, number, number], PlaceRow>(
    'SELECT position, row_id AS rowId, split FROM dataset_version_rows WHERE version_id = ? AND position >= ? ORDER BY position LIMIT ?',
  );
  const deletePlaces = db.prepare('DELETE FROM dataset_version_rows WHERE version_id = ? AND position BETWEEN ? AND ?');
  const deleteUnused = db.prepare('DELETE FROM dataset_rows WHERE row_id = ? AND NOT EXISTS (SELECT 1 FROM dataset_version_rows WHERE row_id = dataset_rows.row_id)');
  const nextVersionId = db.prepare<[string], { id: string | null }>('SELECT min(version_id) AS id FROM dataset_version_rows WHERE version_id > ?');
  const rowsFrom = db.prepare<[string, number, number], PlaceRow & { hash: Buffer; content: string }>(`
    SELECT places.position, places.row_id AS rowId, places.split, dataset_rows.hash, dataset_rows.content
      FROM dataset_version_rows AS places JOIN dataset_rows ON dataset_rows.row_id = places.row_id
     WHERE places.version_id = ? AND places.position >= ? ORDER BY places.position LIMIT ?`);
  // The places are counted off first, so that contents are read of those alone that are shown.
  const pageOfSide = db.prepare<[string, number, number, number], PlaceRow & { content: string }>(`
    SELECT places.position, places.row_id AS rowId, places.split, dataset_rows.content
      FROM (SELECT position, row_id, split FROM dataset_version_rows WHERE version_id = ? AND split = ? ORDER BY position LIMIT ? OFFSET ?) AS places
      JOIN dataset_rows ON dataset_rows.row_id = places.row_id ORDER BY places.position`);
  const sideKey = db.prepare<[number], { key: Buffer }>('SELECT side_key AS key FROM dataset_rows WHERE row_id = ?');
  const hashes = db.prepare<[string, number, number], { hash: Buffer }>(
    `SELECT dataset_rows.hash FROM dataset_version_rows AS places JOIN dataset_rows ON dataset_rows.row_id = places.row_id
      WHERE places.version_id = ? AND places.position >= ? ORDER BY places.position LIMIT ?`,
  );

  const kept = (versionId: string, from: number, limit: number): KeptRow[] =>
    rowsFrom.all(versionId, from, limit).map(({ hash, content, ...place }) => ({ ...toPlace(place), hash, content }));

  return {
    insertDataset: ({ id, name, createdAtMs, shares, attempt }) => void insertDataset.run(id, name, createdAtMs, JSON.stringify({ shares, attempt })),
    dataset: (id) => toDataset(dataset.get(id)),
    datasets: () => datasets.all().flatMap((row) => toDataset(row) ?? []),
    rename: (id, name) => void rename.run(name, id),
    deleteDataset(id) {
      deleteVersions.run(id);
      deleteDataset.run(id);
    },
    insertVersion({ id, datasetId, number, sha256, createdAtMs, ...facts }) {
      insertVersion.run(id, datasetId, number, sha256, createdAtMs, JSON.stringify(facts));
    },
    version: (id) => toVersion(version.get(id)),
    versionsOf: (datasetId) => versionsOf.all(datasetId).flatMap((row) => toVersion(row) ?? []),
    annotate(versionId, text) {
      const found = versionRow.parse(version.get(versionId));
      setRecord.run(JSON.stringify({ ...versionFacts.parse(JSON.parse(found.record)), ...text }), versionId);
    },
    insertRows(versionId, position, rows) {
      for (const [index, { hash, sideKey: key, content, split }] of rows.entries()) {
        const { changes, lastInsertRowid } = insertRow.run(hash, key, content);
        const rowId = changes === 1 ? lastInsertRowid : rowIdOf.get(hash)?.rowId;
        insertPlace.run(versionId, position + index, rowId, DATA_SPLITS.indexOf(split));
      }
    },
    removeRows(versionId, limit) {
      const found = places.all(versionId, 0, limit);
      const [first, last] = [found[0], found.at(-1)];
      if (first === undefined || last === undefined) return 0;
      deletePlaces.run(versionId, first.position, last.position);
      for (const { rowId } of found) deleteUnused.run(rowId);
      return found.length;
    },
    strayVersionIds() {
      const stray: string[] = [];
      // From one id to the next through the key: the rows themselves are not walked.
      for (let { id } = nextVersionId.get('') ?? { id: null }; id !== null; { id } = nextVersionId.get(id) ?? { id: null }) {
        if (version.get(id) === undefined) stray.push(id);
      }
      return stray;
    },
    places: (versionId, from, limit) => places.all(versionId, from, limit).map(toPlace),
    rowsFrom: kept,
    // Positions have no gaps: without a side to count off, the offset is the position.
    page: (versionId, split, { offset, limit }) =>
      (split === null ? kept(versionId, offset, limit) : pageOfSide.all(versionId, DATA_SPLITS.indexOf(split), limit, offset).map(({ content, ...place }) => ({ ...toPlace(place), content }))).map(toView),
    rowAt(versionId, position) {
      const [row] = kept(versionId, position, 1);
      if (row === undefined) throw new Error(`version ${versionId} has no row ${position}`);
      return toView(row);
    },
    sideKey: (rowId) => sideKey.get(rowId)?.key.toString('base64') ?? '',
    hashesFrom: (versionId, from, limit) => hashes.all(versionId, from, limit).map(({ hash }) => hash.toString('hex')),
  };
}

/** The row that a kept content says. */
export function toRow(content: string): DataRow {
  return dataRowSchema.parse(JSON.parse(content));
}

function toView({ position, split, content }: { position: number; split: DataSplit; content: string }): DataRowView {
  return { position, split, row: toRow(content) };
}

function toPlace({ position, rowId, split }: PlaceRow): RowPlace {
  return { position, rowId, split: DATA_SPLITS[split] ?? 'train' };
}

function toDataset(value: unknown): DatasetRecord | undefined {
  if (value === undefined) return undefined;
  const { id, name, created_at_ms, record } = datasetRow.parse(value);
  return { id, name, createdAtMs: created_at_ms, ...datasetFacts.parse(JSON.parse(record)) };
}

function toVersion(value: unknown): VersionRecord | undefined {
  if (value === undefined) return undefined;
  const { id, dataset_id, number, sha256, at_ms, record } = versionRow.parse(value);
  return { id, datasetId: dataset_id, number, sha256, createdAtMs: at_ms, ...versionFacts.parse(JSON.parse(record)) };
}
