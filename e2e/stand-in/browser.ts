import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { chromium } from '@playwright/test';
import type { BrowserContext, BrowserContextOptions } from '@playwright/test';
import { reportPolicyViolations } from '../fixtures/page-watch.ts';
import { findInstalledBrowser } from '../../scripts/browser/find-installed.ts';

/** The one Chromium behind all windows of this stand-in. */
let context: BrowserContext | null = null;
let debuggingUrl = '';

const portFileTimeoutMs = 10_000;

/** Starts a headless Chromium with its profile in `folder`, reachable for the spec by the DevTools protocol. */
export async function openBrowser(folder: string): Promise<void> {
  const executablePath = findInstalledBrowser();
  const profile = join(folder, 'chromium');
  context = await chromium.launchPersistentContext(profile, {
    ...(executablePath === undefined ? {} : { executablePath }),
    headless: true,
    ...(JSON.parse(process.env['MODELWARD_STAND_IN_PAGE'] ?? '{}') as BrowserContextOptions),
    args: ['--remote-debugging-port=0', '--disable-dev-shm-usage', '--disable-background-networking', '--disable-component-update', '--no-first-run'],
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
  await reportPolicyViolations(context);
  // Windows of the app answer their requests themselves; a page that is none of them (a new window it opened) gets an empty one.
  await context.route('**/*', (route) => route.fulfill({ contentType: 'text/html', body: '' }));
  debuggingUrl = await readDebuggingUrl(join(profile, 'DevToolsActivePort'));
}

export function browserContext(): BrowserContext {
  if (context === null) throw new Error('a window was made before the app was ready');
  return context;
}

/** Where the spec connects to see the same pages. */
export function browserDebuggingUrl(): string {
  return debuggingUrl;
}

export async function closeBrowser(): Promise<void> {
  const open = context;
  context = null;
  await open?.close();
}

async function readDebuggingUrl(file: string): Promise<string> {
  const deadline = Date.now() + portFileTimeoutMs;
  while (!existsSync(file)) {
    if (Date.now() > deadline) throw new Error('Chromium did not tell its port');
    await delay(20);
  }
  return `http://127.0.0.1:${readFileSync(file, 'utf8').split('\n')[0]}`;
}
