import { EventEmitter } from 'node:events';
import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { App } from 'electron';
import { closeBrowser, openBrowser } from './browser.ts';
import { isPrevented } from './stand-in-event.ts';
import { takeSingleInstanceLock } from './single-instance.ts';

interface ClosableWindow {
  close(): void;
}

/** `electron.app`: ready once the browser runs, quits as Electron does. */
class StandInApp extends EventEmitter {
  readonly isPackaged = process.env['MODELWARD_STAND_IN_PACKAGED'] === '1';
  /** Looked at by the specs: whether what must come before `ready` did. */
  sandboxed = false;
  readonly windows = new Set<ClosableWindow>();
  private readonly paths = new Map<string, string>();
  private readyNow = false;
  private quitting = false;
  private releaseLock: () => void = () => undefined;

  /** Called when all modules are there: Electron's own start. `beforeReady` is waited for when the browser runs. */
  begin(beforeReady: () => Promise<void>): void {
    this.paths.set('appData', process.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'));
    setImmediate(() => {
      if (this.quitting) return;
      const opening = openBrowser(this.getPath('userData'));
      opening.then(beforeReady).then(
        () => {
          this.readyNow = true;
          this.emit('ready');
        },
        (error: unknown) => {
          process.stderr.write(`stand-in: ${String(error)}\n`);
          process.exit(70);
        },
      );
    });
  }
  isReady(): boolean {
    return this.readyNow;
  }
  whenReady(): Promise<void> {
    return this.readyNow ? Promise.resolve() : new Promise((resolve) => this.once('ready', () => resolve()));
  }
  enableSandbox(): void {
    if (this.readyNow) throw new Error('enableSandbox must be called before the app is ready');
    this.sandboxed = true;
  }
  setAppUserModelId(_id: string): void {}
  getVersion(): string {
    return '0.0.0-stand-in';
  }
  getPreferredSystemLanguages(): string[] {
    return (process.env['MODELWARD_STAND_IN_LANGUAGES'] ?? 'en-GB').split(',');
  }
  getPath(name: 'appData' | 'userData'): string {
    const path = this.paths.get(name) ?? join(this.paths.get('appData') ?? homedir(), 'Modelward');
    mkdirSync(path, { recursive: true });
    return path;
  }
  setPath(name: string, path: string): void {
    this.paths.set(name, path);
  }
  requestSingleInstanceLock(): boolean {
    const lock = takeSingleInstanceLock(this.getPath('userData'), (argv) => this.emit('second-instance', { preventDefault: () => undefined }, argv, '', {}));
    if (lock === null) return false;
    this.releaseLock = lock;
    return true;
  }
  quit(): void {
    if (!this.readyNow && this.windows.size === 0) return this.exit(0);
    if (isPrevented(this, 'before-quit')) return;
    this.quitting = true;
    for (const window of this.windows) window.close();
    this.emit('will-quit', { preventDefault: () => undefined });
    this.emit('quit', {}, 0);
    this.exit(0);
  }
  exit(code = 0): void {
    this.quitting = true;
    this.releaseLock();
    void closeBrowser().finally(() => process.exit(code));
  }
  windowClosed(window: ClosableWindow): void {
    this.windows.delete(window);
    if (this.windows.size > 0 || this.quitting) return;
    if (this.listenerCount('window-all-closed') === 0) this.quit();
    else this.emit('window-all-closed');
  }
}

type UsedApp =
  | 'isPackaged'
  | 'isReady'
  | 'whenReady'
  | 'enableSandbox'
  | 'setAppUserModelId'
  | 'getVersion'
  | 'getPreferredSystemLanguages'
  | 'setPath'
  | 'requestSingleInstanceLock'
  | 'quit'
  | 'exit';

export const app = new StandInApp() satisfies Pick<App, UsedApp>;
