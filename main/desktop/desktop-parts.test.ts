import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Notification, SafeStorage } from 'electron';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { placeholdersOf } from '../../renderer/i18n/fill.ts';
import { appMenu } from './app-menu.ts';
import { languageOf, textsIn } from './desktop-texts.ts';
import { createJobNotifier } from './job-notifier.ts';
import { createKeychain } from './keychain.ts';
import { answerPageRequest } from './page-protocol.ts';
import { dataFolderIn, profileFolder } from './start-options.ts';
import { exitOf } from './utility-process-starter.ts';
import { recallPlace, rememberPlace } from './window-memory.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'modelward-desktop-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the keychain', () => {
  type Backend = ReturnType<SafeStorage['getSelectedStorageBackend']>;
  const storage = (backend: Backend, available = true) => ({
    isEncryptionAvailable: () => available,
    getSelectedStorageBackend: () => backend,
    encryptString: (text: string) => Buffer.from(`sealed ${text}`),
    decryptString: (sealed: Buffer) => sealed.toString().replace('sealed ', ''),
  });
  it('gives back the secret it was given', () => {
    const keychain = createKeychain(storage('gnome_libsecret'), 'linux');
    const secret = Buffer.from([0, 255, 10, 13, 128]);
    expect(keychain?.unwrap(keychain.wrap(secret))).toEqual(secret);
  });
  it('is none where it protects nothing', () => {
    expect(createKeychain(storage('basic_text'), 'linux')).toBeNull();
    expect(createKeychain(storage('unknown'), 'linux')).toBeNull();
    expect(createKeychain(storage('gnome_libsecret', false), 'linux')).toBeNull();
    expect(createKeychain(storage('unknown', false), 'win32')).toBeNull();
  });
  it('is there on macOS and Windows, which know no backends', () => {
    expect(createKeychain(storage('unknown'), 'darwin')).not.toBeNull();
    expect(createKeychain(storage('unknown'), 'win32')).not.toBeNull();
  });
});

describe('the exit of a utility process', () => {
  it.each([
    [0, false, { code: 0, signal: null }],
    [1, false, { code: 1, signal: null }],
    [134, false, { code: null, signal: 'SIGABRT' }],
    [6, false, { code: null, signal: 'SIGABRT' }],
    [11, false, { code: null, signal: 'SIGSEGV' }],
    [139, false, { code: null, signal: 'SIGSEGV' }],
    [9, false, { code: null, signal: 'SIGKILL' }],
    [0, true, { code: null, signal: 'SIGKILL' }],
  ])('%i (killed by us: %s)', (code, killed, expected) => {
    expect(exitOf(code, killed, 'linux')).toEqual(expected);
  });
  it('is a plain code on Windows', () => {
    expect(exitOf(0xc0000005, false, 'win32')).toEqual({ code: 0xc0000005, signal: null });
  });
});

describe('the window', () => {
  const screens = [{ x: 0, y: 0, width: 1920, height: 1080 }];
  const path = () => join(folder, 'window.json');
  it('comes back where it was', () => {
    const place = { x: 10, y: 20, width: 1300, height: 900, maximized: true };
    rememberPlace(path(), place);
    expect(recallPlace(path(), screens)).toEqual(place);
  });
  it('takes the usual place when it was never opened, was unplugged with its screen, or its file is damaged', () => {
    expect(recallPlace(path(), screens)).toBeNull();
    rememberPlace(path(), { x: 3000, y: 20, width: 1300, height: 900, maximized: false });
    expect(recallPlace(path(), screens)).toBeNull();
    writeFileSync(path(), '{"x": 1');
    expect(recallPlace(path(), screens)).toBeNull();
  });
  it('never comes back smaller than the screens are made for', () => {
    rememberPlace(path(), { x: 0, y: 0, width: 300, height: 200, maximized: false });
    expect(recallPlace(path(), screens)).toMatchObject({ width: 1024, height: 700 });
  });
});

describe('the scheme', () => {
  beforeEach(() => {
    writeFileSync(join(folder, 'index.html'), '<style nonce="__CSP_NONCE__"></style>');
    writeFileSync(join(folder, 'app.js'), 'export {};');
  });
  const ask = (url: string, method = 'GET') => answerPageRequest(folder, { method, url });
  it('serves the page with a fresh nonce and a policy that allows no connection', async () => {
    const [first, second] = [await ask('modelward://app/'), await ask('modelward://app/')];
    const policy = first.headers.get('content-security-policy') ?? '';
    expect(policy).toContain(`default-src 'none'`);
    expect(policy).toContain(`connect-src 'none'`);
    expect(policy).not.toContain('unsafe');
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? 'none';
    expect(await first.text()).toBe(`<style nonce="${nonce}"></style>`);
    expect(second.headers.get('content-security-policy')).not.toBe(policy);
  });
  it('serves files beside it and nothing else', async () => {
    expect((await ask('modelward://app/app.js')).headers.get('content-type')).toContain('javascript');
    expect((await ask('modelward://app/../secret.js')).status).toBe(404);
    expect((await ask('modelward://app/%2e%2e/secret.js')).status).toBe(404);
    expect((await ask('modelward://app/..%2fsecret.js')).status).toBe(404);
    expect((await ask('modelward://other/')).status).toBe(403);
    expect((await ask('modelward://app/', 'POST')).status).toBe(403);
  });
});

