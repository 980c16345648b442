import { chmod, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { measureTextSchema } from '../contract/quantization.contract.ts';
import { recommendSettings } from '../engine/fit/recommend.ts';
import { ExpectedError, throwFileError } from '../kernel/errors.ts';
import { syncFolder } from '../kernel/files.ts';
import { newId } from '../kernel/ids.ts';
import type { Interaction } from '../kernel/interaction.ts';
import type { JobContext, JobDefinition } from '../kernel/jobs/jobs.service.ts';
import { runTask, TaskProcessDied } from '../kernel/processes/run-task.ts';
import type { LoadableVersion } from '../models/index.ts';
import { evaluateResultSchema, layersResultSchema, matrixResultSchema } from './measure-task.ts';
import type { MeasureRequest } from './measure-task.ts';
import type { QuantizationDependencies } from './quantization-dependencies.ts';
import { matrixPathOf } from './run-quantizer.ts';

const options = { text: measureTextSchema, chunks: z.number().int(), contextSize: z.number().int() };
export const measurePayloadSchema = z.object({ versionId: z.string(), ...options });
export const evaluatePayloadSchema = z.object({ versionId: z.string(), parentVersionId: z.string(), ...options });
export type MeasurePayload = z.infer<typeof measurePayloadSchema>;
export type EvaluatePayload = z.infer<typeof evaluatePayloadSchema>;

/** llama-perplexity's context size; so many windows give the divergence to a tenth and take a large model minutes, not hours. */
export const USUAL_EVALUATION = { text: { kind: 'bundled', name: 'held-out' }, chunks: 16, contextSize: 512 } as const;

/** The measuring process speaks every few seconds. */
const silenceLimitMs = 120_000;

type Measurement = Pick<MeasurePayload, 'text' | 'chunks' | 'contextSize'>;

/** Queues the comparison of a new version with its parent. Call it inside the transaction that makes the version. */
export function enqueueEvaluation(
  { jobs, models, audit }: Pick<QuantizationDependencies, 'jobs' | 'models' | 'audit'>,
  interaction: Interaction,
  { versionId, parentVersionId, name, number }: { versionId: string; parentVersionId: string; name: string; number: number },
): string {
  const { contextLength } = models.version(parentVersionId).facts;
  const contextSize = contextLength === 0 ? USUAL_EVALUATION.contextSize : Math.min(USUAL_EVALUATION.contextSize, contextLength);
  const payload: EvaluatePayload = { ...USUAL_EVALUATION, contextSize, versionId, parentVersionId };
  const title = `${name} v${number}`;
  const jobId = jobs.enqueue(interaction, { kind: 'quantization.evaluate', title, payload });
  audit.append(interaction, { type: 'quantization.evaluationStarted', object: { type: 'job', id: jobId, name: title }, after: shownPayload(payload) });
  return jobId;
}

/** A payload as the audit log keeps it: a text by its name, never its words. */
export function shownPayload<Payload extends Measurement>(payload: Payload): Omit<Payload, 'text'> & { text: Record<string, string> } {
  const { text } = payload;
  const shown: Record<string, string> = text.kind === 'path' ? { kind: text.kind, path: text.path } : { kind: text.kind, name: text.name };
  return { ...payload, text: shown };
}

export function matrixJob(dependencies: QuantizationDependencies): JobDefinition<MeasurePayload> {
  const { store, db, audit, clock, events, models, layout } = dependencies;
  return withFolder(dependencies, {
    kind: 'quantization.matrix',
    payloadSchema: measurePayloadSchema,
    failedEvent: 'quantization.matrixFailed',
    cancelledEvent: 'quantization.matrixCancelled',
    async run(job, folder) {
      const version = await models.versionForLoading(job.payload.versionId);
      const outputPath = join(folder, 'matrix.gguf');
      const result = await measure(dependencies, job, { schema: matrixResultSchema, largest: version, request: { kind: 'matrix', modelPath: version.path, outputPath } });
      job.phase('register');
      const id = newId('mtx');
      const { text, chunks, contextSize, entries, sizeBytes, sha256 } = result;
      await placeMatrix({ db, layout }, { id, from: outputPath }, () => {
        store.insertMatrix({ id, versionId: version.versionId, source: 'computed', text, chunks, contextSize, entries, sizeBytes, sha256, atMs: clock.nowMs(), startedBy: job.interaction.actor.name });
        audit.append(job.interaction, { type: 'quantization.matrixComputed', object: objectOf(version), after: { matrixId: id, versionId: version.versionId, number: version.number, text, chunks, contextSize, sha256 } });
        job.succeed({ objectType: 'matrix', objectId: id });
      });
      events.publish({ type: 'quantization.changed' });
    },
  });
}

/** Gives a finished matrix its final place, then its row; the file goes again where the row cannot be written. */
export async function placeMatrix({ db, layout }: Pick<QuantizationDependencies, 'db' | 'layout'>, { id, from }: { id: string; from: string }, commit: () => void): Promise<void> {
  const path = matrixPathOf(layout, id);
  await mkdir(layout.importanceMatrices, { recursive: true, mode: 0o700 });
  await chmod(from, 0o400);
  await rename(from, path).catch((error: unknown) => throwFileError(error, path));
  syncFolder(layout.importanceMatrices);
  try {
    db.transaction(commit).immediate();
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

export function layersJob(dependencies: QuantizationDependencies): JobDefinition<MeasurePayload> {
  const { store, db, audit, clock, events, models } = dependencies;
  return withFolder(dependencies, {
    kind: 'quantization.layers',
    payloadSchema: measurePayloadSchema,
    failedEvent: 'quantization.layersFailed',
    cancelledEvent: 'quantization.layersCancelled',
    async run(job) {
      const version = await models.versionForLoading(job.payload.versionId);
      const { text, chunks, contextSize, influence } = await measure(dependencies, job, { schema: layersResultSchema, largest: version, request: { kind: 'layers', modelPath: version.path } });
      job.phase('register');
      const id = newId('lay');
      db.transaction(() => {
        store.insertLayerReport({ id, versionId: version.versionId, text, chunks, contextSize, influence, atMs: clock.nowMs(), startedBy: job.interaction.actor.name });
        audit.append(job.interaction, { type: 'quantization.layersMeasured', object: objectOf(version), after: { reportId: id, versionId: version.versionId, number: version.number, text, chunks, contextSize, influence } });
        job.succeed({ objectType: 'layer-report', objectId: id });
      }).immediate();
      events.publish({ type: 'quantization.changed' });
    },
  });
}

export function evaluateJob(dependencies: QuantizationDependencies): JobDefinition<EvaluatePayload> {
  const { store, db, audit, clock, events, models } = dependencies;
  return withFolder(dependencies, {
    kind: 'quantization.evaluate',
    payloadSchema: evaluatePayloadSchema,
    failedEvent: 'quantization.evaluationFailed',
    cancelledEvent: 'quantization.evaluationCancelled',
    async run(job, folder) {
      const version = await models.versionForLoading(job.payload.versionId);
      const parent = await models.versionForLoading(job.payload.parentVersionId);
      const result = await measure(dependencies, job, {
        schema: evaluateResultSchema,
        largest: parent.sizeBytes > version.sizeBytes ? parent : version,
        request: { kind: 'evaluate', parentPath: parent.path, versionPath: version.path, temporaryFolder: folder },
      });
      job.phase('register');
      const id = newId('evl');
      const { kind: _, ...measured } = result;
      db.transaction(() => {
        store.insertEvaluation({ id, versionId: version.versionId, parentVersionId: parent.versionId, ...measured, atMs: clock.nowMs(), startedBy: job.interaction.actor.name });
        audit.append(job.interaction, {
          type: 'quantization.evaluated',
          object: objectOf(version),
          after: { evaluationId: id, versionId: version.versionId, number: version.number, parentVersionId: parent.versionId, parentNumber: parent.number, ...measured },
        });
        job.succeed({ objectType: 'evaluation', objectId: id });
      }).immediate();
      events.publish({ type: 'quantization.changed' });
    },
  });
}

function objectOf(version: LoadableVersion): { type: string; id: string; name: string } {
  return { type: 'model', id: version.modelId, name: version.modelName };
}

/** A job with a folder of its own in quarantine, gone whatever its end. */
function withFolder<Payload>(
  { layout }: Pick<QuantizationDependencies, 'layout'>,
  definition: Omit<JobDefinition<Payload>, 'run' | 'sweep'> & { run: (job: JobContext<Payload>, folder: string) => Promise<void> },
): JobDefinition<Payload> {
  const folderOf = (jobId: string): string => join(layout.quarantine, jobId);
  return {
    ...definition,
    sweep: (jobId) => rm(folderOf(jobId), { recursive: true, force: true }),
    async run(job) {
      const folder = folderOf(job.jobId);
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: unknown) => throwFileError(error, folder));
        await definition.run(job, folder);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

type RequestOwn = MeasureRequest extends infer Request ? (Request extends MeasureRequest ? Omit<Request, keyof Measurement | 'backend' | 'gpuLayers' | 'threads'> : never) : never;

/** Runs the measuring process where a deployment of the larger model would run by the house's own recommendation. */
async function measure<Result>(
  { startProcess, resolveWorker, hardware }: QuantizationDependencies,
  job: JobContext<Measurement>,
  { request, schema, largest }: { request: RequestOwn; schema: z.ZodType<Result>; largest: LoadableVersion },
): Promise<Result> {
  const { text, chunks, contextSize } = job.payload;
  const { backend, gpuLayers, threads } = recommendSettings(largest.facts, await hardware.look({ refresh: true })).recommended.settings;
  try {
    return await runTask({
      startProcess,
      entryPath: resolveWorker('measure'),
      serviceName: 'modelward-measure',
      request: { ...request, text, chunks, contextSize, backend, gpuLayers, threads } satisfies MeasureRequest,
      resultSchema: schema,
      signal: job.signal,
      silenceLimitMs,
      onMessage: (message) => (message.kind === 'phase' ? job.phase(message.phase, message.detail) : job.report(message)),
    });
  } catch (error) {
    if (!(error instanceof TaskProcessDied)) throw error;
    const what = request.kind === 'evaluate' ? 'evaluation' : request.kind;
    const detail = [error.exit.signal ?? `code ${error.exit.code}`, error.stderrTail.trim().split('\n').at(-1) ?? ''].filter((part) => part !== '').join(': ');
    throw new ExpectedError('MEASURING_FAILED', { what, detail }, { cause: error });
  }
}
