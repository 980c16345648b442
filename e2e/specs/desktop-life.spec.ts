import { asDesktop } from '../fixtures/desktop-host.ts';
import type { StandInHost } from '../fixtures/desktop-stand-in-host.ts';
import { connect } from '../fixtures/contract-client.ts';
import { expect, hostKind, test } from '../fixtures/host.ts';
import type { Host } from '../fixtures/host.ts';
import { copyOfRealModel, deploy, ENGINE_WITHIN_MS, importModel, signIn } from '../fixtures/prepare.ts';
import { enginesWithMark, processesWithMark } from '../fixtures/process-tree.ts';
import { say } from '../fixtures/texts.ts';
import { Shell } from '../pages/shell.ts';
import { SetUpScreen, SignInScreen } from '../pages/start.ts';

const onStandIn = hostKind === 'stand-in';
const standIn = (host: Host): StandInHost => host as StandInHost;

test('the page loaded again has a line of its own and the same person; a page that crashed comes back', { tag: '@desktop-only' }, async ({ host }) => {
  const home = await new SetUpScreen(host.page).complete();
  await host.page.reload();
  await expect(home.title(home.texts.home.title)).toBeVisible();
  await home.go('models');
  // A page that asks for a port again gets one and loses the one it had; it notices and asks once more.
  await host.page.evaluate(() => window.postMessage({ type: 'modelward:ready' }, window.location.origin));
  await home.go('audit');
  await expect(host.page.getByText(home.texts.shell.connection.lost)).toBeHidden();
  await home.go('jobs');
  test.skip(!onStandIn, 'a crash is brought about on the stand-in alone');
  host.watch.allow(/./);
  await standIn(host).command({ command: 'crash-page' });
  await expect.poll(() => host.page.isClosed()).toBe(true);
  const again = new Shell(await standIn(host).newestPage());
  await expect(again.title(again.texts.home.title)).toBeVisible();
});

test('a second start brings the window forward and ends by itself', { tag: '@desktop-only' }, async ({ host }) => {
  const desktop = asDesktop(host);
  await new SetUpScreen(host.page).complete();
  await desktop.minimize();
  expect(await desktop.window()).toMatchObject({ minimized: true });
  expect((await desktop.startSecond()).code).toBe(0);
  await expect.poll(() => desktop.window()).toMatchObject({ visible: true, minimized: false });
});

test('with nothing running, closing the window ends everything without a question', { tag: '@desktop-only' }, async ({ host }) => {
  const desktop = asDesktop(host);
  await new SetUpScreen(host.page).complete();
  await desktop.closeWindow();
  expect((await desktop.ended).code).toBe(0);
  await expect.poll(() => processesWithMark(host.mark)).toEqual([]);
});

test('models keep answering while the window is closed; quitting says what stops, and stops it', { tag: '@desktop-only' }, async ({ host, folders }) => {
  test.skip(!onStandIn, 'tray and notifications can only be read on the stand-in');
  const desktop = standIn(host);
  const { texts } = await new SetUpScreen(host.page).complete();
  const { client, close } = await connect(folders.data);
  await signIn(client);
  const modelId = await importModel(client, await copyOfRealModel(folders.files), 'Stories');
  await deploy(client, modelId, 'stories');

  await desktop.closeWindow();
  await expect.poll(async () => (await desktop.state()).notifications.map(({ title }) => title)).toEqual([texts.desktop.notification.staysTitle]);
  await expect.poll(async () => (await desktop.state()).tray?.toolTip).toContain(say(texts.desktop.tray.serving, { names: 'stories' }));
  expect(enginesWithMark(host.mark)).toHaveLength(1);

  await desktop.answerDialogs({ files: [], buttons: [1] });
  await desktop.command({ command: 'click-tray', label: texts.desktop.tray.quit });
  await expect.poll(async () => (await desktop.state()).questions.map(({ detail }) => detail)).toEqual([say(texts.desktop.quit.models, { names: 'stories' })]);
  expect(enginesWithMark(host.mark)).toHaveLength(1);

  // The window comes back for whoever sits there now.
  await desktop.command({ command: 'click-tray', label: texts.desktop.tray.open });
  await new SignInScreen(await desktop.newestPage()).signIn();

  close();
  await desktop.answerDialogs({ files: [], buttons: [0] });
  await desktop.askToQuit();
  expect((await desktop.ended).code).toBe(0);
  await expect.poll(() => processesWithMark(host.mark)).toEqual([]);
});

test('a job that ends behind a minimized window is told, and the click leads to its result', { tag: '@desktop-only' }, async ({ host, folders }) => {
  test.skip(!onStandIn, 'notifications can only be read on the stand-in');
  const desktop = standIn(host);
  const { texts } = await new SetUpScreen(host.page).complete();
  const { client, close } = await connect(folders.data);
  await signIn(client);
  const file = await copyOfRealModel(folders.files);

  await desktop.minimize();
  await importModel(client, file, 'Unseen');
  const told = async () => (await desktop.state()).notifications.map(({ title }) => title);
  await expect.poll(told).toEqual([expect.stringContaining('stories260K.gguf')]);
  await desktop.command({ command: 'click-notification' });
  await expect(host.page).toHaveURL(/#\/import\//, { timeout: ENGINE_WITHIN_MS });
  expect(await desktop.window()).toMatchObject({ visible: true, minimized: false });
  await expect(host.page.getByRole('heading', { name: say(texts.importing.job.doneTitle, { name: 'Unseen' }) })).toBeVisible();

  // Seen by the person who looks at the window: the same file again is refused, and no notification says so.
  const { jobId } = await client.models.import({ source: { kind: 'path', path: file }, target: { kind: 'new-model', name: 'Again' }, notes: '' });
  await expect.poll(async () => (await client.jobs.get({ jobId })).state, { timeout: ENGINE_WITHIN_MS }).toBe('failed');
  expect(await told()).toHaveLength(1);
  close();
});

test('the machine may sleep and wake: the line stays', { tag: '@desktop-only' }, async ({ host }) => {
  test.skip(!onStandIn, 'sleep is told by the stand-in');
  const home = await new SetUpScreen(host.page).complete();
  await standIn(host).command({ command: 'power', event: 'suspend' });
  await standIn(host).command({ command: 'power', event: 'resume' });
  await home.go('audit');
});

test('the machine shuts down: everything ends in order, without a question', { tag: '@desktop-only' }, async ({ host }) => {
  test.skip(!onStandIn, 'the shutdown is told by the stand-in');
  await new SetUpScreen(host.page).complete();
  await standIn(host).command({ command: 'power', event: 'shutdown' });
  expect((await standIn(host).ended).code).toBe(0);
});
