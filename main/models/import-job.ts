import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { importSourceSchema } from '../contract/models.contract.ts';
import type { ModelFacts, ModelVersion } from '../contract/models.contract.ts';
import type { AuditLog } from '../audit/index.ts';
import type { Clock } from '../kernel/clock.ts';
import type { DatabaseHandle } from '../kernel/database/open-database.ts';
import type { DataFolderLayout } from '../kernel/data-folder/layout.ts';
import { ExpectedError, systemCodeOf, throwFileError } from '../kernel/errors.ts';
import type { EventBus } from '../kernel/event-bus.ts';
import { syncFolder } from '../kernel/files.ts';
import { newId } from '../kernel/ids.ts';
import type { JobContext, JobDefinition } from '../kernel/jobs/jobs.service.ts';
import type { ProcessStarter, WorkerResolver } from '../kernel/processes/process-starter.ts';
import { runTask } from '../kernel/processes/run-task.ts';
import { importResultSchema } from './import-task.ts';
import type { ImportRequest } from './import-task.ts';
import type { ModelsStore } from './models.store.ts';
import type { Uploads } from './uploads.ts';

export const importPayloadSchema = z.object({
  source: importSourceSchema,
  target: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('new-model'), name: z.string() }),
    z.object({ kind: z.literal('new-version'), modelId: z.string() }),
  ]),
  notes: z.string(),
});
export type ImportPayload = z.infer<typeof importPayloadSchema>;

/** Loads the stored file once in a disposable process. Raises TRIAL_LOAD_FAILED, DOES_NOT_FIT, CANCELLED. */
export type TrialLoad = (
  model: { path: string; facts: ModelFacts; sizeBytes: number },
  signal: AbortSignal,
) => Promise<NonNullable<ModelVersion['trial']>>;

export interface ImportDependencies {
  db: DatabaseHandle;
  store: ModelsStore;
  audit: AuditLog;
  clock: Clock;
  events: EventBus;
  layout: DataFolderLayout;
  uploads: Uploads;
  startProcess: ProcessStarter;
  resolveWorker: WorkerResolver;
  trialLoad: TrialLoad;
}

/** A hostile header is read in milliseconds and a disk never stalls for a minute: longer silence is a fault. */
const silenceLimitMs = 60_000;

type Stored = Extract<z.infer<typeof importResultSchema>, { kind: 'stored' }>;

/**
 * The import as a job: a disposable process checks, places and hashes; another loads; only then, in one transaction, the
 * model exists. Until that moment everything lies in `quarantine/<job>` and is removed on any other end.
 */
export function importJob(dependencies: ImportDependencies): JobDefinition<ImportPayload> {
  const { layout, uploads } = dependencies;
  const quarantineOf = (jobId: string): string => join(layout.quarantine, jobId);
  return {
    kind: 'models.import',
    payloadSchema: importPayloadSchema,
    failedEvent: 'models.importFailed',
    cancelledEvent: 'models.importCancelled',
    sweep: (jobId) => rm(quarantineOf(jobId), { recursive: true, force: true }),
    async run(job) {
      const quarantine = quarantineOf(job.jobId);
      try {
        await mkdir(layout.quarantine, { recursive: true, mode: 0o700 }).catch((error: unknown) => throwFileError(error, quarantine));
        const stored = await checkAndStore(dependencies, job, quarantine);
        job.phase('trial-load');
        const first = stored.files[0]?.name ?? '';
        const trial = await dependencies.trialLoad(
          { path: join(quarantine, first), facts: stored.facts, sizeBytes: stored.sizeBytes },
          job.signal,
        );
        job.phase('register', String(Math.round(trial.loadMs)));
        job.signal.throwIfAborted();
        await register(dependencies, job, { stored, trial, quarantine });
      } finally {
        await rm(quarantine, { recursive: true, force: true });
      }
      if (job.payload.source.kind === 'upload') await uploads.discard(job.payload.source.uploadId);
    },
  };
}

