import type { Page, Route } from '@playwright/test';
import { toAppUrl } from './app-url.ts';
import type { RequestOutcome, RequestRecord } from './control-protocol.ts';
import { answerOfScheme, session } from './stand-in-session.ts';
import { preventable } from './stand-in-event.ts';

/** Every request a page made and what became of it; the specs read it. */
export const requests: RequestRecord[] = [];

interface Asking {
  readonly loadsByApp: boolean;
  refusesNavigation(url: string, isMainFrame: boolean): boolean;
}

/**
 * Answers the requests of a page as Electron does: a navigation of the page's own making is asked about, then the
 * session's filter, then the handler of the scheme. What none of them stops "would have left": it is noted and stopped here.
 */
export async function routeRequests(page: Page, contents: Asking): Promise<void> {
  await page.route('**/*', (route) => answer(route, page, contents));
  page.on('download', (download) => {
    const event = preventable({});
    session.defaultSession.emit('will-download', event, { getURL: () => toAppUrl(download.url()) }, {});
    requests.push({ url: download.url(), outcome: event.defaultPrevented ? 'refused as download' : 'would have left' });
    download.cancel().catch(() => undefined); // ended already
  });
}

async function answer(route: Route, page: Page, contents: Asking): Promise<void> {
  const request = route.request();
  const url = toAppUrl(request.url());
  const refuse = (outcome: RequestOutcome): Promise<void> => {
    requests.push({ url, outcome });
    return route.abort('aborted');
  };
  const isNavigation = request.isNavigationRequest();
  if (isNavigation && !contents.loadsByApp && contents.refusesNavigation(url, request.frame() === page.mainFrame())) return refuse('refused as navigation');
  if (!(await session.defaultSession.mayRequest(url, isNavigation ? 'mainFrame' : 'other'))) return refuse('refused as request');
  const response = await answerOfScheme(url);
  if (response === null) return refuse('would have left');
  requests.push({ url, outcome: 'answered' });
  await route.fulfill({ status: response.status, headers: Object.fromEntries(response.headers), body: Buffer.from(await response.arrayBuffer()) });
}
