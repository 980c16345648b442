import type { MenuItemConstructorOptions } from 'electron';
import type { DesktopTexts } from './desktop-texts.ts';

export interface MenuOptions {
  texts: DesktopTexts;
  platform: NodeJS.Platform;
  packaged: boolean;
}

/**
 * The application menu. macOS takes its keys for copy and paste from it; elsewhere it is hidden until Alt is pressed, and
 * carries the keys for zoom, closing and quitting.
 */
export function appMenu({ texts, platform, packaged }: MenuOptions): MenuItemConstructorOptions[] {
  const { menu } = texts;
  const isMac = platform === 'darwin';
  const separator = { type: 'separator' } as const;
  const application: MenuItemConstructorOptions = {
    label: 'Modelward',
    submenu: [
      { role: 'about', label: menu.about },
      separator,
      { role: 'services', label: menu.services },
      separator,
      { role: 'hide', label: menu.hide },
      { role: 'hideOthers', label: menu.hideOthers },
      { role: 'unhide', label: menu.showAll },
      separator,
      { role: 'quit', label: menu.quit },
    ],
  };
  const file: MenuItemConstructorOptions = {
    label: menu.file,
    submenu: [{ role: 'close', label: menu.close }, ...(isMac ? [] : [separator, { role: 'quit', label: menu.quit } as const])],
  };
  const edit: MenuItemConstructorOptions = {
    label: menu.edit,
    submenu: [
      { role: 'undo', label: menu.undo },
      { role: 'redo', label: menu.redo },
      separator,
      { role: 'cut', label: menu.cut },
      { role: 'copy', label: menu.copy },
      { role: 'paste', label: menu.paste },
      { role: 'selectAll', label: menu.selectAll },
    ],
  };
  const view: MenuItemConstructorOptions = {
    label: menu.view,
    submenu: [
      { role: 'resetZoom', label: menu.actualSize },
      { role: 'zoomIn', label: menu.larger },
      { role: 'zoomOut', label: menu.smaller },
      separator,
      { role: 'togglefullscreen', label: menu.fullScreen },
      ...(packaged ? [] : [separator, { role: 'toggleDevTools', label: menu.developerTools } as const]),
    ],
  };
  const window: MenuItemConstructorOptions = { label: menu.window, role: 'window', submenu: [{ role: 'minimize', label: menu.minimize }] };
  return [...(isMac ? [application] : []), file, edit, view, ...(isMac ? [window] : [])];
}
