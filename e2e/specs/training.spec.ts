import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TrainingSettings } from '../../main/contract/training.contract.ts';
import { writeRandomModel } from '../../main/engine/testing/random-model.ts';
import type { Client } from '../../main/transport/instance-client.ts';
import { expect, test } from '../fixtures/host.ts';
import type { Host } from '../fixtures/host.ts';
import { Inspector } from '../fixtures/inspect.ts';
import { ENGINE_WITHIN_MS, importModel, setUp } from '../fixtures/prepare.ts';
import { patternWithin, say } from '../fixtures/texts.ts';
import { Keyboard } from '../pages/keyboard.ts';
import { SignInScreen } from '../pages/start.ts';
import { TRAINED_WITHIN_MS, TrainingScreen } from '../pages/training.ts';

interface Prepared {
  modelId: string;
  versionId: string;
  dataId: string;
}

/** A house with one generated model and a few tickets to learn from, and its screen signed in. */
async function moveIn(host: Host, client: Client, files: string): Promise<Prepared> {
  await setUp(client, host.dataFolder);
  const model = join(files, 'ward-letters.gguf');
  await writeRandomModel(model, { architecture: 'llama', layers: 1, embedding: 64, heads: 2, headsKv: 1, feedForward: 64, vocabulary: 320, context: 256, tensorType: 'F32', seed: 5 });
  const modelId = await importModel(client, model, 'Ward letters');
  const path = join(files, 'tickets.jsonl');
  const ticket = (place: number) => JSON.stringify({ question: `Printer ${String(place)} is ${place % 2 === 0 ? 'pale' : 'dead'}`, answer: place % 2 === 0 ? 'toner' : 'power' });
  writeFileSync(path, Array.from({ length: 36 }, (_, place) => ticket(place)).join('\n'));
  const source = { kind: 'path', path } as const;
  const { reading } = await client.datasets.inspect({ source, reading: null });
  const { jobId } = await client.datasets.import({ source, reading, target: { kind: 'new-dataset', name: 'Tickets', shares: { train: 80, validation: 20, test: 0 } } });
  await expect.poll(async () => (await client.jobs.get({ jobId })).state, { timeout: ENGINE_WITHIN_MS }).toBe('succeeded');
  const dataId = (await client.datasets.list({}))[0]?.latestVersionId ?? '';
  await host.page.reload();
  await new SignInScreen(host.page).signIn();
  return { modelId, versionId: (await client.models.get({ modelId })).versions[0]?.id ?? '', dataId };
}

