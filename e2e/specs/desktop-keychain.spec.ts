import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { asDesktop } from '../fixtures/desktop-host.ts';
import type { StandInHost } from '../fixtures/desktop-stand-in-host.ts';
import { connect } from '../fixtures/contract-client.ts';
import { expect, hostKind, test } from '../fixtures/host.ts';
import { copyOfRealModel, deploy, ENGINE_WITHIN_MS, importModel, signIn } from '../fixtures/prepare.ts';
import { SetUpScreen, SignInScreen } from '../pages/start.ts';

// Which keychain the system has can only be chosen on the stand-in.
const onStandIn = hostKind === 'stand-in';

function slotKinds(dataFolder: string): string[] {
  const { slots } = JSON.parse(readFileSync(join(dataFolder, 'keys.json'), 'utf8')) as { slots: { kind: string }[] };
  return slots.map(({ kind }) => kind);
}

test.describe('with a keychain', () => {
  test('what ran is running again after a restart, before anybody has signed in', { tag: '@desktop-only' }, async ({ host, folders }) => {
    test.skip(!onStandIn, 'needs a keychain that is surely there');
    await new SetUpScreen(host.page).complete();
    const { client, close } = await connect(folders.data);
    await signIn(client);
    await deploy(client, await importModel(client, await copyOfRealModel(folders.files)), 'stories');
    close();
    expect(slotKinds(folders.data)).toEqual(['password', 'keychain']);

    await host.restart();
    const screen = new SignInScreen(host.page);
    await screen.open();
    await expect(host.page.getByText(screen.texts.start.signIn.locked)).toBeHidden();
    const desktop = asDesktop(host) as StandInHost;
    await expect.poll(async () => (await desktop.state()).tray?.toolTip, { timeout: ENGINE_WITHIN_MS }).toContain('stories');
    await screen.signIn();
  });
});

for (const backend of ['basic_text', 'unknown', 'unavailable']) {
  test.describe(`with a keychain that protects nothing (${backend})`, () => {
    test.use({ environment: { MODELWARD_STAND_IN_KEYCHAIN: backend } });

    test('the key is not given to it, and a person opens the data by password', { tag: '@desktop-only' }, async ({ host, folders }) => {
      test.skip(!onStandIn, 'needs a system with a bad keychain');
      await new SetUpScreen(host.page).complete();
      expect(slotKinds(folders.data)).toEqual(['password']);

      await host.restart();
      const screen = new SignInScreen(host.page);
      await screen.open();
      await expect(host.page.getByText(screen.texts.start.signIn.locked)).toBeVisible();
      const desktop = asDesktop(host) as StandInHost;
      expect((await desktop.state()).tray?.toolTip).toContain(screen.texts.desktop.tray.closed);
      await screen.signIn();
    });
  });
}
