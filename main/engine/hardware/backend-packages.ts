import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Backend } from '../../contract/system.contract.ts';

/** The scope under which node-llama-cpp publishes its prebuilt engines, one package for each platform and backend. */
const SCOPE = '@node-llama-cpp';

/**
 * Which npm package carries which backend (node-llama-cpp 3.21.1, `getPrebuiltBinariesPackageDirectoryForBuildOptions`).
 * A backend without a package on a platform does not exist there. Apple Silicon has one package for both: Metal's, with
 * no layers on the GPU, is also its CPU engine.
 */
const PACKAGES: Readonly<Record<string, Readonly<Partial<Record<Backend, string>>>>> = {
  'linux-x64': { cpu: 'linux-x64', cuda: 'linux-x64-cuda', vulkan: 'linux-x64-vulkan' },
  'linux-arm64': { cpu: 'linux-arm64' },
  'linux-arm': { cpu: 'linux-armv7l' },
  'win32-x64': { cpu: 'win-x64', cuda: 'win-x64-cuda', vulkan: 'win-x64-vulkan' },
  'win32-arm64': { cpu: 'win-arm64' },
  'darwin-arm64': { cpu: 'mac-arm64-metal', metal: 'mac-arm64-metal' },
  'darwin-x64': { cpu: 'mac-x64' },
};

/** What node-llama-cpp's `gpu` option must be to get this backend on this platform. */
export function gpuOptionOf(backend: Backend, platform: string, arch: string): 'cuda' | 'vulkan' | 'metal' | false {
  if (backend !== 'cpu') return backend;
  return platform === 'darwin' && arch === 'arm64' ? 'metal' : false;
}

/** Full name of the npm package that carries a backend, or null where the platform has none. */
export function packageNameOf(backend: Backend, platform: string, arch: string): string | null {
  const name = PACKAGES[`${platform}-${arch}`]?.[backend];
  return name === undefined ? null : `${SCOPE}/${name}`;
}

/** The system library without which a backend cannot load, and what its absence means. */
export function systemLibraryOf(backend: Backend, platform: string): { file: string; reason: 'library-missing' | 'driver-missing' } | null {
  if (backend === 'vulkan') return { file: platform === 'win32' ? 'vulkan-1.dll' : 'libvulkan.so.1', reason: 'library-missing' };
  if (backend === 'cuda') return { file: platform === 'win32' ? 'nvcuda.dll' : 'libcuda.so.1', reason: 'driver-missing' };
  return null;
}

/**
 * Folder of an installed package, or null. Looks at folders instead of resolving, because these packages export nothing
 * but a module that must not be run in this process.
 */
export function installedFolderOf(packageName: string, fromUrl: string): string | null {
  for (const folder of createRequire(fromUrl).resolve.paths(packageName) ?? []) {
    const path = join(folder, packageName);
    if (existsSync(path)) return path;
  }
  return null;
}
