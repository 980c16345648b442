import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../fixtures/free-port.ts';
import { expect, test } from '../fixtures/host.ts';
import { copyOfRealModel, signIn } from '../fixtures/prepare.ts';
import { AuditScreen } from '../pages/audit.ts';
import { DeployScreen } from '../pages/deploy.ts';
import { ImportScreen } from '../pages/import.ts';
import { PlaygroundScreen } from '../pages/playground.ts';
import { SetUpScreen } from '../pages/start.ts';

const folder = join(import.meta.dirname, '..', '..', 'docs', 'screens');

test.use({ pageOptions: { viewport: { width: 1280, height: 800 }, colorScheme: 'light', reducedMotion: 'reduce' } });

test('pictures of the real screens, on a real model', async ({ host, folders, contract }) => {
  test.setTimeout(180_000);
  mkdirSync(folder, { recursive: true });
  const { page } = host;
  const shoot = async (name: string): Promise<void> => {
    await page.mouse.move(640, 4); // no button hovered, no toast held
    await expect(page.getByRole('alert')).toHaveCount(0, { timeout: 20_000 });
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
