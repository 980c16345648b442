import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { AuditType } from '../contract/audit-types.ts';
import type { JobKind } from '../contract/jobs.contract.ts';
import type { Derivation } from '../contract/models.contract.ts';
import { quantizeOptionsSchema } from '../contract/quantization.contract.ts';
import { ExpectedError, throwFileError } from '../kernel/errors.ts';
import type { JobContext, JobDefinition } from '../kernel/jobs/jobs.service.ts';
import type { LoadableVersion } from '../models/index.ts';
import { checkLayers, checkPrunable } from './check-pruning.ts';
import { checkRequantizing } from './check-source.ts';
import { enqueueEvaluation } from './measure-jobs.ts';
import type { QuantizationDependencies } from './quantization-dependencies.ts';
import { madeResultSchema } from './quantize-task.ts';
import type { MadeResult, QuantizeRequest } from './quantize-task.ts';
import { matrixForTask, runQuantizer } from './run-quantizer.ts';

export const quantizePayloadSchema = z.object({
  versionId: z.string(),
  type: z.string(),
  options: quantizeOptionsSchema,
  acceptRequantize: z.boolean(),
  evaluate: z.boolean(),
});
export const prunePayloadSchema = z.object({ versionId: z.string(), layers: z.array(z.number().int()), evaluate: z.boolean() });

type ShrunkDerivation = Extract<Derivation, { kind: 'quantized' | 'pruned' }>;

/** What differs between the jobs that make a version from another one. */
interface Derive<Payload> {
  kind: JobKind;
  payloadSchema: z.ZodType<Payload>;
  events: { made: AuditType; failed: AuditType; cancelled: AuditType };
  /** Checks once more what was checked before the job was queued, and says what to do. */
  request(payload: Payload, source: LoadableVersion, outputFolder: string): QuantizeRequest;
  derivation(payload: Payload, source: LoadableVersion, made: MadeResult): ShrunkDerivation;
}

export function quantizeJob(dependencies: QuantizationDependencies): JobDefinition<z.infer<typeof quantizePayloadSchema>> {
  const { store, models, layout } = dependencies;
  const matrixOf = (id: string | null) => {
    const matrix = id === null ? null : store.matrix(id);
    if (matrix === undefined) throw new ExpectedError('NOT_FOUND', { what: 'matrix', id: id ?? '' });
    return matrix;
  };
  return deriveJob(dependencies, {
    kind: 'quantization.quantize',
    payloadSchema: quantizePayloadSchema,
    events: { made: 'quantization.quantized', failed: 'quantization.failed', cancelled: 'quantization.cancelled' },
    request({ type, options, acceptRequantize }, source, outputFolder) {
      if (!acceptRequantize) checkRequantizing(models, source);
      return { kind: 'quantize', modelPath: source.path, type, options, matrix: matrixForTask(layout, matrixOf(options.importanceMatrixId)), outputFolder };
    },
    derivation({ type, options }, _source, made) {
      const matrix = matrixOf(options.importanceMatrixId);
      return {
        kind: 'quantized',
        type,
        engineRelease: made.engineRelease,
        importanceMatrix: matrix === null ? null : { sha256: matrix.sha256, textName: matrix.text?.name ?? null },
        outputTensorType: options.outputTensorType,
        tokenEmbeddingType: options.tokenEmbeddingType,
        overrides: options.overrides,
        pure: options.pure,
        leaveOutputTensor: options.leaveOutputTensor,
        fallbackCount: made.fallbackCount,
        durationMs: made.durationMs,
        log: made.log,
      };
    },
  });
}

export function pruneJob(dependencies: QuantizationDependencies): JobDefinition<z.infer<typeof prunePayloadSchema>> {
  return deriveJob(dependencies, {
    kind: 'quantization.prune',
    payloadSchema: prunePayloadSchema,
    events: { made: 'quantization.pruned', failed: 'quantization.pruneFailed', cancelled: 'quantization.pruneCancelled' },
    request({ layers }, source, outputFolder) {
      checkPrunable(source.facts);
      checkLayers(layers, source.facts.layerCount);
      return { kind: 'prune', modelPath: source.path, layers, outputFolder };
    },
    derivation: ({ layers }, source, { engineRelease, durationMs, log }) => ({
      kind: 'pruned',
      engineRelease,
      layers: [...layers].sort((a, b) => a - b),
      parentLayerCount: source.facts.layerCount,
      durationMs,
      log,
    }),
  });
}

/**
 * Quantizing or pruning as a job: a disposable process writes, flushes, hashes and reads the new file again; another loads it on trial;
 * only then, in one transaction, the version exists. Until that moment everything lies in `quarantine/<job>` and is removed on any other end.
 */
function deriveJob<Payload extends { versionId: string; evaluate: boolean }>(dependencies: QuantizationDependencies, derive: Derive<Payload>): JobDefinition<Payload> {
  const { models, layout, trialLoad } = dependencies;
  const folderOf = (jobId: string): string => join(layout.quarantine, jobId);
  return {
    kind: derive.kind,
    payloadSchema: derive.payloadSchema,
    failedEvent: derive.events.failed,
    cancelledEvent: derive.events.cancelled,
    sweep: (jobId) => rm(folderOf(jobId), { recursive: true, force: true }),
    async run(job) {
      const folder = folderOf(job.jobId);
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: unknown) => throwFileError(error, folder));
        const source = await models.versionForLoading(job.payload.versionId);
        const made = await runQuantizer(dependencies, {
          request: derive.request(job.payload, source, folder),
          resultSchema: madeResultSchema,
          signal: job.signal,
          onMessage: (message) => (message.kind === 'phase' ? job.phase(message.phase, message.detail) : job.report(message)),
        });
        job.phase('trial-load');
        const path = join(folder, made.files[0]?.name ?? '');
        const trial = await trialLoad({ path, facts: made.facts, sizeBytes: made.sizeBytes }, job.signal);
        job.phase('register', String(Math.round(trial.loadMs)));
        job.signal.throwIfAborted();
        const { sha256, files, sizeBytes, facts } = made;
        await register(dependencies, job, {
          derive,
          source,
          derivation: derive.derivation(job.payload, source, made),
          finished: { folder, sha256, files, sizeBytes, facts, trial },
        });
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

async function register<Payload extends { versionId: string; evaluate: boolean }>(
  dependencies: QuantizationDependencies,
  job: JobContext<Payload>,
  made: { derive: Derive<Payload>; source: LoadableVersion; derivation: ShrunkDerivation; finished: Parameters<QuantizationDependencies['models']['registerDerived']>[1]['finished'] },
): Promise<void> {
  const { models, audit } = dependencies;
  const { derive, source, derivation, finished } = made;
  const { log: _, ...settings } = derivation;
  await models.registerDerived(job.interaction, { finished, parentVersionId: source.versionId, derivation }, ({ versionId, number, model }) => {
    audit.append(job.interaction, {
      type: derive.events.made,
      object: { type: 'model', id: model.id, name: model.name },
      after: { versionId, number, parentVersionId: source.versionId, parentNumber: source.number, sha256: finished.sha256, sizeBytes: finished.sizeBytes, ...settings },
    });
    job.succeed({ objectType: 'version', objectId: versionId });
    // Queued in the same transaction: either both exist or neither. It starts when this job has ended.
    if (job.payload.evaluate) enqueueEvaluation(dependencies, job.interaction, { versionId, parentVersionId: source.versionId, name: model.name, number });
  });
}
