import type { StandInHost } from '../fixtures/desktop-stand-in-host.ts';
import { expect, hostKind, test } from '../fixtures/host.ts';
import type { Host } from '../fixtures/host.ts';
import type { RequestOutcome } from '../stand-in/control-protocol.ts';
import { SetUpScreen } from '../pages/start.ts';

// What the window refuses. Asked of the app's own handlers through the stand-in, and of the page itself.
const onStandIn = hostKind === 'stand-in';
const standIn = (host: Host): StandInHost => host as StandInHost;
const stranger = 'https://example.org/';

test.beforeEach(async ({ host }) => {
  await expect(new SetUpScreen(host.page).title(new SetUpScreen(host.page).texts.start.setUp.title)).toBeVisible();
});

test('the page has no Node and no way to Electron but its host name, its port and the path of a dropped file', { tag: '@desktop-only' }, async ({ host }) => {
  const seen = await host.page.evaluate(() => {
    const page = window as unknown as Record<string, unknown>;
    return { nodeLike: ['require', 'process', 'module', 'Buffer', 'ipcRenderer', 'electron'].filter((name) => name in page), host: page['modelwardHost'], path: typeof page['pathOfFile'] };
  });
  expect(seen).toEqual({ nodeLike: [], host: 'desktop', path: 'function' });
});

test('the window is made with the sandbox on, apart from the preload, and before that the whole app was sandboxed', { tag: '@desktop-only' }, async ({ host }) => {
  test.skip(!onStandIn, 'Electron does not tell with which preferences a window was made');
  const { sandboxed, schemes, windows, requests } = await standIn(host).state();
  expect(sandboxed).toBe(true);
  expect(schemes.map(({ scheme, privileges }) => [scheme, privileges?.standard, privileges?.secure, privileges?.bypassCSP])).toEqual([['modelward', true, true, false]]);
  expect(windows).toHaveLength(1);
  expect(windows[0]?.webPreferences).toMatchObject({ sandbox: true, contextIsolation: true, nodeIntegration: false, webSecurity: true, spellcheck: false });
  expect(requests.filter(({ outcome }) => outcome !== 'answered')).toEqual([]);
});

test('the page cannot leave, open a window, download or speak to anybody', { tag: '@desktop-only' }, async ({ host }) => {
  host.watch.allow(/content security policy|Content Security Policy|ERR_ABORTED|Failed to load resource|asked for https:\/\/example\.org|asked for http:\/\/app\.modelward/);
  const { page } = host;
  const before = page.url();
  await page.evaluate((url) => {
    window.location.href = url;
  }, stranger);
  await page.evaluate((url) => {
    window.open(url);
  }, stranger);
  await page.evaluate((url) => {
    const link = document.createElement('a');
    link.href = url;
    link.target = '_blank';
    link.rel = 'noopener';
    document.body.append(link);
    link.click();
    link.remove();
  }, stranger);
  const fetched = await page.evaluate((url) => fetch(url).then(() => true, () => false), stranger);
  expect(fetched).toBe(false);
  await page.evaluate(() => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob(['secret']));
    link.download = 'secret.txt';
    link.click();
  });
  // Later, because what Playwright evaluates itself may do more than the page may.
  const evaluated = await page.evaluate(
    () =>
      new Promise<boolean>((resolve) => {
        setTimeout(() => {
          try {
            resolve(new Function('return true')() as boolean);
          } catch {
            resolve(false); // the policy forbids it
          }
        });
      }),
  );
  expect(evaluated).toBe(false);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  expect(page.url()).toBe(before);
  if (!onStandIn) return;
  await expect.poll(async () => (await standIn(host).state()).popups).toEqual({ allowed: 0, refused: 2 });
  const ofOutcome = async (wanted: RequestOutcome) => (await standIn(host).state()).requests.filter(({ outcome }) => outcome === wanted).map(({ url }) => url);
  await expect.poll(() => ofOutcome('refused as navigation')).toContain(stranger);
  await expect.poll(() => ofOutcome('refused as download')).toEqual([expect.stringMatching(/^blob:/)]);
  expect(await ofOutcome('would have left')).toEqual([]);
});

test('every permission is refused, but copying text for our own page', { tag: '@desktop-only' }, async ({ host }) => {
  test.skip(!onStandIn, 'the handlers are asked directly');
  const ask = (permission: string, url: string, isMainFrame = true) => standIn(host).command({ command: 'ask-permission', permission, url, isMainFrame });
  const nothing = { request: false, check: false, device: false };
  for (const permission of ['media', 'geolocation', 'notifications', 'clipboard-read', 'fileSystem', 'openExternal', 'local-network-access', 'usb', 'unknown']) {
    expect(await ask(permission, 'modelward://app/'), permission).toEqual(nothing);
  }
  expect(await ask('clipboard-sanitized-write', 'modelward://app/')).toEqual({ request: true, check: true, device: false });
  expect(await ask('clipboard-sanitized-write', stranger)).toEqual(nothing);
  expect(await ask('clipboard-sanitized-write', 'modelward://app/', false)).toEqual(nothing);
});

test('no request is let out, even if the policy of the page had a hole', { tag: '@desktop-only' }, async ({ host }) => {
  test.skip(!onStandIn, 'the filter is asked directly');
  const ask = (url: string) => standIn(host).command({ command: 'ask-request', url });
  expect(await ask('modelward://app/assets/index.js')).toBe(true);
  for (const url of [stranger, 'http://127.0.0.1:8470/', 'ws://127.0.0.1/', 'file:///etc/passwd', 'modelward://other/']) expect(await ask(url), url).toBe(false);
});

test('a port is given to nobody but the page in the top frame of our window', { tag: '@desktop-only' }, async ({ host }) => {
  test.skip(!onStandIn, 'messages of strangers can only be forged on the stand-in');
  const forge = (url: string, isTopFrame = true, fromWindow = true) => standIn(host).command({ command: 'forge-message', channel: 'modelward:port', url, isTopFrame, fromWindow });
  expect(await forge(stranger)).toBe(false);
  expect(await forge('modelward://other/')).toBe(false);
  expect(await forge('modelward://app.example.org/')).toBe(false);
  expect(await forge('modelward://app/assets/index.js')).toBe(false);
  expect(await forge('modelward://app/', false)).toBe(false);
  expect(await forge('modelward://app/', true, false)).toBe(false);
  expect(await forge('modelward://app/#/models')).toBe(true);
});

test('a file dropped on the window is taken by its path', { tag: '@desktop-only' }, async ({ host }) => {
  test.skip(!onStandIn, 'only a real drag has a path on Electron');
  await standIn(host).command({ command: 'place-file', fileName: 'model.gguf', path: '/media/usb/model.gguf' });
  const paths = await host.page.evaluate(() => {
    const { pathOfFile } = window as unknown as { pathOfFile: (file: File) => string };
    return [pathOfFile(new File(['x'], 'model.gguf')), pathOfFile(new File(['x'], 'made-by-a-script.gguf'))];
  });
  expect(paths).toEqual(['/media/usb/model.gguf', '']);
});
