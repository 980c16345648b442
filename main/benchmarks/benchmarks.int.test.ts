import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BenchmarkPlan } from '../contract/benchmarks.contract.ts';
import type { EngineSettings } from '../contract/deployments.contract.ts';
import type { JobView } from '../contract/jobs.contract.ts';
import { SMALL_RANDOM_MODEL, writeRandomModel } from '../engine/testing/random-model.ts';
import { createNodeProcessStarter } from '../kernel/processes/node-process-starter.ts';
import type { ProcessStarter } from '../kernel/processes/process-starter.ts';
import { temporaryFolder } from '../kernel/testing/temporary-house.ts';
import { importModel, startTestApplication, testPassword, until } from '../testing/test-application.ts';
import type { TestApplication } from '../testing/test-application.ts';

const settings: EngineSettings = { backend: 'cpu', gpuLayers: 0, contextSize: 256, parallelSequences: 2, threads: 1 };
const plan: BenchmarkPlan = { promptSizes: [16, 32], generationSizes: [8], streams: [1, 3], streamPromptTokens: 16, streamOutputTokens: 6, repeats: 3, warmUp: true };
/** Long enough to be still there when somebody looks. */
const endless: BenchmarkPlan = { ...plan, promptSizes: [], streams: [], generationSizes: [500], repeats: 50 };

let app: TestApplication;
let folder: ReturnType<typeof temporaryFolder>;
let modelId: string;
let versionId: string;
/** Process ids of what was started under the name of the measuring process. */
let started: number[];

beforeEach(async () => {
  started = [];
  const start = createNodeProcessStarter();
  const startProcess: ProcessStarter = (options) => {
    const child = start(options);
    if (['modelward-benchmark', 'modelward-tuning'].includes(options.serviceName)) started.push(child.processId ?? 0);
    return child;
  };
  app = await startTestApplication({ changes: { startProcess } });
  folder = temporaryFolder('benchmarks');
  const path = join(folder.path, 'small.gguf');
  await writeRandomModel(path, { ...SMALL_RANDOM_MODEL, context: 2048 });
  modelId = await importModel(app.client, path, 'Small');
  versionId = (await app.client.models.get({ modelId })).versions[0]?.id ?? '';
}, 60_000);
afterEach(async () => {
  await app.dispose();
  folder.remove();
});

async function ended(jobId: string): Promise<JobView> {
  return until(async () => {
    const view = await app.client.jobs.get({ jobId });
    return view.state === 'queued' || view.state === 'running' ? null : view;
  }, 60_000);
}
const startVersion = (wanted: BenchmarkPlan = plan) => app.client.benchmarks.start({ subject: { kind: 'version', versionId, settings }, plan: wanted });
const phaseIs = (jobId: string, phase: string) => until(async () => (await app.client.jobs.get({ jobId })).progress?.phase === phase, 60_000);
async function auditTypes(): Promise<string[]> {
  return (await app.client.audit.list({ filter: {}, cursor: null, limit: 50 })).events.map((event) => event.type);
}

