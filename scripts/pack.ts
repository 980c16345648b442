import path from 'node:path';
import { parseArgs } from 'node:util';
import { Arch, build, Platform } from 'electron-builder';
import { ensureBuilt } from './build/ensure-built.ts';
import { rootFolder } from './build/root.ts';
import { readConfiguration } from './pack/configuration.ts';
import { stage } from './pack/staging.ts';
import { findElectronPackage, versionOf } from './start/runtime-folder.ts';

// `npm run pack -- --platform linux|win32|darwin [--arch x64|arm64] [--without-cuda] [--dir] [--electron-dist FOLDER]`
// makes the installers of electron-builder.yml in release/. It needs the network: Electron's runtime, the tools that
// make the installers, and the CUDA kernels. `--dir` stops at the packed folder; `--electron-dist` brings a runtime along.

const platforms = { linux: Platform.LINUX, win32: Platform.WINDOWS, darwin: Platform.MAC } as const;

const { values } = parseArgs({
  options: {
    platform: { type: 'string', default: process.platform },
    arch: { type: 'string', default: process.platform === 'darwin' ? process.arch : 'x64' },
    'without-cuda': { type: 'boolean', default: false },
    dir: { type: 'boolean', default: false },
    'electron-dist': { type: 'string' },
  },
});
const { platform, arch } = values;
const electronFolder = findElectronPackage();
if (platform !== 'linux' && platform !== 'win32' && platform !== 'darwin') throw new Error(`--platform may be linux, win32 or darwin, not "${platform}".`);
if (arch !== 'x64' && arch !== 'arm64') throw new Error(`--arch may be x64 or arm64, not "${arch}".`);
if (electronFolder === undefined) throw new Error('The electron package is not installed: run "npm ci".');

await ensureBuilt({ rootFolder });
const folder = path.join(rootFolder, 'release', `staging-${platform}-${arch}`);
console.log(`Staging ${platform}-${arch}${values['without-cuda'] ? ' without CUDA' : ''} …`);
stage({ platform, arch, withCuda: !values['without-cuda'], folder });
const configuration = await readConfiguration();
await build({
  projectDir: folder,
  targets: platforms[platform].createTarget(values.dir ? 'dir' : null, Arch[arch]),
  publish: 'never',
  config: {
    ...configuration,
    electronVersion: versionOf(electronFolder),
    ...(values['electron-dist'] === undefined ? {} : { electronDist: path.resolve(values['electron-dist']) }),
    directories: { output: path.join(rootFolder, 'release'), buildResources: path.join(rootFolder, 'resources') },
  },
});
