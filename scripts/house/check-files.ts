import { readFileSync } from 'node:fs';
import path from 'node:path';
import { API } from 'typescript/unstable/sync';
import type { Finding } from './finding.ts';
import { checkText } from './text-rules.ts';
import { checkTree } from './tree-rules.ts';

const textFile = /\.(?:ts|tsx|mts|cts|mjs|cjs|js|css|json|jsonc|ya?ml|md|html|sh|txt|svg)$|(?:^|\/)(?:\.npmrc|\.gitignore|\.nvmrc|\.editorconfig|run)$/;
const typedFile = /\.tsx?$/;

export interface HouseRequest {
  /** The checkout, absolute. */
  readonly rootFolder: string;
  /** Files to check, relative to it, with forward slashes. */
  readonly files: readonly string[];
  /** The tsconfig.json files that between them hold every TypeScript file, relative. */
  readonly projects: readonly string[];
}

/** Checks every given file against the house rules, in the order of the files. */
export function checkFiles(request: HouseRequest): Finding[] {
  const findings = request.files.filter((file) => textFile.test(file)).flatMap((file) => checkText(file, readFileSync(path.join(request.rootFolder, file), 'utf8')));
  const waiting = new Set(request.files.filter((file) => typedFile.test(file)));
  if (waiting.size === 0) return findings;
  const api = new API({ cwd: request.rootFolder });
  try {
    const snapshot = api.updateSnapshot({ openProjects: request.projects.map((project) => path.join(request.rootFolder, project)) });
    for (const project of snapshot.getProjects()) {
      for (const file of waiting) {
        const source = project.program.getSourceFile(path.join(request.rootFolder, file));
        if (source === undefined) continue;
        waiting.delete(file);
        findings.push(...checkTree(file, source, project.checker));
      }
    }
  } finally {
    api.close();
  }
  for (const file of waiting) findings.push({ file, line: 1, rule: 'outside-projects', message: 'belongs to no tsconfig.json, so nothing checks its types' });
  return findings.sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line);
}
