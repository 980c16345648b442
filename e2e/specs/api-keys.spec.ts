import OpenAI from 'openai';
import { connect } from '../fixtures/contract-client.ts';
import { expect, test } from '../fixtures/consoles.ts';
import { freePort } from '../fixtures/free-port.ts';
import { auditTypes, signIn } from '../fixtures/prepare.ts';
import { say } from '../fixtures/texts.ts';
import { GatewayScreen } from '../pages/gateway.ts';
import { Keyboard } from '../pages/keyboard.ts';
import { SignInScreen } from '../pages/start.ts';
import { Wizard } from '../pages/wizard.ts';

test.describe('a key', { tag: '@console-only' }, () => {
  test('is made with limits by keyboard, used, used up, rotated while the old secret works, and revoked', async ({ consoles, folders }) => {
    await consoles.leaveHouse();
    const page = await consoles.open(consoles.start());
    const contract = await connect(folders.data);
    await signIn(contract.client);
    const { baseUrl } = await contract.client.gateway.setPort({ port: await freePort() });
    const list = async (apiKey: string): Promise<number> => {
      const { status } = await new OpenAI({ apiKey, baseURL: baseUrl, maxRetries: 0 }).models.list().then(
        () => ({ status: 200 }),
        (error: unknown) => (error instanceof OpenAI.APIError ? { status: error.status } : Promise.reject(error)),
      );
      return status ?? 0;
    };
    await new SignInScreen(page).signIn();
    const gateway = new GatewayScreen(page);
    const wizard = new Wizard(page);
    const keyboard = new Keyboard(page);
    const { apiKeys, common, shell } = gateway.texts;
    const requestsADay = page.getByRole('textbox', { name: say(common.labelled, { label: apiKeys.units.requests, value: apiKeys.perWindow.day }) });

    const first = await test.step('make it without a mouse', async () => {
      await keyboard.enter(page.getByRole('navigation', { name: shell.mainNavigation }).getByRole('link', { name: shell.screens.gateway, exact: true }));
      await keyboard.enter(gateway.button(apiKeys.create));
      await keyboard.fill(gateway.keyName, 'letter writer');
      await keyboard.press('Enter');
      await expect(wizard.question(apiKeys.wizard.scope.question)).toBeFocused();
      await keyboard.enter(wizard.next);
      await expect(wizard.question(apiKeys.wizard.limits.question)).toBeFocused();
      await keyboard.tabTo(page.getByRole('radio', { name: apiKeys.wizard.limits.usual }));
      await keyboard.press('ArrowDown');
      await expect(page.getByRole('radio', { name: apiKeys.wizard.limits.own })).toBeChecked();
      await keyboard.fill(requestsADay, '2');
      await keyboard.press('Enter');
      await expect(wizard.question(apiKeys.wizard.expiry.question)).toBeFocused();
      await keyboard.enter(wizard.next);
      await expect(wizard.question(apiKeys.wizard.summary.question)).toBeFocused();
      await page.getByText(common.commandLine).click();
      await expect(page.getByText('modelward key create --name')).toContainText('--requests minute=60,day=2 --concurrent 4 --expires');
      await keyboard.enter(gateway.button(apiKeys.wizard.verb));
      const made = page.getByRole('dialog', { name: apiKeys.made.title });
      const secret = await made.getByRole('code').innerText();
      expect(secret).toMatch(/^mw_[\w-]{43}$/);
      await keyboard.press('Escape');
      await expect(made, 'nothing but its button closes it').toBeVisible();
      await keyboard.enter(gateway.button(apiKeys.made.copied));
      await expect(gateway.title('letter writer')).toBeVisible();
      await expect(page.locator('body')).not.toContainText(secret);
      return secret;
    });

    await test.step('use it up; the page says so and when it counts anew', async () => {
      expect([await list(first), await list(first), await list(first)]).toEqual([200, 200, 429]);
      await gateway.go('gateway');
      await expect(page.getByRole('row', { name: /letter writer/ })).toContainText('2 / 2');
      await page.getByRole('link', { name: 'letter writer' }).click();
      const meter = page.getByRole('meter', { name: say(apiKeys.quota.label, { unit: apiKeys.units.requests, window: apiKeys.windows.day }) });
      await expect(meter).toHaveAttribute('aria-valuetext', '2 of 2');
      await expect(page.getByText(new RegExp(`^${apiKeys.quota.usedUp}`))).toBeVisible();
    });

    await test.step('allow more', async () => {
      await gateway.button(apiKeys.page.edit).click();
      const drawer = page.getByRole('dialog');
      await requestsADay.fill('50');
      await gateway.button(common.save, drawer).click();
      await expect(drawer).toBeHidden();
      expect(await list(first)).toBe(200);
    });

    const second = await test.step('give it a new secret; the old one still works', async () => {
      await gateway.button(apiKeys.page.rotate).click();
      await expect(page.getByRole('radio', { name: apiKeys.rotate.week })).toBeChecked();
      await gateway.button(apiKeys.rotate.verb).click();
      const secret = await gateway.takeSecret(apiKeys.made.rotatedTitle);
      expect(secret).not.toBe(first);
      expect([await list(first), await list(secret)]).toEqual([200, 200]);
      await expect(page.getByText(first.slice(0, 9)), 'the page says which one ends').toBeVisible();
      return secret;
    });

    await test.step('take it back', async () => {
      await gateway.button(apiKeys.revoke).click();
      await gateway.button(apiKeys.revoke, page.getByRole('dialog', { name: say(apiKeys.revoking.title, { name: 'letter writer' }) })).click();
      await expect(gateway.button(apiKeys.page.edit)).toBeHidden();
      expect([await list(first), await list(second)]).toEqual([401, 401]);
      await gateway.go('gateway');
      await expect(page.getByText(apiKeys.onlyRevoked)).toBeVisible();
      await page.getByRole('switch').click();
      await expect(page.getByRole('row', { name: /letter writer/ })).toContainText(apiKeys.states.revoked);
    });

    const types = await auditTypes(contract.client);
    for (const type of ['gateway.keyCreated', 'gateway.keyChanged', 'gateway.keyRotated', 'gateway.keyRevoked', 'gateway.requestRefused']) expect(types).toContain(type);
    contract.close();
  });
});