describe('a benchmark of a version', { timeout: 90_000 }, () => {
  it('measures every size and stream in a process of its own and keeps it with where and how', async () => {
    const { jobId } = await startVersion();
    const job = await ended(jobId);
    expect(job.error).toBeNull();
    expect(job.phases.map(({ phase }) => phase)).toEqual(['load', 'warm-up', 'prompt', 'generation', 'streams', 'register']);
    const benchmark = await app.client.benchmarks.get({ benchmarkId: job.result?.objectId ?? '' });
    expect(benchmark.rows.map(({ test, promptTokens, outputTokens, streams }) => [test, promptTokens, outputTokens, streams])).toEqual([
      ['prompt', 16, 0, 1],
      ['prompt', 32, 0, 1],
      ['generation', 0, 8, 1],
      ['streams', 16, 6, 1],
      ['streams', 16, 6, 3],
    ]);
    for (const { tokensPerSecond } of benchmark.rows) {
      expect(tokensPerSecond.count).toBe(3);
      expect(tokensPerSecond.min).toBeGreaterThan(0);
      expect(tokensPerSecond.max).toBeGreaterThanOrEqual(tokensPerSecond.median);
    }
    // Three runs of three streams: nine first tokens, and five tokens after each of them.
    expect(benchmark.rows.at(-1)).toMatchObject({ ttftMs: { count: 9 }, interTokenMs: { count: 45 } });
    expect(benchmark.rows[0]).toMatchObject({ ttftMs: null, interTokenMs: null });
    expect(benchmark).toMatchObject({
      source: 'measured', label: 'Small v1', startedBy: 'Ada', settings, plan, peakVramBytes: null,
      model: { modelId, versionId, deploymentId: null, name: 'Small', versionNumber: 1 },
      engine: { backend: 'cpu', driver: null },
    });
    expect(benchmark.model.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(benchmark.machine?.key).toMatch(/^[0-9a-f]{32}$/);
    expect(benchmark.engine.release).toMatch(/\d+\.\d+\.\d+/);
    expect(benchmark.loadMs).toBeGreaterThan(0);
    expect(benchmark.peakRamBytes).toBeGreaterThan(20_000_000);
    expect(benchmark.foreignLoad).toBeGreaterThanOrEqual(0);
    expect(await app.client.benchmarks.list({})).toHaveLength(1);
    expect((await auditTypes()).slice(0, 2)).toEqual(['benchmarks.measured', 'benchmarks.started']);
  });

  it('is refused before it starts where there is nothing to measure, no version, or not enough memory', async () => {
    await expect(startVersion({ ...plan, promptSizes: [], generationSizes: [], streams: [] })).rejects.toMatchObject({ code: 'NOTHING_TO_MEASURE' });
    await expect(app.client.benchmarks.start({ subject: { kind: 'version', versionId: 'ver_none', settings }, plan })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(startVersion({ ...plan, promptSizes: [100_000] })).rejects.toMatchObject({ code: 'CONTEXT_TOO_LARGE' });
    await expect(app.client.benchmarks.start({ subject: { kind: 'version', versionId, settings: { ...settings, backend: 'metal' } }, plan })).rejects.toMatchObject({
      code: process.platform === 'darwin' ? 'DOES_NOT_FIT' : 'BACKEND_UNAVAILABLE',
    });
    expect(await app.client.jobs.list({})).toHaveLength(1); // the import
  });

  it('ends at once when it is cancelled, its process with it, and keeps nothing', async () => {
    const { jobId } = await startVersion(endless);
    await phaseIs(jobId, 'generation');
    const askedAt = Date.now();
    const view = await app.client.jobs.cancel({ jobId });
    expect(view.state).toBe('cancelled');
    expect(Date.now() - askedAt).toBeLessThan(5000);
    expect(isAlive(started[0])).toBe(false);
    expect(await app.client.benchmarks.list({})).toEqual([]);
    expect(await auditTypes()).toContain('benchmarks.cancelled');
  });

  it('fails with the signal in its record when its process is killed, and can be run again', async () => {
    const { jobId } = await startVersion(endless);
    await phaseIs(jobId, 'generation');
    process.kill(started[0] ?? 0, 'SIGKILL');
    const job = await ended(jobId);
    expect(job).toMatchObject({ state: 'failed', error: { code: 'MEASURING_FAILED', data: { what: 'benchmark', detail: expect.stringContaining('SIGKILL') } } });
    expect(await app.client.benchmarks.list({})).toEqual([]);
    expect(await auditTypes()).toContain('benchmarks.failed');
    const again = await app.client.jobs.retry({ jobId });
    await phaseIs(again.id, 'generation');
    await app.client.jobs.cancel({ jobId: again.id });
  });

  it('is called interrupted after the application was killed, its process gone with it, and can be run again', async () => {
    await app.application.dispose();
    const child = spawn(process.execPath, [join(import.meta.dirname, 'testing', 'benchmark-and-wait.ts'), app.dataFolder, versionId], { stdio: ['ignore', 'pipe', 'inherit'] });
    const measuring = await new Promise<number>((resolve) => {
      let text = '';
      child.stdout.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        const found = /generation (\d+)/.exec(text);
        if (found !== null) resolve(Number(found[1]));
      });
    });
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
    await until(() => Promise.resolve(!isAlive(measuring)));
    await app.restart();
    await app.client.accounts.signIn({ password: testPassword });
    const job = (await app.client.jobs.list({})).find(({ kind }) => kind === 'benchmarks.run');
    expect(job?.state).toBe('interrupted');
    expect(await app.client.benchmarks.list({})).toEqual([]);
    expect(await auditTypes()).toContain('jobs.interrupted');
    const again = await app.client.jobs.retry({ jobId: job?.id ?? '' });
    await phaseIs(again.id, 'generation');
    expect((await app.client.jobs.cancel({ jobId: again.id })).state).toBe('cancelled');
  });

  it('stays, as the snapshot it is, when the model is deleted', async () => {
    const job = await ended((await startVersion({ ...plan, streams: [], promptSizes: [], repeats: 1 })).jobId);
    await app.client.models.delete({ modelId, confirmName: 'Small' });
    const benchmark = await app.client.benchmarks.get({ benchmarkId: job.result?.objectId ?? '' });
    expect(benchmark.model).toMatchObject({ name: 'Small', modelId: null, versionId: null });
  });
});

