import { findBundledModel } from '../../main/models/bundled-model.ts';
import { expect, test } from '../fixtures/host.ts';
import { ENGINE_WITHIN_MS, setUp } from '../fixtures/prepare.ts';
import { Inspector } from '../fixtures/inspect.ts';
import { Keyboard } from '../pages/keyboard.ts';
import { PlaygroundScreen } from '../pages/playground.ts';
import { SignInScreen } from '../pages/start.ts';

test('two clicks from an empty house to a first answer of the bundled model', async ({ host, contract }) => {
  test.setTimeout(240_000);
  const bundled = await findBundledModel();
  test.skip(bundled === null, 'this checkout has no bundled model in resources/models (npm run train:sample makes it)');
  const { client } = contract;
  await setUp(client, host.dataFolder);
  const { page } = host;
  await page.reload();
  await new SignInScreen(page).signIn();
  const playground = new PlaygroundScreen(page);
  const { home } = playground.texts;
  const offer = page.getByRole('region', { name: home.bundled.title });
  await expect(offer).toBeVisible();
  await new Inspector(page, 'bundled', 'light').look('offer');

  // By keyboard, and pressed twice: one attempt is enough.
  const keyboard = new Keyboard(page);
  await keyboard.tabTo(playground.button(home.bundled.verb, offer));
  await keyboard.press('Enter');
  await keyboard.press('Enter');
  // Looking elsewhere meanwhile stops nothing.
  await playground.go('models');
  await playground.go('home');
  const first = bundled?.card.examples.en[0] ?? '';
  await expect.poll(async () => (await client.deployments.list({})).map(({ name, state }) => `${name} ${state}`), { timeout: ENGINE_WITHIN_MS }).toEqual(['help-desk ready']);
  // Ready while Home is open, it leads to the playground by itself, a moment after it answers; ready before one came back,
  // it leaves a button. Which of the two is only known once the playground is there.
  const ask = playground.button(home.bundled.ask, offer);
  await expect(async () => {
    if (await ask.isVisible()) await ask.click({ timeout: 1000 });
    await expect(playground.title(playground.texts.playground.title)).toBeVisible({ timeout: 1000 });
  }).toPass({ timeout: ENGINE_WITHIN_MS });
  await expect(playground.message).toHaveValue(first);
  await expect(playground.message).toBeFocused();
  await expect(playground.button(first)).toBeVisible();
  await keyboard.press('Enter');
  await playground.expectEnded();
  expect((await client.models.list({})).map(({ name }) => name)).toEqual([bundled?.card.name]);
  expect((await client.deployments.list({}))[0]).toMatchObject({ name: 'help-desk', requestCount: 1, errorCount: 0 });

  // Another example goes into the field at one click.
  const other = bundled?.card.examples.en[1] ?? first;
  await playground.button(other).click();
  await expect(playground.message).toHaveValue(other);
});
