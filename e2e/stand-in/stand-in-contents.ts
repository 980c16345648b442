import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import type { CDPSession, Page } from '@playwright/test';
import type { IpcMain, WebContents, WebFrameMain, WebPreferences } from 'electron';
import { browserContext } from './browser.ts';
import { toAppUrl, toPageUrl } from './app-url.ts';
import { routeRequests } from './page-requests.ts';
import { bindingName, pageWorldSource, preloadWorldSource, worldName } from './page-world.ts';
import type { Carried, FromPage, ToPage } from './page-world.ts';
import { preventable } from './stand-in-event.ts';
import type { StandInPort } from './stand-in-ports.ts';

export const ipcMain = new EventEmitter() satisfies Pick<IpcMain, 'emit'>;

/** New windows the page tried to open, by what the app said. */
export const popups = { allowed: 0, refused: 0 };

type OpenHandler = Parameters<WebContents['setWindowOpenHandler']>[0];

/** `electron.WebContents`: a page of the headless Chromium with the built preload in a world of its own. */
export class StandInContents extends EventEmitter {
  private readonly preferences: WebPreferences;
  private readonly size: { width: number; height: number };
  private opened: Promise<{ page: Page; cdp: CDPSession }> | null = null;
  private worldId: number | null = null;
  private readonly ports = new Map<number, StandInPort>();
  private nextPortId = 1;
  private openHandler: OpenHandler | null = null;
  private url = '';
  /** True while the app itself loads a page: such a navigation is not asked about. */
  loadsByApp = false;
  destroyed = false;

  constructor(preferences: WebPreferences, size: { width: number; height: number }) {
    super();
    this.preferences = preferences;
    this.size = size;
  }

  setWindowOpenHandler(handler: OpenHandler): void {
    this.openHandler = handler;
  }
  /** What the app says to a new window; Electron opens one when nobody is asked. */
  mayOpenWindow(url: string): boolean {
    const details = { url, frameName: '', features: '', disposition: 'new-window' } as unknown as Parameters<OpenHandler>[0];
    return this.openHandler === null || this.openHandler(details).action === 'allow';
  }
  getURL(): string {
    return this.url;
  }
  async loadURL(url: string): Promise<void> {
    const { page } = await this.open();
    this.loadsByApp = true;
    try {
      await page.goto(toPageUrl(url), { waitUntil: 'domcontentloaded' });
    } finally {
      this.loadsByApp = false;
    }
  }
  /** True when the app refuses that the page goes elsewhere by itself. */
  refusesNavigation(url: string, isMainFrame: boolean): boolean {
    const event = preventable({ url, isMainFrame, isSameDocument: false });
    this.emit('will-frame-navigate', event);
    if (isMainFrame) this.emit('will-navigate', event);
    return event.defaultPrevented;
  }
  async close(): Promise<void> {
    if (this.destroyed) return;
    this.destroyed = true;
    this.pageGone();
    const opened = await this.opened;
    await opened?.page.close().catch(() => undefined); // crashed or closed already
    this.emit('destroyed');
  }
  async crash(): Promise<void> {
    const opened = await this.opened;
    // The page dies before it can answer.
    opened?.cdp.send('Page.crash').catch(() => undefined);
  }
  async tellPath(fileName: string, path: string): Promise<void> {
    await this.tell({ kind: 'path', fileName, path });
  }

