import type { AuditLog } from '../../audit/index.ts';
import type { NetworkStatus } from '../../contract/network.contract.ts';
import type { Clock } from '../../kernel/clock.ts';
import { newInteraction } from '../../kernel/interaction.ts';
import type { RefusedReason } from './connection-gate.ts';

/** Connections that were turned away: in the audit log, and for whoever wonders why a program cannot connect. */
export interface RefusedConnections {
  /** True when an event was written. Throws what the database throws. */
  add(address: string, reason: RefusedReason): boolean;
  latest(): NetworkStatus['refused'];
  /** Writes the count of those that were not written one by one. */
  flush(): void;
}

/** Written one by one: so many at once, then one in so many seconds. A scanner knocks thousands of times and must not fill the log. */
const BURST = 20;
const SECONDS_PER_EVENT = 10;
const KEPT_ADDRESSES = 100;
const SHOWN_ADDRESSES = 10;

export function createRefusedConnections(audit: AuditLog, clock: Clock): RefusedConnections {
  const seen = new Map<string, NetworkStatus['refused'][number]>();
  let tokens = BURST;
  let filledMs = clock.monotonicMs();
  let suppressed = 0;

  const mayWrite = (): boolean => {
    const nowMs = clock.monotonicMs();
    tokens = Math.min(BURST, tokens + (nowMs - filledMs) / 1000 / SECONDS_PER_EVENT);
    filledMs = nowMs;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
  const write = (address: string, after: Record<string, string | number>): void => {
    suppressed = 0;
    audit.appendAlone(newInteraction({ kind: 'unknown', id: '', name: '', role: '' }, { host: 'gateway', address }), {
      type: 'gateway.connectionRefused',
      object: { type: 'gateway', id: 'gateway', name: '' },
      result: 'refused',
      reason: 'PERMISSION_DENIED',
      after,
    });
  };
  return {
    add(address, reason) {
      const count = (seen.get(address)?.count ?? 0) + 1;
      seen.delete(address); // so that the map stays in the order of the last time
      seen.set(address, { address, reason, count, lastAtMs: clock.nowMs() });
      const [oldest] = seen.keys();
      if (seen.size > KEPT_ADDRESSES && oldest !== undefined) seen.delete(oldest);
      if (!mayWrite()) {
        suppressed += 1;
        return false;
      }
      write(address, { why: reason, ...(suppressed > 0 ? { notListedBefore: suppressed } : {}) });
      return true;
    },
    latest: () => [...seen.values()].toReversed().slice(0, SHOWN_ADDRESSES),
    flush() {
      if (suppressed > 0) write('', { notListedBefore: suppressed });
    },
  };
}
