import { basename } from 'node:path';
import { z } from 'zod';
import { dataReadingSchema, splitSharesSchema } from '../contract/datasets.contract.ts';
import { importSourceSchema } from '../contract/models.contract.ts';
import { ExpectedError } from '../kernel/errors.ts';
import { newId } from '../kernel/ids.ts';
import type { JobContext, JobDefinition } from '../kernel/jobs/jobs.service.ts';
import { runTask } from '../kernel/processes/run-task.ts';
import { dataChunkSchema, importResultSchema } from './data-import-task.ts';
import type { DataRequest } from './data-import-task.ts';
import type { DatasetsDependencies } from './datasets-dependencies.ts';
import type { DatasetRecord } from './datasets.store.ts';
import { requireFreeName } from './names.ts';

export const importPayloadSchema = z.object({
  source: importSourceSchema,
  reading: dataReadingSchema,
  target: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('new-dataset'), name: z.string(), shares: splitSharesSchema }),
    z.object({ kind: z.literal('new-version'), datasetId: z.string() }),
  ]),
  licence: z.string(),
  notes: z.string(),
});
export type ImportPayload = z.infer<typeof importPayloadSchema>;
type Read = Extract<z.infer<typeof importResultSchema>, { kind: 'read' }>;

/** A piece of a file is read in milliseconds: longer silence is a fault. */
export const silenceLimitMs = 60_000;

/** What the rows of an import are kept for while they come in; ids the sweeper leaves alone. */
export interface ImportRoom {
  /** Versions whose rows are coming in. */
  active: Set<string>;
  /** Takes the rows of a version away that will not be one. */
  removeRows(versionId: string): Promise<void>;
}

/**
 * The import as a job: a disposable process reads and checks; its rows go straight into the encrypted database, under the id of a version
 * that does not exist before the last of them is in. Then, in one transaction, it does. On any other end the rows are removed.
 */
export function importJob(dependencies: DatasetsDependencies, room: ImportRoom): JobDefinition<ImportPayload> {
  return {
    kind: 'datasets.import',
    payloadSchema: importPayloadSchema,
    failedEvent: 'datasets.importFailed',
    cancelledEvent: 'datasets.importCancelled',
    sweep: () => Promise.resolve(), // rows without a version are found at every start: DatasetsService.sweep
    async run(job) {
      const versionId = newId('dsv');
      room.active.add(versionId);
      try {
        await importVersion(dependencies, job, versionId);
      } catch (error) {
        await room.removeRows(versionId);
        throw error;
      } finally {
        room.active.delete(versionId);
      }
      if (job.payload.source.kind === 'upload') await dependencies.uploads.discard(job.payload.source.uploadId);
      dependencies.events.publish({ type: 'datasets.changed' });
    },
  };
}

async function importVersion(dependencies: DatasetsDependencies, job: JobContext<ImportPayload>, versionId: string): Promise<void> {
  const { store, uploads, resolveWorker } = dependencies;
  const { source, target, reading } = job.payload;
  const dataset = target.kind === 'new-version' ? requireDataset(dependencies, target.datasetId) : null;
  const rule = dataset === null ? { datasetId: newId('dst'), shares: sharesOf(target), attempt: null } : { datasetId: dataset.id, shares: dataset.shares, attempt: dataset.attempt };
  const request: DataRequest = {
    kind: 'import',
    path: source.kind === 'path' ? source.path : uploads.pathOf(source.uploadId),
    reading,
    rule,
    known: dataset === null ? [] : store.versionsOf(dataset.id).map(({ sha256 }) => sha256),
  };
  const taker = takeRows(dependencies, versionId);
  const result = await runTask({
    startProcess: dependencies.startProcess,
    entryPath: resolveWorker('data-import'),
    serviceName: 'modelward-data-import',
    request,
    resultSchema: importResultSchema,
    signal: AbortSignal.any([job.signal, taker.failed]),
    silenceLimitMs,
    onMessage: (message) => (message.kind === 'phase' ? job.phase(message.phase, message.detail) : job.report(message)),
    onStarted: taker.onStarted,
    onChunk: taker.onChunk,
  }).finally(() => taker.settled()); // whoever removes rows after this must not meet a piece that is still being stored
  if (result.kind === 'known') throw unchanged(dependencies, rule.datasetId, result.sha256);
  job.phase('register');
  job.signal.throwIfAborted();
  register(dependencies, job, { versionId, datasetId: rule.datasetId, read: result });
}

