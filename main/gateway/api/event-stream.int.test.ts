import { once } from 'node:events';
import { createServer, get } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openEventStream } from './event-stream.ts';

const server = createServer();
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

it('cuts off a reader that takes nothing for too long, so that nobody waits behind it', async () => {
  const request = get({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' });
  request.on('error', () => undefined);
  request.on('response', () => undefined); // without one the answer would be read and thrown away
  const [, response] = (await once(server, 'request')) as [unknown, ServerResponse];
  const stream = openEventStream(response, { headers: {}, keepAlive: ': waiting\n\n', stalledMs: 100 });
  const event = `data: ${'x'.repeat(1_000_000)}\n\n`;
  let waits = 0;
  // What the system itself takes up is written without waiting; the first wait that is not ended by a reader ends the connection.
  while (!response.destroyed && waits < 100) {
    const drained = stream.write(event);
    if (drained !== undefined) waits += 1;
    await drained;
  }
  expect(response.destroyed).toBe(true);
  expect(waits).toBeLessThan(30);
  expect(stream.write(event)).toBeUndefined();
  stream.end();
});
