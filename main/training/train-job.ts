import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Derivation } from '../contract/models.contract.ts';
import type { TrainingRun } from '../contract/training.contract.ts';
import { ExpectedError, isCancelled } from '../kernel/errors.ts';
import { APPLICATION_ENDS } from '../kernel/jobs/jobs.service.ts';
import type { JobContext, JobDefinition } from '../kernel/jobs/jobs.service.ts';
import type { LoadableVersion } from '../models/index.ts';
import { isFloat32 } from './check-base.ts';
import { checkpointToUse, convert, makeFolder, runTrainer, widenBase } from './run-trainer.ts';
import type { PauseSwitch } from './run-trainer.ts';
import type { TrainingDependencies } from './training-dependencies.ts';
import { withState } from './training-run.ts';
import type { RunRecord } from './training-run.ts';
import { MODEL_FILE, RUN_FOLDERS } from './training-task.ts';
import type { TrainingChunk, TrainingResult } from './training-task.ts';

export const trainPayloadSchema = z.object({ runId: z.string() });
type TrainJob = JobContext<z.infer<typeof trainPayloadSchema>>;
type Saved = Extract<TrainingResult, { kind: 'saved' }>;
type Finished = Parameters<TrainingDependencies['models']['registerDerived']>[1]['finished'];

/** Steps and evaluations come faster than anyone looks. */
const announceEveryMs = 1000;

/** Where the checkpoints of a run lie. */
export function folderOfRun({ layout }: Pick<TrainingDependencies, 'layout'>, runId: string): string {
  return join(layout.training, runId);
}

/**
 * One sitting of a run as a job. The run outlives it: whatever ends a sitting but a person's cancel or a new version leaves the checkpoints
 * for the next one. `pauses` holds the wish to pause of the run that goes on.
 */
export function trainJob(dependencies: TrainingDependencies, pauses: Map<string, PauseSwitch>): JobDefinition<z.infer<typeof trainPayloadSchema>> {
  const { db, store, audit, clock, events } = dependencies;
  const requireRun = (runId: string): RunRecord => {
    const record = store.run(runId);
    if (record === undefined || record.removed) throw new ExpectedError('NOT_FOUND', { what: 'training-run', id: runId });
    return record;
  };
  const publish = (runId: string): void => events.publish({ type: 'training.changed', runId });
  const change = (runId: string, changes: Partial<RunRecord>): RunRecord => {
    const next = { ...requireRun(runId), ...changes };
    store.save(next);
    return next;
  };
  /** How a sitting that made no version is remembered; with `succeed` the job did what was asked. */
  const settle = (job: TrainJob, changes: Partial<RunRecord>, succeed: (() => void) | null): void => {
    const { runId } = job.payload;
    db.transaction(() => {
      change(runId, { ...changes, etaMs: null, endedAtMs: changes.state === 'paused' || changes.state === 'interrupted' ? null : clock.nowMs() });
      succeed?.();
    }).immediate();
    publish(runId);
  };

  return {
    kind: 'training.run',
    payloadSchema: trainPayloadSchema,
    failedEvent: 'training.failed',
    cancelledEvent: 'training.cancelled',
    sweep: () => Promise.resolve(), // the run's own sweep follows, with all jobs told
    async run(job) {
      const { runId } = job.payload;
      const before = requireRun(runId);
      if (before.state === 'finished' || before.state === 'cancelled') throw new ExpectedError('TRAINING_NOT_POSSIBLE_NOW', { state: before.state });
      const record = db.transaction(() => change(runId, { state: 'running', jobId: job.jobId, problem: null, endedAtMs: null })).immediate();
      publish(runId);
      const folder = folderOfRun(dependencies, runId);
      const pause: PauseSwitch = { wanted: false, tell: null };
      pauses.set(runId, pause);
      const end = (): void => job.succeed({ objectType: 'training-run', objectId: runId });
      try {
        if ((await sit(dependencies, { job, record, folder, pause, publish })) === 'finished') {
          publish(runId);
          await rm(folder, { recursive: true, force: true });
          return;
        }
        if (job.signal.reason === APPLICATION_ENDS) interrupted(job, end);
        else settle(job, { state: 'paused' }, end);
      } catch (error) {
        if (job.signal.reason === APPLICATION_ENDS) return interrupted(job, end);
        if (isCancelled(error) || job.signal.aborted) {
          settle(job, { state: 'cancelled', checkpointStep: null }, null);
          await rm(folder, { recursive: true, force: true });
        } else {
          const problem = error instanceof ExpectedError ? error.toValue() : null;
          settle(job, { state: 'failed', problem, resumeFrom: problem?.code === 'TRAINING_DIVERGED' ? 'best' : 'newest' }, null);
        }
        throw error;
      } finally {
        pauses.delete(runId);
      }
    },
  };

  function interrupted(job: TrainJob, end: () => void): void {
    const { runId } = job.payload;
    settle(job, { state: 'interrupted' }, () => {
      const { modelName, step, checkpointStep } = requireRun(runId);
      audit.append(job.interaction, { type: 'training.paused', object: { type: 'training-run', id: runId, name: modelName }, after: { step, checkpointStep, because: 'application-ended' } });
      end();
    });
  }
}

interface Sitting {
  job: TrainJob;
  record: RunRecord;
  folder: string;
  pause: PauseSwitch;
  publish: (runId: string) => void;
}

