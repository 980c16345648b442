import { existsSync, globSync } from 'node:fs';
import path from 'node:path';

/** What the main bundle is made from: output name below dist/main (without .js) → source file, relative to the top folder. */
export type Entries = Record<string, string>;

const hosts = ['desktop', 'console', 'cli'] as const;

/**
 * Finds the entries of the main bundle: the three hosts and every `main/**\/*.worker.ts`, which becomes
 * `dist/main/workers/<basename>.js` so that a host can start it as a process of its own.
 *
 * @param rootFolder the checkout, absolute
 * @throws Error when a host's entry is missing or two workers would get the same name
 */
export function findMainEntries(rootFolder: string): Entries {
  const entries: Entries = {};
  for (const host of hosts) {
    const source = `main/${host}/main.ts`;
    if (!existsSync(path.join(rootFolder, source))) throw new Error(`The ${host} host has no entry: ${source} does not exist.`);
    entries[host] = source;
  }
  for (const found of globSync('main/**/*.worker.ts', { cwd: rootFolder }).sort()) {
    const source = found.replaceAll('\\', '/');
    const name = `workers/${path.posix.basename(source, '.ts')}`;
    const earlier = entries[name];
    if (earlier !== undefined) throw new Error(`Two workers share the name ${name}: ${earlier} and ${source}.`);
    entries[name] = source;
  }
  return entries;
}
