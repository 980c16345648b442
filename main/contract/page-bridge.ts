/**
 * Names of the few words that page, preload and desktop host exchange before they have a line: the page says it is ready,
 * the preload asks the host for a port on `PORT_CHANNEL` and hands it on to the page.
 */
export const PAGE_READY = 'modelward:ready';
export const PAGE_PORT = 'modelward:port';
export const PORT_CHANNEL = 'modelward:port';
