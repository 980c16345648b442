import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, readdirSync, readFileSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JobView } from '../contract/jobs.contract.ts';
import { writeImportanceMatrixFile } from '../engine/native/importance-matrix-file.ts';
import { K_QUANT_MODEL, randomImportanceMatrix } from '../engine/testing/quantize-fixture.ts';
import { writeRandomModel } from '../engine/testing/random-model.ts';
import { createNodeProcessStarter } from '../kernel/processes/node-process-starter.ts';
import type { ChildProcessHandle, ProcessStarter } from '../kernel/processes/process-starter.ts';
import { temporaryFolder } from '../kernel/testing/temporary-house.ts';
import { importModel, startTestApplication, testPassword, until } from '../testing/test-application.ts';
import type { TestApplication } from '../testing/test-application.ts';

/** Ten times the work of the usual one: IQ2_XXS takes several seconds for it. */
const LARGE = { ...K_QUANT_MODEL, layers: 8, feedForward: 1024 };

const quantizers: ChildProcessHandle[] = [];
const startProcess: ProcessStarter = (options) => {
  const child = createNodeProcessStarter()(options);
  if (options.serviceName === 'modelward-quantize') quantizers.push(child);
  return child;
};
const source = temporaryFolder('source');
const modelPath = join(source.path, 'large.gguf');
const matrixPath = join(source.path, 'matrix.gguf');

let app: TestApplication;
let modelId = '';
let versionId = '';
let importanceMatrixId = '';
beforeEach(async () => {
  if (!existsSync(modelPath)) {
    await writeRandomModel(modelPath, LARGE);
    await writeImportanceMatrixFile(matrixPath, randomImportanceMatrix(LARGE));
  }
  app = await startTestApplication({ changes: { startProcess } });
  await prepare();
}, 60_000);
afterEach(() => app.dispose());

async function prepare(): Promise<void> {
  modelId = await importModel(app.client, modelPath, 'Large');
  versionId = (await app.client.models.get({ modelId })).versions[0]?.id ?? '';
  importanceMatrixId = (await app.client.quantization.importMatrix({ versionId, path: matrixPath })).id;
  quantizers.length = 0;
}
async function startSlowly(): Promise<string> {
  const { jobId } = await app.client.quantization.quantize({ versionId, type: 'IQ2_XXS', options: { importanceMatrixId }, evaluate: true });
  await until(async () => {
    const { progress } = await app.client.jobs.get({ jobId });
    return progress?.phase === 'quantize' && progress.done > 0;
  });
  return jobId;
}
async function ended(jobId: string): Promise<JobView> {
  return until(async () => {
    const view = await app.client.jobs.get({ jobId });
    return view.state === 'queued' || view.state === 'running' ? null : view;
  }, 60_000);
}
/** Everything but the imported version and its matrix. */
function leftovers(folder = app.dataFolder): string[] {
  const list = (name: string): string[] => (existsSync(join(folder, name)) ? readdirSync(join(folder, name)) : []);
  return [...list('quarantine'), ...list('models').slice(1), ...list('importance-matrices').slice(1)];
}
async function auditTypes(): Promise<string[]> {
  return (await app.client.audit.list({ filter: {}, cursor: null, limit: 50 })).events.map(({ type }) => type);
}
function isAlive(processId: number | undefined): boolean {
  try {
    process.kill(processId ?? 0, 0);
    return true;
  } catch {
    return false;
  }
}

