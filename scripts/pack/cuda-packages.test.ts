import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { rootFolder } from '../build/root.ts';
import { cudaPackages, cudaPackagesVersion } from './cuda-packages.ts';

interface Manifest {
  dependencies: Record<string, string>;
  overrides: { 'node-llama-cpp': Record<string, string> };
}

it('gives the installers exactly the packages that package.json leaves out, of the same version', () => {
  const manifest = JSON.parse(readFileSync(path.join(rootFolder, 'package.json'), 'utf8')) as Manifest;
  expect(manifest.dependencies['node-llama-cpp']).toBe(cudaPackagesVersion);
  const named = Object.values(cudaPackages).flatMap((packages) => packages.map(({ name }) => name));
  expect(named.toSorted()).toEqual(Object.keys(manifest.overrides['node-llama-cpp']).toSorted());
});
