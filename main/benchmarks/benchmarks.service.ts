import type { z } from 'zod';
import type { BaselinePreview, Benchmark, benchmarksContract, Tuning } from '../contract/benchmarks.contract.ts';
import type { EngineSettings } from '../contract/deployments.contract.ts';
import { checkFit } from '../engine/fit/check-fit.ts';
import { auditableSettings } from '../engine/measuring/engine-performance.ts';
import { ExpectedError, expectedFromValue } from '../kernel/errors.ts';
import { newId } from '../kernel/ids.ts';
import type { SaveFile } from '../kernel/files.ts';
import type { Interaction } from '../kernel/interaction.ts';
import { requireWriting } from '../models/index.ts';
import type { BenchmarksDependencies } from './benchmarks-dependencies.ts';
import { exportBenchmarks } from './export-benchmarks.ts';
import { outdatedReason } from './find-tuning.ts';
import { readBaseline } from './read-baseline.ts';
import { benchmarkJob } from './run-job.ts';
import { tuneJob, tuningStart } from './tune-job.ts';

type Input<Name extends keyof typeof benchmarksContract> = z.infer<
  NonNullable<(typeof benchmarksContract)[Name]['~orpc']['inputSchema']> extends z.ZodType<infer Value> ? z.ZodType<Value> : never
>;

export interface BenchmarksService {
  /** Raises NOTHING_TO_MEASURE, NOT_FOUND, DEPLOYMENT_NOT_READY and, for a version, what does not fit. */
  start(interaction: Interaction, input: Input<'start'>): Promise<{ jobId: string }>;
  list(): Benchmark[];
  get(benchmarkId: string): Benchmark;
  rename(interaction: Interaction, input: Input<'rename'>): void;
  remove(interaction: Interaction, benchmarkId: string): void;
  export(interaction: Interaction, input: Input<'export'>): { fileName: string; mediaType: string; text: string };
  /** Hands the same to `save`, which asks where. Raises CANCELLED when it is told nowhere. */
  saveExport(interaction: Interaction, input: Input<'export'>, save: SaveFile): Promise<{ path: string }>;
  previewBaseline(input: Input<'previewBaseline'>): BaselinePreview;
  importBaseline(interaction: Interaction, input: Input<'importBaseline'>): { benchmarkIds: string[] };
  /** Raises NOT_FOUND, BACKEND_UNAVAILABLE, CONTEXT_TOO_LARGE, DOES_NOT_FIT. */
  tune(interaction: Interaction, input: Input<'tune'>): Promise<{ jobId: string }>;
  tunings(versionId: string | null): Promise<Tuning[]>;
  tuning(tuningId: string): Promise<Tuning>;
  removeTuning(interaction: Interaction, tuningId: string): void;
}

