import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { rootFolder } from './build/root.ts';

type Packages = Record<string, string>;

it('gives a reason for every dependency in the decision on tools', () => {
  const { dependencies, devDependencies, optionalDependencies } = JSON.parse(readFileSync(path.join(rootFolder, 'package.json'), 'utf8')) as Record<'dependencies' | 'devDependencies' | 'optionalDependencies', Packages>;
  const rows = new Set(readFileSync(path.join(rootFolder, 'docs/decisions/001-toolchain.md'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .flatMap((line) => (line.split('|')[1] ?? '').split(',').map((name) => name.trim())));
  const missing = Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies }).filter((name) => !rows.has(name));
  expect(missing).toEqual([]);
});
