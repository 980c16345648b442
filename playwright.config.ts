import { defineConfig, type PlaywrightTestConfig } from '@playwright/test';
import { findInstalledBrowser } from './scripts/browser/find-installed.ts';

/**
 * One set of specs, three hosts. MODELWARD_E2E_HOST chooses:
 * - `console` (the default): the console host in a browser;
 * - `stand-in`: the desktop entry and preload against the stand-in for the electron module: specs of the desktop alone and those tagged @smoke; at night
 *   all that are tagged @desktop;
 * - `desktop`: real Electron, every spec.
 */
const nightly = process.env['MODELWARD_NIGHTLY'] === '1';
const host = process.env['MODELWARD_E2E_HOST'] || 'console';
const projects: Record<string, NonNullable<PlaywrightTestConfig['projects']>[number]> = {
  console: { name: 'console', grepInvert: /@desktop-only/ },
  'stand-in': { name: 'desktop-stand-in', grep: nightly ? /@desktop/ : /@desktop-only|@smoke/ },
  desktop: { name: 'desktop', grepInvert: /@console-only/ },
};
const project = projects[host];
if (project === undefined) throw new Error(`MODELWARD_E2E_HOST may be ${Object.keys(projects).join(', ')}, not "${host}".`);
// Workers read it again: fixtures choose the host by it.
process.env['MODELWARD_E2E_HOST'] = host;

const executablePath = findInstalledBrowser();

export default defineConfig({
  testDir: 'e2e',
  // One without `paths`: those lead the type checker to .d.ts files, and Playwright would load them.
  tsconfig: 'tsconfig.base.json',
  testMatch: 'specs/**/*.spec.ts',
  outputDir: 'test-results',
  // For what hangs: how fast a machine is says nothing about the product, and is measured by benchmarks.
  timeout: 150_000,
  expect: { timeout: 15_000 },
  // Browser, host and engine of one spec keep two cores busy: two at once took as long (1,480 s for 70) and were nearer to their limits.
  workers: 1,
  retries: 0,
  forbidOnly: true,
  reporter: [['list']],
  use: {
    // A recorded video would need a download; traces and pictures do not.
    video: 'off',
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: {
      ...(executablePath === undefined ? {} : { executablePath }),
      // Nothing but loopback, the browser's own errands included.
      args: ['--disable-dev-shm-usage', '--disable-background-networking', '--disable-component-update', '--no-first-run'],
    },
  },
  projects: [project],
});
