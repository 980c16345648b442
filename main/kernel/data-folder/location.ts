import { mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { z } from 'zod';
import { systemCodeOf } from '../errors.ts';
import { writeFileAtomic } from '../files.ts';

/** Where Modelward keeps its data unless told otherwise: the operating system's own place for it. */
export function defaultDataFolder(environment: NodeJS.ProcessEnv = process.env, platform: string = process.platform): string {
  if (platform === 'win32') return join(environment['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'Modelward');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Modelward');
  return join(environment['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'modelward');
}

function pointerPath(environment: NodeJS.ProcessEnv): string {
  if (process.platform === 'win32') return join(environment['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming'), 'Modelward', 'location.json');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Preferences', 'Modelward', 'location.json');
  return join(environment['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'modelward', 'location.json');
}

const pointerSchema = z.object({ dataFolder: z.string().refine(isAbsolute) });

/** The data folder chosen at the first run, or the default one. */
export function chosenDataFolder(environment: NodeJS.ProcessEnv = process.env): string {
  try {
    return pointerSchema.parse(JSON.parse(readFileSync(pointerPath(environment), 'utf8'))).dataFolder;
  } catch (error) {
    if (systemCodeOf(error) !== 'ENOENT' && systemCodeOf(error) !== 'ENOTDIR' && !(error instanceof SyntaxError) && !(error instanceof z.ZodError)) throw error;
    return defaultDataFolder(environment);
  }
}

/** Remembers the choice for the next start, outside the folder itself. */
export function rememberDataFolder(dataFolder: string, environment: NodeJS.ProcessEnv = process.env): void {
  const path = pointerPath(environment);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileAtomic(path, `${JSON.stringify({ dataFolder })}\n`);
}
