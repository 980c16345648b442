import { randomBytes } from 'node:crypto';
import { BrowserWindow, nativeTheme, screen } from 'electron';
import type { WebContents } from 'electron';
import { pageUrl } from './app-address.ts';
import { recallPlace, rememberPlace } from './window-memory.ts';
import { windowOptions } from './window-options.ts';

export interface MainWindowOptions {
  preloadPath: string;
  iconPath: string;
  /** Where the window's place is remembered. */
  placePath: string;
  packaged: boolean;
  onClosed: (clientId: string) => void;
  onTrouble: (message: string, fields: Record<string, unknown>) => void;
  /** The operating system ends the session; only on Windows does the window learn of it. */
  onSessionEnd: () => void;
}

export interface MainWindow {
  /** Opens the window or brings it forward, at an address of the page such as `#/jobs`. */
  show(address?: string): void;
  /** True while a person can see it. */
  isVisible(): boolean;
  current(): BrowserWindow | null;
  clientOf(contents: WebContents): string | null;
  close(): void;
}

/** Reloads after a crash of the page, per minute; a page that crashes more often has a fault a reload does not mend. */
const reloadsPerMinute = 3;

/** The one window. Closing it ends the session of who sat there; models and jobs do not notice. */
export function createMainWindow(options: MainWindowOptions): MainWindow {
  let open: { window: BrowserWindow; clientId: string } | null = null;

  const rememberWhere = (window: BrowserWindow): void => {
    try {
      rememberPlace(options.placePath, { ...window.getNormalBounds(), maximized: window.isMaximized() });
    } catch (error) {
      options.onTrouble('the place of the window was not remembered', { error }); // a full disk must not keep the window open
    }
  };
  const load = (window: BrowserWindow, address: string): void => {
    window.loadURL(`${pageUrl}${address}`).catch((error: unknown) => {
      if (!window.isDestroyed()) options.onTrouble('the page did not load', { error });
    });
  };
  const reloadAfterCrash = (window: BrowserWindow): void => {
    let recentMs: number[] = [];
    window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
      options.onTrouble('the page has crashed', { reason, exitCode });
      const now = Date.now();
      recentMs = [...recentMs.filter((time) => now - time < 60_000), now];
      if (reason === 'clean-exit' || recentMs.length > reloadsPerMinute || window.isDestroyed()) return;
      load(window, '');
    });
  };
  const create = (address: string): void => {
    const dark = nativeTheme.shouldUseDarkColors;
    const place = recallPlace(
      options.placePath,
      screen.getAllDisplays().map((display) => display.workArea),
    );
    const { maximized = false, ...bounds } = place ?? { width: 1280, height: 820 };
    const window = new BrowserWindow({ ...windowOptions({ ...options, dark }), ...bounds });
    const clientId = `win_${randomBytes(12).toString('hex')}`;
    open = { window, clientId };
    window.once('ready-to-show', () => {
      if (maximized) window.maximize();
      window.show();
    });
    window.on('close', () => rememberWhere(window));
    window.on('closed', () => {
      open = null;
      options.onClosed(clientId);
    });
    window.on('unresponsive', () => options.onTrouble('the page does not respond', {}));
    window.on('session-end', options.onSessionEnd);
    reloadAfterCrash(window);
    load(window, address);
  };

  return {
    show(address = '') {
      if (open === null) return create(address);
      const { window } = open;
      if (address !== '') load(window, address);
      if (window.isMinimized()) window.restore();
      window.show();
      window.focus();
    },
    isVisible: () => open !== null && open.window.isVisible() && !open.window.isMinimized(),
    current: () => open?.window ?? null,
    clientOf: (contents) => (open !== null && open.window.webContents === contents ? open.clientId : null),
    close: () => open?.window.destroy(),
  };
}
