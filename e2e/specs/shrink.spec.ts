import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { RandomModelOptions } from '../../main/engine/testing/random-model.ts';
import { writeRandomModel } from '../../main/engine/testing/random-model.ts';
import { layoutOf } from '../../main/kernel/data-folder/layout.ts';
import type { Client } from '../../main/transport/instance-client.ts';
import { expect, test } from '../fixtures/host.ts';
import type { Host } from '../fixtures/host.ts';
import { Inspector } from '../fixtures/inspect.ts';
import { auditTypes, ENGINE_WITHIN_MS, importModel, setUp } from '../fixtures/prepare.ts';
import { pattern, say, textsOf } from '../fixtures/texts.ts';
import type { Language } from '../fixtures/texts.ts';
import { errorNotice } from '../pages/error.ts';
import { Keyboard } from '../pages/keyboard.ts';
import { ModelsScreen } from '../pages/models.ts';
import { MEASURED_WITHIN_MS, ShrinkScreen } from '../pages/shrinking.ts';
import { SignInScreen } from '../pages/start.ts';

/** Rows of 256, so that K-quants really are K-quants; six layers, so that some can be left out. */
const wardLetters: RandomModelOptions = {
  architecture: 'llama',
  layers: 6,
  embedding: 256,
  heads: 4,
  headsKv: 2,
  feedForward: 512,
  vocabulary: 512,
  context: 512,
  tensorType: 'F16',
  seed: 7,
};

/** A house with one generated model in it, and its screen signed in. */
async function moveIn(host: Host, contract: { client: Client }, { files, language = 'en', model = wardLetters }: { files: string; language?: Language; model?: RandomModelOptions }): Promise<string> {
  await setUp(contract.client, host.dataFolder);
  const path = join(files, 'ward-letters.gguf');
  await writeRandomModel(path, model);
  const modelId = await importModel(contract.client, path, 'Ward letters');
  await host.page.reload();
  const shell = await new SignInScreen(host.page).signIn();
  if (language !== 'en') await shell.switchTo(language);
  return modelId;
}

async function firstVersionId(client: Client, modelId: string): Promise<string> {
  const { versions } = await client.models.get({ modelId });
  return versions.find(({ number }) => number === 1)?.id ?? '';
}

/** Quantizes without the screens, and without measuring. */
async function quantize(client: Client, modelId: string, type: string): Promise<void> {
  const options = { importanceMatrixId: null, outputTensorType: null, tokenEmbeddingType: null, overrides: [], pure: false, leaveOutputTensor: false, threads: null };
  const { jobId } = await client.quantization.quantize({ versionId: await firstVersionId(client, modelId), type, options, evaluate: false });
  await expect.poll(async () => (await client.jobs.get({ jobId })).state, { timeout: ENGINE_WITHIN_MS }).toBe('succeeded');
}