describe('quantizing that does not come to its end leaves its record and no file', () => {
  it('tells how far it is, by tensor, in bytes of the source with time left', async () => {
    const { jobId } = await app.client.quantization.quantize({ versionId, type: 'IQ2_XXS', options: { importanceMatrixId }, evaluate: false });
    const view = await until(async () => {
      const { progress } = await app.client.jobs.get({ jobId });
      return progress !== null && progress.phase === 'quantize' && progress.etaMs !== null ? progress : null;
    });
    expect(view.unit).toBe('bytes');
    expect(view.detail).toMatch(/^blk\.\d\.\S+ \(\d+\/75\)$/);
    expect(view.total).toBeGreaterThan(view.done);
    expect((await ended(jobId)).state).toBe('succeeded');
  }, 60_000);

  it('when it is cancelled: at once', async () => {
    const jobId = await startSlowly();
    const processId = quantizers.at(-1)?.processId;
    const startedAt = performance.now();
    const job = await app.client.jobs.cancel({ jobId });
    expect(job).toMatchObject({ state: 'cancelled', error: null });
    expect(performance.now() - startedAt).toBeLessThan(1000);
    expect(isAlive(processId)).toBe(false);
    expect(leftovers()).toEqual([]);
    expect(await auditTypes()).toEqual(expect.arrayContaining(['jobs.cancelled', 'quantization.cancelled']));
    expect((await app.client.models.get({ modelId })).versions).toHaveLength(1);
    expect((await app.client.jobs.list({})).filter(({ kind }) => kind === 'quantization.evaluate')).toEqual([]);
  }, 60_000);

  it('when its process is killed: the job says so', async () => {
    const jobId = await startSlowly();
    process.kill(quantizers.at(-1)?.processId ?? 0, 'SIGKILL');
    expect((await ended(jobId)).error).toMatchObject({ code: 'QUANTIZATION_REFUSED', data: { type: 'IQ2_XXS', reason: 'process-died', detail: 'SIGKILL' } });
    expect(leftovers()).toEqual([]);
    expect(await auditTypes()).toContain('quantization.failed');
  }, 60_000);

  it('when the application is killed: interrupted at the next start, swept, and offered again', async () => {
    await app.application.dispose();
    const script = join(import.meta.dirname, '..', 'testing', 'quantize-and-wait.ts');
    const child = spawn(process.execPath, [script, app.dataFolder, versionId, importanceMatrixId], { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise<void>((resolve) => {
      child.stdout.on('data', (chunk: Buffer) => {
        if (chunk.toString().includes('quantize')) resolve();
      });
    });
    const worker = workerBelow(child.pid);
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
    await until(async () => worker === null || !isAlive(worker), 5000); // nobody works on for a parent that is gone
    await app.restart();
    await app.client.accounts.signIn({ password: testPassword });
    const job = (await app.client.jobs.list({})).find(({ kind }) => kind === 'quantization.quantize');
    expect(job?.state).toBe('interrupted');
    expect(leftovers()).toEqual([]);
    const again = await app.client.jobs.retry({ jobId: job?.id ?? '' });
    expect((await ended(again.id)).state).toBe('succeeded');
  }, 90_000);

  const canMount = process.platform === 'linux' && process.getuid?.() === 0;
  it.skipIf(!canMount)('when the disk is full before it begins, or fills up meanwhile (needs Linux and root for a small volume)', async () => {
    const usual = app;
    const volume = temporaryFolder('small-volume');
    expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=160m', 'tmpfs', volume.path]).status).toBe(0);
    try {
      app = await startTestApplication({ dataFolder: volume.path, changes: { startProcess } });
      await prepare();
      const free = (): number => {
        const { bavail, bsize } = statfsSync(volume.path);
        return bavail * bsize;
      };
      const filler = join(volume.path, 'filler');
      writeFileSync(filler, Buffer.alloc(free() - 72 * 1024 * 1024));
      await expect(app.client.quantization.quantize({ versionId, type: 'F16', options: {}, evaluate: false })).rejects.toMatchObject({ code: 'DISK_FULL' });
      const jobId = await startSlowly();
      fillUp(join(volume.path, 'filler-2'), () => free() - 200 * 1024);
      expect((await ended(jobId)).error).toMatchObject({ code: 'DISK_FULL' });
      expect(leftovers(volume.path)).toEqual([]);
    } finally {
      await app.dispose();
      app = usual;
      spawnSync('umount', [volume.path]);
      volume.remove();
    }
  }, 90_000);
});

/** Writes until nothing is to spare. Somebody else writes to the same volume meanwhile, so what was free a moment ago may be taken. */
function fillUp(path: string, spareBytes: () => number): void {
  for (let spare = spareBytes(); spare > 0; spare = spareBytes()) {
    try {
      appendFileSync(path, Buffer.alloc(Math.min(spare, 1024 * 1024)));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
  }
}

/** The quantizing process below another one, on Linux; null where that cannot be looked up. */
function workerBelow(parentId: number | undefined): number | null {
  if (process.platform !== 'linux') return null;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const isChild = readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')[1]?.split(' ')[1] === String(parentId);
      if (isChild && readFileSync(`/proc/${name}/cmdline`, 'utf8').includes('quantize.worker')) return Number(name);
    } catch {
      continue; // it ended while we looked
    }
  }
  return null;
}
