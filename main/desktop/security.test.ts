import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { schemePrivileges } from './app-address.ts';
import { isAllowedRequest } from './hardening.ts';
import { webPreferences, windowOptions } from './window-options.ts';

// The security settings as data (SECURITY §3), and what the fuses demand of the code.

const top = resolve(import.meta.dirname, '..', '..');
const textOf = (path: string): string => readFileSync(join(top, path), 'utf8');

it('gives the page a sandbox, a world apart from the preload, and no Node', () => {
  expect(webPreferences('/preload.cjs')).toEqual({
    preload: '/preload.cjs',
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    spellcheck: false,
    enableWebSQL: false,
    safeDialogs: true,
  });
});

it('has no developer tools once packaged, and opens no smaller than the screens are made for', () => {
  const options = (packaged: boolean) => windowOptions({ preloadPath: '/p', iconPath: '/i', dark: true, packaged });
  expect(options(true).webPreferences?.devTools).toBe(false);
  expect(options(false).webPreferences?.devTools).toBe(true);
  expect(options(true)).toMatchObject({ minWidth: 1024, minHeight: 700, show: false, backgroundColor: '#13161a' });
});

it('flashes in the colour the themes have', () => {
  const tokens = textOf('renderer/ui/theme/tokens.css');
  const surfaces = [...tokens.matchAll(/--surface-page:\s*(#[0-9a-f]{6})/g)].map((match) => match[1]);
  for (const dark of [false, true]) {
    expect(surfaces).toContain(windowOptions({ preloadPath: '', iconPath: '', dark, packaged: true }).backgroundColor);
  }
});

it('grants the scheme an origin and a secure context, and no way round the policy', () => {
  expect(schemePrivileges.scheme).toBe('modelward');
  expect(schemePrivileges.privileges).toMatchObject({ standard: true, secure: true, bypassCSP: false, corsEnabled: false, allowServiceWorkers: false });
});

it('lets no request through but for the app itself', () => {
  expect(isAllowedRequest('modelward://app/assets/index.js', true)).toBe(true);
  for (const url of ['https://example.org/', 'http://127.0.0.1:8470/', 'ws://127.0.0.1/', 'file:///etc/passwd', 'modelward://other/', 'devtools://devtools/x', 'not a url']) {
    expect(isAllowedRequest(url, true), url).toBe(false);
  }
  expect(isAllowedRequest('devtools://devtools/bundled/x.js', false)).toBe(true);
});

function fuses(): Record<string, boolean> {
  const [, block = ''] = /^electronFuses:\n((?: {2}.*\n)+)/m.exec(textOf('electron-builder.yml')) ?? [];
  return Object.fromEntries([...block.matchAll(/^ {2}(\w+): (true|false)$/gm)].map(([, name = '', value]) => [name, value === 'true']));
}

it('is packed with the fuses that keep its binary from being used as Node', () => {
  expect(fuses()).toEqual({
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    loadBrowserProcessSpecificV8Snapshot: false,
    grantFileProtocolExtraPrivileges: false,
  });
});

/** Source files that a file reaches by imports that survive to run time. */
function reachableFrom(entry: string): Set<string> {
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const [, specifier = ''] of textOf(path).matchAll(/^(?:import|export)(?! type\b)[^;]*? from '(\.[^']+)';/gm)) {
      visit(relative(top, resolve(top, dirname(path), specifier)).replaceAll('\\', '/'));
    }
  };
  visit(entry);
  return seen;
}

it('starts no child in a way the fuses forbid', () => {
  const reached = reachableFrom('main/desktop/main.ts');
  expect(reached).toContain('main/compose.ts');
  expect(reached).toContain('main/desktop/utility-process-starter.ts');
  const forbidden = /\bfork\b[^;]*from 'node:child_process'|ELECTRON_RUN_AS_NODE|process\.execPath|NODE_OPTIONS/;
  const guilty = [...reached].filter((path) => forbidden.test(textOf(path)));
  expect(guilty).toEqual([]);
  // The rule can fail: it knows the starter of plain Node.
  expect(forbidden.test(textOf('main/kernel/processes/node-process-starter.ts'))).toBe(true);
});

it('opens nothing outside: no shell.openExternal, no remote address, no second way to make a window', () => {
  const sources = globSync('main/desktop/*.ts', { cwd: top }).filter((path) => !path.endsWith('.test.ts'));
  expect(sources.length).toBeGreaterThan(10);
  for (const path of sources) expect(textOf(path), path).not.toMatch(/openExternal\(|import [^;]*\b(?:shell|net|BrowserView|WebContentsView)\b[^;]* from 'electron'|['"`](?:https?|file):|executeJavaScript|insertCSS/);
  expect(sources.filter((path) => textOf(path).includes('new BrowserWindow(')).map((path) => path.replaceAll('\\', '/'))).toEqual(['main/desktop/main-window.ts']);
});

it('keeps the bridge to three words', () => {
  const preload = textOf('preload/index.ts');
  expect(preload.split('\n').length).toBeLessThan(60);
  expect([...preload.matchAll(/exposeInMainWorld\('(\w+)'/g)].map((match) => match[1])).toEqual(['modelwardHost', 'pathOfFile']);
  expect(preload).not.toMatch(/ipcRenderer\.(?:invoke|sendSync|postMessage)/);
});
