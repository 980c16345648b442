import type { QuotaWindow } from '../contract/api-keys.contract.ts';

/** From `startMs` until before `endMs`, in ms since 1970 UTC. */
export interface WindowSpan {
  startMs: number;
  endMs: number;
}

const MINUTE_MS = 60_000;

/**
 * The minute, day or month of the machine's calendar that a time lies in, in the machine's own time zone. Windows are fixed and not
 * sliding: each begins where the wall clock says so, which is why their end can be told in advance, and why up to twice a
 * quota can be used around the border of two of them. A day on which clocks are changed has 23 or 25 hours.
 */
export function windowAt(window: QuotaWindow, timeMs: number): WindowSpan {
  if (window === 'minute') {
    // Every offset in use today is a whole number of minutes: a minute begins everywhere at once.
    const startMs = Math.floor(timeMs / MINUTE_MS) * MINUTE_MS;
    return { startMs, endMs: startMs + MINUTE_MS };
  }
  const time = new Date(timeMs);
  const [year, month, day] = [time.getFullYear(), time.getMonth(), time.getDate()];
  if (window === 'day') return { startMs: new Date(year, month, day).getTime(), endMs: new Date(year, month, day + 1).getTime() };
  return { startMs: new Date(year, month, 1).getTime(), endMs: new Date(year, month + 1, 1).getTime() };
}

/** `2026-12-01 00:00:00 +01:00`: local time with its distance from UTC, so that it is understood on another machine too. */
export function localTime(timeMs: number): string {
  const time = new Date(timeMs);
  const two = (value: number): string => String(value).padStart(2, '0');
  const offsetMinutes = -time.getTimezoneOffset();
  const [hours, minutes] = [Math.floor(Math.abs(offsetMinutes) / 60), Math.abs(offsetMinutes) % 60];
  const date = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${date} ${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())} ${offsetMinutes < 0 ? '-' : '+'}${two(hours)}:${two(minutes)}`;
}
