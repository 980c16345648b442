import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import { WebSocket } from 'ws';
import type { Contract } from '../contract/contract.ts';
import type { Instance } from '../kernel/data-folder/folder-lock.ts';
import { systemCodeOf } from '../kernel/errors.ts';

export type Client = ContractRouterClient<Contract>;

/** Asks a running instance for a fresh console URL; null when it has no console, or is not there any more. */
export async function requestNewUrl(instance: Instance): Promise<string | null> {
  try {
    const response = await fetch(`http://127.0.0.1:${instance.port}/new-url`, {
      method: 'POST',
      headers: { authorization: `Bearer ${instance.secret}` },
    });
    return response.ok && instance.host === 'console' ? await response.text() : null;
  } catch (error) {
    if (error instanceof TypeError) return null; // fetch's way to say that nobody answers
    throw error;
  }
}

/** Speaks to a running instance as the command line; null when it does not answer. */
export async function connectToInstance(instance: Instance): Promise<{ client: Client; close(): void } | null> {
  const socket = new WebSocket(`ws://127.0.0.1:${instance.port}/command-line`, {
    headers: { authorization: `Bearer ${instance.secret}` },
    perMessageDeflate: false,
  });
  const opened = await new Promise<boolean>((resolve, reject) => {
    socket.once('open', () => resolve(true));
    socket.once('error', (error) => (systemCodeOf(error) === 'ECONNREFUSED' ? resolve(false) : reject(error)));
  });
  if (!opened) return null;
  const link = new RPCLink({ websocket: socket as unknown as globalThis.WebSocket });
  return { client: createORPCClient<Client>(link), close: () => socket.close() };
}
