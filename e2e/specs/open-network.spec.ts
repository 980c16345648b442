import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { freePort } from '../fixtures/free-port.ts';
import { expect, test } from '../fixtures/host.ts';
import { Inspector } from '../fixtures/inspect.ts';
import { auditTypes, setUp } from '../fixtures/prepare.ts';
import { say } from '../fixtures/texts.ts';
import { GatewayScreen } from '../pages/gateway.ts';
import { Keyboard } from '../pages/keyboard.ts';
import { SignInScreen } from '../pages/start.ts';
import { Wizard } from '../pages/wizard.ts';

/** What a program of another machine gets: 127.0.7.9 stands in for its address. */
function modelsFor(options: { port: number; secret: string; ca: string; from: string }): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const { port, secret, ca, from } = options;
    const asked = request({ host: '127.0.0.2', port, path: '/v1/models', localAddress: from, ca, agent: false, headers: { authorization: `Bearer ${secret}` } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    asked.on('error', reject);
    asked.end();
  });
}

test.describe('the endpoint and the network', { tag: '@console-only' }, () => {
  // The operating system's part is told, everything else is real: sockets, TLS, certificates.
  test.use({ environment: { MODELWARD_STAND_IN_ADDRESSES: 'ward0=127.0.0.2/24' } });

  test('is opened by the wizard without a mouse, reached over TLS under its own root, and closed with one click', async ({ host, contract }) => {
    test.setTimeout(240_000); // many stops of the Tab key; the machine may be busy
    await setUp(contract.client, host.dataFolder);
    const port = await freePort();
    await contract.client.gateway.setPort({ port });
    const { secret } = await contract.client.apiKeys.create({ name: 'Radiology' });
    await host.page.reload();
    await new SignInScreen(host.page).signIn();
    const keyboard = new Keyboard(host.page);
    const gateway = new GatewayScreen(host.page);
    const { network } = gateway.texts;
    const inspector = new Inspector(host.page, 'open-network', 'dark');
    await gateway.go('gateway');
    await expect(host.page.getByText(network.sentences.loopback)).toBeVisible();
    await keyboard.enter(gateway.button(network.open));

    const wizard = new Wizard(host.page);
    const words = network.wizard;
    await expect(wizard.question(words.who.question)).toBeFocused();
    await expect(host.page.getByRole('checkbox', { name: say(words.who.subnetOf, { subnet: '127.0.0.0/24', name: 'ward0' }) })).toBeChecked();
    await keyboard.fill(host.page.getByRole('textbox', { name: words.who.more }), '127.0.7.0/33');
    await expect(host.page.getByText(say(words.who.wrong, { text: '127.0.7.0/33' }))).toBeVisible();
    await expect(wizard.next).toBeDisabled();
    await keyboard.fill(host.page.getByRole('textbox', { name: words.who.more }), '127.0.7.0/24');
    await keyboard.enter(wizard.next);
    await expect(wizard.question(words.addresses.question)).toBeFocused();
    await keyboard.fill(host.page.getByRole('textbox', { name: words.addresses.names }), 'ai.ward.example');
    await keyboard.press('Enter');

    await expect(wizard.question(words.encryption.question)).toBeFocused();
    await keyboard.tabTo(host.page.getByRole('radio', { name: words.encryption.tls }));
    await keyboard.press('ArrowDown');
    await expect(host.page.getByText(words.encryption.riskTitle)).toBeVisible();
    await expect(wizard.next, 'the risk is not taken by going on').toBeDisabled();
    await keyboard.press('ArrowUp');
    await keyboard.enter(wizard.next);

    await expect(wizard.question(words.clients.question)).toBeFocused();
    const download = host.page.waitForEvent('download');
    await keyboard.enter(wizard.button(network.clients.download));
    const ca = readFileSync(await (await download).path(), 'utf8');
    await inspector.look('clients');
    await keyboard.enter(wizard.next);
    await expect(wizard.question(words.summary.question)).toBeFocused();
    await expect(host.page.getByText(say(words.summary.allow, { allow: '127.0.0.0/24, 127.0.7.0/24' }))).toBeVisible();
    await host.page.getByText(wizard.texts.common.commandLine, { exact: true }).click();
    await expect(host.page.getByText('modelward gateway network open --allow 127.0.0.0/24,127.0.7.0/24 --host-name ai.ward.example')).toBeVisible();
    await keyboard.enter(wizard.button(words.verb));

    await expect(host.page.getByText(network.badges.tls, { exact: true })).toBeVisible();
    await expect(host.page.getByRole('textbox', { name: `https://ai.ward.example:${port}/v1` })).toBeVisible();
    expect(await modelsFor({ port, secret, ca, from: '127.0.7.9' })).toBe(200);
    await expect(modelsFor({ port, secret, ca, from: '127.0.8.9' })).rejects.toThrow();
    await expect(host.page.getByText('127.0.8.9'), 'who was turned away is told').toBeVisible();
    await inspector.look('open');

    await gateway.button(network.close).click();
    await gateway.button(network.closing.verb, host.page.getByRole('dialog', { name: network.closing.title })).click();
    await expect(host.page.getByText(network.sentences.loopback)).toBeVisible();
    await expect(modelsFor({ port, secret, ca, from: '127.0.7.9' })).rejects.toThrow(/ECONNREFUSED/);
    const types = await auditTypes(contract.client);
    expect(types.filter((type) => type === 'gateway.networkChanged')).toHaveLength(2);
    expect(types).toEqual(expect.arrayContaining(['gateway.certificateIssued', 'gateway.rootExported', 'gateway.connectionRefused']));
  });
});
