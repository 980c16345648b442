import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TrainingPoint, TrainingRun } from '../contract/training.contract.ts';
import { createNodeProcessStarter } from '../kernel/processes/node-process-starter.ts';
import type { ChildProcessHandle, ProcessStarter } from '../kernel/processes/process-starter.ts';
import { temporaryFolder } from '../kernel/testing/temporary-house.ts';
import { startTestApplication, testPassword, until } from '../testing/test-application.ts';
import type { TestApplication } from '../testing/test-application.ts';
import { endOfJob, importRandomModel, importTickets, QUICK_SETTINGS, ticketLines } from './testing/training-fixture.ts';

/** Long enough to be interrupted, with a checkpoint every few steps. */
const settings = { ...QUICK_SETTINGS, epochs: 3, evaluationsPerEpoch: 4 };
const starter = createNodeProcessStarter();
const trainers: ChildProcessHandle[] = [];
const startProcess: ProcessStarter = (options) => {
  const child = starter(options);
  if (options.serviceName === 'modelward-training') trainers.push(child);
  return child;
};

let app: TestApplication;
const source = temporaryFolder('source');
let order = { versionId: '', datasetVersionId: '', mode: { kind: 'new' as const }, settings };
/** What the same run gives when nothing comes between. */
let whole: { run: TrainingRun; points: TrainingPoint[] };
beforeAll(async () => {
  app = await startTestApplication({ changes: { startProcess } });
  const { versionId } = await importRandomModel(app.client, source.path, { name: 'Desk' });
  order = { ...order, versionId, datasetVersionId: (await importTickets(app.client, source.path, { name: 'Tickets', lines: ticketLines(40) })).versionId };
  const { runId, jobId } = await app.client.training.start(order);
  await endOfJob(app.client, jobId);
  whole = await outcome(runId);
}, 60_000);
afterAll(async () => {
  await app.dispose();
  source.remove();
});

const folderOf = (runId: string): string => join(app.dataFolder, 'training', runId);
async function outcome(runId: string) {
  return { run: await app.client.training.get({ runId }), points: await app.client.training.curve({ runId, afterStep: -1 }) };
}
/** Waits until a checkpoint of the middle is there. */
async function inTheMiddle(runId: string): Promise<TrainingRun> {
  return until(async () => {
    const run = await app.client.training.get({ runId });
    return run.checkpointStep !== null && run.checkpointStep > 4 ? run : null;
  });
}
async function inState(runId: string, state: TrainingRun['state']): Promise<TrainingRun> {
  return until(async () => {
    const run = await app.client.training.get({ runId });
    return run.state === state ? run : null;
  });
}
/** The bytes of the result are those of the uninterrupted run: registered already, and refused as the same. */
async function resumeToTheSame(runId: string): Promise<void> {
  const { jobId } = await app.client.training.resume({ runId, learningRate: null });
  const job = await endOfJob(app.client, jobId);
  expect(job.error).toMatchObject({ code: 'MODEL_ALREADY_IMPORTED', data: { versionId: whole.run.result?.versionId } });
  const { run, points } = await outcome(runId);
  const numbers = (list: TrainingPoint[]) => list.map(({ step, train, validation, learningRate, tokens }) => [step, train, validation, learningRate, tokens]);
  expect(numbers(points)).toEqual(numbers(whole.points));
  expect(run.best).toEqual(whole.run.best);
}

it('paused it leaves the machine free; killed when it goes on it keeps its checkpoints; resumed again it ends as if nothing had been', async () => {
  const { runId, jobId } = await app.client.training.start(order);
  await inTheMiddle(runId);
  await app.client.training.pause({ runId });
  expect(await endOfJob(app.client, jobId)).toMatchObject({ state: 'succeeded', result: { objectType: 'training-run', objectId: runId } });
  const paused = await inState(runId, 'paused');
  expect(paused).toMatchObject({ resumable: true, checkpointStep: paused.step, problem: null });
  expect(paused.step).toBeLessThan(paused.stepCount ?? 0);
  await expect(app.client.training.pause({ runId })).rejects.toMatchObject({ code: 'TRAINING_NOT_POSSIBLE_NOW', data: { state: 'paused' } });

  const again = await app.client.training.resume({ runId, learningRate: null });
  await until(async () => ((await app.client.training.get({ runId })).checkpointStep ?? 0) > paused.step);
  process.kill(trainers.at(-1)?.processId ?? 0, 'SIGKILL');
  expect((await endOfJob(app.client, again.jobId)).error).toMatchObject({ code: 'TRAINING_FAILED', data: { reason: 'process-died', detail: expect.stringContaining('SIGKILL') } });
  expect(await app.client.training.get({ runId })).toMatchObject({ state: 'failed', resumable: true });
  await resumeToTheSame(runId);
}, 60_000);