test('quantize to Q4_K_M with the keyboard alone, see what it cost, approve it', async ({ host, contract, folders }) => {
  test.setTimeout(480_000);
  const modelId = await moveIn(host, contract, { files: folders.files });
  const { page } = host;
  const shrink = new ShrinkScreen(page);
  const keyboard = new Keyboard(page);
  const { shrinking, comparisons, models } = shrink.texts;
  await shrink.visit(`#/models/${modelId}`);
  await keyboard.tabTo(page.getByRole('tab', { name: models.detail.overview }));
  await keyboard.press('ArrowRight');
  await keyboard.enter(shrink.versionMenu(1));
  const entry = page.getByRole('menuitem', { name: models.versionTable.quantize });
  await expect(entry).toBeVisible();
  for (let step = 0; step < 8 && !(await entry.evaluate((element) => element === document.activeElement)); step += 1) await keyboard.press('ArrowDown');
  await keyboard.press('Enter');

  await expect(shrink.version(1, 'F16')).toBeChecked();
  await keyboard.enter(shrink.next);
  await expect(shrink.question(shrinking.type.question)).toBeFocused();
  // A small model is recommended a type that loses hardly anything; arrows choose another one.
  await expect(shrink.type('Q6_K')).toBeChecked();
  await keyboard.tabTo(shrink.type('Q6_K'));
  for (let step = 0; step < 12 && !(await shrink.type('Q4_K_M').isChecked()); step += 1) await keyboard.press('ArrowUp');
  await expect(shrink.type('Q4_K_M')).toBeChecked();
  await keyboard.enter(shrink.next);
  await expect(shrink.question(shrinking.matrix.question)).toBeFocused();
  await keyboard.enter(shrink.next);
  await expect(shrink.question(shrinking.plan.question)).toBeFocused();
  await shrink.expectPlan();
  await keyboard.enter(shrink.next);
  await expect(shrink.question(shrinking.summary.question)).toBeFocused();
  await keyboard.enter(page.getByText(shrink.texts.common.commandLine));
  await expect(page.getByText("modelward quantize 'Ward letters@1' Q4_K_M", { exact: true })).toBeVisible();
  await keyboard.enter(shrink.button(shrinking.quantize.verb));
  await shrink.expectMade(shrinking.job.doneQuantized);

  await shrink.expectComparison();
  await keyboard.enter(shrink.button(comparisons.approval.approve));
  const dialog = page.getByRole('dialog', { name: say(comparisons.approval.approveTitle, { number: 2, name: 'Ward letters' }) });
  await keyboard.fill(dialog.getByRole('textbox'), 'Compared, and tried on ten letters.');
  await keyboard.enter(shrink.button(comparisons.approval.approveVerb, dialog));
  await expect(dialog).toBeHidden();
  await expect(page.getByText(/^Approved by Li Na/)).toBeVisible();

  const { versions } = await contract.client.models.get({ modelId });
  const made = versions.find(({ number }) => number === 2);
  expect(made).toMatchObject({ facts: { quantization: 'Q4_K_M' }, lineage: { parentNumber: 1, derivation: { kind: 'quantized', type: 'Q4_K_M' } }, approval: { note: 'Compared, and tried on ten letters.' } });
  expect(made?.facts.tensorTypes.map(({ type }) => type)).toContain('Q4_K');
  const [evaluation] = await contract.client.quantization.evaluations({ versionId: made?.id ?? '' });
  await expect(shrink.comparison).toContainText(`${(100 * (evaluation?.topTokenAgreement.value ?? Number.NaN)).toFixed(1).replace(/\.0$/, '')} %`);
  expect(await auditTypes(contract.client)).toEqual(expect.arrayContaining(['quantization.started', 'quantization.quantized', 'quantization.evaluated', 'models.versionApproved']));
});

test('prune: measure the layers, choose how many go, see the new version and where it comes from', async ({ host, contract, folders }) => {
  test.setTimeout(480_000);
  const modelId = await moveIn(host, contract, { files: folders.files });
  const { page } = host;
  const shrink = new ShrinkScreen(page);
  const { shrinking, models } = shrink.texts;
  const { prune } = shrinking;
  await shrink.visit(`#/prune?version=${await firstVersionId(contract.client, modelId)}`);
  await expect(shrink.version(1, 'F16')).toBeChecked();
  await shrink.goOnTo(prune.measure.question);
  await shrink.measureLayers(2);
  await shrink.goOnTo(prune.layers.question);
  await page.getByRole('slider').focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByText(say(prune.layers.countOf, { count: 2, total: 6 }))).toBeVisible();
  await expect(page.getByText(prune.layers.tooMany)).toBeVisible();
  await shrink.goOnTo(shrinking.summary.pruneQuestion);
  await page.getByRole('switch', { name: shrinking.summary.evaluate }).click();
  await shrink.button(prune.verb).click();
  await shrink.expectMade(shrinking.job.donePruned);
  await expect(page.getByText(shrinking.job.notMeasured)).toBeVisible();
  await shrink.button(shrinking.job.open).click();
  await page.getByRole('tab', { name: models.detail.versions }).click();
  await expect(page.getByRole('row').filter({ hasText: say(shrinking.lineage.pruned_other, { count: 2, number: 1 }) })).toBeVisible();
  const { versions } = await contract.client.models.get({ modelId });
  expect(versions.find(({ number }) => number === 2)?.facts.layerCount).toBe(4);
});

test('a quantized version is quantized again only after a warning and a yes', async ({ host, contract, folders }) => {
  test.setTimeout(240_000);
  const modelId = await moveIn(host, contract, { files: folders.files });
  await quantize(contract.client, modelId, 'Q8_0');
  const shrink = new ShrinkScreen(host.page);
  const { version } = shrink.texts.shrinking;
  const { versions } = await contract.client.models.get({ modelId });
  await shrink.visit(`#/quantize?version=${versions.find(({ number }) => number === 2)?.id ?? ''}`);
  await expect(host.page.getByText(say(version.requantizeTitle, { quantization: 'Q8_0' }))).toBeInViewport();
  await expect(shrink.next).toBeDisabled();
  await shrink.acceptRequantize.click();
  await expect(shrink.next).toBeEnabled();
  await shrink.button(say(version.requantizeTake, { number: 1 })).click();
  await expect(shrink.version(1, 'F16')).toBeChecked();
  await expect(shrink.acceptRequantize).toBeHidden();
  await shrink.version(2, 'Q8_0').click();
  // A yes to one is no yes for ever.
  await expect(shrink.acceptRequantize).not.toBeChecked();
  await expect(shrink.next).toBeDisabled();
});