export function createBenchmarksService(dependencies: BenchmarksDependencies): BenchmarksService {
  const { db, store, audit, clock, events, jobs, models, deployments, hardware } = dependencies;
  jobs.register(benchmarkJob(dependencies));
  jobs.register(tuneJob(dependencies));

  const changed = (): void => events.publish({ type: 'benchmarks.changed' });
  const require = (benchmarkId: string): Benchmark => {
    const benchmark = store.get(benchmarkId);
    if (benchmark === undefined) throw new ExpectedError('NOT_FOUND', { what: 'benchmark', id: benchmarkId });
    return benchmark;
  };
  const objectOf = ({ id, label }: Benchmark) => ({ type: 'benchmark', id, name: label });
  const enqueue = (interaction: Interaction, job: { kind: 'benchmarks.run' | 'benchmarks.tune'; title: string; payload: object }): { jobId: string } => {
    const jobId = db
      .transaction(() => {
        const id = jobs.enqueue(interaction, job);
        audit.append(interaction, {
          type: job.kind === 'benchmarks.run' ? 'benchmarks.started' : 'benchmarks.tuningStarted',
          object: { type: 'job', id, name: job.title },
          after: JSON.parse(JSON.stringify(job.payload)),
        });
        return id;
      })
      .immediate();
    jobs.kick();
    return { jobId };
  };

  return {
    async start(interaction, { subject, plan, label }) {
      if (plan.promptSizes.length + plan.generationSizes.length + plan.streams.length === 0) throw new ExpectedError('NOTHING_TO_MEASURE', {});
      if (subject.kind === 'deployment') {
        const { name, state, purpose } = deployments.get(subject.deploymentId);
        requireWriting({ purpose });
        if (state !== 'ready') throw new ExpectedError('DEPLOYMENT_NOT_READY', { name, state });
        return enqueue(interaction, { kind: 'benchmarks.run', title: label ?? name, payload: { subject, plan, label: label ?? name } });
      }
      const version = models.version(subject.versionId);
      requireWriting(version.facts);
      const view = await hardware.look();
      // More threads than cores collapse: nobody would serve so.
      const settings: EngineSettings = { ...subject.settings, threads: Math.min(subject.settings.threads, view.usableCores) };
      for (const tried of [settings, ...largestContexts(settings, plan)]) {
        const { problem } = checkFit(version.facts, tried, view);
        if (problem !== null) throw expectedFromValue(problem);
      }
      const usualLabel = `${version.modelName} v${version.number}`;
      return enqueue(interaction, { kind: 'benchmarks.run', title: label ?? usualLabel, payload: { subject: { ...subject, settings }, plan, label: label ?? usualLabel } });
    },
    list: () => store.list(),
    get: require,
    rename(interaction, { benchmarkId, label }) {
      db.transaction(() => {
        const benchmark = require(benchmarkId);
        store.rename(benchmarkId, label);
        audit.append(interaction, { type: 'benchmarks.renamed', object: { ...objectOf(benchmark), name: label }, before: { label: benchmark.label }, after: { label } });
      }).immediate();
      changed();
    },
    remove(interaction, benchmarkId) {
      db.transaction(() => {
        const benchmark = require(benchmarkId);
        store.delete(benchmarkId);
        audit.append(interaction, { type: 'benchmarks.removed', object: objectOf(benchmark), before: { source: benchmark.source, model: benchmark.model.name, atMs: benchmark.atMs } });
      }).immediate();
      changed();
    },
    export(interaction, { benchmarkIds, format }) {
      const file = exportBenchmarks(benchmarkIds.map(require), format);
      audit.appendAlone(interaction, { type: 'benchmarks.exported', object: { type: 'file', id: '', name: file.fileName }, after: { benchmarkIds, format } });
      return file;
    },
    async saveExport(interaction, { benchmarkIds, format }, save) {
      const file = exportBenchmarks(benchmarkIds.map(require), format);
      const path = await save(file);
      if (path === null) throw new ExpectedError('CANCELLED', {});
      audit.appendAlone(interaction, { type: 'benchmarks.exported', object: { type: 'file', id: '', name: file.fileName }, after: { benchmarkIds, format, path } });
      return { path };
    },
    previewBaseline({ text }) {
      const { format, benchmarks, skipped } = readBaseline(text);
      return { format, benchmarks, skipped };
    },
    importBaseline(interaction, { fileName, text, label }) {
      const { format, benchmarks } = readBaseline(text);
      const atMs = clock.nowMs();
      const kept = benchmarks.map(
        (found): Benchmark => ({
          ...found,
          id: newId('bmk'),
          source: format === 'csv' ? 'imported-csv' : 'imported-llama-bench',
          label: benchmarks.length === 1 ? label : `${label} – ${found.label}`.slice(0, 120),
          atMs,
          startedBy: interaction.actor.name,
          machine: null,
          settings: null,
          plan: null,
          loadMs: null,
          peakRamBytes: null,
          peakVramBytes: null,
          foreignLoad: null,
        }),
      );
      db.transaction(() => {
        for (const benchmark of kept) store.insert(benchmark);
        audit.append(interaction, {
          type: 'benchmarks.baselineImported',
          object: { type: 'file', id: '', name: fileName },
          after: { label, benchmarkIds: kept.map(({ id }) => id), format },
        });
      }).immediate();
      changed();
      return { benchmarkIds: kept.map(({ id }) => id) };
    },

    async tune(interaction, input) {
      const version = models.version(input.versionId);
      requireWriting(version.facts);
      tuningStart(version.facts, input, await hardware.look());
      return enqueue(interaction, { kind: 'benchmarks.tune', title: `${version.modelName} v${version.number}`, payload: input });
    },
    async tunings(versionId) {
      const view = await hardware.look();
      return store.tunings(versionId).map((tuning) => ({ ...tuning, outdated: outdatedReason(tuning, view) }));
    },
    async tuning(tuningId) {
      const tuning = store.tuning(tuningId);
      if (tuning === undefined) throw new ExpectedError('NOT_FOUND', { what: 'tuning', id: tuningId });
      return { ...tuning, outdated: outdatedReason(tuning, await hardware.look()) };
    },
    removeTuning(interaction, tuningId) {
      db.transaction(() => {
        const tuning = store.tuning(tuningId);
        if (tuning === undefined) throw new ExpectedError('NOT_FOUND', { what: 'tuning', id: tuningId });
        store.deleteTuning(tuningId);
        audit.append(interaction, {
          type: 'benchmarks.tuningRemoved',
          object: { type: 'tuning', id: tuningId, name: tuning.modelName },
          before: { versionId: tuning.versionId, settings: auditableSettings(tuning.chosen.settings), machineKey: tuning.machineKey },
        });
      }).immediate();
      changed();
    },
  };
}

/** The contexts a plan will need: one sequence for the longest size, and all streams together. */
function largestContexts(settings: EngineSettings, plan: Input<'start'>['plan']): EngineSettings[] {
  const longest = Math.max(0, ...plan.promptSizes, ...plan.generationSizes);
  const streams = Math.max(0, ...plan.streams);
  return [
    ...(longest > 64 ? [{ ...settings, contextSize: longest, parallelSequences: 1 }] : []),
    ...(streams > 0 ? [{ ...settings, contextSize: Math.max(64, plan.streamPromptTokens + plan.streamOutputTokens), parallelSequences: streams }] : []),
  ];
}
