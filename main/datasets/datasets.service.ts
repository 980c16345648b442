import type { InferContractRouterInputs } from '@orpc/contract';
import { basename } from 'node:path';
import type { DataPreview, DataRow, DataSplit, DatasetDetail, DatasetDiff, DatasetSummary, DatasetVersion, DataRowView, datasetsContract } from '../contract/datasets.contract.ts';
import type { FolderListing } from '../contract/models.contract.ts';
import { browseFolder } from '../kernel/browse-folder.ts';
import { ExpectedError } from '../kernel/errors.ts';
import type { Interaction } from '../kernel/interaction.ts';
import { nameKeyOf } from '../kernel/names.ts';
import { runTask } from '../kernel/processes/run-task.ts';
import { inspectResultSchema } from './data-import-task.ts';
import type { DataRequest } from './data-import-task.ts';
import type { DatasetsDependencies } from './datasets-dependencies.ts';
import { toRow } from './datasets.store.ts';
import type { DatasetRecord, KeptRow, VersionRecord } from './datasets.store.ts';
import { diffVersions, yieldTurn } from './diff-versions.ts';
import { importJob } from './import-job.ts';
import { requireFreeName, suggestName } from './names.ts';
import { createRowSearch } from './search-rows.ts';

type Input<Name extends keyof typeof datasetsContract> = InferContractRouterInputs<typeof datasetsContract>[Name];

/** A row with what training needs to know of it. */
export interface StoredRow {
  /** Hash of its canonical JSON, hex. */
  hash: string;
  split: DataSplit;
  row: DataRow;
}

export interface DatasetsService {
  browse(path: string | null): Promise<FolderListing>;
  inspect(interaction: Interaction, input: Input<'inspect'>): Promise<DataPreview>;
  import(interaction: Interaction, input: Input<'import'>): { jobId: string };
  list(): DatasetSummary[];
  get(datasetId: string): DatasetDetail;
  rows(input: Input<'rows'>): Promise<{ total: number; rows: DataRowView[] }>;
  diff(input: Input<'diff'>): Promise<DatasetDiff>;
  rename(interaction: Interaction, input: Input<'rename'>): void;
  annotate(interaction: Interaction, input: Input<'annotate'>): void;
  /** Resolves once its rows are gone too; the data set itself is gone at once. */
  delete(interaction: Interaction, input: Input<'delete'>): Promise<void>;
  /** Raises NOT_FOUND. */
  version(versionId: string): DatasetVersion;
  /** Its rows in order, a piece at a time, so that the event loop stays free. */
  rowsOf(versionId: string): AsyncGenerator<StoredRow[], void, void>;
  /** Hashes of all rows of a version, for what "new since then" means. */
  hashesOf(versionId: string): Promise<Set<string>>;
  /** Removes rows that no version names: what a crash during an import or a deletion left. */
  sweep(): Promise<void>;
}

const historyLimit = 200;
const inspectSilenceMs = 20_000;
const removedAtOnce = 500;
const pieceRows = 200;
const dataFile = /\.(?:jsonl|ndjson|json|csv|tsv|txt|md)$/i;

