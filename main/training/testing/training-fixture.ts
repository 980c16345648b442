import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JobView } from '../../contract/jobs.contract.ts';
import type { TrainingOrder, TrainingRun, TrainingSettings } from '../../contract/training.contract.ts';
import type { RandomModelOptions } from '../../engine/testing/random-model.ts';
import { SMALL_RANDOM_MODEL, writeRandomModel } from '../../engine/testing/random-model.ts';
import { seededRandom } from '../../engine/testing/seeded-random.ts';
import { importModel, until } from '../../testing/test-application.ts';
import type { Client } from '../../transport/instance-client.ts';

/** A fraction of a second a step. */
export const TRAINED_MODEL: RandomModelOptions = { ...SMALL_RANDOM_MODEL, context: 512 };

export const QUICK_SETTINGS: TrainingSettings = {
  contextSize: 256,
  epochs: 2,
  learningRate: 0.003,
  schedule: 'cosine',
  warmupShare: 0.05,
  weightDecay: 0.01,
  layers: { kind: 'all' },
  learnFrom: 'answers',
  patience: null,
  evaluationsPerEpoch: 1,
  seed: 7,
  saveAs: 'F32',
  threads: 1,
};

/** Questions of a help desk, one JSON object a line, different from `from` on. */
export function ticketLines(count: number, from = 0): string {
  const random = seededRandom(3);
  const things = ['printer', 'scanner', 'monitor', 'keyboard', 'telephone', 'badge reader'];
  const lines = Array.from({ length: from + count }, (_, index) => {
    const thing = things[random.below(things.length)] ?? '';
    return JSON.stringify({ question: `The ${thing} on ward ${index} fails.`, answer: `Category: ${thing}. Switch the ${thing} off and on.` });
  });
  return `${lines.slice(from).join('\n')}\n`;
}

export interface Fixture {
  modelId: string;
  versionId: string;
}

export async function importRandomModel(client: Client, folder: string, { name, ...changes }: Partial<RandomModelOptions> & { name: string }): Promise<Fixture> {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name.replaceAll(' ', '-')}.gguf`);
  await writeRandomModel(path, { ...TRAINED_MODEL, name, ...changes });
  const modelId = await importModel(client, path, name);
  return { modelId, versionId: (await client.models.get({ modelId })).versions[0]?.id ?? '' };
}

/** Imports such lines as a data set, or as a further version of one; answers the version's id. */
export async function importTickets(client: Client, folder: string, { name, lines, datasetId, shares }: { name: string; lines: string; datasetId?: string; shares?: { train: number; validation: number; test: number } }): Promise<{ datasetId: string; versionId: string }> {
  const path = join(folder, `${name.replaceAll(' ', '-')}.jsonl`);
  writeFileSync(path, lines);
  const source = { kind: 'path' as const, path };
  const { reading } = await client.datasets.inspect({ source, reading: null });
  const mapping = { kind: 'question-answer' as const, question: 'question', answer: 'answer', system: null };
  const target = datasetId === undefined ? { kind: 'new-dataset' as const, name, shares: shares ?? { train: 80, validation: 20, test: 0 } } : { kind: 'new-version' as const, datasetId };
  const { jobId } = await client.datasets.import({ source, reading: { ...reading, mapping }, target });
  const job = await endOfJob(client, jobId);
  if (job.error !== null) throw new Error(JSON.stringify(job.error));
  const id = job.result?.objectType === 'dataset' ? job.result.objectId : (datasetId ?? '');
  const versions = (await client.datasets.list({})).find((dataset) => dataset.id === id || dataset.latestVersionId === job.result?.objectId);
  if (versions === undefined) throw new Error(`no data set after ${JSON.stringify(job.result)}`);
  return { datasetId: versions.id, versionId: versions.latestVersionId };
}

export async function endOfJob(client: Client, jobId: string): Promise<JobView> {
  return until(async () => {
    const view = await client.jobs.get({ jobId });
    return view.state === 'queued' || view.state === 'running' ? null : view;
  }, 150_000);
}

/** Starts a run and waits for what becomes of it. */
export async function train(client: Client, order: Omit<TrainingOrder, 'settings' | 'mode'> & { mode?: TrainingOrder['mode']; settings?: Partial<TrainingSettings> }): Promise<{ run: TrainingRun; job: JobView }> {
  const { runId, jobId } = await client.training.start({ ...order, mode: order.mode ?? { kind: 'new' }, settings: { ...QUICK_SETTINGS, ...order.settings } });
  const job = await endOfJob(client, jobId);
  return { job, run: await client.training.get({ runId }) };
}