test('a cancelled quantization leaves no version and no file', async ({ host, contract, folders }) => {
  test.setTimeout(360_000);
  const modelId = await moveIn(host, contract, { files: folders.files, model: { ...wardLetters, layers: 16, embedding: 512, heads: 8, headsKv: 4, feedForward: 1536 } });
  const shrink = new ShrinkScreen(host.page);
  const { shrinking, jobs } = shrink.texts;
  await shrink.visit(`#/quantize?version=${await firstVersionId(contract.client, modelId)}`);
  await shrink.goOnTo(shrinking.type.question);
  await shrink.type('Q4_K_M').click();
  await shrink.goOnTo(shrinking.matrix.question);
  await shrink.goOnTo(shrinking.plan.question);
  await shrink.expectPlan();
  await shrink.goOnTo(shrinking.summary.question);
  await shrink.button(shrinking.quantize.verb).click();
  await expect(shrink.title(pattern(shrinking.job.quantizing))).toBeVisible();
  await shrink.button(jobs.cancel).click({ timeout: ENGINE_WITHIN_MS });
  await expect(host.page.getByText(shrinking.job.cancelled)).toBeVisible({ timeout: ENGINE_WITHIN_MS });
  expect((await contract.client.models.get({ modelId })).versions).toHaveLength(1);
  const { quarantine } = layoutOf(host.dataFolder);
  expect(existsSync(quarantine) ? readdirSync(quarantine) : []).toEqual([]);
  expect(await auditTypes(contract.client)).toContain('quantization.cancelled');
});

for (const { language, size, scheme } of [
  { language: 'en', size: 100, scheme: 'light' },
  { language: 'zh-CN', size: 125, scheme: 'dark' },
] as const) {
  test.describe(`the screens of quantizing, pruning and comparing are accessible (${language}, ${scheme}, 1024 × 700, ${String(size)} % text)`, () => {
    test.use({ pageOptions: { viewport: { width: 1024, height: 700 } } });

    test('empty, step by step, done, refused', async ({ host, contract, folders }) => {
      test.setTimeout(800_000);
      const modelId = await moveIn(host, contract, { files: folders.files, language });
      await host.page.evaluate((percent) => {
        document.documentElement.style.fontSize = `${String(percent)}%`;
      }, size);
      const inspector = new Inspector(host.page, `shrink-${language}`, scheme);
      const shrink = new ShrinkScreen(host.page, language);
      await emptyTabs(shrink, inspector);
      await throughQuantizing(shrink, inspector);
      await whatItCost(shrink, inspector, contract.client);
      await throughPruning(shrink, inspector);
      await pageOfModel(shrink, inspector, modelId);
    });
  });
}

async function emptyTabs(shrink: ShrinkScreen, inspector: Inspector): Promise<void> {
  const { comparisons, shrinking } = shrink.texts;
  await shrink.visit('#/quality/comparisons');
  await expect(shrink.page.getByText(comparisons.list.emptyTitle)).toBeVisible();
  await inspector.look('comparisons empty');
  await shrink.button(comparisons.policy.change).click();
  await shrink.button(comparisons.policy.recommended).click();
  await inspector.look('quality policy');
  await shrink.button(comparisons.policy.save).click();
  await expect(shrink.button(comparisons.policy.change)).toBeVisible();
  await shrink.visit('#/quality/matrices');
  await expect(shrink.page.getByText(shrinking.matrices.emptyTitle)).toBeVisible();
  await inspector.look('matrices empty');
}

