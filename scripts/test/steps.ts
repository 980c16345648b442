import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { provideBrowser, type ProvidedBrowser } from '../browser/provide-browser.ts';
import { findElectronPackage, findRuntime, versionOf } from '../start/runtime-folder.ts';
import { readReport, reportFileVariable } from './report-file.ts';
import { runNode } from './run-command.ts';
import type { Tally } from './tally.ts';

export interface Step {
  /** What `--only` calls it. */
  readonly id: string;
  readonly headline: string;
  /** False for a step that runs only when it is asked for. */
  readonly always: boolean;
  readonly run: (extraArgs: readonly string[]) => Promise<Tally>;
}

const playwrightCli = 'node_modules/@playwright/test/cli.js';
let browser: Promise<ProvidedBrowser> | undefined;

function command(id: string, headline: string, args: readonly string[]): Step {
  return {
    id,
    headline,
    always: true,
    run: async () => ((await runNode(args)) === 0 ? { passed: 1, failed: 0, skipped: [] } : { passed: 0, failed: 1, skipped: [] }),
  };
}

/** Runs a test runner that has one of our reporters, and reads what it counted. */
async function runTests(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Tally> {
  const folder = mkdtempSync(path.join(tmpdir(), 'modelward-test-'));
  const file = path.join(folder, 'report.json');
  try {
    return readReport(file, await runNode(args, { ...env, [reportFileVariable]: file }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runSpecs(host: string, extraArgs: readonly string[]): Promise<Tally> {
  browser ??= provideBrowser((line) => console.log(line));
  const found = await browser;
  if ('mendIt' in found) {
    console.log(`No browser. ${found.mendIt}`);
    return { passed: 0, failed: 1, skipped: [], advice: [found.mendIt] };
  }
  console.log(`Browser: ${found.executable} (${found.origin})`);
  return runTests([playwrightCli, 'test', '--reporter=list,./scripts/test/playwright-reporter.ts', ...extraArgs], { MODELWARD_E2E_HOST: host, CHROMIUM_PATH: found.executable });
}

async function runSpecsOnElectron(extraArgs: readonly string[]): Promise<Tally> {
  const electronFolder = findElectronPackage();
  const runtime = electronFolder === undefined ? undefined : findRuntime(electronFolder, process.env);
  if (runtime === undefined) {
    const version = electronFolder === undefined ? '' : ` ${versionOf(electronFolder)}`;
    const reason = `the Electron${version} runtime is not on this machine; "npm start" or "npx install-electron" fetches it where it can be reached`;
    console.log(`\n*** SKIPPED: no spec ran on real Electron, because ${reason}. ***\n`);
    return { passed: 0, failed: 0, skipped: [{ name: 'specs on real Electron', reason }] };
  }
  return runTests([playwrightCli, 'test', '--reporter=list,./scripts/test/playwright-reporter.ts', ...extraArgs], { MODELWARD_E2E_HOST: 'desktop' });
}

/** Every step of `npm test`, in order: what is quick to fail first. */
export const steps: readonly Step[] = [
  command('lock', 'Lock file: every platform can install from it', ['scripts/check-lock.mjs']),
  command('types', 'Types: five projects', ['scripts/typecheck.ts']),
  command('lint', 'Lint: oxlint', ['node_modules/oxlint/bin/oxlint', '--deny-warnings']),
  command('house', 'House rules no linter knows', ['scripts/check-house.ts']),
  command('deps', 'Floors and front doors: dependency-cruiser', ['scripts/check-deps.ts']),
  command('build', 'Build: main, preload, renderer', ['scripts/build.ts']),
  {
    id: 'unit',
    headline: 'Unit and integration tests: vitest',
    always: true,
    run: (extraArgs) => runTests(['node_modules/vitest/vitest.mjs', 'run', '--reporter=default', '--reporter=./scripts/test/vitest-reporter.ts', ...extraArgs], {}),
  },
  { id: 'e2e', headline: 'Specs on the console host: Playwright', always: true, run: (extraArgs) => runSpecs('console', extraArgs) },
  { id: 'e2e-stand-in', headline: 'Specs on the desktop host with a stand-in for Electron: Playwright', always: true, run: (extraArgs) => runSpecs('stand-in', extraArgs) },
  { id: 'e2e-desktop', headline: 'Specs on real Electron: Playwright', always: false, run: runSpecsOnElectron },
  command('pack', 'Packaging: configuration, packed app, its console host', ['scripts/check-pack.ts']),
];
