import type { BrowserWindowConstructorOptions, WebPreferences } from 'electron';

/** The page runs in the sandbox, without Node, apart from the preload's world (SECURITY §3). A test reads these as data. */
export function webPreferences(preloadPath: string): WebPreferences {
  return {
    preload: preloadPath,
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    // The spell checker would fetch dictionaries.
    spellcheck: false,
    enableWebSQL: false,
    safeDialogs: true,
  };
}

/** The screens are made for this size and up (UX). */
export const minimumSize = { width: 1024, height: 700 } as const;

/** Colour of the page before it has painted, so that a dark screen does not flash white: --surface-page of the themes. */
export const backgroundColor = { light: '#f6f7f9', dark: '#13161a' } as const;

export function windowOptions(options: { preloadPath: string; iconPath: string; dark: boolean; packaged: boolean }): BrowserWindowConstructorOptions {
  return {
    minWidth: minimumSize.width,
    minHeight: minimumSize.height,
    title: 'Modelward',
    icon: options.iconPath,
    show: false,
    autoHideMenuBar: true,
    backgroundColor: options.dark ? backgroundColor.dark : backgroundColor.light,
    webPreferences: { ...webPreferences(options.preloadPath), devTools: !options.packaged },
  };
}
