import { mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { importSourceSchema } from '../contract/models.contract.ts';
import type { ModelFacts, ModelVersion } from '../contract/models.contract.ts';
import type { AuditLog } from '../audit/index.ts';
import type { Clock } from '../kernel/clock.ts';
import type { DatabaseHandle } from '../kernel/database/open-database.ts';
import type { DataFolderLayout } from '../kernel/data-folder/layout.ts';
import { ExpectedError, throwFileError } from '../kernel/errors.ts';
import type { EventBus } from '../kernel/event-bus.ts';
import { newId } from '../kernel/ids.ts';
import type { JobContext, JobDefinition } from '../kernel/jobs/jobs.service.ts';
import type { ProcessStarter, WorkerResolver } from '../kernel/processes/process-starter.ts';
import { runTask, TaskProcessDied } from '../kernel/processes/run-task.ts';
import { importResultSchema } from './import-task.ts';
import type { ImportRequest } from './import-task.ts';
import type { ModelsStore } from './models.store.ts';
import { alreadyImported, registerVersion } from './register-version.ts';
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
  let phase = '';
  const result = await runTask({
    startProcess,
    entryPath: resolveWorker('model-import'),
    serviceName: 'modelward-import',
    request,
    resultSchema: importResultSchema,
    signal: job.signal,
    silenceLimitMs,
    onMessage(message) {
      if (message.kind !== 'phase') return job.report(message);
      phase = message.phase;
      return job.phase(message.phase, message.detail);
    },
  }).catch((error: unknown) => {
    // A template can eat memory in one gulp, and then V8 ends the whole process and not the thread alone.
    if (error instanceof TaskProcessDied && phase === 'chat-template') throw new ExpectedError('CHAT_TEMPLATE_REFUSED', { reason: 'too-much-memory' }, { cause: error });
    throw error;
  });
  if (result.kind === 'known') throw alreadyImported(store, result.sha256);
  return result;
}

/** The model comes into being, or gets a further version. */
async function register(
  dependencies: ImportDependencies,
  job: JobContext<ImportPayload>,
  { stored, trial, quarantine }: { stored: Stored; trial: NonNullable<ModelVersion['trial']>; quarantine: string },
): Promise<void> {
  const { store, audit, clock } = dependencies;
  const { target, source, notes } = job.payload;
  const { sha256, files, sizeBytes, facts, method } = stored;
  await registerVersion(dependencies, job.interaction, {
    entry: {
      finished: { folder: quarantine, sha256, files, sizeBytes, facts, trial },
      storageMethod: method,
      sourceName: source.kind === 'path' ? basename(source.path) : target.kind === 'new-model' ? target.name : (store.model(target.modelId)?.name ?? ''),
      derived: null,
    },
    modelOf() {
      if (target.kind === 'new-model') {
        if (store.modelNamed(target.name) !== undefined) throw new ExpectedError('NAME_TAKEN', { name: target.name });
        const made = { id: newId('mdl'), name: target.name, notes, createdAtMs: clock.nowMs(), retiredAtMs: null };
        store.insertModel(made);
        return made;
      }
      const model = store.model(target.modelId);
      if (model === undefined) throw new ExpectedError('NOT_FOUND', { what: 'model', id: target.modelId });
      return model;
    },
    commit({ versionId, number, model }) {
      audit.append(job.interaction, {
        type: 'models.imported',
        object: { type: 'model', id: model.id, name: model.name },
        after: {
          versionId,
          number,
          sha256,
          sizeBytes,
          method,
          architecture: facts.architecture,
          quantization: facts.quantization,
          source: source.kind === 'path' ? source.path : 'upload',
        },
      });
      job.succeed({ objectType: 'model', objectId: model.id });
    },
  });
}
