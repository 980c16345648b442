import { readFileSync } from 'node:fs';
import { expect, test } from '../fixtures/host.ts';
import { Inspector } from '../fixtures/inspect.ts';
import { auditTypes, copyOfRealModel, deploy, importModel, setUp } from '../fixtures/prepare.ts';
import { say } from '../fixtures/texts.ts';
import { errorNotice } from '../pages/error.ts';
import { Keyboard } from '../pages/keyboard.ts';
import { MEASURED_WITHIN_MS, QualityScreen } from '../pages/quality.ts';
import { SignInScreen } from '../pages/start.ts';

const MODEL = 'Stories';
/** Two machines from elsewhere: one row of each can be read, one not. */
const FIGURES = ['model,quantization,test,prompt_tokens,output_tokens,tokens_per_second', 'Elsewhere,Q4_K_M,prompt,512,0,812.5', 'Elsewhere,Q4_K_M,generation,0,128,quick', ''].join('\n');

test('benchmarks are measured, compared, exported, imported, renamed and removed', async ({ host, contract, folders }) => {
  test.setTimeout(600_000);
  await setUp(contract.client, host.dataFolder);
  await importModel(contract.client, await copyOfRealModel(folders.files), MODEL);
  await host.page.reload();
  await new SignInScreen(host.page).signIn();
  const screen = new QualityScreen(host.page);
  const keyboard = new Keyboard(host.page);
  const inspector = new Inspector(host.page, 'en', 'light');
  const { words } = screen;
  const { common } = screen.texts;

  await test.step('a first benchmark, by keyboard alone', async () => {
    await screen.openTab('benchmarks');
    await inspector.look('quality empty');
    await keyboard.enter(screen.button(words.benchmarks.measure));
    await expect(screen.question(words.measure.subject.question)).toBeVisible();
    await inspector.look('measure what');
    await keyboard.enter(screen.next);
    await expect(screen.question(words.measure.plan.question)).toBeFocused();
    await keyboard.tabTo(screen.radio(words.measure.plan.presets.usual.label));
    for (const preset of ['thorough', 'own'] as const) {
      await keyboard.press('ArrowDown');
      await expect(screen.radio(words.measure.plan.presets[preset].label)).toBeChecked();
    }
    await keyboard.fill(screen.field(words.measure.plan.promptSizes), 'many');
    await expect(screen.next).toBeDisabled();
    await inspector.look('measure own choice wrong');
    await keyboard.fill(screen.field(words.measure.plan.promptSizes), '32, 128');
    await keyboard.fill(screen.field(words.measure.plan.generationSizes), '32');
    await keyboard.fill(screen.field(words.measure.plan.streams), '1, 2');
    await keyboard.fill(screen.field(words.measure.plan.streamPrompt), '64');
    await keyboard.fill(screen.field(words.measure.plan.streamOutput), '16');
    await keyboard.fill(screen.field(words.measure.plan.repeats), '2');
    await keyboard.press('Enter');
    await expect(screen.question(words.measure.settings.question)).toBeFocused();
    await inspector.look('measure settings');
    await keyboard.enter(screen.next);
    await expect(screen.question(words.measure.summary.question)).toBeFocused();
    await keyboard.fill(screen.field(`${words.measure.summary.name} (${common.optional})`), 'Before');
    await inspector.look('measure summary');
    await keyboard.enter(screen.button(words.measure.verb));
    await screen.expectDone(words.measure.job.doneTitle, 'Before');
    await inspector.look('measure done');
  });

  await test.step('what is kept is what was asked for', async () => {
    const [benchmark] = await contract.client.benchmarks.list({});
    expect(benchmark).toMatchObject({ label: 'Before', source: 'measured', model: { name: MODEL, versionNumber: 1 } });
    expect(benchmark?.rows.map(({ test: kind, promptTokens, outputTokens, streams }) => [kind, promptTokens, outputTokens, streams])).toEqual([
      ['prompt', 32, 0, 1],
      ['prompt', 128, 0, 1],
      ['generation', 0, 32, 1],
      ['streams', 64, 16, 1],
      ['streams', 64, 16, 2],
    ]);
    for (const row of benchmark?.rows ?? []) expect(row.tokensPerSecond).toMatchObject({ count: 2, mean: expect.any(Number) });
    expect(benchmark?.machine?.cores).toBeGreaterThan(0);
  });

  await test.step('a deployment is measured as it runs, and the work survives a look elsewhere', async () => {
    await deploy(contract.client, (await contract.client.models.list({}))[0]?.id ?? '', 'ward');
    await screen.openTab('benchmarks');
    await screen.button(words.benchmarks.measure).click();
    await screen.radio(words.measure.subject.deployment.label).click();
    await screen.goOnTo(words.measure.plan.question);
    await screen.radio(words.measure.plan.presets.quick.label).click();
    await screen.goOnTo(words.measure.settings.question);
    await screen.goOnTo(words.measure.summary.question);
    await screen.button(words.measure.verb).click();
    await expect(screen.title(say(words.measure.job.title, { name: 'ward' }))).toBeVisible();
    const address = host.page.url();
    await screen.go('home');
    await expect.poll(async () => (await contract.client.benchmarks.list({})).length, { timeout: MEASURED_WITHIN_MS }).toBe(2);
    await host.page.goto(address);
    await screen.expectDone(words.measure.job.doneTitle, 'ward');
  });

  await test.step('figures from elsewhere: what is left out is told, the rest is imported', async () => {
    await screen.openTab('benchmarks');
    const dialog = await screen.previewFigures('no figures here');
    await expect(errorNotice(host.page, 'BASELINE_NOT_READABLE')).toBeVisible();
    await dialog.getByRole('textbox', { name: words.importing.paste }).fill(FIGURES);
    await screen.button(words.importing.look, dialog).click();
    await expect(dialog.getByText(words.importing.reasons['not-a-number'])).toBeVisible();
    await inspector.look('import figures preview');
    await dialog.getByRole('textbox', { name: words.importing.name }).fill('Another house');
    await screen.button(words.importing.verb, dialog).click();
    await expect(screen.row('Another house')).toBeVisible();
  });

  await test.step('side by side, against a baseline', async () => {
    await expect(screen.button(words.benchmarks.compare)).toBeDisabled();
    for (const name of ['Before', 'ward', 'Another house']) await screen.choose(name).check();
    await inspector.look('benchmarks chosen');
    await screen.button(words.benchmarks.compare).click();
    await expect(screen.comparison.getByRole('columnheader', { name: 'Another house' })).toBeVisible();
    await expect(host.page.getByText(words.compare.differs.machine)).toBeVisible();
    await inspector.look('comparison');
    await screen.button(words.compare.back).click();
  });

  await test.step('exported as a file', async () => {
    await screen.button(words.benchmarks.export).click();
    const dialog = host.page.getByRole('dialog', { name: words.exporting.title });
    await dialog.getByRole('radio', { name: words.exporting.formats.json.label, exact: true }).click();
    await screen.button(words.exporting.verb, dialog).click();
    await inspector.look('export');
    const waiting = host.page.waitForEvent('download');
    await dialog.getByRole('button', { name: new RegExp(`^${words.exporting.download.split(' ')[0] ?? ''} .+\\.json$`) }).click();
    const file = await (await waiting).path();
    expect(readFileSync(file, 'utf8')).toContain('Another house');
    await host.page.keyboard.press('Escape');
    await screen.button(words.benchmarks.clearChoice).click();
  });

  await test.step('one benchmark: renamed, undone, removed', async () => {
    await host.page.getByRole('link', { name: 'Before' }).click();
    await expect(screen.title('Before')).toBeVisible();
    await inspector.look('benchmark');
    await screen.button(screen.texts.models.detail.more).click();
    await host.page.getByRole('menuitem', { name: words.benchmarks.rename }).click();
    const dialog = host.page.getByRole('dialog', { name: words.benchmarks.renameDialog.title });
    await dialog.getByRole('textbox').fill('After');
    await screen.button(words.benchmarks.renameDialog.verb, dialog).click();
    await expect(screen.title('After')).toBeVisible();
    await host.page.getByRole('button', { name: common.undo }).click();
    await expect(screen.title('Before')).toBeVisible();
    await screen.button(screen.texts.models.detail.more).click();
    await host.page.getByRole('menuitem', { name: words.benchmarks.remove }).click();
    await screen.button(words.benchmarks.removeDialog.verb, host.page.getByRole('dialog')).click();
    await expect(screen.title(words.title)).toBeVisible();
    await expect(screen.row('Another house')).toBeVisible();
    await expect(screen.row('Before')).toHaveCount(0);
    expect(await auditTypes(contract.client)).toEqual(
      expect.arrayContaining(['benchmarks.started', 'benchmarks.measured', 'benchmarks.baselineImported', 'benchmarks.exported', 'benchmarks.renamed', 'benchmarks.removed']),
    );
  });
});

