import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { HostPorts } from '../host-ports.ts';
import { standInAddresses } from './stand-in-addresses.ts';
import { createNodeProcessStarter } from '../kernel/processes/node-process-starter.ts';
import { resolveWorkerIn } from '../kernel/processes/resolve-worker.ts';

export interface NodeHostOptions {
  host: 'console' | 'cli';
  /** From `--data`; null for the folder chosen at the first run. */
  dataFolder: string | null;
  servesModels: boolean;
}

/** What plain Node can offer the house: forked children, no keychain, no file dialog. */
export function nodeHostPorts({ host, dataFolder, servesModels }: NodeHostOptions): HostPorts {
  return {
    host,
    appVersion: appVersion(),
    startProcess: createNodeProcessStarter(),
    resolveWorker: resolveWorkerIn(join(import.meta.dirname, 'workers')),
    keychain: null,
    chooseFile: null,
    saveFile: null,
    systemLanguage: systemLanguage(),
    fixedDataFolder: dataFolder === null ? null : resolve(dataFolder),
    servesModels,
    commandLine: [process.execPath, commandLineEntry()],
    ...standInAddresses(process.env),
  };
}

/** Of the command line: beside this file in the build, in its own room in the sources. */
function commandLineEntry(): string {
  const built = join(import.meta.dirname, 'cli.js');
  return existsSync(built) ? built : join(import.meta.dirname, '..', 'cli', 'main.ts');
}

/** Version in package.json, which lies two folders up from the sources and from the build alike. */
export function appVersion(): string {
  for (const up of ['../..', '..', '.']) {
    const path = join(import.meta.dirname, up, 'package.json');
    if (!existsSync(path)) continue;
    const found = JSON.parse(readFileSync(path, 'utf8')) as { name?: string; version?: string };
    if (found.name === 'modelward') return found.version ?? '0.0.0';
  }
  return '0.0.0';
}

/** Chinese where the environment or the system says so; English everywhere else. */
export function systemLanguage(environment: NodeJS.ProcessEnv = process.env): 'en' | 'zh-CN' {
  const told = environment['LC_ALL'] ?? environment['LC_MESSAGES'] ?? environment['LANG'] ?? '';
  const name = told === '' || told === 'C' || told === 'POSIX' ? Intl.DateTimeFormat().resolvedOptions().locale : told;
  return name.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}
