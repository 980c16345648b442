import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { importSourceSchema } from '../contract/models.contract.ts';
import type { Adapter } from '../contract/adapters.contract.ts';
import { trialLoad } from '../engine/supervisor/trial-load.ts';
import { ExpectedError, throwFileError } from '../kernel/errors.ts';
import { syncFolder } from '../kernel/files.ts';
import { newId } from '../kernel/ids.ts';
import type { JobContext, JobDefinition } from '../kernel/jobs/jobs.service.ts';
import { nameKeyOf } from '../kernel/names.ts';
import { runTask } from '../kernel/processes/run-task.ts';
import type { LoadableVersion } from '../models/index.ts';
import { importResultSchema } from './adapter-task.ts';
import type { AdapterBase, AdapterRequest } from './adapter-task.ts';
import type { AdaptersDependencies } from './adapters-dependencies.ts';
import type { AdaptersStore } from './adapters.store.ts';

export const importPayloadSchema = z.object({ source: importSourceSchema, modelId: z.string(), name: z.string(), notes: z.string() });
type ImportPayload = z.infer<typeof importPayloadSchema>;
type Stored = z.infer<typeof importResultSchema>;

/** A hostile header is read in milliseconds and a disk never stalls for a minute: longer silence is a fault. */
export const silenceLimitMs = 60_000;
const trialBaseTimeoutMs = 60_000;
/** A slow disk still reads this much a second. */
const slowestReadBytesPerMs = 50_000;

export function storedPath(folder: string, sha256: string): string {
  return join(folder, `${sha256}.gguf`);
}

/** Adapters change what a model writes. */
export function writes({ purpose }: LoadableVersion['facts']): boolean {
  return purpose === 'text-generation';
}

export function baseOf({ versionId, facts, path }: LoadableVersion): AdapterBase {
  return { versionId, architecture: facts.architecture, path };
}

/** Raises NAME_TAKEN: programs and people name adapters by their names. */
export function requireFreeName(store: AdaptersStore, name: string, exceptId: string | null): void {
  if (store.list().some((other) => other.id !== exceptId && nameKeyOf(other.name) === nameKeyOf(name))) throw new ExpectedError('NAME_TAKEN', { name });
}

/**
 * The import as a job: a disposable process checks and copies; an inference process loads base and adapter together and writes a few
 * tokens; only then, in one transaction, the adapter exists. Until then there is one file `<job>.part`, removed on any other end.
 */
export function importJob(dependencies: AdaptersDependencies): JobDefinition<ImportPayload> {
  const { layout, uploads } = dependencies;
  const partOf = (jobId: string): string => join(layout.adapters, `${jobId}.part`);
  return {
    kind: 'adapters.import',
    payloadSchema: importPayloadSchema,
    failedEvent: 'adapters.importFailed',
    cancelledEvent: 'adapters.importCancelled',
    sweep: (jobId) => rm(partOf(jobId), { force: true }),
    async run(job) {
      const part = partOf(job.jobId);
      try {
        await mkdir(layout.adapters, { recursive: true, mode: 0o700 }).catch((error: unknown) => throwFileError(error, layout.adapters));
        const { source, modelId } = job.payload;
        const versions = dependencies.models.versions().filter((version) => version.modelId === modelId && writes(version.facts));
        if (versions.length === 0) throw new ExpectedError('NOT_FOUND', { what: 'model', id: modelId });
        const path = source.kind === 'path' ? source.path : uploads.pathOf(source.uploadId);
        const stored = await checkAndStore(dependencies, job, { kind: 'import', path, bases: versions.map(baseOf), copyTo: part });
        requireNew(dependencies.store, stored.sha256);
        job.phase('trial-load');
        await trial(dependencies, job, { versions, stored, part });
        job.phase('register');
        job.signal.throwIfAborted();
        await register(dependencies, job, { stored, part, sourceName: basename(path) });
      } finally {
        await rm(part, { force: true });
      }
      if (job.payload.source.kind === 'upload') await uploads.discard(job.payload.source.uploadId);
    },
  };
}

