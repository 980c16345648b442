import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { rootFolder } from '../build/root.ts';
import { cudaPackages, cudaPackagesVersion, type CudaPackage } from './cuda-packages.ts';

export interface StagingRequest {
  /** `process.platform` of the machines the installer is for. */
  readonly platform: 'linux' | 'win32' | 'darwin';
  readonly arch: 'x64' | 'arm64';
  readonly withCuda: boolean;
  /** Where to stage; emptied first. */
  readonly folder: string;
}

/**
 * Lays out what an installer carries: the built app and the runtime packages of the platform it is for, from the same lock
 * as everything else. A checkout cannot be packed for another system directly: its node_modules hold the native parts
 * of this one, and nothing would complain.
 *
 * @throws Error when npm fails or an archive is not the published one
 */
export function stage(request: StagingRequest): void {
  const { folder, platform, arch } = request;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of ['package.json', 'package-lock.json', '.npmrc', 'dist', 'resources']) {
    if (existsSync(path.join(rootFolder, name))) cpSync(path.join(rootFolder, name), path.join(folder, name), { recursive: true });
  }
  npm(folder, ['ci', '--omit=dev', '--ignore-scripts', `--os=${platform}`, `--cpu=${arch}`, ...(platform === 'linux' ? ['--libc=glibc'] : [])]);
  if (request.withCuda) for (const cuda of cudaPackages[`${platform}-${arch}`] ?? []) addPackage(folder, cuda);
  // From here on the tree is as it is: the overrides that keep CUDA out would make npm call it wrong.
  const manifestFile = path.join(folder, 'package.json');
  const { overrides: _overrides, devDependencies: _devDependencies, scripts: _scripts, ...manifest } = JSON.parse(readFileSync(manifestFile, 'utf8')) as Record<string, unknown>;
  writeFileSync(manifestFile, JSON.stringify(manifest, null, 2));
  rmSync(path.join(folder, 'package-lock.json'));
  rmSync(path.join(folder, 'node_modules/.package-lock.json'), { force: true });
}

function addPackage(folder: string, { name, integrity }: CudaPackage): void {
  const [packed] = JSON.parse(npm(folder, ['pack', `${name}@${cudaPackagesVersion}`, '--json'])) as { filename: string }[];
  if (packed === undefined) throw new Error(`npm packed nothing for ${name}.`);
  const archive = path.join(folder, packed.filename);
  const actual = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
  if (actual !== integrity) throw new Error(`${name}@${cudaPackagesVersion} is not the published archive: ${actual}.`);
  const target = path.join(folder, 'node_modules', name);
  mkdirSync(target, { recursive: true });
  const ended = spawnSync('tar', ['-xzf', archive, '--strip-components=1', '-C', target], { stdio: 'inherit' });
  if (ended.status !== 0) throw new Error(`tar could not unpack ${archive}.`);
  rmSync(archive);
}

function npm(cwd: string, args: readonly string[]): string {
  const ended = spawnSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1 << 26, shell: process.platform === 'win32' });
  if (ended.status !== 0) throw new Error(`npm ${args.join(' ')} failed.`);
  return ended.stdout;
}
