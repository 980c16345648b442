import { readInstance } from '../../main/kernel/data-folder/folder-lock.ts';
import { layoutOf } from '../../main/kernel/data-folder/layout.ts';
import { requestNewUrl } from '../../main/transport/instance-client.ts';
import { expect, test } from '../fixtures/host.ts';
import { auditTypes, setUp } from '../fixtures/prepare.ts';
import { textsOf } from '../fixtures/texts.ts';
import { ImportScreen } from '../pages/import.ts';
import { SetUpScreen, SignInScreen } from '../pages/start.ts';

const { start } = textsOf('en');

test('the screen locks by itself when nobody is there, keeps what was typed, and the password opens it again @desktop', async ({ host, contract }) => {
  const { page } = host;
  await setUp(contract.client, host.dataFolder);
  await page.clock.install();
  await page.reload();
  const signIn = new SignInScreen(page);
  await signIn.signIn();
  const importing = new ImportScreen(page);
  await importing.open();
  await importing.path.fill('/not/sent/yet.gguf');

  await page.clock.fastForward('04:30');
  await page.mouse.move(200, 300);
  await page.clock.fastForward('04:30');
  const overlay = page.getByRole('dialog', { name: start.lock.title });
  await expect(overlay, 'a move of the mouse counts as being there').toBeHidden();
  await page.clock.fastForward('01:00');
  await expect(overlay).toBeVisible();
  await expect(importing.path, 'what lies under the lock is out of reach for eyes, keyboard and screen reader').toHaveCount(0);

  await signIn.unlock();
  await expect(importing.path).toHaveValue('/not/sent/yet.gguf');
  expect(await auditTypes(contract.client)).toEqual(expect.arrayContaining(['accounts.sessionLocked']));
});

test('a wrong password leaves the screen locked; somebody else gets an empty one @desktop', async ({ host, contract }) => {
  const { page } = host;
  await setUp(contract.client, host.dataFolder);
  await page.reload();
  const shell = await new SignInScreen(page).signIn();
  const importing = new ImportScreen(page);
  await importing.open();
  await importing.path.fill('/not/sent/yet.gguf');
  await shell.lock();
  const signIn = new SignInScreen(page);
  await signIn.password.fill('not the password at all');
  await shell.button(start.lock.verb).click();
  await expect(page.getByRole('alert')).toContainText(textsOf('en').errors.codes.WRONG_PASSWORD.what);
  await page.reload();
  await expect(page.getByRole('dialog'), 'a reload is no way round').toBeHidden();
  await signIn.open();
  await signIn.signIn();
  await expect(importing.path).not.toHaveValue('/not/sent/yet.gguf');
});

test('language and theme change at any time and are there again after a restart @desktop', async ({ host }) => {
  const shell = await new SetUpScreen(host.page).complete();
  const chinese = await shell.switchTo('zh-CN');
  await expect(chinese.title(chinese.texts.home.title)).toBeVisible();
  await chinese.chooseTheme('Dark');
  const root = host.page.locator('html');
  await expect(root).toHaveAttribute('lang', 'zh-CN');
  await expect(root).toHaveAttribute('data-mantine-color-scheme', 'dark');

  await host.restart();
  const again = host.page.locator('html');
  const lang = await host.page.getByRole('heading', { level: 1 }).innerText();
  await new SignInScreen(host.page, lang === start.signIn.title ? 'en' : 'zh-CN').send('a long sentence nobody says');
  await expect(again).toHaveAttribute('lang', 'zh-CN');
  await expect(again).toHaveAttribute('data-mantine-color-scheme', 'dark');
  await expect(host.page.getByRole('heading', { level: 1, name: chinese.texts.home.title })).toBeVisible();
});

test.describe('in a browser', { tag: '@console-only' }, () => {
  test('two browsers are two visitors: each signs in for itself, one signing out leaves the other alone', async ({ host, contract, browser }) => {
    await setUp(contract.client, host.dataFolder);
    await host.page.reload();
    const first = await new SignInScreen(host.page).signIn();
    const context = await browser.newContext({ locale: 'en-US' });
    const page = await context.newPage();
    const instance = readInstance(layoutOf(host.dataFolder));
    await page.goto((instance === null ? null : await requestNewUrl(instance)) ?? '');
    const second = await new SignInScreen(page).signIn();
    await second.signOut();
    await first.go('models');
    await expect(first.title(first.texts.models.title)).toBeVisible();
    await host.page.reload();
    await expect(first.title(first.texts.models.title)).toBeVisible();
    await context.close();
  });

  test('the printed address opens once; without it nobody gets in', async ({ host, browser }) => {
    const instance = readInstance(layoutOf(host.dataFolder));
    const url = (instance === null ? null : await requestNewUrl(instance)) ?? '';
    const [first, second, third] = await Promise.all([browser.newContext(), browser.newContext(), browser.newContext()]);
    const welcome = await (await first.newPage()).goto(url);
    expect(welcome?.status()).toBe(200);
    const refused = await (await second.newPage()).goto(url);
    expect(refused?.status()).toBe(401);
    expect(await refused?.text()).toContain('has been used');
    const stranger = await (await third.newPage()).goto(host.url ?? '');
    expect(stranger?.status()).toBe(401);
    await Promise.all([first, second, third].map((context) => context.close()));
  });
});
