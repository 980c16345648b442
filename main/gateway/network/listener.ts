import { createServer as createPlainServer } from 'node:http';
import type { IncomingMessage, Server, ServerOptions, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Server as TlsServer } from 'node:https';
import { isIPv6 } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { ExpectedError, systemCodeOf } from '../../kernel/errors.ts';
import type { ConnectionGate } from './connection-gate.ts';

/** What a TLS listener shows, both PEM. */
export interface TlsMaterial {
  certificatePem: string;
  privateKeyPem: string;
}

/** One address and port that takes requests. */
export interface Listener {
  readonly address: string;
  readonly port: number;
  readonly encrypted: boolean;
  /** New connections are shown this certificate; those that are open go on undisturbed. Nothing happens without TLS. */
  setTls(material: TlsMaterial): void;
  /** Stops accepting and lets running answers come to their end; resolves when every connection is closed. */
  retire(): Promise<void>;
  /** The same, but after `graceMs` what still runs is cut off. */
  close(graceMs: number): Promise<void>;
}

export interface ListenerOptions {
  address: string;
  /** 0 lets the operating system choose. */
  port: number;
  tls: TlsMaterial | null;
  gate: ConnectionGate;
  handler: (request: IncomingMessage, response: ServerResponse) => void;
  /** Bytes that are no HTTP: there is no request to answer, only a connection to close. */
  onUnreadable: (socket: Socket) => void;
}

/** For a client to send its whole request, and its headers; answers may take as long as they take. */
const limits: ServerOptions = { requestTimeout: 30_000, headersTimeout: 15_000, keepAliveTimeout: 72_000, connectionsCheckingInterval: 5000 };
const HANDSHAKE_TIMEOUT_MS = 10_000;
/** Of one listener: far more than a machine can answer, and few enough for its memory. */
const MOST_CONNECTIONS = 2048;
/** While retiring: how often connections that have become idle are closed. */
const IDLE_ROUND_MS = 50;

/** Raises PORT_TAKEN, ADDRESS_GONE, or the operating system's error. */
export async function openListener({ address, port, tls, gate, handler, onUnreadable }: ListenerOptions): Promise<Listener> {
  let retired: Promise<void> | null = null;
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    // A list that has become shorter holds for the next request of a connection that is still open.
    if (!gate.mayStay(request.socket)) return void request.socket.destroy();
    if (retired !== null) response.shouldKeepAlive = false;
    handler(request, response);
  };
  const server = tls === null ? createPlainServer(limits, answer) : createTlsServer({ ...limits, ...optionsOf(tls), handshakeTimeout: HANDSHAKE_TIMEOUT_MS }, answer);
  server.maxConnections = MOST_CONNECTIONS;
  letInOnly(server, gate);
  closeUnreadable(server, onUnreadable);

  await listen(server, address, port);
  const retire = (): Promise<void> => {
    retired ??= new Promise<void>((resolve) => {
      const rounds = setInterval(() => server.closeIdleConnections(), IDLE_ROUND_MS);
      server.close(() => {
        clearInterval(rounds);
        resolve();
      });
      server.closeIdleConnections();
    });
    return retired;
  };
  return {
    address,
    port: (server.address() as AddressInfo).port,
    encrypted: tls !== null,
    setTls(material) {
      if (tls !== null) (server as TlsServer).setSecureContext(optionsOf(material));
    },
    retire,
    async close(graceMs) {
      const force = setTimeout(() => server.closeAllConnections(), graceMs);
      await retire().finally(() => clearTimeout(force));
    },
  };
}

/** TLS 1.2 and 1.3: BSI TR-02102-2 and RFC 9325 allow no older one. */
function optionsOf({ certificatePem, privateKeyPem }: TlsMaterial) {
  return { cert: certificatePem, key: privateKeyPem, minVersion: 'TLSv1.2' as const };
}

/**
 * Puts the gate before the server's own listeners of `connection`: a stranger is dropped before HTTP or TLS have read a byte. The
 * listeners are taken off and called, because those that Node put there would start to read whatever another listener did.
 */
function letInOnly(server: Server, gate: ConnectionGate): void {
  const inner = server.listeners('connection') as ((this: Server, socket: Socket) => void)[];
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => {
    if (!gate.admit(socket)) {
      socket.on('error', () => undefined); // the other side may have gone meanwhile
      socket.destroy();
      return;
    }
    for (const listener of inner) listener.call(server, socket);
  });
}

/** A client that does not speak TLS, or does not trust our root, is not answered in HTTP: it would not understand. */
function closeUnreadable(server: Server, onUnreadable: (socket: Socket) => void): void {
  const failedHandshakes = new WeakSet<Socket>();
  server.prependListener('tlsClientError', (_error: Error, socket: TLSSocket) => void failedHandshakes.add(socket));
  server.on('clientError', (_error, stream) => {
    const socket = stream as Socket;
    if (failedHandshakes.has(socket)) socket.destroy();
    else onUnreadable(socket);
  });
}

async function listen(server: Server, address: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(asExpected(error, address, port)));
    server.listen({ host: address, port, exclusive: true, ...(isIPv6(address) ? { ipv6Only: true } : {}) }, resolve);
  });
}

function asExpected(error: unknown, address: string, port: number): unknown {
  switch (systemCodeOf(error)) {
    case 'EADDRINUSE':
    case 'EACCES':
      return new ExpectedError('PORT_TAKEN', { port }, { cause: error });
    case 'EADDRNOTAVAIL':
      return new ExpectedError('ADDRESS_GONE', { address }, { cause: error });
    default:
      return error;
  }
}
