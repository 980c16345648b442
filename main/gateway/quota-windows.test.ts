import { afterEach, describe, expect, it } from 'vitest';
import { QUOTA_WINDOWS } from '../contract/api-keys.contract.ts';
import { goDuration } from './key-refusals.ts';
import { localTime, windowAt } from './quota-windows.ts';

const HOUR_MS = 3_600_000;
const zoneBefore = process.env['TZ'];
afterEach(() => {
  if (zoneBefore === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zoneBefore;
});

function inZone(zone: string): void {
  process.env['TZ'] = zone;
}

describe('a window of the calendar', () => {
  it('is the minute, the day and the month of the wall clock', () => {
    inZone('Asia/Shanghai');
    const timeMs = Date.UTC(2026, 10, 30, 18, 30, 15); // 1 December, 02:30:15 in Shanghai
    expect(windowAt('minute', timeMs)).toEqual({ startMs: Date.UTC(2026, 10, 30, 18, 30), endMs: Date.UTC(2026, 10, 30, 18, 31) });
    expect(windowAt('day', timeMs)).toEqual({ startMs: Date.UTC(2026, 10, 30, 16), endMs: Date.UTC(2026, 11, 1, 16) });
    expect(windowAt('month', timeMs)).toEqual({ startMs: Date.UTC(2026, 10, 30, 16), endMs: Date.UTC(2026, 11, 31, 16) });
  });

  it('ends with the month, also in February of a leap year and in December', () => {
    inZone('UTC');
    expect(windowAt('month', Date.UTC(2028, 1, 29, 23, 59, 59, 999))).toEqual({ startMs: Date.UTC(2028, 1, 1), endMs: Date.UTC(2028, 2, 1) });
    expect(windowAt('month', Date.UTC(2026, 11, 31, 23, 59))).toEqual({ startMs: Date.UTC(2026, 11, 1), endMs: Date.UTC(2027, 0, 1) });
    expect(windowAt('day', Date.UTC(2027, 1, 28, 12)).endMs).toBe(Date.UTC(2027, 2, 1));
  });

  it('has 23 hours on the day clocks go forward and 25 on the day they go back', () => {
    inZone('Europe/Berlin');
    const lengthHours = (timeMs: number): number => {
      const { startMs, endMs } = windowAt('day', timeMs);
      return (endMs - startMs) / HOUR_MS;
    };
    expect(lengthHours(Date.UTC(2026, 2, 29, 12))).toBe(23);
    expect(lengthHours(Date.UTC(2026, 9, 25, 12))).toBe(25);
    // The hour that comes twice lies in one and the same day.
    expect(windowAt('day', Date.UTC(2026, 9, 25, 0, 30))).toEqual(windowAt('day', Date.UTC(2026, 9, 25, 1, 30)));
    expect(localTime(Date.UTC(2026, 9, 25, 0, 30))).toBe('2026-10-25 02:30:00 +02:00');
    expect(localTime(Date.UTC(2026, 9, 25, 1, 30))).toBe('2026-10-25 02:30:00 +01:00');
  });

  // Midnight that does not exist (Cairo, Havana), comes twice (Azores), offsets of a quarter of an hour (Kathmandu), half an hour of summer (Lord Howe).
  it.each(['UTC', 'Europe/Berlin', 'Africa/Cairo', 'America/Havana', 'Atlantic/Azores', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'Pacific/Apia'])('holds every moment of two years once, in %s', (zone) => {
    inZone(zone);
    for (const window of QUOTA_WINDOWS) {
      let timeMs = Date.UTC(2026, 0, 1);
      const stepMs = window === 'minute' ? 97 * HOUR_MS : 1;
      while (timeMs < Date.UTC(2028, 0, 1)) {
        const { startMs, endMs } = windowAt(window, timeMs);
        expect(startMs).toBeLessThanOrEqual(timeMs);
        expect(endMs).toBeGreaterThan(timeMs);
        expect(windowAt(window, endMs - 1)).toEqual({ startMs, endMs });
        expect(windowAt(window, endMs).startMs).toBe(endMs);
        timeMs = endMs - 1 + stepMs;
      }
    }
  });
});

it('writes durations as Go does', () => {
  expect([0, 1, 1000, 61_000, 3_600_000, 90_061_000].map(goDuration)).toEqual(['0s', '1s', '1s', '1m1s', '1h0m0s', '25h1m1s']);
});