function checkAndStore({ startProcess, resolveWorker }: AdaptersDependencies, job: JobContext<ImportPayload>, request: AdapterRequest): Promise<Stored> {
  return runTask({
    startProcess,
    entryPath: resolveWorker('adapter-import'),
    serviceName: 'modelward-adapter',
    request,
    resultSchema: importResultSchema,
    signal: job.signal,
    silenceLimitMs,
    onMessage: (message) => (message.kind === 'phase' ? job.phase(message.phase, message.detail) : job.report(message)),
  });
}

/** With the smallest version that fits: what is tried is the adapter. Its base was tried when it came in, so a failure is the adapter's. */
async function trial(dependencies: AdaptersDependencies, job: JobContext<ImportPayload>, { versions, stored, part }: { versions: LoadableVersion[]; stored: Stored; part: string }): Promise<void> {
  const [smallest] = versions.filter(({ versionId }) => stored.fits[versionId] === true).sort((a, b) => a.sizeBytes - b.sizeBytes);
  if (smallest === undefined) throw new ExpectedError('NOT_FOUND', { what: 'model', id: job.payload.modelId });
  const { path, sizeBytes } = await dependencies.models.versionForLoading(smallest.versionId);
  try {
    await trialLoad({
      startProcess: dependencies.startProcess,
      workerPath: dependencies.resolveWorker('inference'),
      modelPath: path,
      adapters: [{ path: part, weight: 1 }],
      timeoutMs: trialBaseTimeoutMs + Math.round(sizeBytes / slowestReadBytesPerMs),
      signal: job.signal,
    });
  } catch (error) {
    if (!(error instanceof ExpectedError) || error.code !== 'TRIAL_LOAD_FAILED') throw error;
    throw new ExpectedError('ADAPTER_REFUSED', { reason: 'not-loaded', detail: (error as ExpectedError<'TRIAL_LOAD_FAILED'>).data.reason }, { cause: error });
  }
}

async function register(dependencies: AdaptersDependencies, job: JobContext<ImportPayload>, { stored, part, sourceName }: { stored: Stored; part: string; sourceName: string }): Promise<void> {
  const { db, store, audit, clock, events, layout, models } = dependencies;
  const { modelId, name, notes, source } = job.payload;
  const { sha256, sizeBytes, facts, fits } = stored;
  const path = storedPath(layout.adapters, sha256);
  await rename(part, path).catch((error: unknown) => throwFileError(error, path));
  syncFolder(layout.adapters);
  try {
    db.transaction(() => {
      requireNew(store, sha256);
      requireFreeName(store, name, null);
      const model = models.versions().find((version) => version.modelId === modelId);
      if (model === undefined) throw new ExpectedError('NOT_FOUND', { what: 'model', id: modelId });
      const id = newId('ada');
      store.insert({ id, modelId, sha256, importedAtMs: clock.nowMs(), name, notes, sourceName, facts, importedBy: job.interaction.actor.name, fits });
      audit.append(job.interaction, {
        type: 'adapters.imported',
        object: { type: 'adapter', id, name },
        after: {
          sha256,
          sizeBytes,
          modelId,
          model: model.modelName,
          architecture: facts.architecture,
          alpha: facts.alpha,
          rank: facts.rank,
          targets: facts.targets.length,
          source: source.kind === 'path' ? source.path : 'upload',
        },
      });
      job.succeed({ objectType: 'adapter', objectId: id });
    }).immediate();
  } catch (error) {
    // The same bytes may have come in by another job meanwhile: then the file is that one's.
    if (store.withDigest(sha256) === undefined) await rm(path, { force: true });
    throw error;
  }
  events.publish({ type: 'adapters.changed' });
}

function requireNew(store: AdaptersStore, sha256: string): void {
  const known: Pick<Adapter, 'id' | 'name'> | undefined = store.withDigest(sha256);
  if (known !== undefined) throw new ExpectedError('ADAPTER_ALREADY_IMPORTED', { adapterId: known.id, name: known.name });
}
