import { app } from './stand-in-app.ts';
import { browserDebuggingUrl } from './browser.ts';
import type { ControlAnswer, ControlRequest, StandInState } from './control-protocol.ts';
import { requests } from './page-requests.ts';
import { answers, asked } from './stand-in-dialog.ts';
import { ipcMain, popups } from './stand-in-contents.ts';
import { powerMonitor } from './stand-in-machine.ts';
import { Menu } from './stand-in-menu.ts';
import { privilegedSchemes, session } from './stand-in-session.ts';
import { Notification, Tray } from './stand-in-shell.ts';
import { BrowserWindow } from './stand-in-window.ts';

/** Lets the spec that started this process act as the person, the system and the attacker around the app. */
export function startControl(): void {
  if (process.send === undefined) return;
  const answer = (message: ControlAnswer): void => void process.send?.(message);
  process.on('message', (message: ControlRequest) => {
    obey(message).then(
      (value) => answer({ id: message.id, value }),
      (error: unknown) => answer({ id: message.id, error: String(error) }),
    );
  });
  // The spec has gone.
  process.on('disconnect', () => app.exit(0));
}

let specIsThere: () => void = () => undefined;

/** Tells the spec where the browser is and waits until it watches: the first page must not be missed. */
export function waitForSpec(): Promise<void> {
  if (process.send === undefined) return Promise.resolve();
  process.send({ id: 0, value: browserDebuggingUrl() } satisfies ControlAnswer);
  return new Promise((resolve) => {
    specIsThere = resolve;
  });
}

async function obey(request: ControlRequest): Promise<unknown> {
  switch (request.command) {
    case 'state':
      return state();
    case 'go':
      specIsThere();
      return null;
    case 'answer-dialogs':
      answers.files.push(...(request.files ?? []));
      answers.buttons.push(...(request.buttons ?? []));
      return null;
    case 'place-file':
      await onlyWindow().webContents.tellPath(request.fileName, request.path);
      return null;
    case 'window':
      onlyWindow()[request.action]();
      return null;
    case 'crash-page':
      return onlyWindow().webContents.crash();
    case 'click-tray':
      clickTray(request.label);
      return null;
    case 'click-notification':
      Notification.shown.at(-1)?.emit('click');
      return null;
    case 'quit':
      app.quit();
      return null;
    case 'power':
      powerMonitor.emit(request.event);
      return null;
    case 'ask-permission':
      return askPermission(request);
    case 'ask-request':
      return session.defaultSession.mayRequest(request.url, 'other');
    case 'forge-message':
      return forgeMessage(request);
  }
}

function onlyWindow(): BrowserWindow {
  const [window] = BrowserWindow.all;
  if (window === undefined) throw new Error('no window is open');
  return window;
}

function state(): StandInState {
  return {
    sandboxed: app.sandboxed,
    schemes: privilegedSchemes,
    windows: [...BrowserWindow.all].map((window) => ({
      visible: window.isVisible(),
      minimized: window.isMinimized(),
      focusCount: window.focusCount,
      bounds: window.getNormalBounds(),
      title: window.options.title ?? '',
      webPreferences: { ...window.options.webPreferences },
    })),
    tray: Tray.shown === null ? null : { toolTip: Tray.shown.toolTip, labels: Tray.shown.menu?.labels() ?? [] },
    menuLabels: Menu.application?.labels() ?? [],
    notifications: Notification.shown.map(({ title, body }) => ({ title, body })),
    questions: asked.questions.map(({ message, detail = '', buttons = [] }) => ({ message, detail, buttons })),
    openDialogs: asked.openDialogs,
    errors: asked.errors,
    requests,
    popups,
  };
}

function clickTray(label: string): void {
  const item = Tray.shown?.menu?.template.find((candidate) => candidate.label === label);
  if (item?.click === undefined) throw new Error(`the tray has no "${label}"`);
  (item.click as () => void)();
}

type Permission = Extract<ControlRequest, { command: 'ask-permission' }>;

/** What the app's handlers say to a permission, asked as Electron would. Without a handler Electron approves. */
async function askPermission({ permission, url, isMainFrame }: Permission): Promise<{ request: boolean; check: boolean; device: boolean }> {
  const { permissionRequest, permissionCheck, devicePermission } = session.defaultSession;
  const contents = null as never;
  const details = { requestingUrl: url, isMainFrame } as never;
  const requested = await new Promise<boolean>((resolve) => {
    if (permissionRequest === null) resolve(true);
    else permissionRequest(contents, permission as never, resolve, details);
  });
  return {
    request: requested,
    check: permissionCheck === null || permissionCheck(contents, permission as never, url, details),
    device: devicePermission === null || devicePermission({ deviceType: 'usb', origin: url, device: {} } as never),
  };
}

/** Sends a message as another frame would; true when the app gave it a port. */
function forgeMessage({ channel, url, isTopFrame, fromWindow }: Extract<ControlRequest, { command: 'forge-message' }>): boolean {
  let given = false;
  const frame = {
    url,
    parent: isTopFrame ? null : {},
    postMessage: () => {
      given = true;
    },
  };
  ipcMain.emit(channel, { sender: fromWindow ? onlyWindow().webContents : {}, senderFrame: frame, ports: [] });
  return given;
}
