import type { CustomScheme } from 'electron';

/** Where the page lives. A scheme of our own instead of file://, which grants a page far more than it needs. */
export const appScheme = 'modelward';
export const appHost = 'app';
export const pageUrl = `${appScheme}://${appHost}/`;

/**
 * What Chromium grants the scheme: an origin of its own (`standard`), a secure context, modules and the code cache.
 * Not: bypassing the CSP, service workers, requests from other origins.
 */
export const schemePrivileges: CustomScheme = {
  scheme: appScheme,
  privileges: {
    standard: true,
    secure: true,
    supportFetchAPI: true,
    codeCache: true,
    bypassCSP: false,
    allowServiceWorkers: false,
    corsEnabled: false,
    stream: false,
    allowExtensions: false,
  },
};

/** Whether a URL belongs to the app: scheme and host, no user, no port. */
export function isAppUrl(url: string): boolean {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  return parsed !== null && parsed.protocol === `${appScheme}:` && parsed.host === appHost && parsed.username === '' && parsed.password === '';
}

/** Whether a URL is the page itself, whatever screen (hash) it shows. */
export function isPageUrl(url: string): boolean {
  if (!isAppUrl(url)) return false;
  const { pathname, search } = new URL(url);
  return search === '' && (pathname === '' || pathname === '/' || pathname === '/index.html');
}

/** What of a sender the check looks at; `WebFrameMain` in Electron. */
export interface SenderFrame {
  url: string;
  parent: unknown;
}

/** A message counts only when the top frame of our own window sent it while it shows our page. */
export function isTrustedSender(frame: SenderFrame | null, isOurWindow: boolean): boolean {
  return isOurWindow && frame !== null && frame.parent === null && isPageUrl(frame.url);
}
