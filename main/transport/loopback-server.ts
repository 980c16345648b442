import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { RPCHandler } from '@orpc/server/ws';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import type { Application } from '../compose.ts';
import { ExpectedError, systemCodeOf } from '../kernel/errors.ts';
import type { ClientGate } from './client-gate.ts';
import { answerError, answerText } from './answers.ts';
import type { StaticFiles } from './static-files.ts';

export interface LoopbackServerOptions {
  application: Application;
  gate: ClientGate;
  /** The built renderer; null for a host that has a window of its own and serves only the command line. */
  files: StaticFiles | null;
  /** 0 lets the operating system choose. */
  port: number;
  reportBug: (error: unknown, where: string) => string;
}

export interface LoopbackServer {
  readonly port: number;
  /** A fresh URL that opens the console once. */
  newUrl(): string;
  close(): Promise<void>;
}

const address = '127.0.0.1';
/** No call of the contract is larger; a conversation of four million characters fits. */
const maxMessageBytes = 64 * 1024 * 1024;

/**
 * The door of a running instance: on 127.0.0.1 only, one HTTP server for the console's page, its WebSocket, its uploads,
 * and the command line. Nobody passes without a credential of the gate; a page of another origin never does, nor a name
 * that merely resolves to this address (DNS rebinding). Raises PORT_TAKEN.
 */
export async function startLoopbackServer(options: LoopbackServerOptions): Promise<LoopbackServer> {
  const { application, gate, files, reportBug } = options;
  const handler = new RPCHandler(application.router);
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes, perMessageDeflate: false });
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (error instanceof ExpectedError) return answerError(response, error);
      const referenceId = reportBug(error, 'loopback server');
      return answerError(response, new ExpectedError('BUG', { referenceId }));
    });
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const clientId = isOurs(request, server) ? gate.clientOf(request) : null;
    if (clientId === null || !isSocketPath(request.url ?? '')) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => serve(webSocket, clientId));
  });

  const isSocketPath = (url: string): boolean => url === gate.socketPath || url === gate.commandLinePath;

  const serve = (webSocket: WebSocket, clientId: string): void => {
    webSocket.on('error', (error) => void reportBug(error, 'web socket'));
    if (gate.isCommandLine(clientId)) webSocket.on('close', () => application.forgetClient(clientId));
    void handler.upgrade(webSocket, {
      context: { clientId, source: { host: gate.isCommandLine(clientId) ? 'cli' : 'console', address } },
    });
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (!isOurs(request, server)) return answerText(response, 403, 'Modelward answers only on 127.0.0.1.');
    const url = new URL(request.url ?? '/', `http://${address}`);
    if (request.method === 'POST' && url.pathname === gate.newUrlPath) {
      if (!gate.hasSecret(request)) return answerText(response, 403, 'Forbidden');
      return answerText(response, 200, urlOf(server, gate));
    }
    if (url.pathname === '/favicon.ico') return answerText(response, 404, ''); // asked for by browsers, credential or not
    if (files === null) return answerText(response, 404, 'Not found');
    if (request.method === 'GET' && url.pathname === '/') return gate.admit(request, response, url.searchParams.get('token'));
    const clientId = gate.clientOf(request);
    if (clientId === null) return gate.refuse(response);
    if (request.method === 'PUT' && url.pathname.startsWith(gate.uploadPath)) {
      await application.receiveUpload(url.pathname.slice(gate.uploadPath.length), clientId, request);
      return answerText(response, 201, '');
    }
    if (request.method === 'GET' && url.pathname.startsWith(gate.basePath)) return files.answer(response, url.pathname.slice(gate.basePath.length));
    return answerText(response, 404, 'Not found');
  };

  await listen(server, options.port);
  return {
    port: portOf(server),
    newUrl: () => urlOf(server, gate),
    async close() {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function urlOf(server: Server, gate: ClientGate): string {
  return `http://${address}:${portOf(server)}/?token=${gate.newToken()}`;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** The Host header names this very server, and the Origin, where a browser sends one, is this server's own. */
function isOurs(request: IncomingMessage, server: Server): boolean {
  const authority = `${address}:${portOf(server)}`;
  if (request.headers.host !== authority) return false;
  return request.headers.origin === undefined || request.headers.origin === `http://${authority}`;
}

async function listen(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      const code = systemCodeOf(error);
      reject(code === 'EADDRINUSE' || code === 'EACCES' ? new ExpectedError('PORT_TAKEN', { port }, { cause: error }) : error);
    });
    server.listen({ host: address, port, exclusive: true }, resolve);
  });
}
