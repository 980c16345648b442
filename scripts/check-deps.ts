import { existsSync } from 'node:fs';
import path from 'node:path';
import { rootFolder } from './build/root.ts';
import { checkBoundaries } from './deps/check-boundaries.ts';

/** `npm run deps`: floors and front doors, over the whole house. */
const startedAt = performance.now();
const folders = ['main', 'preload', 'renderer', 'e2e', 'bench', 'scripts', 'bin'].filter((folder) => existsSync(path.join(rootFolder, folder)));
const { problems, files, dependencies } = await checkBoundaries({ rootFolder, folders });
for (const problem of problems) console.log(problem);
const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
console.log(problems.length === 0 ? `Floors and front doors hold: ${files} files, ${dependencies} imports (${seconds} s).` : `${problems.length} boundaries broken.`);
process.exitCode = problems.length === 0 ? 0 : 1;
