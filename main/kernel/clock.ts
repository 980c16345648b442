import { randomBytes } from 'node:crypto';

/**
 * Time as the audit log needs it: wall clock in ms since 1970 UTC, and a monotonic count in ms since the boot named by
 * `bootId`, so that a step of the wall clock shows. One boot = one run of the application.
 */
export interface Clock {
  nowMs(): number;
  monotonicMs(): number;
  readonly bootId: string;
}

export function systemClock(): Clock {
  const start = performance.now();
  return {
    nowMs: () => Date.now(),
    monotonicMs: () => Math.round((performance.now() - start) * 1000) / 1000,
    bootId: randomBytes(8).toString('hex'),
  };
}
