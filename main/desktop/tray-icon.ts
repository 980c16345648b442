import { join } from 'node:path';
import { Menu, Tray } from 'electron';
import type { Activity } from '../compose.ts';
import type { SystemStatus } from '../contract/system.contract.ts';
import { fill } from '../../renderer/i18n/fill.ts';
import type { DesktopTexts } from './desktop-texts.ts';

export interface TrayOptions {
  iconsFolder: string;
  onOpen: () => void;
  onQuit: () => void;
}

export interface TrayState {
  state: SystemStatus['state'];
  activity: Activity;
}

export interface TrayIcon {
  show(state: TrayState, texts: DesktopTexts): void;
  destroy(): void;
}

/** The icon in the task bar: says what runs while no window is open, opens the window, and quits. */
export function createTrayIcon({ iconsFolder, onOpen, onQuit }: TrayOptions): TrayIcon {
  const tray = new Tray(join(iconsFolder, process.platform === 'darwin' ? 'trayTemplate.png' : 'tray.png'));
  tray.on('click', onOpen);
  let shown = '';
  return {
    show(state, texts) {
      const lines = stateLines(state, texts);
      const key = JSON.stringify([lines, texts.tray.open]);
      if (key === shown) return; // on Linux every new menu closes an open one
      shown = key;
      tray.setToolTip(['Modelward', ...lines].join('\n'));
      tray.setContextMenu(
        Menu.buildFromTemplate([
          ...lines.map((label) => ({ label, enabled: false })),
          { type: 'separator' },
          { label: texts.tray.open, click: onOpen },
          { label: texts.tray.quit, click: onQuit },
        ]),
      );
    },
    destroy: () => tray.destroy(),
  };
}

/** What the tray says, in words: at most one line for models and one for work. */
export function stateLines({ state, activity }: TrayState, texts: DesktopTexts): string[] {
  switch (state) {
    case 'broken':
      return [texts.tray.broken];
    case 'locked':
    case 'not-set-up':
      return [state === 'locked' ? texts.tray.closed : texts.tray.idle];
    case 'ready': {
      const names = (list: string[]): string => list.join(texts.listSeparator);
      const serving = activity.models.length === 0 ? texts.tray.idle : fill(texts.tray.serving, { names: names(activity.models) });
      return [serving, ...(activity.jobs.length === 0 ? [] : [fill(texts.tray.working, { names: names(activity.jobs) })])];
    }
  }
}