async function throughQuantizing(shrink: ShrinkScreen, inspector: Inspector): Promise<void> {
  const { page } = shrink;
  const { shrinking, common } = shrink.texts;
  await shrink.visit('#/quantize');
  await expect(shrink.version(1, 'F16')).toBeChecked();
  await inspector.look('quantize version');
  await shrink.goOnTo(shrinking.type.question);
  await page.getByText(shrinking.uses['last-resort'].title).click();
  await inspector.look('quantize type');
  await shrink.type('IQ2_XXS').click();
  await shrink.goOnTo(shrinking.matrix.question);
  await page.getByText(shrinking.expert.title, { exact: true }).click();
  await shrink.button(shrinking.expert.add).click();
  await page.getByRole('textbox', { name: say(shrinking.expert.pattern, { number: 1 }) }).fill('ffn_(');
  await inspector.look('quantize matrix and expert settings');
  await expect(shrink.next).toBeDisabled();
  await shrink.button(say(shrinking.expert.remove, { number: 1 })).click();
  await page.getByText(shrinking.text.how, { exact: true }).click();
  await page.getByRole('textbox', { name: shrinking.text.chunks }).fill('4');
  await shrink.button(shrinking.matrix.computeVerb).click();
  await expect(shrink.next).toBeEnabled({ timeout: MEASURED_WITHIN_MS });
  await inspector.look('quantize matrix computed');
  await shrink.goOnTo(shrinking.plan.question);
  await shrink.expectPlan();
  await page.getByText(shrinking.plan.tensors).click();
  await inspector.look('quantize plan');
  await shrink.goOnTo(shrinking.summary.question);
  await page.getByText(common.commandLine).click();
  await inspector.look('quantize summary');
  await shrink.button(shrinking.quantize.verb).click();
  await shrink.expectMade(shrinking.job.doneQuantized);
  await shrink.expectComparison();
  await inspector.look('quantize done');
}

async function whatItCost(shrink: ShrinkScreen, inspector: Inspector, client: Client): Promise<void> {
  const { page } = shrink;
  const { comparisons, common } = shrink.texts;
  await shrink.visit('#/quality/comparisons');
  await page.getByRole('table').getByRole('link').first().click();
  await shrink.expectComparison();
  await page.getByText(comparisons.how, { exact: true }).click();
  await inspector.look('comparison');
  await shrink.button(comparisons.approval.approve).click();
  const dialog = page.getByRole('dialog');
  await shrink.button(comparisons.approval.approveVerb, dialog).click();
  // Two bits of a generated model keep no threshold.
  await expect(errorNotice(page, 'APPROVAL_BLOCKED', shrink.language)).toBeVisible();
  await inspector.look('approval refused');
  await shrink.button(common.cancel, dialog).click();
  await expect(dialog).toBeHidden();
  expect((await client.quantization.evaluations({ versionId: null }))[0]?.violations.length).toBeGreaterThan(0);
  await shrink.button(comparisons.again).click();
  await expect(shrink.button(comparisons.evaluate.verb)).toBeEnabled();
  await inspector.look('measure again');
  await page.keyboard.press('Escape');
  await shrink.visit('#/quality/comparisons');
  await expect(page.getByRole('table')).toBeVisible();
  await inspector.look('comparisons');
  await shrink.visit('#/quality/matrices');
  await expect(page.getByRole('table')).toBeVisible();
  await inspector.look('matrices');
}

async function throughPruning(shrink: ShrinkScreen, inspector: Inspector): Promise<void> {
  const { page } = shrink;
  const { shrinking } = shrink.texts;
  const { prune } = shrinking;
  await shrink.visit('#/prune');
  await shrink.version(1, 'F16').click();
  await inspector.look('prune version');
  await shrink.goOnTo(prune.measure.question);
  await inspector.look('prune measure');
  await shrink.measureLayers(2);
  await inspector.look('prune measured');
  await shrink.goOnTo(prune.layers.question);
  await expect(page.getByText(prune.layers.predicted)).toBeVisible();
  await page.getByText(prune.layers.table, { exact: true }).click();
  await inspector.look('prune layers');
  await page.getByRole('switch', { name: prune.layers.byHand }).click();
  await inspector.look('prune by hand');
  await shrink.goOnTo(shrinking.summary.pruneQuestion);
  await inspector.look('prune summary');
}

async function pageOfModel(shrink: ShrinkScreen, inspector: Inspector, modelId: string): Promise<void> {
  const { page } = shrink;
  const { models, shrinking } = shrink.texts;
  await shrink.visit(`#/models/${modelId}`);
  await page.getByRole('tab', { name: models.detail.versions }).click();
  await inspector.look('versions with lineage');
  await page.getByRole('row').nth(1).click();
  await page.getByText(shrinking.lineage.log).click();
  await inspector.look('how a version was made');
  await new ModelsScreen(page, shrink.language).go('models');
}

test('the words of a quantization are the same on the screen as in the catalogue of types', async ({ host, contract, folders }) => {
  await moveIn(host, contract, { files: folders.files });
  const shrink = new ShrinkScreen(host.page);
  const types = await contract.client.quantization.types({});
  await shrink.visit('#/quantize');
  await shrink.goOnTo(shrink.texts.shrinking.type.question);
  const folded = host.page.locator('details:not([open]) > summary');
  while ((await folded.count()) > 0) await folded.first().click();
  for (const { type, use } of types) {
    await expect(shrink.type(type)).toHaveCount(1);
    expect(textsOf('en').shrinking.uses[use].when).not.toBe('');
  }
});
