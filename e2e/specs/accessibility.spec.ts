import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { layoutOf } from '../../main/kernel/data-folder/layout.ts';
import { expect, test as consoleTest } from '../fixtures/consoles.ts';
import { freePort } from '../fixtures/free-port.ts';
import { test } from '../fixtures/host.ts';
import type { Host } from '../fixtures/host.ts';
import { Inspector } from '../fixtures/inspect.ts';
import { copyOfRealModel, person } from '../fixtures/prepare.ts';
import type { Language } from '../fixtures/texts.ts';
import { say, textsOf } from '../fixtures/texts.ts';
import { AuditScreen } from '../pages/audit.ts';
import { DeployScreen } from '../pages/deploy.ts';
import { errorNotice } from '../pages/error.ts';
import { GatewayScreen } from '../pages/gateway.ts';
import { Wizard } from '../pages/wizard.ts';
import { ImportScreen } from '../pages/import.ts';
import { ModelsScreen } from '../pages/models.ts';
import { MonitoringScreen } from '../pages/monitoring.ts';
import { PlaygroundScreen } from '../pages/playground.ts';
import type { Room } from '../pages/shell.ts';
import { Shell } from '../pages/shell.ts';
import { SetUpScreen, SignInScreen } from '../pages/start.ts';

const smallestWindow = { viewport: { width: 1024, height: 700 } };

/** Text of the browser at 125 %, as people set it who see badly. */
async function enlargeText(host: Host): Promise<void> {
  const enlarge = (): void => {
    document.documentElement.style.fontSize = '125%';
  };
  await host.page.addInitScript(() => {
    document.addEventListener('DOMContentLoaded', () => {
      document.documentElement.style.fontSize = '125%';
    });
  });
  await host.page.evaluate(enlarge);
}

for (const { language, size, scheme } of [
  { language: 'en', size: 100, scheme: 'light' },
  { language: 'zh-CN', size: 125, scheme: 'dark' },
] as const) {
  test.describe(`every screen is accessible (${language}, ${scheme}, 1024 × 700, ${String(size)} % text)`, () => {
    test.use({ pageOptions: smallestWindow });

    test('before sign-in, while the house is empty, and through both wizards', async ({ host, folders }) => {
      test.setTimeout(800_000);
      if (size !== 100) await enlargeText(host);
      const inspector = new Inspector(host.page, language, scheme);
      await setUp(host, language, inspector);
      await emptyRooms(host, language, inspector);
      await importWizard(host, language, inspector, await copyOfRealModel(folders.files));
      await deployWizard(host, language, inspector);
      await rooms(host, language, inspector);
      await frame(host, language, inspector);
    });
  });
}

async function setUp({ page }: Host, language: Language, inspector: Inspector): Promise<void> {
  const first = new SetUpScreen(page);
  await expect(first.title(first.texts.start.setUp.title)).toBeVisible();
  const screen = language === 'en' ? first : await first.chooseLanguage(language);
  const { common, start, home } = screen.texts;
  await inspector.look('set-up language');
  await screen.button(common.next).click();
  await expect(page.getByRole('heading', { name: start.setUp.folder.question })).toBeVisible();
  await inspector.look('set-up folder');
  await screen.button(common.next).click();
  await inspector.look('set-up person');
  await screen.name.fill(person.name);
  await screen.password.fill('short');
  await screen.repeat.fill('other');
  await inspector.look('set-up person wrong');
  await screen.fillPerson();
  await screen.button(start.setUp.verb).click();
  await expect(screen.title(home.title)).toBeVisible();
}

async function emptyRooms({ page }: Host, language: Language, inspector: Inspector): Promise<void> {
  const shell = new Shell(page, language);
  const gateway = new GatewayScreen(page, language);
  await gateway.go('gateway');
  await gateway.changePort(await freePort());
  for (const room of ['home', 'models', 'deployments', 'playground', 'gateway', 'usage', 'jobs', 'data', 'audit', 'settings'] as Room[]) {
    await shell.go(room);
    await inspector.look(`${room} empty`);
  }
}

