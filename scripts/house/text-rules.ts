import path from 'node:path';
import type { Finding } from './finding.ts';

const longestFileLines = 400;
const codeFile = /\.(?:ts|tsx|mts|cts|mjs|cjs|css)$/;
const testFile = /\.(?:test|nightly\.test|spec)\.tsx?$/;

interface LineRule {
  readonly rule: string;
  readonly appliesTo: (file: string) => boolean;
  readonly pattern: RegExp;
  readonly message: string;
}

/** Rules that look at one line of text. The patterns are put together so that this file does not break them itself. */
const lineRules: readonly LineRule[] = [
  {
    rule: 'machine-path',
    appliesTo: (file) => file !== 'package-lock.json',
    pattern: new RegExp(`(?:^|[\\s'"\`(=:])/(?:${['work', 'root', 'home/[a-z]'].join('|')})(?:/|\\b)(?!\\.\\.\\.)`),
    message: 'a path of one machine: it exists nowhere else',
  },
  {
    rule: 'lock-host',
    appliesTo: (file) => file === 'package-lock.json',
    pattern: /"resolved": "https?:(?!\/\/registry\.npmjs\.org\/)/,
    message: 'the lock names the host of one registry: it must install from any',
  },
  {
    rule: 'type-check-off',
    appliesTo: (file) => codeFile.test(file),
    pattern: new RegExp(`@ts-${'(?:ignore|nocheck|expect-error)'}`),
    message: 'turns the type check off: mend the type instead',
  },
  {
    rule: 'lint-off-without-reason',
    appliesTo: (file) => codeFile.test(file),
    pattern: new RegExp(`(?:oxlint|eslint)-${'disable'}(?!.* -- \\S)`),
    message: 'turns a lint rule off without saying why (write "-- reason")',
  },
  {
    rule: 'test-left-out',
    appliesTo: (file) => testFile.test(file),
    pattern: /\b(?:it|test|describe)\.(?:only|skip|todo|fixme)\((?!.*=>\s*false)\s*(?:['"`]|\w+\.\w+)/,
    message: 'leaves tests out for good: use a condition with a reason, or delete it',
  },
  {
    rule: 'left-to-do',
    appliesTo: (file) => codeFile.test(file),
    pattern: /\b(?:T[O]DO|F[I]XME|X[X]X)\b/,
    message: 'says that something is not done: do it or open an issue',
  },
];

/** Checks one file as text: its length, and each line against the rules no linter knows. */
export function checkText(file: string, text: string): Finding[] {
  const lines = text.split('\n');
  const findings: Finding[] = [];
  const count = text.endsWith('\n') ? lines.length - 1 : lines.length;
  if (codeFile.test(file) && count > longestFileLines) {
    findings.push({ file, line: count, rule: 'long-file', message: `${count} lines, the limit is ${longestFileLines}: split it by subject` });
  }
  for (const { rule, appliesTo, pattern, message } of lineRules) {
    if (!appliesTo(file)) continue;
    lines.forEach((line, index) => {
      if (pattern.test(line)) findings.push({ file, line: index + 1, rule, message });
    });
  }
  const base = path.posix.basename(file);
  if (/^(?:main|renderer|preload|e2e|scripts|bench)\//.test(file) && codeFile.test(file) && !/^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)*$/.test(base)) {
    findings.push({ file, line: 1, rule: 'file-name', message: 'file names are kebab-case with their role as suffix' });
  }
  return findings;
}
