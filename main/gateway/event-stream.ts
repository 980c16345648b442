import type { ServerResponse } from 'node:http';

/** An answer as server-sent events (WHATWG HTML, "Server-sent events"), written no faster than it is read. */
export interface EventStream {
  /** One event. Waits while the reader is behind; returns at once when it has gone. */
  send(body: object | '[DONE]'): Promise<void>;
  end(): void;
}

/** So that nobody in between takes a long prompt for a dead connection. */
const KEEP_ALIVE_MS = 15_000;

export function openEventStream(response: ServerResponse, headers: Record<string, string>): EventStream {
  response.writeHead(200, {
    ...headers,
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-transform',
    connection: 'keep-alive',
    'x-accel-buffering': 'no',
  });
  response.flushHeaders();
  const keepAlive = setInterval(() => {
    if (!response.writableNeedDrain && !response.destroyed) response.write(': waiting\n\n');
  }, KEEP_ALIVE_MS);
  keepAlive.unref();
  response.on('close', () => clearInterval(keepAlive));
  return {
    async send(body) {
      if (response.destroyed || response.writableEnded) return;
      const accepted = response.write(`data: ${body === '[DONE]' ? body : JSON.stringify(body)}\n\n`);
      if (accepted) return;
      await new Promise<void>((resolve) => {
        const settle = (): void => {
          response.off('drain', settle);
          response.off('close', settle);
          resolve();
        };
        response.on('drain', settle);
        response.on('close', settle);
      });
    },
    end() {
      clearInterval(keepAlive);
      if (!response.destroyed) response.end();
    },
  };
}
