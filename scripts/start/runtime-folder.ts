import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** Where the `electron` npm package lies, or undefined when it is not installed. */
export function findElectronPackage(): string | undefined {
  try {
    return path.dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

/** The version of Electron that a package folder stands for. */
export function versionOf(electronFolder: string): string {
  const manifest = JSON.parse(readFileSync(path.join(electronFolder, 'package.json'), 'utf8')) as { version: string };
  return manifest.version;
}

function executableName(): string {
  if (process.platform === 'win32') return 'electron.exe';
  return process.platform === 'darwin' ? 'Electron.app/Contents/MacOS/Electron' : 'electron';
}

/**
 * The Electron executable when the runtime of exactly the package's version is unpacked, otherwise undefined.
 *
 * Looks at files only. `require('electron')` would start a download without a time limit when the runtime is missing.
 */
export function findRuntime(electronFolder: string, env: NodeJS.ProcessEnv): string | undefined {
  const dist = env['ELECTRON_OVERRIDE_DIST_PATH'] || path.join(electronFolder, 'dist');
  const executable = path.join(dist, executableName());
  const versionFile = path.join(dist, 'version');
  if (!existsSync(executable) || !existsSync(versionFile)) return undefined;
  const unpacked = readFileSync(versionFile, 'utf8').trim().replace(/^v/, '');
  return unpacked === versionOf(electronFolder) ? executable : undefined;
}