test('a model is tuned, and the deploy wizard says so; a cancelled tuning leaves nothing', async ({ host, contract, folders }) => {
  test.setTimeout(600_000);
  await setUp(contract.client, host.dataFolder);
  await importModel(contract.client, await copyOfRealModel(folders.files), MODEL);
  await host.page.reload();
  await new SignInScreen(host.page).signIn();
  const screen = new QualityScreen(host.page);
  const keyboard = new Keyboard(host.page);
  const inspector = new Inspector(host.page, 'zh-CN', 'dark');
  let chinese = screen;

  await test.step('by keyboard, cancelled while it measures', async () => {
    const { words } = screen;
    await screen.openTab('tunings');
    await keyboard.enter(screen.button(words.tunings.tune));
    await expect(screen.question(words.tune.model.question)).toBeVisible();
    await keyboard.enter(screen.next);
    await expect(screen.question(words.tune.goal.question)).toBeFocused();
    await keyboard.tabTo(screen.radio(words.goals.balanced.label));
    await keyboard.press('ArrowDown');
    await expect(screen.radio(words.goals.prompt.label)).toBeChecked();
    await keyboard.enter(screen.next);
    await expect(screen.question(words.tune.summary.question)).toBeFocused();
    await keyboard.enter(screen.button(words.tune.verb));
    await expect(host.page.getByText(words.tune.job.trials)).toBeVisible({ timeout: MEASURED_WITHIN_MS });
    await keyboard.enter(screen.button(screen.texts.jobs.cancel));
    await expect(host.page.getByText(words.tune.job.cancelled)).toBeVisible();
    expect(await contract.client.benchmarks.tunings({})).toEqual([]);
  });

  await test.step('run again to its end, in Chinese', async () => {
    await screen.switchTo('zh-CN');
    chinese = new QualityScreen(host.page, 'zh-CN');
    await chinese.button(chinese.words.tune.job.again).click();
    await expect(chinese.button(chinese.texts.jobs.cancel)).toBeVisible();
    await inspector.look('tuning runs');
    await chinese.expectDone(chinese.words.tune.job.doneTitle, say(chinese.texts.deployments.modelVersion, { model: MODEL, version: 1 }));
    await inspector.look('tuned');
    const [tuning] = await contract.client.benchmarks.tunings({});
    expect(tuning).toMatchObject({ goal: 'prompt', modelName: MODEL, outdated: null });
    expect(tuning?.chosen.score).toBeGreaterThanOrEqual(1);
    expect(tuning?.explanation.map(({ setting }) => setting)).toEqual(['gpuLayers', 'threads', 'batchSize', 'flashAttention', 'kvType']);
  });

  await test.step('the list, and one result beside it', async () => {
    const { words } = chinese;
    await chinese.openTab('tunings');
    await inspector.look('tunings');
    await chinese.button(say(chinese.texts.deployments.modelVersion, { model: MODEL, version: 1 })).click();
    const drawer = host.page.getByRole('dialog', { name: say(words.tunings.detail.title, { name: say(chinese.texts.deployments.modelVersion, { model: MODEL, version: 1 }) }) });
    await expect(drawer.getByRole('region', { name: words.tunings.trialTable.label, exact: true })).toBeVisible();
    await inspector.look('tuning beside the list');
    await host.page.keyboard.press('Escape');
    await expect(drawer).toBeHidden();
  });

  await test.step('the deploy wizard takes it', async () => {
    await chinese.switchTo('en');
    await screen.go('deployments');
    await screen.button(screen.texts.deployments.deploy).click();
    await screen.goOnTo(screen.texts.deployments.wizard.hardware.question);
    const [before = ''] = screen.words.deploy.tuned.split('{{date}}');
    await expect(host.page.getByText(before)).toBeVisible();
    await host.page.getByText(screen.texts.common.why).click();
    await expect(host.page.getByText(/Auto-tuning measured this model on this machine/)).toBeVisible();
  });
});
