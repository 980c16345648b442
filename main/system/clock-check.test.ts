import { expect, it } from 'vitest';
import { clockCheck } from './clock-check.ts';

const nowMs = Date.UTC(2026, 10, 21, 9, 0);
const minuteMs = 60_000;
const nothing = { builtAtMs: null, latestEventAtMs: null, databaseWrittenAtMs: null };

it('finds nothing wrong where nothing has been, or everything has been earlier', () => {
  expect(clockCheck(nowMs, nothing)).toEqual({ check: 'clock', state: 'fine', data: { nowMs } });
  expect(clockCheck(nowMs, { builtAtMs: nowMs - 1, latestEventAtMs: nowMs, databaseWrittenAtMs: nowMs - 9 }).state).toBe('fine');
});

it.each([
  ['build', 'builtAtMs'],
  ['event', 'latestEventAtMs'],
  ['database', 'databaseWrittenAtMs'],
] as const)('has a look when it is behind: %s', (reason, name) => {
  const latestMs = nowMs + 6 * minuteMs;
  expect(clockCheck(nowMs, { ...nothing, [name]: latestMs })).toEqual({ check: 'clock', state: 'look', data: { nowMs, reason, latestMs } });
  expect(clockCheck(nowMs, { ...nothing, [name]: nowMs + 4 * minuteMs }).state, 'a few minutes are nothing').toBe('fine');
});

it('names the latest of several', () => {
  const check = clockCheck(nowMs, { builtAtMs: nowMs + 10 * minuteMs, latestEventAtMs: nowMs + 30 * minuteMs, databaseWrittenAtMs: nowMs + 20 * minuteMs });
  expect(check.data).toMatchObject({ reason: 'event', latestMs: nowMs + 30 * minuteMs });
});
