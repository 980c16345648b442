import { createRequire } from 'node:module';
import path from 'node:path';
import type { Configuration } from 'electron-builder';
import { rootFolder } from '../build/root.ts';

// electron-builder keeps the reading and checking of its configuration in a package of its own.
const loadForBuilder = createRequire(createRequire(import.meta.url).resolve('electron-builder/package.json'));

interface ConfigurationModule {
  readonly getConfig: (projectFolder: string, file: string, overrides: null) => Promise<Configuration>;
  readonly validateConfiguration: (configuration: Configuration, log: { readonly isEnabled: boolean; readonly add: (key: string, value: unknown) => void }) => Promise<void>;
}

const { getConfig, validateConfiguration } = loadForBuilder('app-builder-lib/out/util/config/config.js') as ConfigurationModule;

/** Reads electron-builder.yml as electron-builder does. */
export function readConfiguration(): Promise<Configuration> {
  return getConfig(rootFolder, path.join(rootFolder, 'electron-builder.yml'), null);
}

/** Why electron-builder would refuse this configuration, or undefined when it accepts it. Nothing is fetched. */
export async function refusalOf(configuration: object): Promise<string | undefined> {
  try {
    await validateConfiguration(structuredClone(configuration) as Configuration, { isEnabled: false, add: () => undefined });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
