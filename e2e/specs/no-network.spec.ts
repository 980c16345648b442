import OpenAI from 'openai';
import { connect } from '../fixtures/contract-client.ts';
import { expect, test } from '../fixtures/consoles.ts';
import type { Consoles } from '../fixtures/consoles.ts';
import { freePort } from '../fixtures/free-port.ts';
import type { Folders } from '../fixtures/host.ts';
import { createNetworkTrace, leadsAway } from '../fixtures/network-trace.ts';
import type { NetworkTrace } from '../fixtures/network-trace.ts';
import { copyOfRealModel, signIn } from '../fixtures/prepare.ts';
import { AuditScreen } from '../pages/audit.ts';
import { DeployScreen } from '../pages/deploy.ts';
import { GatewayScreen } from '../pages/gateway.ts';
import { ImportScreen } from '../pages/import.ts';
import { MonitoringScreen } from '../pages/monitoring.ts';
import { PlaygroundScreen } from '../pages/playground.ts';
import { SetUpScreen } from '../pages/start.ts';

/** Everything one does in a first visit, in a host whose connections are written down. */
async function visit(consoles: Consoles, folders: Folders, trace: NetworkTrace): Promise<void> {
  const console = consoles.start({ wrap: trace.wrap, environment: trace.environment });
  const page = await consoles.open(console);
  await new SetUpScreen(page).complete();
  const importing = new ImportScreen(page);
  await importing.open();
  await importing.importPath(await copyOfRealModel(folders.files));
  await importing.button(importing.texts.importing.job.deploy).click();
  await new DeployScreen(page).deployAs('ward-3');
  const playground = new PlaygroundScreen(page);
  await playground.go('playground');
  await playground.setLongestAnswer(16);
  await playground.ask('Once upon a time');
  await playground.expectEnded();
  const gateway = new GatewayScreen(page);
  await gateway.go('gateway');
  await gateway.changePort(await freePort());
  const apiKey = await gateway.createKey('nightly');
  await new OpenAI({ apiKey, baseURL: await gateway.baseUrl.inputValue(), maxRetries: 0 }).models.list();
  const monitoring = new MonitoringScreen(page);
  await monitoring.go('monitoring');
  await monitoring.expectSamples();
  const audit = new AuditScreen(page);
  await audit.go('audit');
  await audit.verifyIntact();
  await audit.go('settings');
  const contract = await connect(folders.data);
  await signIn(contract.client);
  await contract.client.system.hardware({ refresh: true });
  await contract.client.system.doctor({});
  contract.close();
  await page.close(); // it would call for a host that is gone
  await console.stop();
}

test.describe('with the network cable out', { tag: '@console-only' }, () => {
  test('a whole visit asks nothing of anybody but this machine', async ({ consoles, folders }) => {
    test.setTimeout(360_000);
    const trace = createNetworkTrace(folders.root);
    test.info().annotations.push({ type: 'traced by', description: trace.means });
    await visit(consoles, folders, trace);
    expect(trace.strangers()).toEqual([]);
    expect(trace.lineCount(), 'the trace saw the visit').toBeGreaterThan(5);
    expect(consoles.watch.strangers(), 'the page').toEqual([]);
  });

  test('the trace finds a stranger in the host and in its children', async ({ consoles, folders }) => {
    const trace = createNetworkTrace(folders.root, { plant: true });
    const console = consoles.start({ wrap: trace.wrap, environment: trace.environment });
    await console.url;
    await expect.poll(() => trace.strangers().join('\n')).toContain('192.0.2.1');
    const alone = new Set(trace.strangers().map((line) => line.split(' ')[0]));
    const contract = await connect(folders.data);
    await contract.client.system.setUp({ language: 'en', dataFolder: folders.data, name: 'Li Na', password: 'a long sentence nobody says' });
    await contract.client.models.inspect({ source: { kind: 'path', path: await copyOfRealModel(folders.files) } });
    await expect.poll(() => new Set(trace.strangers().map((line) => line.split(' ')[0])).size, { message: 'a child too' }).toBeGreaterThan(alone.size);
    contract.close();
  });

  test('an address is told from this machine', () => {
    expect(leadsAway('12 connect(23, {sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr("93.184.216.34")}, 16) = -1')).toBe(true);
    expect(leadsAway('12 connect(23, {sa_family=AF_INET6, sin6_port=htons(443), inet_pton(AF_INET6, "2606:2800::1", &sin6_addr)}, 28) = -1')).toBe(true);
    expect(leadsAway('12 sendto(9, "..", 40, 0, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("127.0.0.53")}, 16) = 40')).toBe(true);
    expect(leadsAway('12 connect(23, {sa_family=AF_INET, sin_port=htons(8484), sin_addr=inet_addr("127.0.0.1")}, 16) = 0')).toBe(false);
    expect(leadsAway('12 connect(23, {sa_family=AF_UNIX, sun_path="/run/nscd/socket"}, 110) = -1')).toBe(false);
    expect(leadsAway('12 sendto(9, {{len=20, type=RTM_GETADDR}}, 20, 0, {sa_family=AF_NETLINK, nl_pid=0}, 12) = 20')).toBe(false);
    expect(leadsAway('7 connect AF_INET localhost 8484')).toBe(false);
    expect(leadsAway('7 sendto AF_INET name:example.org 53')).toBe(true);
  });
});
