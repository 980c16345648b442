import path from 'node:path';
import { Arch, build, Platform, type Configuration } from 'electron-builder';
import { rootFolder } from '../build/root.ts';
import { writeStubElectron } from './stub-electron.ts';

export interface PackedApp {
  readonly executable: string;
  readonly asar: string;
}

/**
 * Packs the app for Linux into a folder, with a stand-in for Electron: everything but the runtime is what an installer
 * would carry.
 *
 * @param configuration electron-builder.yml
 * @param workFolder an empty folder for the stand-in and the result
 */
export async function packWithStub(configuration: Configuration, workFolder: string): Promise<PackedApp> {
  const electronDist = path.join(workFolder, 'electron');
  const output = path.join(workFolder, 'release');
  writeStubElectron(electronDist);
  await build({
    projectDir: rootFolder,
    targets: Platform.LINUX.createTarget('dir', Arch.x64),
    publish: 'never',
    config: { ...configuration, electronDist, directories: { ...configuration.directories, output } },
  });
  const unpacked = path.join(output, 'linux-unpacked');
  return { executable: path.join(unpacked, 'modelward'), asar: path.join(unpacked, 'resources/app.asar') };
}
