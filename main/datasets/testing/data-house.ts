import { createAuditLog, createAuditService, createAuditStore } from '../../audit/index.ts';
import type { AuditEvent } from '../../contract/audit.contract.ts';
import type { DataPreview, DataReading, DatasetDetail, DatasetVersion, SplitShares } from '../../contract/datasets.contract.ts';
import type { JobView } from '../../contract/jobs.contract.ts';
import { systemClock } from '../../kernel/clock.ts';
import { createEventBus } from '../../kernel/event-bus.ts';
import { newInteraction } from '../../kernel/interaction.ts';
import type { Interaction } from '../../kernel/interaction.ts';
import { createJobsService } from '../../kernel/jobs/jobs.service.ts';
import type { JobsService } from '../../kernel/jobs/jobs.service.ts';
import { createJobsStore } from '../../kernel/jobs/jobs.store.ts';
import { createNodeProcessStarter } from '../../kernel/processes/node-process-starter.ts';
import type { ChildProcessHandle } from '../../kernel/processes/process-starter.ts';
import { resolveWorkerSource } from '../../kernel/processes/resolve-worker.ts';
import { temporaryHouse } from '../../kernel/testing/temporary-house.ts';
import type { TemporaryHouse } from '../../kernel/testing/temporary-house.ts';
import { createUploads } from '../../models/index.ts';
import { createDatasetsService, createDatasetsStore } from '../index.ts';
import type { DatasetsService } from '../index.ts';
import { findDataFiles } from '../reading/find-files.ts';
import { guessReading } from '../reading/guess-reading.ts';
import { readingFor } from '../reading/read-data.ts';

export const usualShares: SplitShares = { train: 80, validation: 10, test: 10 };

/** The data room by itself: a real database, real jobs and processes, and nobody who trains unless a test says so. */
export interface DataHouse {
  house: TemporaryHouse;
  datasets: DatasetsService;
  jobs: JobsService;
  /** Processes started, oldest first. */
  children: ChildProcessHandle[];
  /** What was reported as a bug. */
  bugs: unknown[];
  /** Who is trained on what, as the training room would say. */
  use: { trained: DatasetVersion['trained']; training: string[] };
  person(): Interaction;
  inspect(path: string, reading?: DataReading | null): Promise<DataPreview>;
  /** Imports with what inspection would guess, changed by `changes`. Answers the ended job. */
  importJob(path: string, into: { name: string; shares?: SplitShares } | { datasetId: string }, changes?: Partial<DataReading>): Promise<JobView>;
  /** The same, and the data set it made. Throws the job's error as `CODE data`. */
  import(path: string, into: { name: string; shares?: SplitShares } | { datasetId: string }, changes?: Partial<DataReading>): Promise<DatasetDetail>;
  audited(): AuditEvent[];
  /** How many rows lie in the tables, whoever names them. */
  counts(): { rows: number; places: number };
  dispose(): Promise<void>;
}

export function openDataHouse(): DataHouse {
  const house = temporaryHouse();
  const { db, layout, key } = house;
  const bugs: unknown[] = [];
  const children: ChildProcessHandle[] = [];
  const use: DataHouse['use'] = { trained: [], training: [] };
  const clock = systemClock();
  const events = createEventBus((error) => void bugs.push(error));
  const auditStore = createAuditStore(db);
  const audit = createAuditLog({ db, store: auditStore, clock, events, appVersion: '0.0.0-test' });
  const auditLog = createAuditService({ store: auditStore, log: audit, databasePath: layout.database, key, resolveWorker: resolveWorkerSource });
  const reportBug = (error: unknown): string => {
    bugs.push(error);
    return 'ref';
  };
  const jobs = createJobsService({ db, store: createJobsStore(db), clock, events, append: (interaction, entry) => audit.append(interaction, entry), reportBug });
  const start = createNodeProcessStarter();
  const datasets = createDatasetsService({
    db,
    store: createDatasetsStore(db),
    audit,
    auditLog,
    clock,
    events,
    jobs,
    uploads: createUploads(layout.uploads),
    startProcess(options) {
      const child = start(options);
      children.push(child);
      return child;
    },
    resolveWorker: resolveWorkerSource,
    trainedOn: () => use.trained,
    trainingWith: () => use.training,
  });
  const person = (): Interaction => newInteraction({ kind: 'person', id: 'per_1', name: 'Ada', role: 'administrator' }, { host: 'console', address: '' });
  const test: DataHouse = {
    house,
    datasets,
    jobs,
    children,
    bugs,
    use,
    person,
    inspect: (path, reading = null) => datasets.inspect(person(), { source: { kind: 'path', path }, reading }),
    async importJob(path, into, changes = {}) {
      // Guessed here and not in a process: most tests are about what comes after.
      const source = await findDataFiles(path);
      const reading = readingFor(await guessReading(source, new AbortController().signal), source.isFolder);
      const target = 'datasetId' in into ? { kind: 'new-version' as const, ...into } : { kind: 'new-dataset' as const, name: into.name, shares: into.shares ?? usualShares };
      const { jobId } = datasets.import(person(), { source: { kind: 'path', path }, reading: { ...reading, ...changes }, target, licence: 'CC0', notes: '' });
      return jobs.whenEnded(jobId);
    },
    async import(path, into, changes) {
      const job = await test.importJob(path, into, changes);
      if (job.result === null) throw new Error(`${job.error?.code ?? job.state} ${JSON.stringify(job.error?.data)} ${String(bugs[0] ?? '')}`);
      return datasets.get(job.result.objectId);
    },
    audited: () => auditStore.list({}, null, 500).toReversed(),
    counts: () => ({
      rows: (db.prepare('SELECT count(*) AS n FROM dataset_rows').get() as { n: number }).n,
      places: (db.prepare('SELECT count(*) AS n FROM dataset_version_rows').get() as { n: number }).n,
    }),
    async dispose() {
      await jobs.dispose();
      await auditLog.dispose();
      house.remove();
    },
  };
  return test;
}
