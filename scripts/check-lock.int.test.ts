import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { rootFolder } from './build/root.ts';

interface Lock {
  packages: Record<string, { optionalDependencies?: Record<string, string> }>;
}

function check(lockFile: string): { code: number | null; output: string } {
  const ended = spawnSync(process.execPath, [path.join(rootFolder, 'scripts/check-lock.mjs'), lockFile], { encoding: 'utf8' });
  return { code: ended.status, output: ended.stdout + ended.stderr };
}

it('accepts the lock of this checkout', () => {
  expect(check(path.join(rootFolder, 'package-lock.json'))).toMatchObject({ code: 0 });
});

it('names a platform binary that the lock lacks', () => {
  const lock = JSON.parse(readFileSync(path.join(rootFolder, 'package-lock.json'), 'utf8')) as Lock;
  const binary = Object.keys(lock.packages['node_modules/rolldown']?.optionalDependencies ?? {}).find((name) => name.includes('win32'));
  if (binary === undefined) throw new Error('rolldown no longer has a Windows binary: choose another package for this test');
  delete lock.packages[`node_modules/${binary}`];
  const folder = mkdtempSync(path.join(tmpdir(), 'modelward-lock-'));
  try {
    const file = path.join(folder, 'package-lock.json');
    writeFileSync(file, JSON.stringify(lock));
    const { code, output } = check(file);
    expect(code).toBe(1);
    expect(output).toContain(binary);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
