import { useRef } from 'react';

/** The same object as long as it says the same: what comes anew with every answer does not look like a new error each time. */
export function useStable<Value>(value: Value): Value {
  const kept = useRef(value);
  if (JSON.stringify(kept.current) !== JSON.stringify(value)) kept.current = value;
  return kept.current;
}
