import type { Menu as RealMenu, MenuItemConstructorOptions } from 'electron';

/** `electron.Menu`: remembers its template. */
export class Menu {
  static application: Menu | null = null;
  readonly template: MenuItemConstructorOptions[];
  constructor(template: MenuItemConstructorOptions[]) {
    this.template = template;
  }
  static buildFromTemplate(template: MenuItemConstructorOptions[]): Menu {
    return new Menu(template);
  }
  static setApplicationMenu(menu: Menu | null): void {
    Menu.application = menu;
  }
  /** Every label, also of submenus, in order. */
  labels(): string[] {
    const walk = (items: MenuItemConstructorOptions[]): string[] =>
      items.flatMap(({ label, submenu }) => [...(label === undefined ? [] : [label]), ...(Array.isArray(submenu) ? walk(submenu) : [])]);
    return walk(this.template);
  }
}

/** The template a real menu takes, and the two functions that exist. */
Menu satisfies { buildFromTemplate(...args: Parameters<typeof RealMenu.buildFromTemplate>): unknown } & Record<keyof Pick<typeof RealMenu, 'setApplicationMenu'>, unknown>;