describe('a benchmark of a deployment', { timeout: 90_000 }, () => {
  it('asks it as programs do, and tells what can be seen from there', async () => {
    const { limits } = await app.client.deployments.fit({ versionId });
    const { id } = await app.client.deployments.create({ name: 'small', versionId, settings: { ...settings, contextSize: 512 }, limits, trialId: null });
    await expect(app.client.benchmarks.start({ subject: { kind: 'deployment', deploymentId: id }, plan })).rejects.toMatchObject({ code: 'DEPLOYMENT_NOT_READY' });
    await until(async () => (await app.client.deployments.get({ deploymentId: id })).state === 'ready', 60_000);
    const wanted = { ...plan, promptSizes: [200], generationSizes: [24], streams: [2], streamPromptTokens: 150, streamOutputTokens: 12, repeats: 2 };
    const job = await ended((await app.client.benchmarks.start({ subject: { kind: 'deployment', deploymentId: id }, plan: wanted })).jobId);
    expect(job.error).toBeNull();
    const benchmark = await app.client.benchmarks.get({ benchmarkId: job.result?.objectId ?? '' });
    expect(benchmark).toMatchObject({ label: 'small', model: { deploymentId: id, versionId }, peakVramBytes: null });
    expect(benchmark.peakRamBytes).toBeGreaterThan(20_000_000);
    const [prompt, generation, streams] = benchmark.rows;
    expect(prompt).toMatchObject({ test: 'prompt', outputTokens: 0, ttftMs: null });
    expect(Math.abs((prompt?.promptTokens ?? 0) - 200)).toBeLessThan(40);
    expect(generation).toMatchObject({ test: 'generation', outputTokens: 24, tokensPerSecond: { count: 2 } });
    expect(streams).toMatchObject({ test: 'streams', streams: 2, outputTokens: 12, ttftMs: { count: 4 } });
    expect(streams?.interTokenMs?.count).toBeGreaterThan(0);
  });

  it('leaves it serving when the benchmark is cancelled', async () => {
    const { limits } = await app.client.deployments.fit({ versionId });
    const { id } = await app.client.deployments.create({ name: 'small', versionId, settings: { ...settings, contextSize: 1024 }, limits, trialId: null });
    await until(async () => (await app.client.deployments.get({ deploymentId: id })).state === 'ready', 60_000);
    const { jobId } = await app.client.benchmarks.start({ subject: { kind: 'deployment', deploymentId: id }, plan: { ...endless, generationSizes: [], streams: [4], streamOutputTokens: 400 } });
    await phaseIs(jobId, 'streams');
    expect((await app.client.jobs.cancel({ jobId })).state).toBe('cancelled');
    const view = await until(async () => {
      const now = await app.client.deployments.get({ deploymentId: id });
      return now.activeRequests + now.queuedRequests === 0 ? now : null;
    });
    expect(view.state).toBe('ready');
  });
});