it('a paused run becomes a version of its best checkpoint when asked', async () => {
  const { runId, jobId } = await app.client.training.start({ ...order, settings: { ...settings, seed: 8 } });
  await inTheMiddle(runId);
  await app.client.training.pause({ runId });
  await endOfJob(app.client, jobId);
  const finishing = await app.client.training.finish({ runId });
  expect((await endOfJob(app.client, finishing.jobId)).error).toBeNull();
  const { run } = await outcome(runId);
  expect(run).toMatchObject({ state: 'finished', result: { number: 3 } });
  expect(run.step).toBeLessThan(run.stepCount ?? 0);
  await expect.poll(() => existsSync(folderOf(runId))).toBe(false); // after the job has ended
}, 60_000);

it('cancelled it leaves nothing', async () => {
  const { runId, jobId } = await app.client.training.start(order);
  await inTheMiddle(runId);
  expect(existsSync(folderOf(runId))).toBe(true);
  await app.client.jobs.cancel({ jobId });
  expect(await app.client.training.get({ runId })).toMatchObject({ state: 'cancelled', resumable: false });
  expect(existsSync(folderOf(runId))).toBe(false);
});

it('cancelled while it waits it never begins', async () => {
  const first = await app.client.training.start(order);
  const second = await app.client.training.start(order);
  await app.client.jobs.cancel({ jobId: second.jobId });
  expect(await app.client.training.get({ runId: second.runId })).toMatchObject({ state: 'cancelled', step: 0 });
  await app.client.jobs.cancel({ jobId: first.jobId });
  expect((await app.client.training.list({})).filter(({ state }) => state === 'running' || state === 'queued')).toEqual([]);
});

it('the application may die, or end, in the middle: the run is there afterwards', async () => {
  await app.application.dispose();
  const child = spawn(process.execPath, [join(import.meta.dirname, 'testing', 'training-child.ts'), app.dataFolder, order.versionId, order.datasetVersionId, String(settings.epochs), String(settings.evaluationsPerEpoch)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  const exited = new Promise((resolve) => child.once('exit', resolve));
  const runId = await new Promise<string>((resolve, reject) => {
    void exited.then(() => reject(new Error(`it ended by itself: ${said}`)));
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (!/step (?!0\n)\d+\n/.test(said)) return;
      child.kill('SIGKILL');
      resolve(/run (\S+)/.exec(said)?.[1] ?? '');
    });
  });
  await exited;
  await app.restart({ startProcess });
  await app.client.accounts.signIn({ password: testPassword });
  const died = await app.client.training.get({ runId });
  expect(died).toMatchObject({ state: 'interrupted', resumable: true });

  await app.client.training.resume({ runId, learningRate: null });
  await until(async () => ((await app.client.training.get({ runId })).checkpointStep ?? 0) > (died.checkpointStep ?? 0) + 4);
  await app.restart({ startProcess });
  await app.client.accounts.signIn({ password: testPassword });
  const ended = await app.client.training.get({ runId });
  expect(ended).toMatchObject({ state: 'interrupted', resumable: true, checkpointStep: ended.step });
  await resumeToTheSame(runId);
  // Folders of runs that are over are gone; those that can go on are kept.
  const resting = (await app.client.training.list({})).filter(({ resumable }) => resumable).map(({ id }) => id);
  expect(readdirSync(join(app.dataFolder, 'training')).sort()).toEqual(resting.sort());
}, 60_000);
