import type { App, Session } from 'electron';
import { isAppUrl, isPageUrl } from './app-address.ts';

export interface HardeningOptions {
  /** False while developing: only then are the developer tools let through. */
  packaged: boolean;
  /** Told of everything refused, for the log. */
  onRefused: (what: string, detail: string) => void;
}

/** The one thing the page may do: put text on the clipboard when a person presses "Copy". Reading it stays denied. */
const allowedPermission = 'clipboard-sanitized-write';

/**
 * Shuts every way out of the window (SECURITY §3; Electron approves permissions unless told otherwise): permissions,
 * devices, screen capture, downloads, and any request that is not for the app itself.
 */
export function hardenSession(session: Session, { packaged, onRefused }: HardeningOptions): void {
  const mayCopy = (permission: string, origin: string, frame: { isMainFrame: boolean }): boolean =>
    permission === allowedPermission && frame.isMainFrame && isAppUrl(origin);

  session.setPermissionRequestHandler((_contents, permission, callback, details) => {
    const granted = mayCopy(permission, details.requestingUrl, details);
    if (!granted) onRefused('permission', permission);
    callback(granted);
  });
  session.setPermissionCheckHandler((_contents, permission, origin, details) => mayCopy(permission, details.requestingUrl ?? origin, details));
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, callback) => {
    onRefused('permission', 'display-media');
    callback({});
  });
  session.on('will-download', (event, item) => {
    event.preventDefault();
    onRefused('download', item.getURL());
  });
  session.webRequest.onBeforeRequest((details, callback) => {
    const cancel = !isAllowedRequest(details.url, packaged);
    if (cancel) onRefused('request', details.url);
    callback({ cancel });
  });
}

/** The app's own files; besides them only what never leaves the page, and the developer tools while developing. */
export function isAllowedRequest(url: string, packaged: boolean): boolean {
  if (isAppUrl(url)) return true;
  const protocol = URL.canParse(url) ? new URL(url).protocol : '';
  if (protocol === 'data:' || protocol === 'blob:') return true;
  return !packaged && (protocol === 'devtools:' || protocol === 'chrome-devtools:');
}

/** Denies each web contents that will ever exist: leaving the page, new windows, web views. `openExternal` is never called. */
export function hardenContents(app: Pick<App, 'on'>, { onRefused }: HardeningOptions): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.setWindowOpenHandler(({ url }) => {
      onRefused('new window', url);
      return { action: 'deny' };
    });
    contents.on('will-navigate', (event) => refuseToLeave(event, onRefused));
    contents.on('will-frame-navigate', (event) => refuseToLeave(event, onRefused));
    contents.on('will-redirect', (event) => refuseToLeave(event, onRefused));
    contents.on('will-attach-webview', (event, _preferences, parameters) => {
      event.preventDefault();
      onRefused('webview', parameters['src'] ?? '');
    });
    contents.on('select-bluetooth-device', (event, _devices, callback) => {
      event.preventDefault();
      callback('');
    });
  });
}

interface Navigation {
  url: string;
  isMainFrame: boolean;
  preventDefault(): void;
}

/** Only the page itself may be loaded again, and only in the top frame: there are no others. */
function refuseToLeave(event: Navigation, onRefused: HardeningOptions['onRefused']): void {
  if (event.isMainFrame && isPageUrl(event.url)) return;
  event.preventDefault();
  onRefused('navigation', event.url);
}
