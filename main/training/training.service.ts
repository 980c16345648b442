import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatasetVersion } from '../contract/datasets.contract.ts';
import type { TrainingOptions, TrainingOrder, TrainingPlan, TrainingPoint, TrainingRun, TrainingState } from '../contract/training.contract.ts';
import { roomOf } from '../engine/fit/hardware-room.ts';
import { readMachine } from '../engine/hardware/machine.ts';
import { ExpectedError, expectedFromValue, systemCodeOf } from '../kernel/errors.ts';
import { freeBytesAt } from '../kernel/files.ts';
import type { JsonValue } from '../kernel/canonical-json.ts';
import { newId } from '../kernel/ids.ts';
import type { Interaction } from '../kernel/interaction.ts';
import { baseProblem } from './check-base.ts';
import { planTraining, recommendSettings, tokensOf } from './plan-training.ts';
import type { PlanFacts } from './plan-training.ts';
import { checkpointToUse } from './run-trainer.ts';
import type { PauseSwitch } from './run-trainer.ts';
import { folderOfRun, trainJob } from './train-job.ts';
import { longRowBytes, outlineData, tunedOn } from './training-data.ts';
import type { TrainingDependencies } from './training-dependencies.ts';
import { isResumable } from './training-run.ts';
import type { RunRecord } from './training-run.ts';

export interface TrainingService {
  options(input: { versionId: string; datasetVersionId: string | null }): Promise<TrainingOptions>;
  plan(order: TrainingOrder): Promise<TrainingPlan>;
  start(interaction: Interaction, order: TrainingOrder): Promise<{ runId: string; jobId: string }>;
  list(): TrainingRun[];
  get(runId: string): TrainingRun;
  curve(input: { runId: string; afterStep: number }): TrainingPoint[];
  pause(interaction: Interaction, runId: string): Promise<void>;
  resume(interaction: Interaction, input: { runId: string; learningRate: number | null }): { jobId: string };
  finish(interaction: Interaction, runId: string): { jobId: string };
  remove(interaction: Interaction, runId: string): Promise<void>;
  /** Model versions trained on a version of a data set. */
  trainedOn(datasetVersionId: string): DatasetVersion['trained'];
  /** Names of the models that are being trained on a data set, or wait to be resumed. */
  trainingWith(datasetId: string): string[];
  /** After a crash: runs whose job is gone become `interrupted`; folders that no run knows are removed. */
  sweep(): Promise<void>;
}

/** The curve as a screen takes it. */
const mostPointsShown = 2000;

