import { existsSync } from 'node:fs';
import path from 'node:path';
import { chromium } from '@playwright/test';

export interface BrowserLookup {
  readonly platform: NodeJS.Platform;
  readonly env: NodeJS.ProcessEnv;
  readonly exists: (file: string) => boolean;
}

const thisMachine: BrowserLookup = { platform: process.platform, env: process.env, exists: existsSync };

const linuxNames = ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser', 'microsoft-edge', 'microsoft-edge-stable'];
const linuxFiles = ['/opt/google/chrome/chrome', '/opt/microsoft/msedge/msedge', '/snap/bin/chromium'];
const macApps = ['Google Chrome.app/Contents/MacOS/Google Chrome', 'Microsoft Edge.app/Contents/MacOS/Microsoft Edge', 'Chromium.app/Contents/MacOS/Chromium'];
const windowsApps = ['Google\\Chrome\\Application\\chrome.exe', 'Microsoft\\Edge\\Application\\msedge.exe', 'Chromium\\Application\\chrome.exe'];

function candidates({ platform, env }: BrowserLookup): string[] {
  if (platform === 'darwin') return ['/Applications', ...(env['HOME'] ? [`${env['HOME']}/Applications`] : [])].flatMap((folder) => macApps.map((app) => `${folder}/${app}`));
  if (platform === 'win32') {
    const folders = [env['PROGRAMFILES'], env['PROGRAMFILES(X86)'], env['LOCALAPPDATA']].filter((folder) => folder !== undefined);
    return folders.flatMap((folder) => windowsApps.map((app) => path.win32.join(folder, app)));
  }
  const folders = (env['PATH'] ?? '').split(':').filter((folder) => folder.startsWith('/'));
  return [...linuxNames.flatMap((name) => folders.map((folder) => `${folder}/${name}`)), ...linuxFiles];
}

/**
 * A Chromium, Chrome or Edge on this machine: the one CHROMIUM_PATH names, else an installed one. Undefined when there is
 * none, then Playwright's own download is the only one that can be.
 *
 * @throws Error when CHROMIUM_PATH names a file that does not exist: a wrong wish must not be granted quietly
 */
export function findInstalledBrowser(lookup: BrowserLookup = thisMachine): string | undefined {
  const wished = lookup.env['CHROMIUM_PATH'];
  if (wished) {
    if (!lookup.exists(wished)) throw new Error(`CHROMIUM_PATH names ${wished}, which does not exist.`);
    return wished;
  }
  return candidates(lookup).find((file) => lookup.exists(file));
}

/** The browser that `npx playwright install chromium` puts into Playwright's cache, when it is there. */
export function findPlaywrightBrowser(): string | undefined {
  const file = chromium.executablePath();
  return file !== '' && existsSync(file) ? file : undefined;
}
