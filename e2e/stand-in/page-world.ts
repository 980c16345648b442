/**
 * What runs in the page: the preload's own world, apart from the page's, with as much of `electron` as a sandboxed preload
 * gets. The functions are sent to Chromium as text, so they use nothing from outside themselves.
 */
export const worldName = 'modelward-preload';
/** The binding by which the preload's world speaks to the stand-in. */
export const bindingName = 'standInSay';

/** From the preload's world to the stand-in. */
export type FromPage = { kind: 'send'; channel: string; args: unknown[] } | { kind: 'port'; portId: number; data: Carried };
/** From the stand-in to the preload's world. */
export type ToPage =
  | { kind: 'ipc'; channel: string; args: unknown[]; portIds: number[] }
  | { kind: 'port'; portId: number; data: Carried }
  | { kind: 'close'; portId: number }
  | { kind: 'path'; fileName: string; path: string };
/** What a port carries, as JSON. */
export type Carried = { text: string } | { base64: string } | { json: unknown };

export function preloadWorldSource(preloadSource: string): string {
  return `(${preloadSide.toString()})((require, module, exports) => {\n${preloadSource}\n}, ${JSON.stringify(bindingName)});`;
}

/** Goes into the page's own world before anything else there: what the context bridge puts up appears on `window`. */
export function pageWorldSource(): string {
  return `(${pageSide.toString()})();`;
}

type Preload = (require: (name: string) => unknown, module: { exports: object }, exports: object) => void;

function preloadSide(preload: Preload, binding: string): void {
  const say = (message: object): void => (globalThis as unknown as Record<string, (text: string) => void>)[binding]?.(JSON.stringify(message));
  const listeners = new Map<string, ((event: { ports: MessagePort[] }, ...args: unknown[]) => void)[]>();
  const ports = new Map<number, MessagePort>();
  const paths = new Map<string, string>();
  const exposed = new Map<string, (...args: unknown[]) => unknown>();

  const carried = (data: unknown): object => {
    if (typeof data === 'string') return { text: data };
    const bytes = data instanceof ArrayBuffer ? new Uint8Array(data) : data;
    if (bytes instanceof Uint8Array) return { base64: btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')) };
    return { json: data };
  };
  const original = (data: { text?: string; base64?: string; json?: unknown }): unknown => {
    if (data.text !== undefined) return data.text;
    if (data.base64 !== undefined) return Uint8Array.from(atob(data.base64), (char) => char.charCodeAt(0));
    return data.json;
  };
  const openPort = (portId: number): MessagePort => {
    const { port1, port2 } = new MessageChannel();
    ports.set(portId, port1);
    port1.addEventListener('message', (event: MessageEvent<unknown>) => say({ kind: 'port', portId, data: carried(event.data) }));
    port1.start();
    return port2;
  };
  Object.defineProperty(globalThis, 'standInHear', {
    value: (message: { kind: string; channel: string; args: unknown[]; portIds: number[]; portId: number; data: object; fileName: string; path: string }) => {
      if (message.kind === 'ipc') {
        const event = { ports: message.portIds.map(openPort) };
        for (const listener of listeners.get(message.channel) ?? []) listener(event, ...message.args);
      } else if (message.kind === 'port') ports.get(message.portId)?.postMessage(original(message.data));
      else if (message.kind === 'close') ports.get(message.portId)?.close();
      else if (message.kind === 'path') paths.set(message.fileName, message.path);
    },
  });
  const electron = {
    ipcRenderer: {
      send: (channel: string, ...args: unknown[]) => say({ kind: 'send', channel, args }),
      on: (channel: string, listener: (event: { ports: MessagePort[] }, ...args: unknown[]) => void) => {
        listeners.set(channel, [...(listeners.get(channel) ?? []), listener]);
      },
    },
    contextBridge: {
      exposeInMainWorld: (key: string, api: unknown) => {
        const isFunction = typeof api === 'function';
        if (isFunction) exposed.set(key, api as (...args: unknown[]) => unknown);
        window.dispatchEvent(new CustomEvent('stand-in:expose', { detail: { key, isFunction, value: isFunction ? null : api } }));
      },
    },
    // A file of the page has no path here; the spec says where one lies. Like Electron: '' for a file that lies nowhere.
    webUtils: { getPathForFile: (file: File) => paths.get(file.name) ?? '' },
  };
  window.addEventListener('stand-in:call', (event) => {
    const { key, args } = (event as CustomEvent<{ key: string; args: unknown[] }>).detail;
    window.dispatchEvent(new CustomEvent('stand-in:result', { detail: exposed.get(key)?.(...args) }));
  });
  const module = { exports: {} };
  const require = (name: string): unknown => {
    if (name !== 'electron') throw new Error(`module not found: ${name}`);
    return electron;
  };
  preload(require, module, module.exports);
}

function pageSide(): void {
  window.addEventListener('stand-in:expose', (event) => {
    const { key, isFunction, value } = (event as CustomEvent<{ key: string; isFunction: boolean; value: unknown }>).detail;
    const call = (...args: unknown[]): unknown => {
      let result: unknown;
      const hear = (answer: Event): void => {
        result = (answer as CustomEvent<unknown>).detail;
      };
      window.addEventListener('stand-in:result', hear, { once: true });
      window.dispatchEvent(new CustomEvent('stand-in:call', { detail: { key, args } }));
      return result;
    };
    Object.defineProperty(window, key, { value: isFunction ? call : value, enumerable: true });
  });
}
