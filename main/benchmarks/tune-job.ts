import { z } from 'zod';
import { TUNING_GOALS } from '../contract/benchmarks.contract.ts';
import type { EngineSettings } from '../contract/deployments.contract.ts';
import type { HardwareView } from '../contract/system.contract.ts';
import { backendSchema } from '../contract/system.contract.ts';
import type { ModelFacts } from '../contract/models.contract.ts';
import { checkFit, mostGpuLayers } from '../engine/fit/check-fit.ts';
import { recommendSettings } from '../engine/fit/recommend.ts';
import { ExpectedError, expectedFromValue } from '../kernel/errors.ts';
import { auditableSettings } from '../engine/measuring/engine-performance.ts';
import { newId } from '../kernel/ids.ts';
import type { JobDefinition } from '../kernel/jobs/jobs.service.ts';
import { tuneResultSchema } from './benchmark-task.ts';
import type { BenchmarkRequest } from './benchmark-task.ts';
import type { BenchmarksDependencies } from './benchmarks-dependencies.ts';
import type { TuningRecord } from './benchmarks.store.ts';
import { machineOf } from './machine-key.ts';
import { runMeasuring } from './run-measuring.ts';

export const tunePayloadSchema = z.object({
  versionId: z.string(),
  backend: backendSchema,
  goal: z.enum(TUNING_GOALS),
  contextSize: z.number().int(),
  budgetMs: z.number(),
  allowSmallerKv: z.boolean(),
});
export type TunePayload = z.infer<typeof tunePayloadSchema>;

/**
 * Where tuning begins and what it must beat: what would be recommended for this backend and context without any tuning.
 * Raises BACKEND_UNAVAILABLE, CONTEXT_TOO_LARGE, DOES_NOT_FIT.
 */
export function tuningStart(facts: ModelFacts, { backend, contextSize }: Pick<TunePayload, 'backend' | 'contextSize'>, hardware: HardwareView): EngineSettings {
  const { settings: usual } = recommendSettings(facts, hardware).recommended;
  const parallelSequences = usual.backend === backend ? usual.parallelSequences : 1;
  for (const sequences of new Set([parallelSequences, 1])) {
    const settings: EngineSettings = { backend, gpuLayers: 0, contextSize, parallelSequences: sequences, threads: Math.max(1, Math.min(hardware.usableCores, hardware.physicalCores)) };
    const gpuLayers = mostGpuLayers(facts, settings, hardware);
    if (gpuLayers !== null && checkFit(facts, { ...settings, gpuLayers }, hardware).fits) return { ...settings, gpuLayers };
  }
  const { problem } = checkFit(facts, { backend, gpuLayers: backend === 'cpu' ? 0 : 1, contextSize, parallelSequences: 1, threads: 1 }, hardware);
  if (problem === null) throw new ExpectedError('BACKEND_UNAVAILABLE', { backend, reason: 'no-device' });
  throw expectedFromValue(problem);
}

/** Auto-tuning as a job: measured in a process of its own, kept for this machine and version. */
export function tuneJob(dependencies: BenchmarksDependencies): JobDefinition<TunePayload> {
  return {
    kind: 'benchmarks.tune',
    payloadSchema: tunePayloadSchema,
    failedEvent: 'benchmarks.tuningFailed',
    cancelledEvent: 'benchmarks.tuningCancelled',
    sweep: () => Promise.resolve(), // nothing is written before the end
    async run(job) {
      const { db, store, audit, clock, events, hardware, models } = dependencies;
      const { versionId, backend, goal, budgetMs, allowSmallerKv } = job.payload;
      const version = await models.versionForLoading(versionId);
      const view = await hardware.look();
      const settings = tuningStart(version.facts, job.payload, view);
      const request: BenchmarkRequest = {
        kind: 'tune',
        path: version.path,
        settings,
        goal,
        budgetMs,
        allowSmallerKv,
        maxThreads: view.usableCores,
        maxGpuLayers: settings.gpuLayers, // as many as fit: more would not load
      };
      const { engineRelease, ...result } = await runMeasuring(dependencies, job, { request, resultSchema: tuneResultSchema, what: 'tuning' });
      job.phase('register');
      const machine = machineOf(view);
      const tuning: TuningRecord = {
        id: newId('tun'),
        versionId,
        modelName: version.modelName,
        versionNumber: version.number,
        quantization: version.facts.quantization,
        machineKey: machine.key,
        machineName: machine.name,
        engineRelease,
        backend,
        goal,
        atMs: clock.nowMs(),
        startedBy: job.interaction.actor.name,
        budgetMs,
        ...result,
      };
      job.signal.throwIfAborted();
      db.transaction(() => {
        store.insertTuning(tuning);
        audit.append(job.interaction, {
          type: 'benchmarks.tuned',
          object: { type: 'tuning', id: tuning.id, name: version.modelName },
          before: { settings: auditableSettings(tuning.default.settings) },
          after: { versionId, settings: auditableSettings(tuning.chosen.settings), score: tuning.chosen.score, goal, machineKey: machine.key },
        });
        job.succeed({ objectType: 'tuning', objectId: tuning.id });
      }).immediate();
      events.publish({ type: 'benchmarks.changed' });
    },
  };
}