async function importWizard({ page }: Host, language: Language, inspector: Inspector, model: string): Promise<void> {
  const importing = new ImportScreen(page, language);
  const { importing: words } = importing.texts;
  await importing.open();
  await inspector.look('import file');
  const bad = join(model, '..', 'bad.gguf');
  writeFileSync(bad, 'Dear colleague, here is the model.');
  await importing.choosePath(bad);
  await importing.next.click();
  await expect(errorNotice(page, 'GGUF_REFUSED', language)).toBeVisible();
  await inspector.look('import refused');
  await importing.choosePath(model);
  await importing.goOnTo(words.look.question);
  await inspector.look('import look');
  await importing.goOnTo(words.name.question);
  await inspector.look('import name');
  await page.keyboard.press('Escape');
  await expect(importing.leaveDialog).toBeVisible();
  await inspector.look('import leave');
  await importing.button(importing.texts.common.keepGoing).click();
  const name = await importing.name.inputValue();
  await importing.button(words.verb).click();
  await expect(importing.doneTitle(name)).toBeVisible({ timeout: 30_000 });
  await inspector.look('import done');
  await importing.button(words.job.deploy).click();
}

async function deployWizard({ page }: Host, language: Language, inspector: Inspector): Promise<void> {
  const deploying = new DeployScreen(page, language);
  const { wizard } = deploying.texts.deployments;
  await expect(deploying.start).toBeVisible();
  await inspector.look('deploy model');
  await deploying.goOnTo(wizard.hardware.question);
  await expect(deploying.next).toBeEnabled();
  await inspector.look('deploy hardware');
  await deploying.goOnTo(wizard.limits.question);
  await deploying.name.fill('Ward 3');
  await inspector.look('deploy limits wrong');
  await deploying.name.fill('ward-3');
  await deploying.goOnTo(wizard.trial.question);
  await inspector.look('deploy trial');
  await deploying.tryIt();
  await inspector.look('deploy trial done');
  await deploying.goOnTo(wizard.summary.question);
  await inspector.look('deploy summary');
  await deploying.button(wizard.verb).click();
  await deploying.expectReady('ward-3');
  await inspector.look('deployment');
  await deploying.button(deploying.texts.deployments.actions.stop).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await inspector.look('deployment stop');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
}

async function rooms({ page }: Host, language: Language, inspector: Inspector): Promise<void> {
  const playground = new PlaygroundScreen(page, language);
  await playground.go('playground');
  await playground.openSettings();
  await inspector.look('playground settings');
  await page.keyboard.press('Escape');
  await playground.setLongestAnswer(60);
  await playground.ask('Once upon a time, `there` was **a girl**.');
  await playground.expectEnded();
  await inspector.look('playground answered');

  const gateway = new GatewayScreen(page, language);
  const { apiKeys } = gateway.texts;
  await gateway.go('gateway');
  await gateway.button(apiKeys.create).first().click();
  await inspector.look('key who');
  await gateway.keyName.fill('letter writer, ward 3');
  const wizard = new Wizard(page, language);
  await wizard.goOnTo(apiKeys.wizard.scope.question);
  for (const some of [apiKeys.wizard.scope.someEndpoints, apiKeys.wizard.scope.someDeployments]) await page.getByRole('radio', { name: some }).click();
  await inspector.look('key scope');
  for (const all of [apiKeys.wizard.scope.allEndpoints, apiKeys.wizard.scope.allDeployments]) await page.getByRole('radio', { name: all }).click();
  await wizard.goOnTo(apiKeys.wizard.limits.question);
  await page.getByRole('radio', { name: apiKeys.wizard.limits.own }).click();
  await inspector.look('key limits');
  await wizard.goOnTo(apiKeys.wizard.expiry.question);
  await inspector.look('key expiry');
  await wizard.goOnTo(apiKeys.wizard.summary.question);
  await inspector.look('key summary');
  await gateway.button(apiKeys.wizard.verb).click();
  await expect(page.getByRole('dialog', { name: apiKeys.made.title })).toBeVisible();
  await inspector.look('key made');
  await gateway.button(apiKeys.made.copied).click();
  await inspector.look('key');
  await gateway.button(apiKeys.page.edit).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await inspector.look('key edit');
  await page.keyboard.press('Escape');
  await gateway.button(apiKeys.page.rotate).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await inspector.look('key rotate');
  await page.keyboard.press('Escape');
  await gateway.go('gateway');
  await inspector.look('gateway');

  const monitoring = new MonitoringScreen(page, language);
  await monitoring.go('monitoring');
  await monitoring.expectSamples();
  await inspector.look('monitoring');

  await playground.go('deployments');
  await inspector.look('deployments');
  await playground.go('jobs');
  await inspector.look('jobs');
  await page.getByRole('table').getByRole('row').nth(1).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await inspector.look('job');
  await page.keyboard.press('Escape');

  const audit = new AuditScreen(page, language);
  await audit.go('audit');
  await inspector.look('audit');
  await audit.event('deployments.created').click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await inspector.look('audit event');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await audit.button(audit.texts.auditScreen.verify).click();
  await expect(audit.verification.getByText(audit.texts.auditScreen.verification.intact)).toBeVisible();
  await inspector.look('audit verified');
  await page.keyboard.press('Escape');

  const models = new ModelsScreen(page, language);
  const { detail } = models.texts.models;
  await models.go('models');
  await inspector.look('models');
  await models.rows.first().getByRole('link').click();
  await expect(page.getByRole('tab', { name: detail.overview })).toBeVisible();
  await inspector.look('model overview');
  for (const tab of ['versions', 'metadata', 'history'] as const) {
    await page.getByRole('tab', { name: detail[tab] }).click();
    await inspector.look(`model ${tab}`);
  }
  await models.choose(detail.rename);
  await expect(page.getByRole('dialog')).toBeVisible();
  await inspector.look('model rename');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await models.choose(detail.delete);
  await expect(page.getByRole('dialog')).toBeVisible();
  await inspector.look('model delete');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await models.go('home');
  await inspector.look('home');
}

