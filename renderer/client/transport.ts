import type { ClientContext, ClientLink } from '@orpc/client';
import { RPCLink as PortLink } from '@orpc/client/message-port';
import { RPCLink as SocketLink } from '@orpc/client/websocket';

/** One open line to the main side. `closed` resolves once, when the line is gone for whatever reason. */
export interface Transport {
  link: ClientLink<ClientContext>;
  closed: Promise<void>;
}

/** What the preload of the desktop host puts on the page. Absent in a browser. */
interface DesktopWindow {
  modelwardHost?: 'desktop';
  pathOfFile?: (file: File) => string;
}
const desktop = window as unknown as DesktopWindow;

/** Whether this page runs in the desktop host (Electron) and not in a browser. */
export const isDesktop = desktop.modelwardHost === 'desktop';

/** Path of a file dropped on the window; null in a browser, which does not tell paths. */
export function pathOfDroppedFile(file: File): string | null {
  const path = desktop.pathOfFile?.(file) ?? '';
  return path === '' ? null : path;
}

/** How long one attempt to reach the main side may take. */
const OPEN_TIMEOUT_MS = 10_000;

/** Opens a line: a MessagePort from the preload on the desktop, a WebSocket of the same origin in a browser. */
export function openTransport(): Promise<Transport> {
  return isDesktop ? openPort() : openSocket();
}

/**
 * The cookie that came with the page is the credential; a browser sends it with the upgrade request by itself.
 * `closed` is subscribed before the link is made, so that the loss is known before pending calls are rejected.
 */
function openSocket(): Promise<Transport> {
  const url = new URL('rpc', window.location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.hash = '';
  url.search = '';
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    const timer = setTimeout(() => {
      socket.close();
      reject(new Error('The connection was not opened in time.'));
    }, OPEN_TIMEOUT_MS);
    const closed = new Promise<void>((done) => {
      socket.addEventListener('close', () => {
        clearTimeout(timer);
        done();
        reject(new Error('The connection was closed.'));
      });
    });
    const link = new SocketLink({ websocket: socket });
    socket.addEventListener('open', () => {
      clearTimeout(timer);
      resolve({ link, closed });
    });
  });
}

/** Asks the preload for a port by a message the page posts to itself and takes the one it answers with. */
function openPort(): Promise<Transport> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      window.removeEventListener('message', take);
      reject(new Error('The preload handed over no port in time.'));
    }, OPEN_TIMEOUT_MS);
    const take = (event: MessageEvent<unknown>): void => {
      if (event.source !== window) return;
      const data = event.data;
      if (typeof data !== 'object' || data === null || !('type' in data) || data.type !== 'modelward:port') return;
      const port = event.ports[0];
      if (port === undefined) return;
      clearTimeout(timer);
      window.removeEventListener('message', take);
      const closed = new Promise<void>((done) => {
        port.addEventListener('close', () => done());
      });
      const link = new PortLink({ port });
      port.start();
      resolve({ link, closed });
    };
    window.addEventListener('message', take);
    window.postMessage({ type: 'modelward:ready' }, window.location.origin === 'null' ? '*' : window.location.origin);
  });
}
