import { join } from 'node:path';
import type { BrowserWindow } from 'electron';
import { app, dialog, safeStorage, utilityProcess } from 'electron';
import type { HostPorts } from '../host-ports.ts';
import { throwFileError } from '../kernel/errors.ts';
import { writeFileAtomic } from '../kernel/files.ts';
import { resolveWorkerIn } from '../kernel/processes/resolve-worker.ts';
import { languageOf } from './desktop-texts.ts';
import type { DesktopTexts } from './desktop-texts.ts';
import { createKeychain } from './keychain.ts';
import { createUtilityProcessStarter } from './utility-process-starter.ts';

export interface DesktopPortsOptions {
  /** From `--data`; null for the folder chosen at the first run. */
  dataFolder: string | null;
  currentWindow: () => BrowserWindow | null;
  texts: () => DesktopTexts;
}

/** What Electron can offer the house: utility processes, the keychain, the file dialog. Call after the app is ready. */
export function desktopHostPorts({ dataFolder, currentWindow, texts }: DesktopPortsOptions): HostPorts {
  return {
    host: 'desktop',
    appVersion: app.getVersion(),
    startProcess: createUtilityProcessStarter((path, args, options) => utilityProcess.fork(path, args, options)),
    resolveWorker: resolveWorkerIn(join(import.meta.dirname, 'workers')),
    keychain: createKeychain(safeStorage),
    chooseFile: () => chooseFile(currentWindow(), texts()),
    saveFile: (file) => saveFile(currentWindow(), texts(), file),
    systemLanguage: languageOf(app.getPreferredSystemLanguages()),
    fixedDataFolder: dataFolder,
    servesModels: true,
    commandLine: null,
  };
}

/** The path a person chose in the system's dialog; null when it was closed without a choice. */
async function chooseFile(window: BrowserWindow | null, texts: DesktopTexts): Promise<string | null> {
  const options = {
    title: texts.chooseFile.title,
    properties: ['openFile' as const],
    filters: [{ name: texts.chooseFile.filter, extensions: ['gguf'] }],
  };
  const { canceled, filePaths } = await (window === null ? dialog.showOpenDialog(options) : dialog.showOpenDialog(window, options));
  return canceled ? null : (filePaths[0] ?? null);
}

/** Readable by others of the house, as any document a person saves. */
const documentMode = 0o644;

/** Writes a text where the person says; null when the dialog was closed. */
async function saveFile(window: BrowserWindow | null, texts: DesktopTexts, { fileName, text }: { fileName: string; text: string }): Promise<string | null> {
  const options = { title: texts.saveFile.title, defaultPath: join(app.getPath('documents'), fileName) };
  const { canceled, filePath } = await (window === null ? dialog.showSaveDialog(options) : dialog.showSaveDialog(window, options));
  if (canceled || filePath === '') return null;
  try {
    writeFileAtomic(filePath, text, documentMode);
  } catch (error) {
    throwFileError(error, filePath);
  }
  return filePath;
}
