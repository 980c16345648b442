import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findMainEntries } from './entries.ts';
import { ensureBuilt } from './ensure-built.ts';

let rootFolder: string;
let builds: number;

function write(relative: string, text: string): void {
  const file = path.join(rootFolder, relative);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}

async function bundle(outFolder: string): Promise<void> {
  builds += 1;
  mkdirSync(outFolder, { recursive: true });
  writeFileSync(path.join(outFolder, 'made.txt'), String(builds));
}

beforeEach(() => {
  builds = 0;
  rootFolder = mkdtempSync(path.join(tmpdir(), 'modelward-build-'));
  write('main/desktop/main.ts', '');
  write('main/console/main.ts', '');
  write('main/cli/main.ts', '');
  write('main/kernel/clock.test.ts', '');
});

afterEach(() => rmSync(rootFolder, { recursive: true, force: true }));

it('builds once, then not again until a source changes, disappears or gets older', async () => {
  expect(await ensureBuilt({ rootFolder, bundle })).toBe(true);
  expect(await ensureBuilt({ rootFolder, bundle })).toBe(false);
  write('main/console/main.ts', 'changed');
  expect(await ensureBuilt({ rootFolder, bundle })).toBe(true);
  utimesSync(path.join(rootFolder, 'main/console/main.ts'), 1, 1);
  expect(await ensureBuilt({ rootFolder, bundle })).toBe(true);
  rmSync(path.join(rootFolder, 'main/cli/main.ts'));
  expect(await ensureBuilt({ rootFolder, bundle })).toBe(true);
  expect(readFileSync(path.join(rootFolder, 'dist/made.txt'), 'utf8')).toBe('4');
});

it('does not rebuild for a test that changed', async () => {
  await ensureBuilt({ rootFolder, bundle });
  write('main/kernel/clock.test.ts', 'changed');
  expect(await ensureBuilt({ rootFolder, bundle })).toBe(false);
});

it('leaves the last good build in place, and no half-made one, when a build fails', async () => {
  await ensureBuilt({ rootFolder, bundle });
  write('main/console/main.ts', 'broken');
  const failing = ensureBuilt({
    rootFolder,
    bundle: async (outFolder) => {
      await bundle(outFolder);
      throw new Error('syntax');
    },
  });
  await expect(failing).rejects.toThrow('syntax');
  expect(readFileSync(path.join(rootFolder, 'dist/made.txt'), 'utf8')).toBe('1');
  expect(readdirSync(path.join(rootFolder, '.vite'))).toEqual([]);
});

it('lets two builds of one checkout wait for each other, and the second find its work done', async () => {
  const results = await Promise.all([ensureBuilt({ rootFolder, bundle }), ensureBuilt({ rootFolder, bundle })]);
  expect(results.sort()).toEqual([false, true]);
  expect(builds).toBe(1);
});

it('takes over the lock of a build that was killed', async () => {
  write('.vite/build.lock', '999999999');
  expect(await ensureBuilt({ rootFolder, bundle })).toBe(true);
  expect(existsSync(path.join(rootFolder, '.vite/build.lock'))).toBe(false);
});

it('makes every worker an entry of its own and refuses two of the same name', () => {
  write('main/engine/inference/inference.worker.ts', '');
  expect(findMainEntries(rootFolder)).toMatchObject({ console: 'main/console/main.ts', 'workers/inference.worker': 'main/engine/inference/inference.worker.ts' });
  write('main/models/inference.worker.ts', '');
  expect(() => findMainEntries(rootFolder)).toThrow('workers/inference.worker');
});
