import { expect, it } from 'vitest';
import { findInstalledBrowser } from './find-installed.ts';

function lookup(platform: NodeJS.Platform, env: NodeJS.ProcessEnv, files: readonly string[]): string | undefined {
  return findInstalledBrowser({ platform, env, exists: (file) => files.includes(file) });
}

it('takes the browser CHROMIUM_PATH names before any other', () => {
  expect(lookup('linux', { CHROMIUM_PATH: '/opt/mine', PATH: '/usr/bin' }, ['/opt/mine', '/usr/bin/google-chrome'])).toBe('/opt/mine');
});

it('refuses a CHROMIUM_PATH that does not exist instead of quietly taking another', () => {
  expect(() => lookup('linux', { CHROMIUM_PATH: '/opt/gone', PATH: '/usr/bin' }, ['/usr/bin/google-chrome'])).toThrow('/opt/gone');
});

it('finds Chrome, Chromium and Edge where each platform keeps them', () => {
  expect(lookup('linux', { PATH: '/bin:/usr/bin' }, ['/usr/bin/chromium'])).toBe('/usr/bin/chromium');
  expect(lookup('linux', {}, ['/snap/bin/chromium'])).toBe('/snap/bin/chromium');
  expect(lookup('darwin', { HOME: '/Users/a' }, ['/Users/a/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge'])).toContain('Microsoft Edge.app');
  const edge = 'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe';
  expect(lookup('win32', { 'PROGRAMFILES(X86)': 'C:\\Program Files (x86)' }, [edge])).toBe(edge);
});

it('finds nothing where there is nothing', () => {
  for (const platform of ['linux', 'darwin', 'win32'] as const) expect(lookup(platform, { PATH: '/usr/bin' }, [])).toBeUndefined();
});
