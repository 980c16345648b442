/**
 * Chromium knows no scheme of ours, so the page lives on a name that resolves nowhere and is always a secure context.
 * No request for it leaves: each is answered by the handler the app registered for its own scheme.
 */
const pageOrigin = 'http://app.modelward.localhost';
const appOrigin = 'modelward://app';

/** What the app calls a URL of the page. */
export function toAppUrl(pageUrl: string): string {
  return pageUrl === pageOrigin || pageUrl.startsWith(`${pageOrigin}/`) ? `${appOrigin}${pageUrl.slice(pageOrigin.length)}` : pageUrl;
}

/** Where Chromium finds a URL of the app. */
export function toPageUrl(appUrl: string): string {
  return appUrl.startsWith(`${appOrigin}/`) ? `${pageOrigin}${appUrl.slice(appOrigin.length)}` : appUrl;
}
