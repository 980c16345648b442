import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { findElectronPackage, versionOf } from '../start/runtime-folder.ts';

/** Where @electron/fuses finds the fuses in an executable, followed by a version, a length and one byte for each fuse. */
const fuseSentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
/** The fuses as Electron 45 ships them: '0' off, '1' on. The opposite of what we set wherever it can be. */
const shippedFuses = '101100011';

/**
 * Writes a stand-in for Electron's Linux distribution, so that electron-builder packs for real without the network:
 * the files it expects, with an executable that carries a fuse wire.
 *
 * @param folder an empty folder
 */
export function writeStubElectron(folder: string): void {
  const electronFolder = findElectronPackage();
  if (electronFolder === undefined) throw new Error('The electron package is not installed.');
  const write = (file: string, content: string | Buffer, mode = 0o644): void => {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), content, { mode });
  };
  write('version', versionOf(electronFolder));
  write('LICENSE', 'stand-in');
  write('LICENSES.chromium.html', 'stand-in');
  write('electron', Buffer.concat([Buffer.from(`#!/bin/sh\nexit 0\n${fuseSentinel}`), Buffer.from([1, shippedFuses.length]), Buffer.from(shippedFuses)]), 0o755);
  write('chrome-sandbox', '', 0o755);
  write('chrome_crashpad_handler', '', 0o755);
  for (const locale of ['en-US', 'zh-CN']) write(`locales/${locale}.pak`, '');
  mkdirSync(path.join(folder, 'resources'), { recursive: true });
}
