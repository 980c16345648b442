import { EventEmitter } from 'node:events';
import type { BrowserWindow as RealWindow, BrowserWindowConstructorOptions, Rectangle } from 'electron';
import { app } from './stand-in-app.ts';
import { StandInContents } from './stand-in-contents.ts';
import { isPrevented } from './stand-in-event.ts';

/** `electron.BrowserWindow`: a page nobody sees, which knows whether it would be seen. */
export class BrowserWindow extends EventEmitter {
  static readonly all = new Set<BrowserWindow>();
  readonly options: BrowserWindowConstructorOptions;
  readonly webContents: StandInContents;
  focusCount = 0;
  private visible = false;
  private minimized = false;
  private maximized = false;
  private destroyedNow = false;

  constructor(options: BrowserWindowConstructorOptions = {}) {
    super();
    if (!app.isReady()) throw new Error('Cannot create BrowserWindow before app is ready');
    this.options = options;
    this.webContents = new StandInContents(options.webPreferences ?? {}, { width: options.width ?? 800, height: options.height ?? 600 });
    this.webContents.once('stand-in:painted', () => this.emit('ready-to-show'));
    BrowserWindow.all.add(this);
    app.windows.add(this);
    app.emit('browser-window-created', {}, this);
    app.emit('web-contents-created', {}, this.webContents);
  }
  loadURL(url: string): Promise<void> {
    return this.webContents.loadURL(url);
  }
  show(): void {
    this.visible = true;
    this.minimized = false;
  }
  focus(): void {
    this.focusCount += 1;
  }
  minimize(): void {
    this.minimized = true;
  }
  restore(): void {
    this.minimized = false;
  }
  maximize(): void {
    this.maximized = true;
  }
  isVisible(): boolean {
    return this.visible && !this.destroyedNow;
  }
  isMinimized(): boolean {
    return this.minimized;
  }
  isMaximized(): boolean {
    return this.maximized;
  }
  isDestroyed(): boolean {
    return this.destroyedNow;
  }
  getNormalBounds(): Rectangle {
    return { x: this.options.x ?? 100, y: this.options.y ?? 80, width: this.options.width ?? 800, height: this.options.height ?? 600 };
  }
  close(): void {
    if (this.destroyedNow || isPrevented(this, 'close')) return;
    this.destroy();
  }
  /** Without asking. */
  destroy(): void {
    if (this.destroyedNow) return;
    this.destroyedNow = true;
    this.visible = false;
    BrowserWindow.all.delete(this);
    void this.webContents.close();
    this.emit('closed');
    app.windowClosed(this);
  }
}

type UsedWindow =
  | 'loadURL'
  | 'show'
  | 'focus'
  | 'minimize'
  | 'restore'
  | 'maximize'
  | 'isVisible'
  | 'isMinimized'
  | 'isMaximized'
  | 'isDestroyed'
  | 'getNormalBounds'
  | 'close'
  | 'destroy'
  | 'emit';
BrowserWindow satisfies new (options?: BrowserWindowConstructorOptions) => Pick<RealWindow, UsedWindow>;
