import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { DoctorCheck, SystemStatus } from '../contract/system.contract.ts';

export interface DesktopSurroundings {
  host: SystemStatus['host'];
  platform: NodeJS.Platform;
  env: NodeJS.ProcessEnv;
  /** Where the `electron` npm package lies; null where it is not installed, as in an installed Modelward. */
  electronFolder: string | null;
}

/** This machine, as the check sees it. Loads nothing of Electron: its package fetches the runtime when it is loaded. */
export function desktopSurroundings(host: SystemStatus['host']): DesktopSurroundings {
  return { host, platform: process.platform, env: process.env, electronFolder: findElectronPackage() };
}

/**
 * Whether the runtime of the desktop window is there, by its files: the executable, and a version that is the package's.
 * Null where no window is expected: the console was chosen (MODELWARD_HOST), the package is not installed, or a Linux
 * session has no screen. Never `act`: the screens open in a browser without it.
 */
export function desktopRuntimeCheck({ host, platform, env, electronFolder }: DesktopSurroundings): DoctorCheck | null {
  if (host === 'desktop') return { check: 'desktop-runtime', state: 'fine', data: { version: process.versions['electron'] ?? '' } };
  if (electronFolder === null || env['MODELWARD_HOST'] === 'console' || !hasScreen(platform, env)) return null;
  const version = versionOf(electronFolder);
  const folder = env['ELECTRON_OVERRIDE_DIST_PATH'] || join(electronFolder, 'dist');
  const versionFile = join(folder, 'version');
  if (!existsSync(join(folder, executableOf(platform))) || !existsSync(versionFile)) {
    return { check: 'desktop-runtime', state: 'look', data: { reason: 'missing', version, folder } };
  }
  const foundVersion = readFileSync(versionFile, 'utf8').trim().replace(/^v/, '');
  if (foundVersion === version) return { check: 'desktop-runtime', state: 'fine', data: { version } };
  return { check: 'desktop-runtime', state: 'look', data: { reason: 'other-version', version, foundVersion, folder } };
}

function findElectronPackage(): string | null {
  try {
    return dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return null;
    throw error;
  }
}

function versionOf(electronFolder: string): string {
  return (JSON.parse(readFileSync(join(electronFolder, 'package.json'), 'utf8')) as { version: string }).version;
}

function executableOf(platform: NodeJS.Platform): string {
  if (platform === 'win32') return 'electron.exe';
  return platform === 'darwin' ? join('Electron.app', 'Contents', 'MacOS', 'Electron') : 'electron';
}

function hasScreen(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): boolean {
  return platform !== 'linux' || Boolean(env['DISPLAY']) || Boolean(env['WAYLAND_DISPLAY']);
}
