import type { CustomScheme, OpenDialogOptions, Rectangle, WebPreferences } from 'electron';

/** What a spec may ask of a stand-in, over the channel it was started with. */
export type ControlCommand =
  | { command: 'state' }
  | { command: 'go' }
  | { command: 'answer-dialogs'; files?: (string | null)[]; buttons?: number[] }
  | { command: 'place-file'; fileName: string; path: string }
  | { command: 'window'; action: 'close' | 'minimize' | 'restore' | 'show' }
  | { command: 'crash-page' }
  | { command: 'click-tray'; label: string }
  | { command: 'click-notification' }
  | { command: 'quit' }
  | { command: 'power'; event: 'suspend' | 'resume' | 'shutdown' }
  | { command: 'ask-permission'; permission: string; url: string; isMainFrame: boolean }
  | { command: 'ask-request'; url: string }
  | { command: 'forge-message'; channel: string; url: string; isTopFrame: boolean; fromWindow: boolean };

export type ControlRequest = ControlCommand & { id: number };
/** `id` 0 comes once, unasked: where the DevTools protocol of the browser is spoken. */
export interface ControlAnswer {
  id: number;
  value?: unknown;
  error?: string;
}

/** What became of a request: answered by the app's scheme, refused by one of the app's handlers, or stopped by none of them. */
export type RequestOutcome = 'answered' | 'refused as navigation' | 'refused as request' | 'refused as download' | 'would have left';
export interface RequestRecord {
  url: string;
  outcome: RequestOutcome;
}

/** The app from outside. */
export interface StandInState {
  sandboxed: boolean;
  schemes: CustomScheme[];
  windows: { visible: boolean; minimized: boolean; focusCount: number; bounds: Rectangle; title: string; webPreferences: WebPreferences }[];
  tray: { toolTip: string; labels: string[] } | null;
  menuLabels: string[];
  notifications: { title: string; body: string }[];
  questions: { message: string; detail: string; buttons: string[] }[];
  openDialogs: OpenDialogOptions[];
  errors: string[];
  /** New windows the page tried to open, by what the app said. */
  popups: { allowed: number; refused: number };
  requests: RequestRecord[];
}
