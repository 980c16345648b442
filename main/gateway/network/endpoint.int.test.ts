import { connect } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { freePort } from '../testing/scripted-gateway.ts';
import { createConnectionGate } from './connection-gate.ts';
import { createEndpoint } from './endpoint.ts';
import type { Endpoint } from './endpoint.ts';
import { createSelfTest } from './self-test.ts';

let endpoint: Endpoint;
afterEach(() => endpoint.close(0));

/** An endpoint behind something that answers for it, as a proxy or another program would, where `deaf` says so. */
function endpointOf(deaf: (address: string) => boolean): Endpoint {
  const selfTest = createSelfTest();
  endpoint = createEndpoint({
    gate: createConnectionGate({ onRefused: () => undefined }),
    handler: (request, response) => {
      if (deaf(request.socket.localAddress ?? '') || !selfTest.answer(request, response)) response.writeHead(502).end();
    },
    onUnreadable: (socket) => socket.destroy(),
    selfTest,
    reportBug: (error) => {
      throw error;
    },
  });
  return endpoint;
}

function accepts(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

it('refuses a move whose new address does not answer, and opens none of the others', async () => {
  const port = await freePort();
  const places = ['127.0.0.1', '127.0.0.2', '127.0.0.3'].map((address) => ({ address, port, encrypted: false }));
  await expect(endpointOf((address) => address === '127.0.0.3').prepare({ places, tls: null, mayFail: () => false })).rejects.toMatchObject({
    code: 'ENDPOINT_SILENT',
    data: { address: '127.0.0.3', port, detail: 'HTTP 502' },
  });
  expect(endpoint.listeners()).toEqual([]);
  for (const { address } of places) expect(await accepts(address, port), address).toBe(false);
});

it('goes on without the address that does not answer where it may', async () => {
  const port = await freePort();
  const places = ['127.0.0.1', '127.0.0.2'].map((address) => ({ address, port, encrypted: false }));
  const prepared = await endpointOf((address) => address === '127.0.0.2').prepare({ places, tls: null, mayFail: ({ address }) => address === '127.0.0.2' });
  expect(prepared.problems.get('127.0.0.2')).toMatchObject({ code: 'ENDPOINT_SILENT' });
  prepared.commit();
  expect(endpoint.listeners().map(({ address }) => address)).toEqual(['127.0.0.1']);
  expect(await accepts('127.0.0.1', port)).toBe(true);
  expect(await accepts('127.0.0.2', port)).toBe(false);
});
