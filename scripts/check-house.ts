import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { rootFolder } from './build/root.ts';
import { checkFiles } from './house/check-files.ts';
import { typescriptProjects } from './typecheck/projects.ts';

/** The house rules that no linter knows, over every file that is or could be committed. */
const startedAt = performance.now();
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], { cwd: rootFolder, encoding: 'utf8', maxBuffer: 1 << 26 })
  .split('\0')
  .filter((file) => file !== '' && existsSync(path.join(rootFolder, file)));
const findings = checkFiles({ rootFolder, files, projects: typescriptProjects.map((folder) => `${folder}/tsconfig.json`) });
for (const { file, line, rule, message } of findings) console.log(`${file}:${line}: ${message} [${rule}]`);
const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
console.log(findings.length === 0 ? `House rules hold in ${files.length} files (${seconds} s).` : `${findings.length} house rules broken.`);
process.exitCode = findings.length === 0 ? 0 : 1;
