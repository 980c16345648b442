import type { DoctorCheck } from '../contract/system.contract.ts';

/** Times that have been, in ms since 1970 UTC; null where there is none. */
export interface TimesSeen {
  builtAtMs: number | null;
  latestEventAtMs: number | null;
  databaseWrittenAtMs: number | null;
}

/** Clocks of file servers and small corrections differ by so much without anything being wrong. */
const toleranceMs = 5 * 60_000;

/**
 * Whether the system clock may be right: it must not be behind anything that has already happened. Names the latest such
 * time, as `reason`. A clock that is ahead cannot be told without another clock.
 */
export function clockCheck(nowMs: number, { builtAtMs, latestEventAtMs, databaseWrittenAtMs }: TimesSeen): DoctorCheck {
  const seen = [
    { reason: 'event', atMs: latestEventAtMs },
    { reason: 'database', atMs: databaseWrittenAtMs },
    { reason: 'build', atMs: builtAtMs },
  ].flatMap(({ reason, atMs }) => (atMs === null ? [] : [{ reason, atMs }]));
  const [latest] = seen.sort((one, other) => other.atMs - one.atMs);
  if (latest === undefined || nowMs >= latest.atMs - toleranceMs) return { check: 'clock', state: 'fine', data: { nowMs } };
  return { check: 'clock', state: 'look', data: { nowMs, reason: latest.reason, latestMs: latest.atMs } };
}