async function sit(dependencies: TrainingDependencies, { job, record, folder, pause, publish }: Sitting): Promise<'paused' | 'finished'> {
  const { db, store, models } = dependencies;
  if (record.versionId === null) throw new ExpectedError('NOT_FOUND', { what: 'version', id: '' });
  job.phase('prepare');
  await makeFolder(folder);
  const base = await models.versionForLoading(record.versionId);
  const modelPath = isFloat32(base) ? base.path : await widenBase(dependencies, { basePath: base.path, folder, job });
  const checkpoint = await checkpointToUse(folder, record.intent === 'finish' ? 'best' : record.resumeFrom);
  const announce = atMostEvery(announceEveryMs, () => publish(record.id));
  const take = (chunk: TrainingChunk): void => {
    db.transaction(() => {
      const now = store.run(record.id);
      if (now === undefined) return;
      store.save({ ...withState(now, chunk), resumeFrom: 'newest' });
      if (chunk.whole) store.clearPoints(record.id);
      store.addPoints(record.id, chunk.points);
    }).immediate();
    announce.soon();
  };
  try {
    const result = await runTrainer(dependencies, {
      record,
      job,
      pause,
      onChunk: take,
      request: {
        modelPath,
        folder,
        settings: record.settings,
        layerCount: base.facts.layerCount,
        oldShare: record.mode.kind === 'mixed' ? record.mode.oldShare : null,
        checkpoint,
        finishOnly: record.intent === 'finish',
      },
    });
    if (result.kind === 'paused') return 'paused';
    await register(dependencies, { job, record, base, saved: result, finished: await finish(dependencies, { job, record, folder, saved: result }) });
    return 'finished';
  } finally {
    announce.end();
  }
}

/** The trained weights in the type that was asked for, hashed and loaded on trial. */
async function finish(dependencies: TrainingDependencies, { job, record, folder, saved }: { job: TrainJob; record: RunRecord; folder: string; saved: Saved }): Promise<Finished> {
  const trained = join(folder, RUN_FOLDERS.trained);
  const made = await (async (): Promise<Omit<Finished, 'trial'>> => {
    if (saved.file !== null) {
      const { sha256, sizeBytes, modifiedAtMs, facts } = saved.file;
      return { folder: trained, sha256, sizeBytes, facts, files: [{ name: MODEL_FILE, sizeBytes, sha256, modifiedAtMs }] };
    }
    const result = join(folder, RUN_FOLDERS.result);
    const { sha256, sizeBytes, files, facts } = await convert(dependencies, { modelPath: join(trained, MODEL_FILE), type: record.settings.saveAs, outputFolder: result, job, onHash: () => job.phase('hash') });
    return { folder: result, sha256, sizeBytes, files, facts };
  })();
  job.phase('trial-load');
  const trial = await dependencies.trialLoad({ path: join(made.folder, made.files[0]?.name ?? ''), facts: made.facts, sizeBytes: made.sizeBytes }, job.signal);
  job.phase('register', String(Math.round(trial.loadMs)));
  job.signal.throwIfAborted();
  return { ...made, trial };
}

/** Version, lineage, the run's end, the job's and the event: in one transaction, or nothing. */
async function register(dependencies: TrainingDependencies, { job, record, base, saved, finished }: { job: TrainJob; record: RunRecord; base: LoadableVersion; saved: Saved; finished: Finished }): Promise<void> {
  const { models, store, audit, clock } = dependencies;
  const now = store.run(record.id) ?? record;
  const steps = now.bestStep ?? now.step;
  const derivation: Extract<Derivation, { kind: 'tuned' }> = {
    kind: 'tuned',
    engineRelease: saved.engineRelease,
    runId: record.id,
    mode: record.mode.kind,
    data: record.data,
    settings: { ...record.settings, mode: record.mode, trainTokens: now.trainTokens },
    steps,
    tokens: steps * record.settings.contextSize,
    validationBefore: now.before?.loss ?? null,
    validationAfter: now.best?.loss ?? null,
    durationMs: now.activeMs,
    log: saved.log,
  };
  const { log: _, settings: __, ...told } = derivation;
  await models.registerDerived(job.interaction, { finished, parentVersionId: base.versionId, derivation }, ({ versionId, number, model }) => {
    const result: TrainingRun['result'] = { modelId: model.id, versionId, number };
    store.save({ ...now, state: 'finished', result, etaMs: null, checkpointStep: null, endedAtMs: clock.nowMs() });
    audit.append(job.interaction, {
      type: 'training.trained',
      object: { type: 'model', id: model.id, name: model.name },
      after: { versionId, number, parentVersionId: base.versionId, parentNumber: base.number, sha256: finished.sha256, sizeBytes: finished.sizeBytes, best: now.best, before: now.before, stoppedEarly: now.stoppedEarly, trainTokens: now.trainTokens, ...told, settings: record.settings, mode: record.mode },
    });
    job.succeed({ objectType: 'training-run', objectId: record.id });
  });
}

/** Calls at once where it has been quiet for long enough, else when it will have been. */
function atMostEvery(intervalMs: number, call: () => void): { soon: () => void; end: () => void } {
  let calledAtMs = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | null = null;
  const now = (): void => {
    timer = null;
    calledAtMs = performance.now();
    call();
  };
  return {
    soon() {
      timer ??= setTimeout(now, Math.max(0, calledAtMs + intervalMs - performance.now()));
    },
    end() {
      if (timer !== null) clearTimeout(timer);
    },
  };
}
