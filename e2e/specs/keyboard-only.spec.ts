import { expect, test } from '../fixtures/host.ts';
import { copyOfRealModel, ENGINE_WITHIN_MS, importModel, person, setUp } from '../fixtures/prepare.ts';
import { DeployScreen } from '../pages/deploy.ts';
import { ImportScreen } from '../pages/import.ts';
import { Keyboard } from '../pages/keyboard.ts';
import { SetUpScreen, SignInScreen } from '../pages/start.ts';

test('first run without a mouse: arrows choose, Enter goes on, Back loses nothing @desktop', async ({ host }) => {
  const keyboard = new Keyboard(host.page);
  const screen = new SetUpScreen(host.page);
  const { common, start, home } = screen.texts;
  await expect(screen.title(start.setUp.title)).toBeVisible();

  await keyboard.tabTo(host.page.getByRole('radio', { name: 'English' }));
  await keyboard.press('ArrowDown');
  const chinese = new SetUpScreen(host.page, 'zh-CN');
  await expect(host.page.getByRole('heading', { name: chinese.texts.start.setUp.language.question })).toBeVisible();
  await keyboard.press('ArrowUp');
  await expect(host.page.getByRole('radio', { name: 'English' })).toBeChecked();
  await keyboard.enter(screen.button(common.next));

  await expect(host.page.getByRole('heading', { name: start.setUp.folder.question })).toBeFocused();
  await keyboard.tabTo(host.page.getByRole('textbox', { name: start.setUp.folder.label }));
  await keyboard.press('Enter');
  await keyboard.fill(screen.name, person.name);
  await keyboard.fill(screen.password, person.password);
  await keyboard.enter(screen.button(common.back));
  await keyboard.enter(screen.button(common.next));
  await expect(screen.name).toHaveValue(person.name);
  await expect(screen.password).toHaveValue(person.password);
  await keyboard.fill(screen.repeat, person.password);
  await keyboard.press('Enter');
  await expect(screen.title(home.title)).toBeVisible();
});

test('importing and deploying without a mouse: Escape asks before it discards, nothing typed is lost @desktop', async ({ host, contract, folders }) => {
  test.setTimeout(240_000);
  await setUp(contract.client, host.dataFolder);
  await host.page.reload();
  const keyboard = new Keyboard(host.page);
  const signIn = new SignInScreen(host.page);
  await signIn.open();
  await keyboard.fill(signIn.name, person.name);
  await keyboard.fill(signIn.password, person.password);
  await keyboard.press('Enter');
  const importing = new ImportScreen(host.page);
  const { common, importing: words, shell, models, deployments } = importing.texts;

  await test.step('import', async () => {
    await keyboard.enter(host.page.getByRole('navigation', { name: shell.mainNavigation }).getByRole('link', { name: shell.screens.models }));
    await keyboard.enter(importing.button(models.import));
    await expect(importing.question(words.file.question)).toBeVisible();
    await keyboard.fill(importing.path, await copyOfRealModel(folders.files));
    await keyboard.press('Enter');
    await expect(importing.chosen('stories260K.gguf')).toBeVisible();
    await keyboard.enter(importing.next);
    await expect(importing.question(words.look.question)).toBeFocused();
    await keyboard.enter(importing.next);
    await expect(importing.question(words.name.question)).toBeFocused();
    await keyboard.fill(importing.name, 'Stories');

    await keyboard.press('Escape');
    await expect(importing.leaveDialog).toBeVisible();
    await expect(importing.button(common.keepGoing)).toBeFocused();
    await keyboard.press('Enter');
    await expect(importing.leaveDialog).toBeHidden();
    await expect(importing.name).toHaveValue('Stories');
    await keyboard.enter(importing.back);
    await expect(importing.question(words.look.question)).toBeFocused();
    await keyboard.enter(importing.back);
    await expect(importing.chosen('stories260K.gguf')).toBeVisible();
    await keyboard.enter(importing.next);
    await keyboard.enter(importing.next);
    await expect(importing.name).toHaveValue('Stories');
    await keyboard.tabTo(importing.name);
    await keyboard.press('Enter');
    await expect(importing.doneTitle('Stories')).toBeVisible({ timeout: ENGINE_WITHIN_MS });
  });

  await test.step('deploy', async () => {
    const deploying = new DeployScreen(host.page);
    const { wizard } = deployments;
    await keyboard.enter(deploying.button(words.job.deploy));
    await expect(deploying.start).toBeVisible();
    await keyboard.tabTo(host.page.getByRole('radio', { name: 'Stories' }));
    await keyboard.enter(deploying.next);
    await expect(deploying.question(wizard.hardware.question)).toBeFocused();
    await keyboard.tabTo(host.page.getByRole('radio', { checked: true }));
    await keyboard.enter(deploying.next);
    await expect(deploying.question(wizard.limits.question)).toBeFocused();
    await keyboard.fill(deploying.name, 'ward-3');
    await keyboard.press('Escape');
    await expect(deploying.leaveDialog).toBeVisible();
    await keyboard.press('Escape');
    await expect(deploying.leaveDialog).toBeHidden();
    await expect(deploying.name).toHaveValue('ward-3');
    await keyboard.tabTo(deploying.name);
    await keyboard.press('Enter');
    await expect(deploying.question(wizard.trial.question)).toBeFocused();
    await keyboard.enter(deploying.button(wizard.trial.run));
    await expect(deploying.measured).toBeVisible({ timeout: ENGINE_WITHIN_MS });
    await keyboard.enter(deploying.next);
    await expect(deploying.question(wizard.summary.question)).toBeFocused();
    await keyboard.enter(deploying.button(wizard.verb));
    await deploying.expectReady('ward-3');
  });
});

test('Escape discards only after a yes, and then nothing of it comes back @desktop', async ({ host, contract, folders }) => {
  await setUp(contract.client, host.dataFolder);
  await importModel(contract.client, await copyOfRealModel(folders.files));
  await host.page.reload();
  const shell = await new SignInScreen(host.page).signIn();
  const keyboard = new Keyboard(host.page);
  const deploying = new DeployScreen(host.page);
  const { wizard } = deploying.texts.deployments;
  await shell.go('deployments');
  await keyboard.enter(deploying.button(deploying.texts.deployments.deploy));
  await deploying.goOnTo(wizard.hardware.question);
  await deploying.goOnTo(wizard.limits.question);
  await keyboard.fill(deploying.name, 'typed-in-vain');
  await keyboard.press('Escape');
  await keyboard.tabTo(deploying.button(deploying.texts.common.discardVerb));
  await keyboard.press('Enter');
  await expect(deploying.title(deploying.texts.deployments.title)).toBeVisible();
  await keyboard.enter(deploying.button(deploying.texts.deployments.deploy));
  await expect(deploying.start).toBeVisible();
  await deploying.goOnTo(wizard.hardware.question);
  await deploying.goOnTo(wizard.limits.question);
  await expect(deploying.name).not.toHaveValue('typed-in-vain');
});
