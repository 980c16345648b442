import { useCallback, useEffect, useRef, useState } from 'react';
import { create } from 'zustand';
import { asError } from '../client/as-error.ts';
import type { AppError } from '../client/as-error.ts';
import { connection } from '../client/connection.ts';
import { onTopic } from './topics.ts';
import type { Topic } from './topics.ts';

interface Entry {
  data: unknown;
  readAtMs: number | null;
  error: AppError | null;
  fetching: boolean;
  /** Counts up when the data is known to be older than the house. */
  outdated: boolean;
}
const nothing: Entry = { data: undefined, readAtMs: null, error: null, fetching: false, outdated: false };

const useQueryStore = create<{ entries: Record<string, Entry> }>(() => ({ entries: {} }));
const running = new Map<string, AbortController>();

export interface Query<Data> {
  /** The last good answer; stays while a newer one is fetched or has failed. */
  data: Data | undefined;
  /** Why the last attempt failed; null after a good one. */
  error: AppError | null;
  /** True once nothing has come for 200 ms: the moment to show a skeleton. */
  loading: boolean;
  /** Data is shown although a newer look failed: say so, with `readAtMs`. */
  stale: boolean;
  readAtMs: number | null;
  refetch: () => void;
}

export interface QueryOptions {
  /** Events after which the answer is asked again. */
  topics?: readonly Topic[];
  /** False while the question cannot be asked yet. */
  enabled?: boolean;
}

/** How long an empty screen waits before it shows a skeleton, so that quick answers never flicker. */
export const SKELETON_AFTER_MS = 200;
/** Events come in bursts (an import reports several changes): one refetch for those within this time. */
const GATHER_MS = 60;

/**
 * Asks the main side and keeps the answer under a key. A screen that comes back shows the last answer at once and asks
 * again behind it. Refetches on its topics and when a lost connection is back.
 *
 *     const models = useQuery('models', (signal) => client.models.list({}, { signal }), { topics: ['models'] });
 *     <QueryState query={models}>{(data) => …}</QueryState>
 */
export function useQuery<Data>(key: string, ask: (signal: AbortSignal) => Promise<Data>, options: QueryOptions = {}): Query<Data> {
  const enabled = options.enabled ?? true;
  const entry = useQueryStore((store) => store.entries[key] ?? nothing);
  const latestAsk = useRef(ask);
  latestAsk.current = ask;
  const refetch = useCallback(() => void run(key, (signal) => latestAsk.current(signal)), [key]);
  const topics = (options.topics ?? []).join(' ');

  useEffect(() => {
    if (!enabled) return undefined;
    refetch();
    let gather: ReturnType<typeof setTimeout> | undefined;
    const later = (): void => {
      clearTimeout(gather);
      gather = setTimeout(refetch, GATHER_MS);
    };
    const ends = topics === '' ? [] : topics.split(' ').map((topic) => onTopic(topic as Topic, later));
    ends.push(connection.subscribe((state) => state === 'open' && later()));
    return () => {
      clearTimeout(gather);
      for (const end of ends) end();
    };
  }, [enabled, refetch, topics]);

  const empty = entry.data === undefined && entry.error === null;
  const late = useAfter(SKELETON_AFTER_MS, empty && enabled, key);
  return {
    data: entry.data as Data | undefined,
    error: entry.error,
    loading: empty && late,
    stale: entry.data !== undefined && (entry.error !== null || entry.outdated),
    readAtMs: entry.readAtMs,
    refetch,
  };
}

/** True once `active` has lasted for `delayMs`. */
export function useAfter(delayMs: number, active: boolean, key = ''): boolean {
  const [passed, setPassed] = useState(false);
  useEffect(() => {
    setPassed(false);
    if (!active) return undefined;
    const timer = setTimeout(() => setPassed(true), delayMs);
    return () => clearTimeout(timer);
  }, [active, delayMs, key]);
  return active && passed;
}

/** Puts an answer in place that came by another way, such as the result of a command that returns the new state. */
export function setQueryData(key: string, data: unknown): void {
  change(key, { data, readAtMs: Date.now(), error: null, outdated: false });
}

/** The last answer of a query, without asking. */
export function queryData<Data>(key: string): Data | undefined {
  return useQueryStore.getState().entries[key]?.data as Data | undefined;
}

/** Forgets all answers: another person may see other things. */
export function forgetQueries(): void {
  for (const controller of running.values()) controller.abort();
  running.clear();
  useQueryStore.setState({ entries: {} });
}

async function run(key: string, ask: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
  running.get(key)?.abort();
  const controller = new AbortController();
  running.set(key, controller);
  change(key, { fetching: true });
  try {
    const data = await ask(controller.signal);
    if (controller.signal.aborted) return;
    change(key, { data, readAtMs: Date.now(), error: null, fetching: false, outdated: false });
  } catch (thrown) {
    if (controller.signal.aborted) return;
    const error = asError(thrown);
    change(key, { error: error.code === 'CANCELLED' ? null : error, fetching: false });
  } finally {
    if (running.get(key) === controller) running.delete(key);
  }
}

function change(key: string, part: Partial<Entry>): void {
  useQueryStore.setState((store) => ({
    entries: { ...store.entries, [key]: { ...nothing, ...store.entries[key], ...part } },
  }));
}
