import type { ServerResponse } from 'node:http';

/** An answer as server-sent events (WHATWG HTML, "Server-sent events"), written no faster than it is read. */
export interface EventStream {
  /**
   * Whole events, each with its empty line. Undefined where the reader keeps up or has gone; else a promise to wait for before anything
   * more is made: what is not read stays unmade, and memory does not grow with a slow reader.
   */
  write(events: string): Promise<void> | undefined;
  end(): void;
}

/** So that nobody in between takes a long prompt for a dead connection. */
const KEEP_ALIVE_MS = 15_000;
/** A reader that takes nothing for so long is cut off: it holds a place in the model that others wait for. */
const STALLED_MS = 120_000;

export function openEventStream(response: ServerResponse, options: { headers: Record<string, string>; keepAlive: string; stalledMs?: number }): EventStream {
  const { headers, keepAlive, stalledMs = STALLED_MS } = options;
  response.writeHead(200, {
    ...headers,
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-transform',
    connection: 'keep-alive',
    'x-accel-buffering': 'no',
  });
  response.flushHeaders();
  const timer = setInterval(() => {
    if (!response.writableNeedDrain && !response.destroyed) response.write(keepAlive);
  }, KEEP_ALIVE_MS);
  timer.unref();
  response.on('close', () => clearInterval(timer));
  return {
    write(events) {
      if (response.destroyed || response.writableEnded || response.write(events)) return undefined;
      return new Promise<void>((resolve) => {
        const cutOff = setTimeout(() => response.destroy(), stalledMs);
        const settle = (): void => {
          clearTimeout(cutOff);
          response.off('drain', settle);
          response.off('close', settle);
          resolve();
        };
        response.on('drain', settle);
        response.on('close', settle);
      });
    },
    end() {
      clearInterval(timer);
      if (!response.destroyed) response.end();
    },
  };
}
