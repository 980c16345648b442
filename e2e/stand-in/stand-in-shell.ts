import { EventEmitter } from 'node:events';
import { existsSync } from 'node:fs';
import type { Notification as RealNotification, NotificationConstructorOptions, Tray as RealTray } from 'electron';
import type { Menu } from './stand-in-menu.ts';

/** `electron.Tray`: the icon must exist; what it says can be read. */
export class Tray extends EventEmitter {
  static shown: Tray | null = null;
  toolTip = '';
  menu: Menu | null = null;
  constructor(image: string) {
    super();
    if (!existsSync(image)) throw new Error(`Failed to load image from path '${image}'`);
    Tray.shown = this;
  }
  setToolTip(toolTip: string): void {
    this.toolTip = toolTip;
  }
  setContextMenu(menu: Menu | null): void {
    this.menu = menu;
  }
  destroy(): void {
    Tray.shown = null;
  }
}
Tray satisfies new (image: string) => Pick<RealTray, 'setToolTip' | 'destroy' | 'emit'>;

/** `electron.Notification`: kept instead of shown. */
export class Notification extends EventEmitter {
  static readonly shown: Notification[] = [];
  readonly title: string;
  readonly body: string;
  constructor(options: NotificationConstructorOptions = {}) {
    super();
    this.title = options.title ?? '';
    this.body = options.body ?? '';
  }
  static isSupported(): boolean {
    return true;
  }
  show(): void {
    Notification.shown.push(this);
  }
}
Notification satisfies (new (options?: NotificationConstructorOptions) => Pick<RealNotification, 'title' | 'body' | 'show' | 'emit'>) & Pick<typeof RealNotification, 'isSupported'>;
