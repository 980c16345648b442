import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { rootFolder } from '../build/root.ts';
import { readReport, reportFileVariable } from './report-file.ts';
import { addTallies, lastLine, type Tally } from './tally.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'modelward-reporters-'));
  symlinkSync(path.join(rootFolder, 'node_modules'), path.join(folder, 'node_modules'), 'junction');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function runIn(files: Record<string, string>, args: readonly string[]): Tally {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }
  const report = path.join(folder, 'report.json');
  // What this test runs under must not reach the runner it starts.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(?:VITEST|TEST_|PLAYWRIGHT|PW_|NODE_OPTIONS|NODE_ENV)/.test(name)));
  const ended = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', env: { ...env, [reportFileVariable]: report } });
  return readReport(report, ended.status);
}

const vitest = [path.join(rootFolder, 'node_modules/vitest/vitest.mjs'), 'run', '--reporter=default', `--reporter=${path.join(rootFolder, 'scripts/test/vitest-reporter.ts')}`];
const playwright = [path.join(rootFolder, 'node_modules/@playwright/test/cli.js'), 'test', `--reporter=${path.join(rootFolder, 'scripts/test/playwright-reporter.ts')}`];

it('counts what vitest ran, with the reason of a skipped test', () => {
  const tally = runIn(
    {
      'a.test.ts': `import { expect, it } from 'vitest';
it('holds', () => expect(1).toBe(1));
it('holds too', () => expect(1).toBe(1));
it('breaks', () => expect(1).toBe(2));
it('needs a GPU', (context) => context.skip('no GPU here'));
`,
    },
    vitest,
  );
  expect(tally).toEqual({ passed: 2, failed: 1, skipped: [{ name: 'a.test.ts > needs a GPU', reason: 'no GPU here' }] });
});

it('counts a file that does not load and a hook that throws as failures', () => {
  const tally = runIn(
    {
      'a.test.ts': `import { afterAll, expect, it } from 'vitest';
afterAll(() => { throw new Error('left something'); });
it('holds', () => expect(1).toBe(1));
`,
      'b.test.ts': 'syntax error here',
    },
    vitest,
  );
  expect(tally).toMatchObject({ passed: 1, failed: 2 });
});

it('counts what Playwright ran, with the reason of a skipped spec', () => {
  const tally = runIn(
    {
      'playwright.config.ts': "export default { testDir: '.', workers: 1 };\n",
      'a.spec.ts': `import { expect, test } from '@playwright/test';
test('holds', () => { expect(1).toBe(1); });
test('breaks', () => { expect(1).toBe(2); });
test('needs a window', () => { test.skip(true, 'no window here'); });
`,
    },
    playwright,
  );
  expect(tally).toEqual({ passed: 1, failed: 1, skipped: [{ name: 'a.spec.ts > needs a window', reason: 'no window here' }] });
});

it('counts a runner that finds no test, or that never reports, as one failure', () => {
  expect(runIn({ 'playwright.config.ts': "export default { testDir: '.' };\n" }, playwright)).toMatchObject({ passed: 0, failed: 1 });
  expect(runIn({}, ['-e', 'process.exit(3)'])).toMatchObject({ passed: 0, failed: 1 });
});

it('sums up in one line, naming skipped tests only when there are any', () => {
  const skipped = [{ name: 'a', reason: 'b' }];
  expect(lastLine(addTallies([{ passed: 2, failed: 0, skipped: [] }, { passed: 1, failed: 3, skipped: [] }]))).toBe('3 passed, 3 failed');
  expect(lastLine(addTallies([{ passed: 2, failed: 0, skipped }]))).toBe('2 passed, 0 failed, 1 skipped');
});
