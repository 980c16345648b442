import { QUOTA_UNITS, QUOTA_WINDOWS } from '../contract/api-keys.contract.ts';
import type { Quotas, QuotaUnit, QuotaWindow } from '../contract/api-keys.contract.ts';
import { windowAt } from './quota-windows.ts';
import type { WindowSpan } from './quota-windows.ts';

/** What was used of one window of one key, as it is written down. */
export interface WindowCount {
  keyId: string;
  window: QuotaWindow;
  startMs: number;
  requests: number;
  tokens: number;
}

/** Where counts survive a restart. */
export interface CountStore {
  readCount(keyId: string, window: QuotaWindow, startMs: number): { requests: number; tokens: number } | undefined;
}

export interface Counter extends WindowSpan {
  requests: number;
  tokens: number;
}

/** A limit, what was used of it, and when it begins anew. */
export interface LimitState {
  unit: QuotaUnit;
  window: QuotaWindow;
  limit: number;
  used: number;
  resetsAtMs: number;
}

/** Counts requests and tokens of keys in windows: exact in memory, written in batches by whoever calls `dirty`. */
export interface QuotaCounters {
  current(keyId: string, nowMs: number): Record<QuotaWindow, Counter>;
  add(keyId: string, nowMs: number, amount: { requests?: number; tokens?: number }): void;
  /** Every limit that is set, as it stands. */
  limits(keyId: string, quotas: Quotas, nowMs: number): LimitState[];
  /** Counts that changed since they were last written. */
  dirty(): WindowCount[];
  /** They are written: counts that changed since stay, windows that have passed are forgotten. */
  written(counts: readonly WindowCount[]): void;
}

interface KeptCounter extends Counter {
  keyId: string;
  window: QuotaWindow;
  writtenRequests: number;
  writtenTokens: number;
}

function placeOf({ keyId, window, startMs }: Pick<WindowCount, 'keyId' | 'window' | 'startMs'>): string {
  return `${keyId} ${window} ${startMs}`;
}

function isDirty(counter: KeptCounter): boolean {
  return counter.requests !== counter.writtenRequests || counter.tokens !== counter.writtenTokens;
}

/**
 * Counters by the beginning of their window. A clock that is set back finds the count of the window it returns to, and one that was
 * wrong for a while finds its way to the right one again: no step of the clock gives a key a second quota for the same window.
 */
export function createQuotaCounters(store: CountStore): QuotaCounters {
  const kept = new Map<string, KeptCounter>();
  const current = new Map<string, Record<QuotaWindow, KeptCounter>>();

  const open = (keyId: string, window: QuotaWindow, nowMs: number): KeptCounter => {
    const span = windowAt(window, nowMs);
    const place = placeOf({ keyId, window, startMs: span.startMs });
    const known = kept.get(place);
    if (known !== undefined) return known;
    const { requests = 0, tokens = 0 } = store.readCount(keyId, window, span.startMs) ?? {};
    const counter: KeptCounter = { ...span, keyId, window, requests, tokens, writtenRequests: requests, writtenTokens: tokens };
    kept.set(place, counter);
    return counter;
  };
  const countersOf = (keyId: string, nowMs: number): Record<QuotaWindow, KeptCounter> => {
    const before = current.get(keyId);
    // Days and months begin and end with a minute, so only the minute needs a look while it lasts.
    if (before !== undefined && before.minute.startMs <= nowMs && nowMs < before.minute.endMs) return before;
    const counters = { minute: open(keyId, 'minute', nowMs), day: open(keyId, 'day', nowMs), month: open(keyId, 'month', nowMs) };
    current.set(keyId, counters);
    // Only a look at the list of keys opens a window too: what nobody counted in is not kept.
    for (const passed of Object.values(before ?? {})) if (passed !== counters[passed.window] && !isDirty(passed)) kept.delete(placeOf(passed));
    return counters;
  };

  return {
    current: countersOf,
    add(keyId, nowMs, { requests = 0, tokens = 0 }) {
      const counters = countersOf(keyId, nowMs);
      for (const window of QUOTA_WINDOWS) {
        counters[window].requests += requests;
        counters[window].tokens += tokens;
      }
    },
    limits(keyId, quotas, nowMs) {
      const counters = countersOf(keyId, nowMs);
      return QUOTA_UNITS.flatMap((unit) =>
        QUOTA_WINDOWS.flatMap((window): LimitState[] => {
          const limit = quotas[unit][window];
          return limit === null ? [] : [{ unit, window, limit, used: counters[window][unit], resetsAtMs: counters[window].endMs }];
        }),
      );
    },
    dirty: () => [...kept.values()].filter(isDirty).map(({ keyId, window, startMs, requests, tokens }) => ({ keyId, window, startMs, requests, tokens })),
    written(counts) {
      for (const count of counts) {
        const counter = kept.get(placeOf(count));
        if (counter === undefined) continue;
        counter.writtenRequests = count.requests;
        counter.writtenTokens = count.tokens;
      }
      for (const [place, counter] of kept) {
        const isCurrent = current.get(counter.keyId)?.[counter.window] === counter;
        if (!isCurrent && !isDirty(counter)) kept.delete(place);
      }
    },
  };
}
