import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { connect } from '../fixtures/contract-client.ts';
import { expect, test } from '../fixtures/consoles.ts';
import type { Consoles } from '../fixtures/consoles.ts';
import { createCommandLine } from '../fixtures/command-line.ts';
import { freePort } from '../fixtures/free-port.ts';
import type { Folders } from '../fixtures/host.ts';
import { Inspector } from '../fixtures/inspect.ts';
import { setUp } from '../fixtures/prepare.ts';
import { say } from '../fixtures/texts.ts';
import { errorNotice } from '../pages/error.ts';
import { GatewayScreen } from '../pages/gateway.ts';
import { SignInScreen } from '../pages/start.ts';

/** A house whose endpoint has a port that another program holds by now. */
async function leaveTakenPort(consoles: Consoles, folders: Folders): Promise<{ port: number; holder: Server }> {
  const first = consoles.start();
  await first.url;
  const contract = await connect(folders.data);
  await setUp(contract.client, folders.data);
  const port = await freePort();
  await contract.client.gateway.setPort({ port });
  contract.close();
  await first.stop();
  const holder = createServer();
  holder.listen(port, '127.0.0.1');
  await once(holder, 'listening');
  return { port, holder };
}

test.describe('a port of the endpoint that somebody else holds', { tag: '@console-only' }, () => {
  test('is told with its ways out: another port, or the same one once it is free', async ({ consoles, folders }) => {
    const { port, holder } = await leaveTakenPort(consoles, folders);
    const page = await consoles.open(consoles.start());
    await new SignInScreen(page).signIn();
    const gateway = new GatewayScreen(page);
    await gateway.go('gateway');
    const notice = errorNotice(page, 'PORT_TAKEN');
    const { endpoint } = gateway.texts.gateway;
    await expect(notice).toContainText(say(gateway.texts.errors.codes.PORT_TAKEN.what, { port }));
    await new Inspector(page, 'taken-port', 'light').look('gateway');
    await gateway.button(gateway.texts.common.retry, notice).click();
    await expect(gateway.button(gateway.texts.common.retry, notice)).toBeEnabled();
    await expect(notice, 'still taken').toBeVisible();

    const modelward = createCommandLine(folders);
    const told = await modelward.run('gateway', 'status');
    expect(told).toMatchObject({ code: 1 });
    expect(told.stdout).toContain(gateway.texts.cli.gatewayWayOut);

    const other = await freePort();
    await gateway.changePort(other);
    await expect(notice).toBeHidden();
    await expect(page.getByText(endpoint.running, { exact: true })).toBeVisible();

    // Back to the first one: refused in the dialog while it is taken, taken back once it is free.
    await gateway.button(endpoint.changePort).click();
    const dialog = page.getByRole('dialog', { name: endpoint.dialogTitle });
    await dialog.getByRole('textbox', { name: endpoint.port }).fill(String(port));
    await gateway.button(endpoint.verb, dialog).click();
    await expect(dialog.getByRole('alert')).toContainText(say(gateway.texts.errors.codes.PORT_TAKEN.what, { port }));
    holder.close();
    await gateway.button(endpoint.verb, dialog).click();
    await expect(dialog).toBeHidden();
    await expect(gateway.baseUrl).toHaveValue(`http://127.0.0.1:${String(port)}/v1`);
  });

  test('is taken back by "Try again" once it is free', async ({ consoles, folders }) => {
    const { holder } = await leaveTakenPort(consoles, folders);
    const page = await consoles.open(consoles.start());
    await new SignInScreen(page).signIn();
    const gateway = new GatewayScreen(page);
    await gateway.go('gateway');
    const notice = errorNotice(page, 'PORT_TAKEN');
    await expect(notice).toBeVisible();
    holder.close();
    await gateway.button(gateway.texts.common.retry, notice).click();
    await expect(notice).toBeHidden();
    await expect(page.getByText(gateway.texts.gateway.endpoint.running, { exact: true })).toBeVisible();
  });
});