  private open(): Promise<{ page: Page; cdp: CDPSession }> {
    this.opened ??= this.openPage();
    return this.opened;
  }
  private async openPage(): Promise<{ page: Page; cdp: CDPSession }> {
    const context = browserContext();
    const page = await context.newPage();
    await page.setViewportSize(this.size);
    await routeRequests(page, this);
    page.on('popup', (popup) => {
      // Chromium has made it already; it reaches nothing (browser.ts) and is closed. What the app said is noted.
      popups[this.mayOpenWindow(toAppUrl(popup.url())) ? 'allowed' : 'refused'] += 1;
      popup.close().catch(() => undefined);
    });
    page.on('crash', () => {
      this.opened = null;
      this.pageGone();
      this.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 11 });
      page.close().catch(() => undefined);
    });
    page.on('framenavigated', (frame) => {
      if (frame === page.mainFrame()) this.url = toAppUrl(frame.url());
    });
    page.once('domcontentloaded', () => setTimeout(() => this.emit('stand-in:painted'), 0));
    const cdp = await context.newCDPSession(page);
    await this.giveWorld(cdp);
    return { page, cdp };
  }
  private async giveWorld(cdp: CDPSession): Promise<void> {
    cdp.on('Runtime.executionContextCreated', ({ context }) => {
      if (context.name === worldName) this.worldId = context.id;
    });
    cdp.on('Runtime.executionContextsCleared', () => this.pageGone());
    cdp.on('Runtime.executionContextDestroyed', ({ executionContextId }) => {
      if (executionContextId === this.worldId) this.pageGone();
    });
    cdp.on('Runtime.bindingCalled', ({ name, payload, executionContextId }) => {
      if (name === bindingName && executionContextId === this.worldId) this.hear(JSON.parse(payload) as FromPage);
    });
    await cdp.send('Page.enable');
    await cdp.send('Runtime.enable');
    await cdp.send('Runtime.addBinding', { name: bindingName, executionContextName: worldName });
    await cdp.send('Page.addScriptToEvaluateOnNewDocument', { source: pageWorldSource() });
    const { preload } = this.preferences;
    if (preload === undefined) return;
    await cdp.send('Page.addScriptToEvaluateOnNewDocument', { source: preloadWorldSource(readFileSync(preload, 'utf8')), worldName });
  }

  private hear(message: FromPage): void {
    if (message.kind === 'port') {
      this.ports.get(message.portId)?.fromPage(originalOf(message.data));
      return;
    }
    ipcMain.emit(message.channel, { sender: this, senderFrame: this.frame(), ports: [] }, ...message.args);
  }
  private frame() {
    return {
      url: this.url,
      parent: null,
      postMessage: (channel: string, message: unknown, transfer: unknown[] = []) => {
        const portIds = transfer.map((port) => this.adopt(port as StandInPort));
        this.tellSoon({ kind: 'ipc', channel, args: [message], portIds });
      },
    } satisfies Pick<WebFrameMain, 'url' | 'parent'> & Record<keyof Pick<WebFrameMain, 'postMessage'>, unknown>;
  }
  private adopt(port: StandInPort): number {
    const portId = this.nextPortId++;
    this.ports.set(portId, port);
    // In the next turn: the page must have the port before it gets messages.
    setImmediate(() =>
      port.transferTo({
        deliver: (data) => this.tellSoon({ kind: 'port', portId, data: carriedOf(data) }),
        closed: () => this.tellSoon({ kind: 'close', portId }),
      }),
    );
    return portId;
  }
  private tellSoon(message: ToPage): void {
    this.tell(message).catch((error: unknown) => {
      // A page that has gone meanwhile cannot be told; anything else is a fault of the stand-in.
      if (this.worldId !== null && !this.destroyed) process.stderr.write(`stand-in: ${String(error)}\n`);
    });
  }
  private async tell(message: ToPage): Promise<void> {
    const contextId = this.worldId;
    const opened = await this.opened;
    if (contextId === null || opened === null || this.destroyed) return;
    await opened.cdp.send('Runtime.evaluate', { contextId, expression: `standInHear(${JSON.stringify(message)})` });
  }
  /** The document is gone, and with it the far ends of its ports. */
  private pageGone(): void {
    this.worldId = null;
    for (const port of this.ports.values()) port.close();
    this.ports.clear();
  }
}

function carriedOf(data: unknown): Carried {
  if (typeof data === 'string') return { text: data };
  if (data instanceof Uint8Array) return { base64: Buffer.from(data).toString('base64') };
  if (data instanceof ArrayBuffer) return { base64: Buffer.from(data).toString('base64') };
  return { json: data };
}

function originalOf(data: Carried): unknown {
  if ('text' in data) return data.text;
  if ('base64' in data) return new Uint8Array(Buffer.from(data.base64, 'base64'));
  return data.json;
}
