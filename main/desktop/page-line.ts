import type { IpcMain, MessagePortMain, WebContents } from 'electron';
import { MessageChannelMain } from 'electron';
import { RPCHandler } from '@orpc/server/message-port';
import type { Application } from '../compose.ts';
import { PORT_CHANNEL } from '../contract/page-bridge.ts';
import { isTrustedSender } from './app-address.ts';

export interface PageLineOptions {
  ipc: Pick<IpcMain, 'on'>;
  application: Application;
  /** The client behind a window's contents, or null for contents that are not our window. */
  clientOf: (contents: WebContents) => string | null;
  onRefused: (what: string, detail: string) => void;
}

/**
 * The line between page and house: a MessagePort per load of the page. A page that asks again (reloaded, or its line
 * was lost) gets a new port and the old one is closed, so that a call of the old page can never be answered to the new.
 */
export function servePageLines({ ipc, application, clientOf, onRefused }: PageLineOptions): { closeAll(): void } {
  const handler = new RPCHandler(application.router);
  const ports = new Map<WebContents, MessagePortMain>();
  const known = new WeakSet<WebContents>();
  const hangUp = (contents: WebContents): void => {
    const port = ports.get(contents);
    if (port === undefined) return;
    ports.delete(contents);
    port.close();
    // Ends the calls and streams of this line, whether or not a port tells its own closing.
    port.emit('close');
  };
  ipc.on(PORT_CHANNEL, (event) => {
    const { sender, senderFrame } = event;
    const clientId = clientOf(sender);
    if (clientId === null || senderFrame === null || !isTrustedSender(senderFrame, true)) {
      onRefused('message', senderFrame?.url ?? '');
      return;
    }
    if (!known.has(sender)) {
      known.add(sender);
      sender.on('render-process-gone', () => hangUp(sender));
      sender.once('destroyed', () => hangUp(sender));
    }
    hangUp(sender);
    const { port1, port2 } = new MessageChannelMain();
    ports.set(sender, port1);
    handler.upgrade(port1, { context: { clientId, source: { host: 'desktop', address: '' } } });
    port1.start();
    senderFrame.postMessage(PORT_CHANNEL, null, [port2]);
  });
  return {
    closeAll() {
      for (const contents of ports.keys()) hangUp(contents);
    },
  };
}