export function createDatasetsService(dependencies: DatasetsDependencies): DatasetsService {
  const { db, store, audit, auditLog, events, jobs, uploads } = dependencies;
  const search = createRowSearch(store);
  const active = new Set<string>();

  const removeRows = async (versionId: string): Promise<void> => {
    const remove = db.transaction(() => store.removeRows(versionId, removedAtOnce));
    // Where the database closes meanwhile, the next start goes on.
    while (db.open && remove.immediate() === removedAtOnce) await yieldTurn();
  };
  jobs.register(importJob(dependencies, { active, removeRows }));

  const requireDataset = (datasetId: string): DatasetRecord => {
    const dataset = store.dataset(datasetId);
    if (dataset === undefined) throw new ExpectedError('NOT_FOUND', { what: 'dataset', id: datasetId });
    return dataset;
  };
  const requireVersion = (versionId: string): VersionRecord => {
    const version = store.version(versionId);
    if (version === undefined) throw new ExpectedError('NOT_FOUND', { what: 'dataset-version', id: versionId });
    return version;
  };
  const objectOf = ({ id, name }: DatasetRecord) => ({ type: 'dataset', id, name });
  const changed = (): void => events.publish({ type: 'datasets.changed' });
  const sourcePath = (source: Input<'import'>['source']): string => (source.kind === 'path' ? source.path : uploads.pathOf(source.uploadId));
  const withUse = (version: VersionRecord, datasetName: string): DatasetVersion => ({ ...version, datasetName, trained: dependencies.trainedOn(version.id) });

  return {
    browse: (path) => browseFolder(path, { kind: 'file', isListed: (name) => dataFile.test(name) }),

    async inspect(interaction, { source, reading }) {
      const path = sourcePath(source);
      const request: DataRequest = { kind: 'inspect', path, reading };
      const found = await runTask({
        startProcess: dependencies.startProcess,
        entryPath: dependencies.resolveWorker('data-import'),
        serviceName: 'modelward-data-inspect',
        request,
        resultSchema: inspectResultSchema,
        signal: interaction.signal,
        silenceLimitMs: inspectSilenceMs,
      }).catch((error: unknown) => {
        // Looking changes nothing and leaves no event; a file that is refused does.
        if (error instanceof ExpectedError && error.code !== 'CANCELLED') {
          audit.appendAlone(interaction, { type: 'datasets.importFailed', object: { type: 'file', id: '', name: basename(path) }, result: 'refused', reason: error.code, after: { path } });
        }
        throw error;
      });
      return { ...found, suggestedName: suggestName(store, found.fileName) };
    },

    import(interaction, input) {
      const title = basename(sourcePath(input.source));
      if (input.target.kind === 'new-dataset') requireFreeName(store, input.target.name, null);
      else requireDataset(input.target.datasetId);
      const enqueue = db.transaction(() => {
        const jobId = jobs.enqueue(interaction, { kind: 'datasets.import', title, payload: input });
        audit.append(interaction, {
          type: 'datasets.importStarted',
          object: { type: 'job', id: jobId, name: title },
          after: { source: input.source.kind === 'path' ? input.source.path : 'upload', target: input.target },
        });
        return jobId;
      });
      const jobId = enqueue.immediate();
      jobs.kick();
      return { jobId };
    },

    list: () =>
      store.datasets().flatMap(({ id, name, createdAtMs, shares }) => {
        const versions = store.versionsOf(id);
        const [latest] = versions;
        if (latest === undefined) return [];
        const trained = new Set(versions.flatMap((version) => dependencies.trainedOn(version.id).map(({ versionId }) => versionId)));
        return [{ id, name, createdAtMs, versionCount: versions.length, latestVersionId: latest.id, rowCount: latest.rowCount, textBytes: latest.textBytes, shares, trainedCount: trained.size }];
      }),

    get(datasetId) {
      const { id, name, createdAtMs, shares } = requireDataset(datasetId);
      const versions = store.versionsOf(id).map((version) => withUse(version, name));
      return { id, name, createdAtMs, shares, versions, history: auditLog.ofObject(id, historyLimit) };
    },

    async rows({ versionId, split, search: words = '', offset, limit }) {
      const version = requireVersion(versionId);
      if (words.trim() === '') {
        return { total: split === null ? version.rowCount : version.splits[split], rows: store.page(versionId, split, { offset, limit }) };
      }
      const found = await search.find(versionId, split, words.trim());
      requireVersion(versionId); // it may have been deleted while its rows were searched
      return { total: found.length, rows: found.slice(offset, offset + limit).map((position) => store.rowAt(versionId, position)) };
    },

    async diff({ fromVersionId, toVersionId }) {
      const [from, to] = [requireVersion(fromVersionId), requireVersion(toVersionId)];
      return { fromNumber: from.number, toNumber: to.number, ...(await diffVersions(store, fromVersionId, toVersionId)) };
    },

    rename(interaction, { datasetId, name }) {
      db.transaction(() => {
        const dataset = requireDataset(datasetId);
        requireFreeName(store, name, datasetId);
        store.rename(datasetId, name);
        audit.append(interaction, { type: 'datasets.renamed', object: { ...objectOf(dataset), name }, before: { name: dataset.name }, after: { name } });
      }).immediate();
      changed();
    },

    annotate(interaction, { versionId, licence, notes }) {
      db.transaction(() => {
        const version = requireVersion(versionId);
        const dataset = requireDataset(version.datasetId);
        store.annotate(versionId, { licence, notes });
        audit.append(interaction, {
          type: 'datasets.annotated',
          object: objectOf(dataset),
          before: { number: version.number, licence: version.licence, notes: version.notes },
          after: { versionId, number: version.number, licence, notes },
        });
      }).immediate();
      changed();
    },

    async delete(interaction, { datasetId, confirmName }) {
      const remove = db.transaction(() => {
        const dataset = requireDataset(datasetId);
        if (nameKeyOf(confirmName) !== nameKeyOf(dataset.name)) throw new ExpectedError('CONFIRMATION_MISMATCH', { expected: dataset.name });
        const models = dependencies.trainingWith(datasetId);
        if (models.length > 0) throw new ExpectedError('DATASET_IN_USE', { models });
        const versions = store.versionsOf(datasetId);
        store.deleteDataset(datasetId);
        audit.append(interaction, {
          type: 'datasets.deleted',
          object: objectOf(dataset),
          before: { versions: versions.map(({ id, number, sha256, rowCount }) => ({ id, number, sha256, rowCount })) },
        });
        return versions;
      });
      const versions = remove.immediate();
      changed();
      for (const { id } of versions) await removeRows(id);
    },

    version(versionId) {
      const version = requireVersion(versionId);
      return withUse(version, requireDataset(version.datasetId).name);
    },

    async *rowsOf(versionId) {
      const { rowCount } = requireVersion(versionId);
      for (let from = 0; from < rowCount; from += pieceRows) {
        const rows = store.rowsFrom(versionId, from, pieceRows);
        if (rows.length === 0) throw new ExpectedError('NOT_FOUND', { what: 'dataset-version', id: versionId }); // deleted meanwhile
        yield rows.map(stored);
        await yieldTurn();
      }
    },

    async hashesOf(versionId) {
      const { rowCount } = requireVersion(versionId);
      const hashes = new Set<string>();
      for (let from = 0; from < rowCount; from += pieceRows) {
        for (const hash of store.hashesFrom(versionId, from, pieceRows)) hashes.add(hash);
        await yieldTurn();
      }
      return hashes;
    },

    async sweep() {
      for (const versionId of store.strayVersionIds()) if (!active.has(versionId)) await removeRows(versionId);
    },
  };
}

function stored({ hash, split, content }: KeptRow): StoredRow {
  return { hash: hash.toString('hex'), split, row: toRow(content) };
}
