import { createHash, randomBytes } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { rootFolder } from '../../build/root.ts';
import { makeZip } from './stored-zip.ts';

export interface FakeElectron {
  /** Stands for node_modules/electron: the real install.js, with a version and checksums of its own. */
  readonly electronFolder: string;
  /** Where electronFolder is found as a package: a node_modules with the fake and what it needs. */
  readonly packagesFolder: string;
  /** What a mirror serves for this version, platform and architecture. */
  readonly archive: Buffer;
  readonly archivePath: string;
  /** Keeps Electron's download cache out of the person's home. */
  readonly env: NodeJS.ProcessEnv;
  readonly dispose: () => void;
}

const version = '99.9.9';

/**
 * An electron package whose runtime is a few bytes instead of a hundred megabytes; everything else about it is real.
 *
 * @param script what its executable does, in the language of /bin/sh
 */
export function makeFakeElectron(script = 'exit 0'): FakeElectron {
  const folder = mkdtempSync(path.join(tmpdir(), 'modelward-electron-'));
  const packagesFolder = path.join(folder, 'node_modules');
  const electronFolder = path.join(packagesFolder, 'electron');
  mkdirSync(electronFolder, { recursive: true });
  for (const scope of ['@electron', '@electron-internal']) symlinkSync(path.join(rootFolder, 'node_modules', scope), path.join(packagesFolder, scope), 'junction');
  copyFileSync(path.join(rootFolder, 'node_modules/electron/install.js'), path.join(electronFolder, 'install.js'));
  const archive = makeZip([
    { name: 'version', content: Buffer.from(version), mode: 0o644 },
    { name: 'electron', content: Buffer.from(`#!/bin/sh\n${script}\n`), mode: 0o755 },
    { name: 'electron.exe', content: Buffer.from('MZ'), mode: 0o755 },
    { name: 'Electron.app/Contents/MacOS/Electron', content: Buffer.from(`#!/bin/sh\n${script}\n`), mode: 0o755 },
    { name: 'filling', content: randomBytes(300_000), mode: 0o644 },
  ]);
  const name = `electron-v${version}-${process.platform}-${process.arch}.zip`;
  writeFileSync(path.join(electronFolder, 'package.json'), JSON.stringify({ name: 'electron', version }));
  writeFileSync(path.join(electronFolder, 'checksums.json'), JSON.stringify({ [name]: createHash('sha256').update(archive).digest('hex') }));
  const { ELECTRON_MIRROR: _mirror, npm_config_electron_mirror: _npmMirror, HTTP_PROXY: _http, HTTPS_PROXY: _https, ...rest } = process.env;
  return {
    electronFolder,
    packagesFolder,
    archive,
    archivePath: `/v${version}/${name}`,
    env: { ...rest, electron_config_cache: path.join(folder, 'cache') },
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}
