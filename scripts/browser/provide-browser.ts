import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { chromium } from '@playwright/test';
import { rootFolder } from '../build/root.ts';
import { findInstalledBrowser, findPlaywrightBrowser } from './find-installed.ts';

const probeTimeoutMs = 3_000;
const downloadTimeoutMs = 300_000;
const packageTimeoutMs = 300_000;
const launchTimeoutMs = 30_000;

export type ProvidedBrowser = { readonly executable: string; readonly origin: string } | { readonly mendIt: string };

/** The one line that mends a machine without a browser. */
const mendIt = 'Install a browser ("sudo apt-get install -y chromium", or Chrome, or Edge) or set CHROMIUM_PATH=/path/to/chrome, then run "npm test" again.';

/**
 * Sees to a browser for the specs: an installed one, else Playwright's download, else Debian's package where it may be
 * installed. Whatever it finds has been started once, because a browser without its libraries is none.
 *
 * @param say called with one line before anything that takes time
 */
export async function provideBrowser(say: (line: string) => void): Promise<ProvidedBrowser> {
  const sources: readonly (readonly [origin: string, find: () => string | undefined | Promise<string | undefined>])[] = [
    ['installed', () => findInstalledBrowser()],
    ["Playwright's download", () => findPlaywrightBrowser()],
    ["Playwright's download", () => downloadWithPlaywright(say)],
    ["Debian's package", () => installDebianPackage(say)],
  ];
  for (const [origin, find] of sources) {
    const executable = await find();
    if (executable === undefined) continue;
    const trouble = await tryLaunch(executable);
    if (trouble === undefined) return { executable, origin };
    say(`${executable} does not start: ${trouble}`);
    if (process.env['CHROMIUM_PATH']) return { mendIt };
  }
  return { mendIt };
}

/** Why this browser does not start, or undefined when it does. */
async function tryLaunch(executablePath: string): Promise<string | undefined> {
  try {
    const browser = await chromium.launch({ executablePath, timeout: launchTimeoutMs });
    await browser.close();
    return undefined;
  } catch (error) {
    return error instanceof Error ? (error.message.split('\n')[0] ?? error.name) : String(error);
  }
}

async function downloadWithPlaywright(say: (line: string) => void): Promise<string | undefined> {
  const host = process.env['PLAYWRIGHT_DOWNLOAD_HOST'] || 'https://cdn.playwright.dev';
  try {
    await fetch(host, { method: 'HEAD', signal: AbortSignal.timeout(probeTimeoutMs) });
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    say(`No installed browser was found and ${host} cannot be reached (${cause instanceof Error ? cause.message : String(cause)}).`);
    return undefined;
  }
  say(`Fetching Chromium from ${host} …`);
  const cli = path.join(rootFolder, 'node_modules/@playwright/test/cli.js');
  spawnSync(process.execPath, [cli, 'install', '--no-shell', 'chromium'], { cwd: rootFolder, stdio: 'inherit', timeout: downloadTimeoutMs });
  return findPlaywrightBrowser();
}

function isDebian(): boolean {
  if (process.platform !== 'linux' || !existsSync('/etc/os-release')) return false;
  // Ubuntu's package of that name only points to a snap.
  return /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'));
}

function installDebianPackage(say: (line: string) => void): string | undefined {
  if (!isDebian() || process.getuid?.() !== 0) return undefined;
  say('Installing Debian’s chromium package …');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', 'chromium']]) {
    const ended = spawnSync('apt-get', args, { env, encoding: 'utf8', timeout: packageTimeoutMs });
    if (ended.status === 0) continue;
    say(`apt-get ${args[0] ?? ''} failed: ${ended.stderr.trim().split('\n').at(-1) ?? ''}`);
    return undefined;
  }
  return findInstalledBrowser();
}