export function createTrainingService(dependencies: TrainingDependencies): TrainingService {
  const { db, store, audit, clock, events, jobs, models, datasets, hardware, layout } = dependencies;
  const pauses = new Map<string, PauseSwitch>();
  jobs.register(trainJob(dependencies, pauses));

  const publish = (runId: string): void => events.publish({ type: 'training.changed', runId });
  const requireRun = (runId: string): RunRecord => {
    const record = store.run(runId);
    if (record === undefined || record.removed) throw new ExpectedError('NOT_FOUND', { what: 'training-run', id: runId });
    return settled(record);
  };
  /** A run that waits in the queue is cancelled there without being asked; one whose end could not be written stands as its job does. */
  const settled = (record: RunRecord): RunRecord => {
    if ((record.state !== 'queued' && record.state !== 'running') || record.jobId === null) return record;
    const job = jobs.get(record.jobId);
    if (job.state === 'queued' || job.state === 'running') return record;
    const cancelled = job.state === 'cancelled' && record.checkpointStep === null;
    return { ...record, state: cancelled ? 'cancelled' : job.state === 'failed' ? 'failed' : 'interrupted', problem: job.error, etaMs: null };
  };
  const requireState = (record: RunRecord, allowed: readonly TrainingState[]): void => {
    if (!allowed.includes(record.state)) throw new ExpectedError('TRAINING_NOT_POSSIBLE_NOW', { state: record.state });
  };
  const objectOf = (record: Pick<RunRecord, 'id' | 'modelName'>) => ({ type: 'training-run', id: record.id, name: record.modelName });
  const show = (record: RunRecord): TrainingRun => {
    const { intent: _intent, resumeFrom: _from, data: _data, trainBytes: _bytes, trainTokens: _tokens, trainableCount: _trained, parameterCount: _parameters, removed: _removed, ...shown } = record;
    const problem = record.state === 'failed' && record.problem === null && record.jobId !== null ? jobs.get(record.jobId).error : record.problem;
    return {
      ...shown,
      problem,
      versionId: versionOr(record.versionId)?.versionId ?? null,
      modelId: versionOr(record.versionId)?.modelId ?? null,
      result: versionOr(record.result?.versionId ?? null) === null ? null : record.result,
      resumable: isResumable({ ...record, problem }),
    };
  };
  const orNull = <Value>(look: () => Value): Value | null => {
    try {
      return look();
    } catch (error) {
      if (error instanceof ExpectedError && error.code === 'NOT_FOUND') return null;
      throw error;
    }
  };
  const versionOr = (versionId: string | null) => (versionId === null ? null : orNull(() => models.version(versionId)));
  const earlier = (): RunRecord[] => store.runs().filter(({ tokensPerSecond, trainTokens }) => tokensPerSecond !== null || trainTokens !== null);

  const factsFor = async (order: Pick<TrainingOrder, 'versionId' | 'datasetVersionId' | 'mode'>): Promise<PlanFacts> => {
    const version = models.version(order.versionId);
    return {
      version,
      problem: baseProblem(models, version),
      outline: await outlineData(dependencies, order),
      hardware: await hardware.look(),
      usableCores: (await readMachine()).usableCores,
      freeDiskBytes: await freeBytesAt(layout.root),
      earlier: earlier(),
    };
  };
  const enqueue = (interaction: Interaction, record: RunRecord): string => jobs.enqueue(interaction, { kind: 'training.run', title: `${record.modelName} ← ${record.dataset.name} v${record.dataset.number}`, payload: { runId: record.id } });
  /** Another sitting of a run that rests. */
  const again = (interaction: Interaction, record: RunRecord, { type, after }: { type: 'training.resumed' | 'training.finishing'; after: Record<string, JsonValue> }): { jobId: string } => {
    const jobId = db
      .transaction(() => {
        const id = enqueue(interaction, record);
        store.save({ ...record, state: 'queued', jobId: id, problem: null, endedAtMs: null });
        audit.append(interaction, { type, object: objectOf(record), after: { ...after, fromStep: record.checkpointStep } });
        return id;
      })
      .immediate();
    jobs.kick();
    publish(record.id);
    return { jobId };
  };

  return {
    async options({ versionId, datasetVersionId }) {
      const version = models.version(versionId);
      const { usableCores } = await readMachine();
      const availableBytes = roomOf(await hardware.look(), 'cpu').ramBytes;
      const data = datasetVersionId === null ? null : await (async () => {
        const outline = await outlineData(dependencies, { versionId, datasetVersionId, mode: { kind: 'new' } });
        const tokenCount = tokensOf({ version, outline, earlier: earlier() }, { kind: 'new' });
        const tokensPerByte = outline.trainBytes === 0 ? 0 : tokenCount / outline.trainBytes;
        return { longRowTokens: (await longRowBytes(datasets, datasetVersionId)) * tokensPerByte, tokenCount, textBytes: outline.version.textBytes, chatRows: outline.version.kinds.chat };
      })();
      const { facts } = version;
      const problem = baseProblem(models, version);
      return {
        recommended: await recommendSettings({ version, trainable: problem === null, availableBytes, data }),
        problem,
        layerCount: facts.layerCount,
        trainedContextSize: facts.contextLength,
        usableCores,
        hasChatTemplate: facts.chatTemplate.present,
        tunedOn: tunedOn(store, versionId).map(({ datasetVersionId: id, datasetName, number }) => ({ datasetVersionId: id, datasetName, number })),
      };
    },

    plan: async (order) => planTraining(await factsFor(order), order),

    async start(interaction, order) {
      const facts = await factsFor(order);
      const { version, outline } = facts;
      if (version.retired) throw new ExpectedError('MODEL_RETIRED', { name: version.modelName });
      const plan = await planTraining(facts, order);
      if (plan.problem !== null) throw expectedFromValue(plan.problem);
      if (plan.freeDiskBytes < plan.neededDiskBytes) throw new ExpectedError('DISK_FULL', { path: layout.root, neededBytes: plan.neededDiskBytes, freeBytes: plan.freeDiskBytes });
      const named = (data: DatasetVersion) => ({ versionId: data.id, datasetId: data.datasetId, name: data.datasetName, number: data.number });
      const lineage = (data: DatasetVersion, part: 'new' | 'old') => ({ datasetVersionId: data.id, datasetName: data.datasetName, number: data.number, sha256: data.sha256, part });
      const record: RunRecord = {
        id: newId('run'),
        state: 'queued',
        jobId: null,
        problem: null,
        modelId: version.modelId,
        modelName: version.modelName,
        versionId: version.versionId,
        versionNumber: version.number,
        dataset: named(outline.version),
        oldDataset: outline.old === null ? null : named(outline.old),
        mode: order.mode,
        settings: order.settings,
        startedBy: interaction.actor.name,
        createdAtMs: clock.nowMs(),
        endedAtMs: null,
        activeMs: 0,
        step: 0,
        stepCount: null,
        tokensPerSecond: null,
        etaMs: null,
        peakRssBytes: null,
        predictedBytes: Math.round(plan.neededBytes),
        before: null,
        best: null,
        bestStep: null,
        stoppedEarly: false,
        checkpointStep: null,
        result: null,
        intent: 'train',
        resumeFrom: 'newest',
        data: [lineage(outline.version, 'new'), ...(outline.old === null ? [] : [lineage(outline.old, 'old')])],
        trainBytes: outline.trainBytes,
        trainTokens: null,
        trainableCount: plan.trainableCount,
        parameterCount: plan.parameterCount,
        removed: false,
      };
      const jobId = db
        .transaction(() => {
          store.insert(record);
          const id = enqueue(interaction, record);
          store.save({ ...record, jobId: id });
          audit.append(interaction, {
            type: 'training.started',
            object: objectOf(record),
            after: { versionId: version.versionId, number: version.number, data: record.data, mode: order.mode, settings: order.settings, jobId: id },
          });
          return id;
        })
        .immediate();
      jobs.kick();
      publish(record.id);
      return { runId: record.id, jobId };
    },

    list: () => store.runs().filter(({ removed }) => !removed).map((record) => show(settled(record))),
    get: (runId) => show(requireRun(runId)),

    curve({ runId, afterStep }) {
      const points = store.points(requireRun(runId).id, afterStep);
      if (points.length <= mostPointsShown) return points;
      const every = Math.ceil(points.length / mostPointsShown);
      return points.filter(({ validation }, index) => validation !== null || index % every === 0 || index === points.length - 1).slice(-mostPointsShown);
    },

    pause(interaction, runId) {
      const record = requireRun(runId);
      const pause = pauses.get(runId);
      if (record.state !== 'running' || pause === undefined) throw new ExpectedError('TRAINING_NOT_POSSIBLE_NOW', { state: record.state });
      audit.appendAlone(interaction, { type: 'training.paused', object: objectOf(record), after: { step: record.step } });
      pause.wanted = true;
      pause.tell?.();
      return Promise.resolve();
    },

    resume(interaction, { runId, learningRate }) {
      const record = requireRun(runId);
      requireState(record, ['paused', 'interrupted', 'failed']);
      if (!isResumable(record)) throw new ExpectedError('TRAINING_NOT_POSSIBLE_NOW', { state: record.state });
      const settings = learningRate === null ? record.settings : { ...record.settings, learningRate };
      return again(interaction, { ...record, settings, intent: 'train' }, { type: 'training.resumed', after: { learningRate: settings.learningRate, from: record.resumeFrom } });
    },

    finish(interaction, runId) {
      const record = requireRun(runId);
      requireState(record, ['paused', 'interrupted', 'failed']);
      if (record.bestStep === null || record.checkpointStep === null) throw new ExpectedError('TRAINING_NOT_POSSIBLE_NOW', { state: record.state });
      return again(interaction, { ...record, intent: 'finish' }, { type: 'training.finishing', after: { bestStep: record.bestStep } });
    },

    async remove(interaction, runId) {
      const record = requireRun(runId);
      requireState(record, ['paused', 'interrupted', 'failed', 'cancelled', 'finished']);
      db.transaction(() => {
        // What a version was trained on stays known.
        if (record.result === null) store.delete(runId);
        else {
          store.save({ ...record, removed: true });
          store.clearPoints(runId);
        }
        audit.append(interaction, { type: 'training.removed', object: objectOf(record), before: { state: record.state, step: record.step, data: record.data } });
      }).immediate();
      publish(runId);
      await rm(folderOfRun(dependencies, runId), { recursive: true, force: true });
    },

    trainedOn: (datasetVersionId) =>
      store.runsWithData(datasetVersionId).flatMap(({ result }) => {
        const version = versionOr(result?.versionId ?? null);
        return version === null ? [] : [{ modelId: version.modelId, modelName: version.modelName, versionId: version.versionId, versionNumber: version.number }];
      }),

    trainingWith(datasetId) {
      const busy = store.runs().filter((record) => !record.removed && [record.dataset, record.oldDataset].some((data) => data?.datasetId === datasetId));
      const names = busy.map((record) => settled(record)).filter((record) => record.state === 'queued' || record.state === 'running' || isResumable(record));
      return [...new Set(names.map(({ modelName }) => modelName))];
    },

    async sweep() {
      const kept = new Set<string>();
      for (const record of store.runs()) {
        const isOver = record.state === 'finished' || record.state === 'cancelled';
        if (!isOver) kept.add(record.id);
        const rested = settled(record);
        if (rested === record) continue;
        if (rested.state === 'cancelled') kept.delete(record.id);
        // The file is ahead of the row by at most one word of the process that wrote it.
        const hasCheckpoint = (await checkpointToUse(folderOfRun(dependencies, record.id), 'newest')) !== null;
        const { step, checkpointStep } = rested;
        db.transaction(() => store.save({ ...rested, checkpointStep: hasCheckpoint ? (checkpointStep ?? 0) : null, step: hasCheckpoint ? step : 0 })).immediate();
      }
      const folders = await readdir(layout.training).catch((error: unknown) => {
        if (systemCodeOf(error) === 'ENOENT') return [];
        throw error;
      });
      for (const folder of folders) if (!kept.has(folder)) await rm(join(layout.training, folder), { recursive: true, force: true });
    },
  };
}
