import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createGatewayApp, refuseUnreadable } from './gateway-app.ts';
import type { GatewayAppDependencies } from './gateway-app.ts';
import type { RequestHandler } from './network/network.service.ts';

export type GatewayServerDependencies = Omit<GatewayAppDependencies, 'closing'>;

/** The gateway as network/ wants it: it listens nowhere itself and is handed the requests of every address, with limits and timeouts of their own. */
export async function createGatewayHandler(dependencies: GatewayServerDependencies): Promise<RequestHandler> {
  const closing = new AbortController();
  let handler: (request: IncomingMessage, response: ServerResponse) => void = () => undefined;
  const app = createGatewayApp(
    { ...dependencies, closing: closing.signal },
    {
      // The server made here never listens: its only use is that Fastify gives away how a request is answered.
      serverFactory(answer) {
        handler = answer;
        return createServer();
      },
    },
  );
  await app.ready();
  return {
    handler,
    onUnreadable: refuseUnreadable,
    endAnswers: () => closing.abort(),
    close: () => app.close(),
  };
}