describe('what is kept', { timeout: 90_000 }, () => {
  it('is renamed, exported, imported again and removed, each with its event', async () => {
    const job = await ended((await startVersion({ ...plan, repeats: 2 })).jobId);
    const benchmarkId = job.result?.objectId ?? '';
    await app.client.benchmarks.rename({ benchmarkId, label: '=cmd()' });
    const csv = await app.client.benchmarks.export({ benchmarkIds: [benchmarkId], format: 'csv' });
    expect(csv.text).toContain("\r\n'=cmd(),measured,");
    const llamaBench = await app.client.benchmarks.export({ benchmarkIds: [benchmarkId], format: 'llama-bench' });
    expect(JSON.parse(llamaBench.text)).toMatchObject([{ n_prompt: 16, n_gen: 0, n_ubatch: 512, type_k: 'f16' }, { n_prompt: 32 }, { n_prompt: 0, n_gen: 8 }]);
    const original = await app.client.benchmarks.get({ benchmarkId });
    expect(JSON.parse((await app.client.benchmarks.export({ benchmarkIds: [benchmarkId], format: 'json' })).text)).toEqual([original]);

    for (const [file, rows] of [[csv, 5], [llamaBench, 3]] as const) {
      expect(await app.client.benchmarks.previewBaseline({ fileName: file.fileName, text: file.text })).toMatchObject({ skipped: [] });
      const { benchmarkIds } = await app.client.benchmarks.importBaseline({ fileName: file.fileName, text: file.text, label: 'Elsewhere' });
      expect(benchmarkIds).toHaveLength(1);
      const back = await app.client.benchmarks.get({ benchmarkId: benchmarkIds[0] ?? '' });
      expect(back.rows).toHaveLength(rows);
      expect(back.rows[0]?.tokensPerSecond.mean).toBeCloseTo(original.rows[0]?.tokensPerSecond.mean ?? 0, 6);
      expect(back).toMatchObject({ label: 'Elsewhere', machine: null, settings: null, model: { name: 'Small', versionId: null } });
    }
    await app.client.benchmarks.remove({ benchmarkId });
    await expect(app.client.benchmarks.get({ benchmarkId })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const types = await auditTypes();
    for (const type of ['benchmarks.renamed', 'benchmarks.exported', 'benchmarks.baselineImported', 'benchmarks.removed']) expect(types).toContain(type);
  });
});

describe('auto-tuning', { timeout: 120_000 }, () => {
  const order = () => ({ versionId, backend: 'cpu' as const, goal: 'balanced' as const, contextSize: 512, budgetMs: 5000, allowSmallerKv: false });

  it('finds settings, explains them, and the deploy wizard uses them until the machine changes', async () => {
    const job = await ended((await app.client.benchmarks.tune(order())).jobId);
    expect(job.error).toBeNull();
    expect(job.phases.map(({ phase }) => phase)).toEqual(expect.arrayContaining(['load', 'default', 'register']));
    const tuning = await app.client.benchmarks.tuning({ tuningId: job.result?.objectId ?? '' });
    expect(tuning).toMatchObject({ versionId, modelName: 'Small', startedBy: 'Ada', goal: 'balanced', outdated: null, default: { score: 1, problem: null } });
    expect(tuning.chosen.score).toBeGreaterThanOrEqual(1);
    expect(tuning.explanation.map(({ setting }) => setting)).toEqual(['gpuLayers', 'threads', 'batchSize', 'flashAttention', 'kvType']);
    expect(tuning.explanation[0]?.outcome).toBe('not-applicable');
    expect(tuning.trials.length).toBeGreaterThan(0);
    expect(tuning.foreignLoad).toBeGreaterThanOrEqual(0);
    const fit = await app.client.deployments.fit({ versionId });
    expect(fit.why).toMatchObject({ code: 'tuned', data: { gain: tuning.chosen.score } });
    expect(fit.recommended.settings.threads).toBe(tuning.chosen.settings.threads);
    expect(await auditTypes()).toEqual(expect.arrayContaining(['benchmarks.tuningStarted', 'benchmarks.tuned']));

    await app.client.benchmarks.removeTuning({ tuningId: tuning.id });
    expect(await app.client.benchmarks.tunings({})).toEqual([]);
    expect((await app.client.deployments.fit({ versionId })).why.code).not.toBe('tuned');
  });

  it('is cancelled at once and then knows nothing', async () => {
    const { jobId } = await app.client.benchmarks.tune({ ...order(), budgetMs: 600_000 });
    await until(async () => (await app.client.jobs.get({ jobId })).progress?.phase !== 'load' && started.length > 0, 60_000);
    expect((await app.client.jobs.cancel({ jobId })).state).toBe('cancelled');
    expect(isAlive(started[0])).toBe(false);
    expect(await app.client.benchmarks.tunings({})).toEqual([]);
  });

});

function isAlive(processId: number | undefined): boolean {
  if (processId === undefined) return false;
  try {
    return execFileSync('ps', ['-o', 'stat=', '-p', String(processId)], { encoding: 'utf8' }).trim().startsWith('Z') === false;
  } catch {
    return false; // ps found no such process
  }
}