test('train with the keyboard alone: wizard, curve, before and after, a new version; a quantized one is refused with the way on', async ({ host, contract, folders }) => {
  test.setTimeout(240_000);
  const { client } = contract;
  const { modelId, versionId } = await moveIn(host, client, folders.files);
  const { page } = host;
  const training = new TrainingScreen(page);
  const keyboard = new Keyboard(page);
  const inspector = new Inspector(page, 'training', 'light');
  const { wizard, run } = training.words;

  const options = { importanceMatrixId: null, outputTensorType: null, tokenEmbeddingType: null, overrides: [], pure: false, leaveOutputTensor: false, threads: null };
  const { jobId } = await client.quantization.quantize({ versionId, type: 'Q8_0', options, evaluate: false });
  await expect.poll(async () => (await client.jobs.get({ jobId })).state, { timeout: ENGINE_WITHIN_MS }).toBe('succeeded');
  const quantized = (await client.models.get({ modelId })).versions.find(({ number }) => number === 2)?.id ?? '';
  await training.visit(`#/train?version=${quantized}`);
  await expect(page.getByText(say(wizard.version.quantizedTitle, { number: 2, quantization: 'Q8_0' }))).toBeVisible();
  await expect(training.next).toBeDisabled();
  await keyboard.enter(training.button(say(wizard.version.take, { number: 1 })));
  await expect(training.version(1, 'F32')).toBeChecked();

  await keyboard.enter(training.next);
  await expect(training.question(wizard.data.question)).toBeFocused();
  await expect(training.dataVersion(1)).toBeChecked();
  await keyboard.enter(training.next);
  await expect(training.mode('new')).toBeChecked();
  await expect(training.mode('incremental')).toBeDisabled();
  await keyboard.enter(training.next);
  await expect(training.settings('recommended')).toBeChecked();
  await keyboard.tabTo(training.settings('recommended'));
  await keyboard.press('ArrowDown');
  await keyboard.fill(page.getByRole('textbox', { name: wizard.settings.fields.epochs, exact: true }), '2000');
  await expect(training.next).toBeDisabled();
  await keyboard.fill(page.getByRole('textbox', { name: wizard.settings.fields.epochs, exact: true }), '2');
  await expect(training.plan).toContainText(wizard.plan.memory);
  await inspector.look('settings');
  await keyboard.enter(training.next);
  await expect(training.question(wizard.summary.question)).toBeFocused();
  await keyboard.enter(page.getByText(training.texts.common.commandLine));
  await expect(page.getByText("modelward train 'Ward letters@1' Tickets@1 --mode new --epochs 2", { exact: true })).toBeVisible();
  await keyboard.enter(training.button(wizard.verb));

  await training.expectState('finished');
  await expect(training.lossChart).toHaveAccessibleName(patternWithin(run.curves.validation));
  await expect(page.getByRole('region', { name: run.result.title }).getByRole('row', { name: new RegExp(`^${run.result.loss} `) })).toBeVisible();
  await inspector.look('finished run');
  const [made] = await client.training.list({});
  expect(made).toMatchObject({ state: 'finished', result: { modelId, number: 3 }, settings: { epochs: 2 } });
  expect(made?.best?.loss).toBeLessThan(made?.before?.loss ?? 0);
  expect((await client.models.get({ modelId })).versions.find(({ number }) => number === 3)).toMatchObject({ lineage: { parentNumber: 1, derivation: { kind: 'tuned', mode: 'new' } } });
  await keyboard.enter(training.button(say(run.actions.openVersion, { number: 3 })));
  await expect(training.title('Ward letters')).toBeVisible();
});

test('pause, resume and cancel a training; the list tells how it stands', async ({ host, contract, folders }) => {
  test.setTimeout(240_000);
  const { client } = contract;
  const { versionId, dataId } = await moveIn(host, client, folders.files);
  const { page } = host;
  const training = new TrainingScreen(page);
  const { run, runs, states } = training.words;
  const { recommended } = await client.training.options({ versionId, datasetVersionId: dataId });
  const settings: TrainingSettings = { ...recommended, epochs: 1000, patience: null, threads: 1 };
  const { runId } = await client.training.start({ versionId, datasetVersionId: dataId, mode: { kind: 'new' }, settings });
  const stepNow = async (): Promise<number> => (await client.training.get({ runId })).step;

  await training.visit('#/data/runs');
  await page.getByRole('link', { name: 'Ward letters v1' }).click();
  await expect.poll(stepNow, { timeout: TRAINED_WITHIN_MS }).toBeGreaterThan(3);
  await expect(training.lossChart).toBeVisible();
  await training.button(run.actions.pause).click();
  await training.expectState('paused');
  const pausedAt = await stepNow();
  await training.button(run.actions.resume).click();
  await training.expectState('running');
  await expect.poll(stepNow, { timeout: TRAINED_WITHIN_MS }).toBeGreaterThan(pausedAt);
  // Its job leads back to it.
  await training.button('1 job running').click();
  await page.getByRole('menuitem', { name: /Ward letters/ }).click();
  await expect(training.title(say(run.title, { name: 'Ward letters v1' }))).toBeVisible();

  await training.button(run.actions.cancel).click();
  await training.button(run.cancelDialog.verb, page.getByRole('dialog')).click();
  await training.expectState('cancelled');
  await expect(training.lossChart).toBeVisible();
  await training.visit('#/data/runs');
  await expect(page.getByRole('table', { name: runs.table.label }).getByText(states.cancelled)).toBeVisible();
});