function sharesOf(target: ImportPayload['target']) {
  if (target.kind !== 'new-dataset') throw new TypeError('only a new data set has shares of its own');
  return target.shares;
}

/** Stores pieces one after the other, each in a transaction of its own, and says when the next may come. */
function takeRows({ db, store }: DatasetsDependencies, versionId: string) {
  const failure = new AbortController();
  let error: unknown = null;
  let position = 0;
  let tell: (value: unknown) => void = () => undefined;
  let taking = Promise.resolve();
  const insert = db.transaction((rows: Parameters<typeof store.insertRows>[2]) => store.insertRows(versionId, position, rows));
  const take = async (value: unknown): Promise<void> => {
    if (failure.signal.aborted) return;
    try {
      const rows = dataChunkSchema.parse(value).rows.map(({ hash, sideKey, ...row }) => ({ ...row, hash: Buffer.from(hash, 'base64'), sideKey: Buffer.from(sideKey, 'base64') }));
      insert.immediate(rows);
      position += rows.length;
      await new Promise((resolve) => setImmediate(resolve)); // others have their turn before the next piece comes
      tell('taken');
    } catch (caught) {
      error = caught;
      failure.abort();
    }
  };
  return {
    /** Aborts when a piece could not be stored; `settled` then raises why. */
    failed: failure.signal,
    onStarted(how: typeof tell): void {
      tell = how;
    },
    onChunk(value: unknown): void {
      taking = taking.then(() => take(value));
    },
    async settled(): Promise<void> {
      await taking;
      if (error !== null) throw error;
    },
  };
}

/** The version comes into being, and the data set with it where it is new. */
function register(dependencies: DatasetsDependencies, job: JobContext<ImportPayload>, { versionId, datasetId, read }: { versionId: string; datasetId: string; read: Read }): void {
  const { db, store, audit, clock } = dependencies;
  const { target, source, licence, notes } = job.payload;
  const { kind: _, attempt, ...facts } = read;
  const sourceName = basename(source.kind === 'path' ? source.path : dependencies.uploads.pathOf(source.uploadId));
  db.transaction(() => {
    const createdAtMs = clock.nowMs();
    let dataset: DatasetRecord;
    if (target.kind === 'new-dataset') {
      requireFreeName(store, target.name, null);
      dataset = { id: datasetId, name: target.name, createdAtMs, shares: target.shares, attempt };
      store.insertDataset(dataset);
    } else dataset = requireDataset(dependencies, datasetId);
    const versions = store.versionsOf(dataset.id);
    if (versions.some(({ sha256 }) => sha256 === facts.sha256)) throw unchanged(dependencies, dataset.id, facts.sha256);
    const number = (versions[0]?.number ?? 0) + 1;
    store.insertVersion({ id: versionId, datasetId: dataset.id, number, ...facts, sourceName, licence, notes, createdBy: job.interaction.actor.name, createdAtMs });
    audit.append(job.interaction, {
      type: 'datasets.imported',
      object: { type: 'dataset', id: dataset.id, name: dataset.name },
      after: {
        versionId,
        number,
        sha256: facts.sha256,
        rowCount: facts.rowCount,
        splits: facts.splits,
        duplicateCount: facts.duplicateCount,
        problemCount: facts.problemCount,
        format: facts.reading.format,
        encoding: facts.reading.encoding,
        licence,
        source: source.kind === 'path' ? source.path : 'upload',
      },
    });
    job.succeed({ objectType: 'dataset', objectId: dataset.id });
  }).immediate();
}

function requireDataset({ store }: DatasetsDependencies, datasetId: string): DatasetRecord {
  const dataset = store.dataset(datasetId);
  if (dataset === undefined) throw new ExpectedError('NOT_FOUND', { what: 'dataset', id: datasetId });
  return dataset;
}

function unchanged({ store }: DatasetsDependencies, datasetId: string, sha256: string): ExpectedError {
  const version = store.versionsOf(datasetId).find((each) => each.sha256 === sha256);
  if (version === undefined) return new ExpectedError('NOT_FOUND', { what: 'dataset', id: datasetId });
  return new ExpectedError('DATASET_UNCHANGED', { datasetId, versionId: version.id, number: version.number });
}
