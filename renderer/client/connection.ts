import type { ClientContext, ClientLink, ClientOptions } from '@orpc/client';
import { createORPCClient } from '@orpc/client';
import type { ContractRouterClient } from '@orpc/contract';
import type { Contract } from '../../main/contract/contract.ts';
import { openTransport } from './transport.ts';
import type { Transport } from './transport.ts';

export type ConnectionState = 'connecting' | 'open' | 'lost';
export type Client = ContractRouterClient<Contract>;

/** Thrown by a call that could not be sent, or whose answer can no longer come. */
export class ConnectionLost extends Error {
  constructor() {
    super('The connection to Modelward is lost.');
    this.name = 'ConnectionLost';
  }
}

/** Pauses between attempts to connect again, in ms; the last one repeats. */
const RETRY_PAUSES_MS = [250, 500, 1000, 2000, 4000, 8000] as const;

/**
 * The only line between the screens and the main side. It keeps one transport open, opens the next when one is lost, and
 * tells who listens. Calls made while it is connecting for the first time wait; calls made while it is lost fail at once,
 * because a button must answer.
 */
class Connection {
  private transport: Transport | null = null;
  private attempt = 0;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private waiting: ((transport: Transport | null) => void)[] = [];
  private readonly listeners = new Set<(state: ConnectionState) => void>();
  state: ConnectionState = 'connecting';

  subscribe(listener: (state: ConnectionState) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Starts connecting; also cuts the pause short when the person asks to try now. */
  open(): void {
    clearTimeout(this.retryTimer);
    if (this.state === 'open') return;
    openTransport().then(
      (transport) => this.opened(transport),
      () => this.failed(),
    );
  }

  async call(path: readonly string[], input: unknown, options: ClientOptions<ClientContext>): Promise<unknown> {
    const transport = this.transport ?? (this.state === 'connecting' ? await this.firstTransport() : null);
    if (transport === null) throw new ConnectionLost();
    try {
      return await transport.link.call(path, input, options);
    } catch (error) {
      if (this.transport !== transport && options.signal?.aborted !== true) throw new ConnectionLost();
      throw error;
    }
  }

  private firstTransport(): Promise<Transport | null> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  private opened(transport: Transport): void {
    this.transport = transport;
    this.attempt = 0;
    this.tell('open');
    this.release(transport);
    void transport.closed.then(() => {
      this.transport = null;
      this.retry();
    });
  }

  private failed(): void {
    this.release(null);
    this.retry();
  }

  private retry(): void {
    this.tell('lost');
    const pauseMs = RETRY_PAUSES_MS[Math.min(this.attempt, RETRY_PAUSES_MS.length - 1)] ?? 8000;
    this.attempt += 1;
    this.retryTimer = setTimeout(() => this.open(), pauseMs);
  }

  private release(transport: Transport | null): void {
    const waiting = this.waiting;
    this.waiting = [];
    for (const resolve of waiting) resolve(transport);
  }

  private tell(state: ConnectionState): void {
    if (this.state === state) return;
    this.state = state;
    for (const listener of this.listeners) listener(state);
  }
}

export const connection = new Connection();

/** The typed client of the whole contract. One for the life of the page: it outlives every transport. */
export function createClient(): Client {
  const link: ClientLink<ClientContext> = {
    call: (path, input, options) => connection.call(path, input, options),
  };
  return createORPCClient<Client>(link);
}

export const client: Client = createClient();
