import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { rootFolder } from './build/root.ts';
import { typescriptProjects } from './typecheck/projects.ts';

/** `npm run typecheck`: every project, all of them even after a failure, so that one run shows everything. */
let failed = 0;
for (const project of typescriptProjects) {
  if (!existsSync(path.join(rootFolder, project, 'tsconfig.json'))) throw new Error(`${project}/tsconfig.json is missing.`);
  const startedAt = performance.now();
  const tsc = path.join(rootFolder, 'node_modules/typescript/bin/tsc');
  const ended = spawnSync(process.execPath, [tsc, '-p', project, '--noEmit', '--pretty', String(process.stdout.isTTY === true)], { cwd: rootFolder, stdio: 'inherit' });
  if (ended.status !== 0) failed += 1;
  console.log(`${ended.status === 0 ? 'ok    ' : 'FAILED'} ${project} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`);
}
process.exitCode = failed === 0 ? 0 : 1;
