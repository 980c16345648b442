import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { temporaryFolder } from '../kernel/testing/temporary-house.ts';
import { desktopRuntimeCheck, desktopSurroundings } from './desktop-runtime-check.ts';
import type { DesktopSurroundings } from './desktop-runtime-check.ts';

let folder: ReturnType<typeof temporaryFolder>;
let electronFolder: string;
beforeEach(() => {
  folder = temporaryFolder('electron');
  electronFolder = folder.path;
  write('package.json', JSON.stringify({ name: 'electron', version: '45.4.1' }));
});
afterEach(() => folder.remove());

function write(relative: string, text: string): void {
  const path = join(electronFolder, relative);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
const check = (changes: Partial<DesktopSurroundings> = {}) => desktopRuntimeCheck({ host: 'console', platform: 'linux', env: { DISPLAY: ':0' }, electronFolder, ...changes });
const missing = { check: 'desktop-runtime', state: 'look', data: { reason: 'missing', version: '45.4.1' } };

it.each([
  ['linux', 'dist/electron'],
  ['win32', 'dist/electron.exe'],
  ['darwin', 'dist/Electron.app/Contents/MacOS/Electron'],
] as const)('is fine with the executable and the version of the package (%s)', (platform, executable) => {
  write('dist/version', 'v45.4.1\n');
  expect(check({ platform }), 'no executable').toMatchObject(missing);
  write(executable, '');
  expect(check({ platform })).toEqual({ check: 'desktop-runtime', state: 'fine', data: { version: '45.4.1' } });
  rmSync(join(electronFolder, 'dist', 'version'));
  expect(check({ platform }), 'not unpacked to its end').toMatchObject(missing);
});

it('says what is missing and where it goes, also where another folder is named', () => {
  expect(check()).toEqual({ check: 'desktop-runtime', state: 'look', data: { reason: 'missing', version: '45.4.1', folder: join(electronFolder, 'dist') } });
  const elsewhere = join(electronFolder, 'elsewhere');
  expect(check({ env: { DISPLAY: ':0', ELECTRON_OVERRIDE_DIST_PATH: elsewhere } })?.data['folder']).toBe(elsewhere);
  write('elsewhere/electron', '');
  write('elsewhere/version', '45.4.1');
  expect(check({ env: { DISPLAY: ':0', ELECTRON_OVERRIDE_DIST_PATH: elsewhere } })?.state).toBe('fine');
});

it('tells another version from the right one', () => {
  write('dist/electron', '');
  write('dist/version', '44.0.0');
  expect(check()).toMatchObject({ state: 'look', data: { reason: 'other-version', version: '45.4.1', foundVersion: '44.0.0' } });
});

it('is no question where no window is expected', () => {
  expect(check({ env: {} }), 'no screen').toBeNull();
  expect(check({ env: { WAYLAND_DISPLAY: 'wayland-0' } })).not.toBeNull();
  expect(check({ env: {}, platform: 'win32' })).not.toBeNull();
  expect(check({ env: { DISPLAY: ':0', MODELWARD_HOST: 'console' } }), 'the console was chosen').toBeNull();
  expect(check({ electronFolder: null }), 'installed without the package').toBeNull();
});

it('is fine in the window itself', () => {
  expect(check({ host: 'desktop', electronFolder: null, env: {} })?.state).toBe('fine');
});

it('finds the package of this checkout without loading it', () => {
  expect(desktopSurroundings('console').electronFolder).toMatch(/electron$/);
});