describe('notifications', () => {
  function notifier(visible: boolean) {
    const shown: { title: string; click: () => void }[] = [];
    const opened: string[] = [];
    const made = createJobNotifier({
      notify: ({ title = '' }) => {
        const emitter = new EventEmitter();
        return Object.assign(emitter, { show: () => shown.push({ title, click: () => emitter.emit('click') }) }) as unknown as Notification;
      },
      isWindowVisible: () => visible,
      texts: () => textsIn('en'),
      onOpen: (address) => opened.push(address),
    });
    return { made, shown, opened };
  }
  const ended = (state: 'succeeded' | 'failed' | 'cancelled' | 'running') => ({ type: 'jobs.changed', jobId: 'job_1', kind: 'models.import', state, title: 'a.gguf' }) as const;
  it('tell a success and a failure once each, and lead to the job', () => {
    const { made, shown, opened } = notifier(false);
    for (const state of ['running', 'succeeded', 'failed', 'cancelled'] as const) made.hear(ended(state));
    expect(shown.map(({ title }) => title)).toEqual(['Imported “a.gguf”.', 'The import of “a.gguf” failed.']);
    shown[0]?.click();
    expect(opened).toEqual(['#/import/job_1']);
  });
  it('say nothing to somebody who sees the window', () => {
    const { made, shown } = notifier(true);
    made.hear(ended('succeeded'));
    expect(shown).toEqual([]);
  });
  it('tell only once that Modelward stays', () => {
    const { made, shown } = notifier(false);
    made.tellThatItStays();
    made.tellThatItStays();
    expect(shown).toHaveLength(1);
  });
});

it('has an Edit menu everywhere, an application menu on macOS, and developer tools only unpacked', () => {
  const roles = (platform: NodeJS.Platform, packaged: boolean) =>
    appMenu({ texts: textsIn('zh-CN'), platform, packaged }).flatMap(({ submenu }) => (Array.isArray(submenu) ? submenu.map(({ role }) => role) : []));
  expect(roles('darwin', true)).toEqual(expect.arrayContaining(['copy', 'paste', 'hide', 'quit', 'zoomIn']));
  expect(roles('linux', true)).toEqual(expect.arrayContaining(['copy', 'paste', 'quit', 'zoomIn']));
  expect(roles('linux', true)).not.toContain('toggleDevTools');
  expect(roles('linux', false)).toContain('toggleDevTools');
});

it('takes the first preferred language it has', () => {
  expect(languageOf(['fr-FR', 'zh-Hans-CN', 'en'])).toBe('zh-CN');
  expect(languageOf(['de', 'en-GB', 'zh'])).toBe('en');
  expect(languageOf(['de'])).toBe('en');
});

it('finds the data folder among the switches of Chromium', () => {
  expect(dataFolderIn(['electron', '.', '--no-sandbox', '--data', 'd'], '/base')).toBe(resolve('/base/d'));
  expect(dataFolderIn(['app', '--data=/abs'], '/base')).toBe(resolve('/abs'));
  expect(dataFolderIn(['app', '--data'], '/base')).toBeNull();
  expect(dataFolderIn(['app'], '/base')).toBeNull();
});

it('gives each data folder a profile of its own, none inside a data folder', () => {
  const base = '/Users/a/Library/Application Support';
  const folders = [profileFolder(base, null), profileFolder(base, '/a'), profileFolder(base, '/b')];
  expect(new Set(folders).size).toBe(3);
  for (const profile of folders) expect(profile).not.toContain(join(base, 'Modelward'));
});

it('asks for the same values in both languages', () => {
  const [english, chinese] = [textsIn('en'), textsIn('zh-CN')];
  for (const area of ['tray', 'quit', 'startFailed', 'notification'] as const) {
    for (const [key, text] of Object.entries(english[area])) {
      expect(placeholdersOf((chinese[area] as Record<string, string>)[key] ?? ''), key).toEqual(placeholdersOf(text));
    }
  }
});
