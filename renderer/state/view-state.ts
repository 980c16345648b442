import { useCallback, useState } from 'react';
import { create } from 'zustand';

interface ViewStore {
  values: Record<string, unknown>;
}
const useViewStore = create<ViewStore>(() => ({ values: {} }));

/**
 * Like useState, but kept under a key for as long as the person is signed in: filter, sort order, selection and scroll
 * position of a list are still there when one comes back, and a half-filled wizard survives a look elsewhere.
 */
export function useViewState<Value>(key: string, initial: Value): [Value, (next: Value | ((before: Value) => Value)) => void] {
  // Callers pass fresh literals; the first one counts until something is set.
  const [start] = useState(initial);
  const value = useViewStore((store) => (key in store.values ? (store.values[key] as Value) : start));
  const set = useCallback(
    (next: Value | ((before: Value) => Value)) => {
      useViewStore.setState((store) => {
        const before = key in store.values ? (store.values[key] as Value) : start;
        const after = typeof next === 'function' ? (next as (before: Value) => Value)(before) : next;
        return { values: { ...store.values, [key]: after } };
      });
    },
    [key, start],
  );
  return [value, set];
}

/** Reads or writes a kept value without rendering: for scroll positions, which change too often. */
export function keptValue(key: string): unknown {
  return useViewStore.getState().values[key];
}
export function keepValue(key: string, value: unknown): void {
  useViewStore.getState().values[key] = value;
}

/** Forgets everything kept, or what begins with a prefix. Called when another person signs in, and after a wizard ends. */
export function forgetViewState(prefix = ''): void {
  useViewStore.setState((store) => ({
    values: prefix === '' ? {} : Object.fromEntries(Object.entries(store.values).filter(([key]) => !key.startsWith(prefix))),
  }));
}