async function frame({ page }: Host, language: Language, inspector: Inspector): Promise<void> {
  const shell = new Shell(page, language);
  await page.keyboard.press('ControlOrMeta+K');
  await expect(page.getByRole('combobox', { name: shell.texts.shell.search.open })).toBeFocused();
  await inspector.look('search');
  await page.keyboard.press('Escape');
  await shell.openPersonMenu();
  await inspector.look('person menu');
  await page.keyboard.press('Escape');
  await page.evaluate(() => {
    location.hash = '#/nowhere';
  });
  await expect(page.getByText(shell.texts.shell.notHere.title)).toBeVisible();
  await inspector.look('not here');
  await shell.lock();
  await inspector.look('locked');
  await new SignInScreen(page, language).unlock();
  await shell.signOut();
  await inspector.look('sign-in');
  await new SignInScreen(page, language).send('not the password at all');
  await expect(page.getByRole('alert')).toBeVisible();
  await inspector.look('sign-in wrong');
}

consoleTest.describe('in a browser', { tag: '@console-only' }, () => {
  consoleTest('what is broken at the start is accessible', async ({ consoles, folders }) => {
    await consoles.leaveHouse();
    writeFileSync(layoutOf(folders.data).keyFile, '{');
    const page = await consoles.open(consoles.start());
    await expect(page.getByText(textsOf('en').start.broken.title)).toBeVisible();
    await page.getByText(textsOf('en').start.broken.checks).click();
    await new Inspector(page, 'broken', 'light').look('broken');
  });

  consoleTest('with high contrast and a narrow window nothing is lost', async ({ consoles, folders, browser }) => {
    await consoles.leaveHouse({ deployment: 'ward-3' });
    expect(folders.data).not.toBe('');
    const context = await browser.newContext({ locale: 'en-US', viewport: { width: 1024, height: 700 }, forcedColors: 'active', contrast: 'more', reducedMotion: 'reduce' });
    const page = await consoles.open(consoles.start(), context);
    const shell = await new SignInScreen(page).signIn();
    for (const room of ['home', 'models', 'deployments', 'playground', 'gateway', 'monitoring', 'jobs', 'data', 'audit', 'settings'] as Room[]) {
      await shell.go(room);
      const moving = await page.evaluate(() => document.getAnimations().filter((animation) => animation.playState === 'running' && animation.effect?.getComputedTiming().iterations === Infinity).length);
      expect.soft(moving, `${room}: nothing moves for ever where motion is unwanted`).toBe(0);
    }
    await page.setViewportSize({ width: 640, height: 700 });
    await page.getByRole('button', { name: shell.texts.shell.openNavigation }).click();
    await page.getByRole('dialog').getByRole('link', { name: shell.texts.shell.screens.models }).click();
    await expect(page.getByText(say('{{name}}', { name: 'stories260K' }))).toBeVisible();
    await context.close();
  });
});
