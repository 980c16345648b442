import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { app, dialog, ipcMain, Menu, Notification, powerMonitor, protocol, session } from 'electron';
import { createApplication } from '../compose.ts';
import type { Application } from '../compose.ts';
import type { Language } from '../contract/accounts.contract.ts';
import { fill } from '../../renderer/i18n/fill.ts';
import { openInstance } from '../transport/instance.ts';
import { appMenu } from './app-menu.ts';
import { desktopHostPorts } from './desktop-host-ports.ts';
import { languageOf, textsIn } from './desktop-texts.ts';
import type { DesktopTexts } from './desktop-texts.ts';
import { hardenContents, hardenSession } from './hardening.ts';
import { createJobNotifier } from './job-notifier.ts';
import { createMainWindow } from './main-window.ts';
import { servePageLines } from './page-line.ts';
import { servePage } from './page-protocol.ts';
import { createTrayIcon } from './tray-icon.ts';

/** The tray follows what happens at most this often. */
const TRAY_EVERY_MS = 500;

/**
 * The desktop host: one window over the house, and an icon in the task bar for when it is closed. Resolves once
 * everything is open; from then on the app's own events carry it. The caller holds the lock of the single instance.
 */
export async function runDesktop({ dataFolder }: { dataFolder: string | null }): Promise<void> {
  const built = join(import.meta.dirname, '..');
  const iconsFolder = join(built, '..', 'resources', 'icons');
  const rendererFolder = join(built, 'renderer');
  if (!existsSync(join(rendererFolder, 'index.html'))) throw new Error(`the built renderer is missing: ${rendererFolder}`);

  let application: Application | null = null;
  const writeLog = (message: string, fields: Record<string, unknown>): void => application?.log().write('warning', message, fields);
  const onRefused = (what: string, detail: string): void => writeLog('refused', { what, detail: detail.slice(0, 500) });
  hardenContents(app, { packaged: app.isPackaged, onRefused });
  const quitting = endInOrder();
  await app.whenReady();

  const window = createMainWindow({
    preloadPath: join(built, 'preload', 'index.cjs'),
    iconPath: join(iconsFolder, 'icon.png'),
    placePath: join(app.getPath('userData'), 'window.json'),
    packaged: app.isPackaged,
    onClosed: (clientId) => application?.forgetClient(clientId),
    onTrouble: writeLog,
    onSessionEnd: () => quitting.quit(),
  });
  let language: Language = languageOf(app.getPreferredSystemLanguages());
  const texts = (): DesktopTexts => textsIn(language);
  const house = createApplication(desktopHostPorts({ dataFolder, currentWindow: window.current, texts }));
  application = house;
  await house.start();

  hardenSession(session.defaultSession, { packaged: app.isPackaged, onRefused });
  servePage(protocol, rendererFolder);
  const lines = servePageLines({ ipc: ipcMain, application: house, clientOf: window.clientOf, onRefused });
  const instance = await openInstance({ application: house, host: 'desktop', rendererFolder: null, port: 0 });

  const tray = createTrayIcon({ iconsFolder, onOpen: () => window.show(), onQuit: () => app.quit() });
  const notifier = createJobNotifier({
    notify: Notification.isSupported() ? (options) => new Notification(options) : null,
    isWindowVisible: window.isVisible,
    texts,
    onOpen: window.show,
  });
  const showMenu = (): void =>
    Menu.setApplicationMenu(Menu.buildFromTemplate(appMenu({ texts: texts(), platform: process.platform, packaged: app.isPackaged })));
  const showState = (): void => {
    const contents = window.current()?.webContents;
    const { state, session: person } = house.status(contents === undefined ? '' : (window.clientOf(contents) ?? ''));
    if (person !== null && person.language !== language) {
      language = person.language;
      showMenu();
    }
    tray.show({ state, activity: house.activity() }, texts());
  };
  let trayTimer: NodeJS.Timeout | null = null;
  const stopListening = house.onEvent((event) => {
    notifier.hear(event);
    if (event.type === 'jobs.progressed') return;
    trayTimer ??= setTimeout(() => {
      trayTimer = null;
      showState();
    }, TRAY_EVERY_MS);
  });

  const runsSomething = (): boolean => Object.values(house.activity()).some((names) => names.length > 0);
  app.on('second-instance', () => window.show());
  app.on('activate', () => window.show());
  app.on('window-all-closed', () => {
    if (quitting.hasBegun()) return;
    if (process.platform === 'darwin') return;
    if (runsSomething()) notifier.tellThatItStays();
    else app.quit();
  });
  powerMonitor.on('suspend', () => writeLog('the machine goes to sleep', {}));
  powerMonitor.on('resume', () => {
    writeLog('the machine has woken', {});
    showState();
  });
  quitting.prepare({
    mayQuit: () => (runsSomething() ? askToQuit(house, texts()) : Promise.resolve(true)),
    async close() {
      stopListening();
      if (trayTimer !== null) clearTimeout(trayTimer);
      lines.closeAll();
      window.close();
      await instance.close();
      await house.dispose();
      tray.destroy();
    },
  });
  showMenu();
  showState();
  window.show();
}

async function askToQuit(application: Application, texts: DesktopTexts): Promise<boolean> {
  const { models, jobs } = application.activity();
  const names = (list: string[]): string => list.join(texts.listSeparator);
  const { response } = await dialog.showMessageBox({
    type: 'question',
    message: texts.quit.question,
    detail: [
      ...(models.length === 0 ? [] : [fill(texts.quit.models, { names: names(models) })]),
      ...(jobs.length === 0 ? [] : [fill(texts.quit.jobs, { names: names(jobs) })]),
    ].join('\n'),
    buttons: [texts.quit.verb, texts.quit.stay],
    defaultId: 1,
    cancelId: 1,
    noLink: true,
  });
  return response === 0;
}

interface Ending {
  mayQuit: () => Promise<boolean>;
  close: () => Promise<void>;
}

/**
 * Turns every way to quit into one: a person is asked what may be stopped, then everything is closed in order, then the
 * app really quits. The operating system (signals, end of the session) is not asked back.
 */
function endInOrder() {
  let ending: Ending | null = null;
  let state: 'running' | 'asking' | 'closing' | 'closed' = 'running';

  const close = async (): Promise<void> => {
    if (state === 'closing' || state === 'closed') return;
    state = 'closing';
    await ending?.close();
    state = 'closed';
    app.quit();
  };
  const ask = async (): Promise<void> => {
    if (state !== 'running') return;
    state = 'asking';
    const may = ending === null || (await ending.mayQuit());
    // A signal may have come while the question was open.
    if (state !== 'asking') return;
    state = 'running';
    if (may) await close();
  };
  const settled = (work: Promise<void>): void => {
    work.catch((error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      app.exit(1);
    });
  };
  app.on('before-quit', (event) => {
    if (state === 'closed') return;
    event.preventDefault();
    settled(ask());
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => settled(close()));
  onShutdownOfMachine(() => settled(close()));
  return {
    prepare(prepared: Ending): void {
      ending = prepared;
    },
    hasBegun: () => state === 'closing' || state === 'closed',
    /** Without a question. */
    quit: () => settled(close()),
  };
}

/** The machine shuts down: data is safe at any moment, but an orderly end writes it into the audit log. */
function onShutdownOfMachine(close: () => void): void {
  app.once('ready', () => powerMonitor.on('shutdown', close));
}
