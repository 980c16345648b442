import { expect, it } from 'vitest';
import { NO_QUOTAS } from '../contract/api-keys.contract.ts';
import type { Quotas } from '../contract/api-keys.contract.ts';
import { createQuotaCounters } from './quota-counters.ts';
import type { CountStore, WindowCount } from './quota-counters.ts';
import { windowAt } from './quota-windows.ts';

/** What a database does with counts, in a map. */
function countsKept(): CountStore & { write(counts: readonly WindowCount[]): void } {
  const rows = new Map<string, WindowCount>();
  return {
    readCount: (keyId, window, startMs) => rows.get(`${keyId} ${window} ${startMs}`),
    write: (counts) => {
      for (const count of counts) rows.set(`${count.keyId} ${count.window} ${count.startMs}`, count);
    },
  };
}

const noonMs = new Date(2026, 10, 30, 12, 0, 30).getTime();
const used = (counters: ReturnType<typeof createQuotaCounters>, nowMs: number) => {
  const { minute, day, month } = counters.current('key', nowMs);
  return [minute.requests, day.requests, month.requests];
};

it('counts in all windows, and begins each anew when it ends', () => {
  const counters = createQuotaCounters(countsKept());
  counters.add('key', noonMs, { requests: 2, tokens: 10 });
  counters.add('key', noonMs + 1000, { requests: 1 });
  counters.add('other', noonMs, { requests: 50 });
  expect(used(counters, noonMs + 29_999)).toEqual([3, 3, 3]);
  expect(used(counters, noonMs + 30_000)).toEqual([0, 3, 3]);
  // The last day of November: with the day the month ends too.
  const { endMs } = windowAt('day', noonMs);
  expect(used(counters, endMs - 1)).toEqual([0, 3, 3]);
  expect(used(counters, endMs)).toEqual([0, 0, 0]);
});

it('gives nothing away to a clock that is set back, and finds its way after one that was wrong for years', () => {
  const counters = createQuotaCounters(countsKept());
  counters.add('key', noonMs, { requests: 4 });
  counters.add('key', noonMs + 60_000, { requests: 1 });
  expect(used(counters, noonMs), 'one minute back').toEqual([4, 5, 5]);
  counters.add('key', noonMs, { requests: 1 });
  expect(used(counters, noonMs + 60_000), 'and forward again').toEqual([1, 6, 6]);
  const yearsLaterMs = new Date(2031, 0, 1).getTime();
  expect(used(counters, yearsLaterMs)).toEqual([0, 0, 0]);
  expect(used(counters, noonMs + 61_000), 'put right').toEqual([1, 6, 6]);
});

it('hands on what changed, keeps what changed while that was written, and finds counts that were written', () => {
  const store = countsKept();
  const counters = createQuotaCounters(store);
  counters.add('key', noonMs, { requests: 1, tokens: 5 });
  const written = counters.dirty();
  expect(written.map(({ window }) => window)).toEqual(['minute', 'day', 'month']);
  counters.add('key', noonMs, { tokens: 3 });
  store.write(written);
  counters.written(written);
  expect(counters.dirty().map(({ tokens }) => tokens)).toEqual([8, 8, 8]);
  store.write(counters.dirty());
  counters.written(counters.dirty());
  expect(counters.dirty()).toEqual([]);
  // The minute passes and is forgotten in memory; a clock set back finds it where it was written.
  counters.add('key', noonMs + 60_000, { requests: 1 });
  counters.written([]);
  expect(used(counters, noonMs)).toEqual([1, 2, 2]);
  // Another process, the same rows.
  expect(createQuotaCounters(store).current('key', noonMs).day).toMatchObject({ requests: 1, tokens: 8 });
});

it('keeps nothing of windows that were only looked at', () => {
  const store = countsKept();
  const read: number[] = [];
  const counters = createQuotaCounters({ readCount: (keyId, window, startMs) => (window === 'minute' && read.push(startMs), store.readCount(keyId, window, startMs)) });
  for (let minute = 0; minute < 3; minute += 1) counters.current('key', noonMs + minute * 60_000);
  counters.add('key', noonMs + 3 * 60_000, { requests: 1 });
  counters.current('key', noonMs + 4 * 60_000);
  expect(counters.dirty()).toHaveLength(3);
  read.length = 0;
  counters.current('key', noonMs + 3 * 60_000);
  expect(read, 'what was counted is still there').toEqual([]);
  counters.current('key', noonMs);
  expect(read, 'what was not has to be read again').toHaveLength(1);
});

it('tells every limit that is set with what was used and when it begins anew', () => {
  const counters = createQuotaCounters(countsKept());
  counters.add('key', noonMs, { requests: 3, tokens: 40 });
  const quotas: Quotas = { ...NO_QUOTAS, requests: { minute: 5, day: null, month: 100 }, tokens: { minute: null, day: 40, month: null } };
  expect(counters.limits('key', quotas, noonMs)).toEqual([
    { unit: 'requests', window: 'minute', limit: 5, used: 3, resetsAtMs: noonMs + 30_000 },
    { unit: 'requests', window: 'month', limit: 100, used: 3, resetsAtMs: new Date(2026, 11, 1).getTime() },
    { unit: 'tokens', window: 'day', limit: 40, used: 40, resetsAtMs: new Date(2026, 11, 1).getTime() },
  ]);
});
