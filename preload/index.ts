import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { PAGE_PORT, PAGE_READY, PORT_CHANNEL } from '../main/contract/page-bridge.ts';

// The bridge of the desktop host: the page learns where it runs, the path of a file a person dropped, and gets a
// MessagePort. Nothing else crosses; everything said over the port is the contract (main/contract).

contextBridge.exposeInMainWorld('modelwardHost', 'desktop');
contextBridge.exposeInMainWorld('pathOfFile', (file: File): string => webUtils.getPathForFile(file));

window.addEventListener('message', (event: MessageEvent<unknown>) => {
  if (event.source !== window || event.origin !== window.location.origin) return;
  const { data } = event;
  if (typeof data === 'object' && data !== null && 'type' in data && data.type === PAGE_READY) ipcRenderer.send(PORT_CHANNEL);
});

// A port cannot pass the context bridge; posted to the window it reaches the page.
ipcRenderer.on(PORT_CHANNEL, (event) => {
  window.postMessage({ type: PAGE_PORT }, window.location.origin, [...event.ports]);
});
