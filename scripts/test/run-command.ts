import { spawn } from 'node:child_process';
import { rootFolder } from '../build/root.ts';

/** Runs a Node script of this checkout on this terminal until it ends; gives its exit code, null when a signal ended it. */
export function runNode(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<number | null> {
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  const child = spawn(process.execPath, [...args], { cwd: rootFolder, stdio: 'inherit', env: { ...process.env, ...env } });
  child.on('error', reject);
  child.on('exit', resolve);
  return promise;
}
