import { app, dialog, protocol } from 'electron';
import { fill } from '../../renderer/i18n/fill.ts';
import { schemePrivileges } from './app-address.ts';
import { languageOf, textsIn } from './desktop-texts.ts';
import { runDesktop } from './run-desktop.ts';
import { dataFolderIn, profileFolder } from './start-options.ts';

// The entry of the desktop host. What stands here must happen before Electron is ready, so nothing is awaited first.

app.enableSandbox();
protocol.registerSchemesAsPrivileged([schemePrivileges]);
app.setAppUserModelId('com.modelward.desktop');

const dataFolder = dataFolderIn(process.argv);
app.setPath('userData', profileFolder(app.getPath('appData'), dataFolder));

const fail = (error: unknown): void => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  const { startFailed } = textsIn(languageOf(app.getPreferredSystemLanguages()));
  dialog.showErrorBox(startFailed.title, fill(startFailed.body, { detail: error instanceof Error ? error.message : String(error) }));
  app.exit(1);
};

// As in plain Node: after a fault nobody foresaw, ended is safer than half alive. What was written is whole (WAL).
process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);

// The first instance hears of this start and shows its window.
if (app.requestSingleInstanceLock()) runDesktop({ dataFolder }).catch(fail);
else app.quit();
