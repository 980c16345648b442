import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '../../main/transport/instance-client.ts';
import { freePort } from '../fixtures/free-port.ts';
import { connect } from '../fixtures/contract-client.ts';
import { test as consolesTest } from '../fixtures/consoles.ts';
import { expect, test } from '../fixtures/host.ts';
import { addPastUsage, withTelemetry } from '../fixtures/past-usage.ts';
import { copyOfRealModel, signIn } from '../fixtures/prepare.ts';
import { AuditScreen } from '../pages/audit.ts';
import { DeployScreen } from '../pages/deploy.ts';
import { ImportScreen } from '../pages/import.ts';
import { PlaygroundScreen } from '../pages/playground.ts';
import { QualityScreen } from '../pages/quality.ts';
import { Shell } from '../pages/shell.ts';
import { SetUpScreen, SignInScreen } from '../pages/start.ts';

const folder = join(import.meta.dirname, '..', '..', 'docs', 'screens');

test.use({ pageOptions: { viewport: { width: 1280, height: 800 }, colorScheme: 'light', reducedMotion: 'reduce' } });

test('pictures of the real screens, on a real model', async ({ host, folders, contract }) => {
  test.setTimeout(400_000);
  mkdirSync(folder, { recursive: true });
  const { page } = host;
  const shoot = async (name: string): Promise<void> => {
    await page.mouse.move(860, 4); // no button hovered, no toast held
    await expect(page.getByRole('alert')).toHaveCount(0, { timeout: 60_000 });
    await page.screenshot({ path: join(folder, `${name}.png`) });
  };
  await new SetUpScreen(page).complete();
  const importing = new ImportScreen(page);
  await importing.open();
  await importing.importPath(await copyOfRealModel(folders.files));
  await shoot('import');
  await importing.button(importing.texts.importing.job.deploy).click();
  const deploying = new DeployScreen(page);
  await expect(deploying.start).toBeVisible();
  await deploying.goOnTo(deploying.texts.deployments.wizard.hardware.question);
  await shoot('deploy');
  await deploying.goOnTo(deploying.texts.deployments.wizard.limits.question);
  await deploying.name.fill('ward-3');
  await deploying.goOnTo(deploying.texts.deployments.wizard.trial.question);
  await deploying.tryIt();
  await deploying.goOnTo(deploying.texts.deployments.wizard.summary.question);
  await deploying.button(deploying.texts.deployments.wizard.verb).click();
  await deploying.expectReady('ward-3');
  await signIn(contract.client);
  await contract.client.gateway.setPort({ port: await freePort() });
  const playground = new PlaygroundScreen(page);
  await playground.go('playground');
  await playground.setLongestAnswer(160);
  for (const question of ['Once upon a time', 'There was a little bird']) {
    await playground.ask(question);
    await playground.expectEnded();
  }
  await shoot('playground');
  await playground.go('monitoring');
  await page.waitForTimeout(12_000); // a few seconds of charts
  await shoot('monitoring');
  const quality = new QualityScreen(page);
  const measured = await shrinkAndMeasure(contract.client);
  await quality.openTab('comparisons');
  await page.getByRole('link', { name: /Q8_0/ }).click();
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await shoot('comparison');
  await quality.openTab('benchmarks');
  for (const name of measured) await quality.choose(name).check();
  await quality.button(quality.words.benchmarks.compare).click();
  await expect(quality.comparison).toBeVisible();
  await shoot('benchmarks');
  const audit = new AuditScreen(page);
  await audit.go('audit');
  await shoot('audit');
  await audit.go('home');
  await shoot('home');
  const chinese = await audit.switchTo('zh-CN');
  await page.emulateMedia({ colorScheme: 'dark' });
  await chinese.go('audit');
  await shoot('audit-zh-dark');
});

consolesTest('pictures of the endpoint and of weeks of its use', async ({ consoles, folders }) => {
  await consoles.leaveHouse();
  await withTelemetry(folders.data, (db) => addPastUsage(db, 40));
  const page = await consoles.open(consoles.start());
  await new SignInScreen(page).signIn();
  const contract = await connect(folders.data);
  await signIn(contract.client);
  await contract.client.gateway.setPort({ port: await freePort() });
  const requests = { minute: 60, day: 2000, month: null };
  await contract.client.apiKeys.create({ name: 'Discharge letters, ward 4 to 7', department: 'Internal medicine', purpose: 'Drafts of letters', quotas: { requests, tokens: { minute: null, day: 500_000, month: null } } });
  await contract.client.apiKeys.create({ name: 'Ticket sorter', department: 'IT', quotas: { requests, tokens: { minute: null, day: null, month: null } } });
  contract.close();
  const shell = new Shell(page);
  await shell.go('usage');
  await expect(page.getByRole('row', { name: /Discharge letters/ })).toBeVisible();
  await page.mouse.move(860, 4);
  await page.screenshot({ path: join(folder, 'usage.png') });
  await shell.go('gateway');
  await expect(page.getByRole('row', { name: /Discharge letters/ })).toBeVisible();
  await page.screenshot({ path: join(folder, 'gateway.png') });
});

const plan = { promptSizes: [64, 128, 256, 512], generationSizes: [32, 64, 128], streams: [1, 2, 4], streamPromptTokens: 64, streamOutputTokens: 32, repeats: 5, warmUp: true };

/** A smaller version with what it cost, and a benchmark of both; the names of the benchmarks. */
async function shrinkAndMeasure(client: Client): Promise<string[]> {
  const model = (await client.models.list({}))[0];
  const detail = await client.models.get({ modelId: model?.id ?? '' });
  const source = detail.versions[0]?.id ?? '';
  const options = { importanceMatrixId: null, outputTensorType: null, tokenEmbeddingType: null, overrides: [], pure: false, leaveOutputTensor: false, threads: null };
  await client.quantization.quantize({ versionId: source, type: 'Q8_0', options, acceptRequantize: false, evaluate: true });
  await expect.poll(async () => (await client.quantization.evaluations({ versionId: null })).length, { timeout: 120_000 }).toBe(1);
  const smaller = (await client.models.get({ modelId: detail.id })).versions[0]?.id ?? '';
  const names: string[] = [];
  for (const [versionId, label] of [[source, 'Original (F32)'], [smaller, 'Smaller (Q8_0)']] as const) {
    const { recommended } = await client.deployments.fit({ versionId });
    await client.benchmarks.start({ subject: { kind: 'version', versionId, settings: recommended.settings }, plan, label });
    names.push(label);
    await expect.poll(async () => (await client.benchmarks.list({})).length, { timeout: 120_000 }).toBe(names.length);
  }
  return names;
}