async function checkAndStore(dependencies: ImportDependencies, job: JobContext<ImportPayload>, quarantine: string): Promise<Stored> {
  const { store, uploads, startProcess, resolveWorker } = dependencies;
  const { source } = job.payload;
  const request: ImportRequest = {
    kind: 'import',
    path: source.kind === 'path' ? source.path : uploads.pathOf(source.uploadId),
    quarantine,
    ownSource: source.kind === 'upload',
    known: store.digests(),
    templateCheckPath: resolveWorker('template-check'),
  };
  const result = await runTask({
    startProcess,
    entryPath: resolveWorker('model-import'),
    serviceName: 'modelward-import',
    request,
    resultSchema: importResultSchema,
    signal: job.signal,
    silenceLimitMs,
    onMessage: (message) => (message.kind === 'phase' ? job.phase(message.phase, message.detail) : job.report(message)),
  });
  if (result.kind === 'known') throw alreadyImported(store, result.sha256);
  return result;
}

function alreadyImported(store: ModelsStore, sha256: string): ExpectedError {
  const version = store.versionWithDigest(sha256);
  const model = version === undefined ? undefined : store.model(version.modelId);
  return new ExpectedError('MODEL_ALREADY_IMPORTED', {
    modelId: model?.id ?? '',
    versionId: version?.id ?? '',
    name: model?.name ?? '',
  });
}

/** The moment the model comes into being: files get their final place, then rows and event in one transaction. */
async function register(
  { db, store, audit, clock, events, layout }: ImportDependencies,
  job: JobContext<ImportPayload>,
  { stored, trial, quarantine }: { stored: Stored; trial: NonNullable<ModelVersion['trial']>; quarantine: string },
): Promise<void> {
  const { target, source, notes } = job.payload;
  const folder = join(layout.models, stored.sha256);
  if (store.versionWithDigest(stored.sha256) !== undefined) throw alreadyImported(store, stored.sha256);
  await mkdir(layout.models, { recursive: true, mode: 0o700 });
  await rm(folder, { recursive: true, force: true }); // no row knows it: the remains of a crash between rename and commit
  await rename(quarantine, folder).catch((error: unknown) => throwFileError(error, folder));
  syncFolder(layout.models);

  const versionId = newId('ver');
  const insert = db.transaction(() => {
    let modelId: string;
    let name: string;
    if (target.kind === 'new-model') {
      if (store.modelNamed(target.name) !== undefined) throw new ExpectedError('NAME_TAKEN', { name: target.name });
      modelId = newId('mdl');
      name = target.name;
      store.insertModel({ id: modelId, name, notes, createdAtMs: clock.nowMs(), retiredAtMs: null });
    } else {
      const model = store.model(target.modelId);
      if (model === undefined) throw new ExpectedError('NOT_FOUND', { what: 'model', id: target.modelId });
      modelId = model.id;
      name = model.name;
    }
    const number = (store.versionsOf(modelId).at(-1)?.number ?? 0) + 1;
    store.insertVersion({
      id: versionId,
      modelId,
      number,
      sha256: stored.sha256,
      files: stored.files,
      sizeBytes: stored.sizeBytes,
      storageMethod: stored.method,
      sourceName: source.kind === 'path' ? basename(source.path) : name,
      facts: stored.facts,
      trial,
      importedBy: job.interaction.actor.name,
      importedAtMs: clock.nowMs(),
      derived: null,
      approval: null,
    });
    audit.append(job.interaction, {
      type: 'models.imported',
      object: { type: 'model', id: modelId, name },
      after: {
        versionId,
        number,
        sha256: stored.sha256,
        sizeBytes: stored.sizeBytes,
        method: stored.method,
        architecture: stored.facts.architecture,
        quantization: stored.facts.quantization,
        source: source.kind === 'path' ? source.path : 'upload',
      },
    });
    job.succeed({ objectType: 'model', objectId: modelId });
    return modelId;
  });
  try {
    const modelId = insert.immediate();
    events.publish({ type: 'models.changed', modelId });
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    if (systemCodeOf(error) === 'SQLITE_CONSTRAINT_UNIQUE') throw alreadyImported(store, stored.sha256);
    throw error;
  }
}
