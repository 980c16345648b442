import type { Socket } from 'node:net';
import { createAllowList, plainAddress } from './allow-list.ts';

/** Decides about a connection before anything of it is read. */
export interface ConnectionGate {
  /** Counts the connection until it closes and answers true, or answers false: then it is to be dropped. */
  admit(socket: Socket): boolean;
  /** Whether a connection that was admitted may go on: the list may have changed since. */
  mayStay(socket: Socket): boolean;
  /** From now on. */
  setRanges(ranges: readonly string[]): void;
}

export type RefusedReason = 'not-allowed' | 'too-many';

/** Open connections of one address. A proxy or a terminal server speaks for many people; a machine gone wild must not take them all. */
const MOST_PER_ADDRESS = 256;
/** What the operating system itself uses to reach this machine. */
const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1']);

export interface ConnectionGateOptions {
  onRefused: (address: string, reason: RefusedReason) => void;
  mostPerAddress?: number;
}

/** This machine always may: over loopback, and over an address of its own (both ends of such a connection are the same). */
export function createConnectionGate({ onRefused, mostPerAddress = MOST_PER_ADDRESS }: ConnectionGateOptions): ConnectionGate {
  let isAllowed = createAllowList([]);
  const open = new Map<string, number>();

  const mayStay = ({ remoteAddress, localAddress }: Socket): boolean => {
    if (remoteAddress === undefined) return false; // gone already
    const address = plainAddress(remoteAddress);
    return LOOPBACK.has(address) || address === plainAddress(localAddress ?? '') || isAllowed(address);
  };
  return {
    mayStay,
    setRanges(ranges) {
      isAllowed = createAllowList(ranges);
    },
    admit(socket) {
      const address = plainAddress(socket.remoteAddress ?? '');
      if (!mayStay(socket)) {
        if (address !== '') onRefused(address, 'not-allowed');
        return false;
      }
      const count = open.get(address) ?? 0;
      // Programs of this machine are people's own: their number is bounded by the server alone.
      if (count >= mostPerAddress && !LOOPBACK.has(address)) {
        onRefused(address, 'too-many');
        return false;
      }
      open.set(address, count + 1);
      socket.once('close', () => {
        const left = (open.get(address) ?? 1) - 1;
        if (left === 0) open.delete(address);
        else open.set(address, left);
      });
      return true;
    },
  };
}
