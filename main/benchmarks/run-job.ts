import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { benchmarkPlanSchema, benchmarkSubjectSchema } from '../contract/benchmarks.contract.ts';
import type { Benchmark, BenchmarkSubject } from '../contract/benchmarks.contract.ts';
import { auditableSettings } from '../engine/measuring/engine-performance.ts';
import { newId } from '../kernel/ids.ts';
import type { JobContext, JobDefinition } from '../kernel/jobs/jobs.service.ts';
import { systemCodeOf } from '../kernel/errors.ts';
import { benchmarkResultSchema } from './benchmark-task.ts';
import type { BenchmarkRequest } from './benchmark-task.ts';
import type { BenchmarksDependencies } from './benchmarks-dependencies.ts';
import { watchForeignLoad } from './foreign-load.ts';
import { driverOf, machineOf } from './machine-key.ts';
import { measureDeployment } from './measure-deployment.ts';
import { runMeasuring } from './run-measuring.ts';

export const benchmarkPayloadSchema = z.object({ subject: benchmarkSubjectSchema, plan: benchmarkPlanSchema, label: z.string() });
type Payload = z.infer<typeof benchmarkPayloadSchema>;
/** What was measured, before it is said of what and where. */
type Measured = Pick<Benchmark, 'loadMs' | 'peakRamBytes' | 'peakVramBytes' | 'rows' | 'foreignLoad'> & { engineRelease: string };

/** A benchmark as a job: measured in a process of its own, or by asking a deployment; kept with where, with what and how it was measured. */
export function benchmarkJob(dependencies: BenchmarksDependencies): JobDefinition<Payload> {
  return {
    kind: 'benchmarks.run',
    payloadSchema: benchmarkPayloadSchema,
    failedEvent: 'benchmarks.failed',
    cancelledEvent: 'benchmarks.cancelled',
    sweep: () => Promise.resolve(), // nothing is written before the end
    async run(job) {
      const { subject, plan, label } = job.payload;
      const { db, store, audit, clock, events, hardware, models } = dependencies;
      const view = await hardware.look();
      const { measured, versionId, settings } = subject.kind === 'version' ? await ofVersion(dependencies, job, subject) : await ofDeployment(dependencies, job, subject);
      job.phase('register');
      const version = models.version(versionId);
      const benchmark: Benchmark = {
        id: newId('bmk'),
        source: 'measured',
        label,
        atMs: clock.nowMs(),
        startedBy: job.interaction.actor.name,
        model: {
          modelId: version.modelId,
          versionId,
          deploymentId: subject.kind === 'deployment' ? subject.deploymentId : null,
          name: version.modelName,
          versionNumber: version.number,
          quantization: version.facts.quantization,
          sha256: models.get(version.modelId).versions.find(({ id }) => id === versionId)?.sha256 ?? null,
          sizeBytes: version.sizeBytes,
          parameterCount: version.facts.parameterCount,
        },
        machine: machineOf(view),
        engine: { release: measured.engineRelease, backend: settings.backend, driver: await driverOf(settings.backend, view) },
        settings,
        plan,
        loadMs: measured.loadMs,
        peakRamBytes: measured.peakRamBytes,
        peakVramBytes: measured.peakVramBytes,
        rows: measured.rows,
        foreignLoad: measured.foreignLoad,
      };
      job.signal.throwIfAborted();
      db.transaction(() => {
        store.insert(benchmark);
        audit.append(job.interaction, {
          type: 'benchmarks.measured',
          object: { type: 'benchmark', id: benchmark.id, name: benchmark.label },
          after: { versionId, sha256: benchmark.model.sha256, settings: auditableSettings(settings), machineKey: benchmark.machine?.key ?? '', rows: benchmark.rows.length },
        });
        job.succeed({ objectType: 'benchmark', objectId: benchmark.id });
      }).immediate();
      events.publish({ type: 'benchmarks.changed' });
    },
  };
}

interface Found {
  measured: Measured;
  versionId: string;
  settings: NonNullable<Benchmark['settings']>;
}

async function ofVersion(dependencies: BenchmarksDependencies, job: JobContext<Payload>, subject: Extract<BenchmarkSubject, { kind: 'version' }>): Promise<Found> {
  const version = await dependencies.models.versionForLoading(subject.versionId);
  const request: BenchmarkRequest = { kind: 'benchmark', path: version.path, settings: subject.settings, plan: job.payload.plan };
  const measured = await runMeasuring(dependencies, job, { request, resultSchema: benchmarkResultSchema, what: 'benchmark' });
  return { measured, versionId: subject.versionId, settings: subject.settings };
}

async function ofDeployment({ deployments, hardware }: BenchmarksDependencies, job: JobContext<Payload>, subject: Extract<BenchmarkSubject, { kind: 'deployment' }>): Promise<Found> {
  const before = deployments.get(subject.deploymentId);
  const load = watchForeignLoad(() => cpuMsOf(before.processId));
  const rows = await measureDeployment({
    plan: job.payload.plan,
    ask: (question, maxOutputTokens, signal) =>
      deployments.chatByName(before.name, { messages: [{ role: 'user', content: question }], sampling: { temperature: 0.7, topP: 0.95, maxOutputTokens }, signal }),
    signal: job.signal,
    onPhase: (phase) => job.phase(phase),
    onProgress: (done, total) => job.report({ done, total, unit: 'steps' }),
  });
  const after = deployments.figures().find(({ view }) => view.id === subject.deploymentId);
  return {
    versionId: before.versionId,
    settings: before.settings,
    measured: {
      engineRelease: (await hardware.look()).engineRelease,
      loadMs: before.loadMs,
      peakRamBytes: after?.stats?.peakRssBytes ?? null,
      peakVramBytes: null,
      rows,
      foreignLoad: load.foreignLoad(),
    },
  };
}

const ticksPerSecond = 100; // USER_HZ, the same on every Linux that Node runs on

/** Processor time a process has used so far; null where there is no /proc or the process has gone. */
function cpuMsOf(processId: number | null): number | null {
  if (processId === null) return null;
  try {
    // After the name in parentheses, which may hold anything: state is the first field, utime and stime the 12th and 13th.
    const fields = readFileSync(`/proc/${processId}/stat`, 'utf8').replace(/^.*\)\s+/s, '').split(' ');
    return ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond;
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES'].includes(systemCodeOf(error))) return null;
    throw error;
  }
}
