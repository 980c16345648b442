import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Clock } from '../kernel/clock.ts';
import { ExpectedError, systemCodeOf } from '../kernel/errors.ts';
import { writeFileAtomic } from '../kernel/files.ts';
import { nameKeyOf } from '../kernel/names.ts';

/** Five wrong passwords lock an account for that source for 15 minutes (SECURITY §4). Survives a restart. */
export const attemptLimit = 5;
export const lockOutMs = 15 * 60_000;

const stateSchema = z.record(z.string(), z.object({ failures: z.number().int(), lastMs: z.number() }));

export interface SignInGuard {
  /** Raises LOCKED_OUT while the account is locked for this source. */
  check(name: string, address: string): void;
  /** Counts a failure and says how many attempts are left. The one that was the last raises LOCKED_OUT. */
  failed(name: string, address: string): number;
  succeeded(name: string, address: string): void;
}

/**
 * The guard keeps its count in a file beside the database, because it must also count while that is still locked. Names
 * are kept as digests.
 */
export function createSignInGuard(path: string, clock: Clock): SignInGuard {
  const read = (): z.infer<typeof stateSchema> => {
    try {
      const state = stateSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
      const now = clock.nowMs();
      return Object.fromEntries(Object.entries(state).filter(([, entry]) => now - entry.lastMs < lockOutMs && entry.lastMs <= now + lockOutMs));
    } catch (error) {
      if (systemCodeOf(error) === 'ENOENT' || error instanceof SyntaxError || error instanceof z.ZodError) return {};
      throw error;
    }
  };
  const keyOf = (name: string, address: string): string =>
    createHash('sha256').update(`${nameKeyOf(name)}\0${address}`).digest('hex').slice(0, 32);
  return {
    check(name, address) {
      const entry = read()[keyOf(name, address)];
      if (entry !== undefined && entry.failures >= attemptLimit) throw new ExpectedError('LOCKED_OUT', { untilMs: entry.lastMs + lockOutMs });
    },
    failed(name, address) {
      const state = read();
      const key = keyOf(name, address);
      const failures = (state[key]?.failures ?? 0) + 1;
      state[key] = { failures, lastMs: clock.nowMs() };
      writeFileAtomic(path, JSON.stringify(state));
      if (failures >= attemptLimit) throw new ExpectedError('LOCKED_OUT', { untilMs: clock.nowMs() + lockOutMs });
      return attemptLimit - failures;
    },
    succeeded(name, address) {
      const state = read();
      const key = keyOf(name, address);
      if (state[key] === undefined) return;
      delete state[key];
      writeFileAtomic(path, JSON.stringify(state));
    },
  };
}
