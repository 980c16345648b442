import { app } from './stand-in-app.ts';
import { startControl, waitForSpec } from './control.ts';

/**
 * What the desktop host imports from `electron`, played by Node and a headless Chromium, for machines where the Electron
 * runtime cannot be had. Only what main/desktop uses exists: a name it does not find here stops the built entry at once.
 * Each part is checked against Electron's own types where it is made (`satisfies Pick<…>`), so a change of the real
 * surface breaks the type check. What the stand-in cannot show is written in docs/decisions/006-desktop-host.md.
 */
export { app } from './stand-in-app.ts';
export { BrowserWindow } from './stand-in-window.ts';
export { ipcMain } from './stand-in-contents.ts';
export { dialog } from './stand-in-dialog.ts';
export { Menu } from './stand-in-menu.ts';
export { Notification, Tray } from './stand-in-shell.ts';
export { MessageChannelMain } from './stand-in-ports.ts';
export { nativeTheme, powerMonitor, screen } from './stand-in-machine.ts';
export { protocol, session } from './stand-in-session.ts';
export { safeStorage } from './stand-in-safe-storage.ts';
export { utilityProcess } from './stand-in-utility.ts';

app.begin(waitForSpec);
startControl();
