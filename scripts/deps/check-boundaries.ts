import { createRequire } from 'node:module';
import path from 'node:path';
import { cruise, type ICruiseOptions, type ICruiseResult, type IConfiguration } from 'dependency-cruiser';
import { API } from 'typescript/unstable/sync';
import { importsOf } from './imports-of.ts';

const require = createRequire(import.meta.url);
const configuration = require('../../.dependency-cruiser.cjs') as IConfiguration;
const rooms = require('./rooms.cjs') as Record<string, string>;

export interface BoundaryRequest {
  /** The checkout, absolute. */
  readonly rootFolder: string;
  /** Folders to look at, relative. */
  readonly folders: readonly string[];
}

export interface BoundaryReport {
  /** One line for each thing that is wrong; empty when every floor and front door holds. */
  readonly problems: readonly string[];
  readonly files: number;
  readonly dependencies: number;
}

/**
 * Checks floors and front doors with dependency-cruiser, then the check itself: that every file lies in exactly one room,
 * and that the parser it uses (swc: it does not support TypeScript 7 yet) saw every import that TypeScript sees.
 */
export async function checkBoundaries(request: BoundaryRequest): Promise<BoundaryReport> {
  const { forbidden = [], options = {} } = configuration;
  const result = await cruise([...request.folders], { ...(options as ICruiseOptions), baseDir: request.rootFolder, validate: true, ruleSet: { forbidden }, outputType: 'json' });
  const report = (typeof result.output === 'string' ? JSON.parse(result.output) : result.output) as ICruiseResult;
  const comments = new Map(forbidden.map((rule) => [rule.name, rule.comment]));
  const problems = report.summary.violations.map(({ from, to, rule, cycle }) => {
    const way = cycle === undefined ? to : cycle.map((step) => step.name).join(' → ');
    return `${from} → ${way}\n    ${rule.name}: ${comments.get(rule.name) ?? ''}`;
  });

  const seen = new Map(report.modules.filter(({ source, couldNotResolve }) => couldNotResolve !== true && !source.startsWith('node_modules/') && /\.[cm]?[jt]sx?$/.test(source)).map((module) => [module.source, new Set(module.dependencies.map((found) => `${found.protocol ?? ''}${found.module}`))]));
  for (const file of seen.keys()) {
    const inRooms = Object.entries(rooms).filter(([, pattern]) => new RegExp(pattern).test(file));
    if (inRooms.length !== 1) problems.push(`${file} lies in ${inRooms.length === 0 ? 'no room' : inRooms.map(([name]) => name).join(' and ')} (scripts/deps/rooms.cjs)`);
  }
  problems.push(...unseenImports(request.rootFolder, seen));
  return { problems, files: seen.size, dependencies: report.summary.totalDependenciesCruised ?? 0 };
}

function unseenImports(rootFolder: string, seen: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const problems: string[] = [];
  const files = [...seen.keys()].filter((file) => /\.tsx?$/.test(file));
  if (files.length === 0) return problems;
  const api = new API({ cwd: rootFolder });
  try {
    const full = (file: string): string => path.join(rootFolder, file);
    const snapshot = api.updateSnapshot({ openFiles: files.map(full) });
    for (const file of files) {
      const source = snapshot.getDefaultProjectForFile(full(file))?.program.getSourceFile(full(file));
      if (source === undefined) {
        problems.push(`${file} could not be parsed by TypeScript`);
        continue;
      }
      for (const name of importsOf(source)) {
        if (!seen.get(file)?.has(name)) problems.push(`${file} imports ${name}, which the boundary check does not see: write it as a plain import`);
      }
    }
  } finally {
    api.close();
  }
  return problems;
}
