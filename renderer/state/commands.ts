import { useCallback, useRef, useState } from 'react';
import { asError } from '../client/as-error.ts';
import type { AppError } from '../client/as-error.ts';

export interface Command<Input extends unknown[], Output> {
  /** Runs it; resolves with the value, or undefined when it failed (the error is in `error`). */
  run: (...input: Input) => Promise<Output | undefined>;
  running: boolean;
  error: AppError | null;
  forget: () => void;
}

/**
 * A button's call: says whether it runs, keeps its error, ignores a second click while the first one runs.
 *
 *     const rename = useCommand((name: string) => client.models.rename({ modelId, name }));
 *     <Button loading={rename.running} onClick={() => void rename.run(name)} />  <ErrorNotice error={rename.error} />
 */
export function useCommand<Input extends unknown[], Output>(
  action: (...input: Input) => Promise<Output>,
): Command<Input, Output> {
  const [running, setRunning] = useState(false);
  const [error, setError] = useState<AppError | null>(null);
  const busy = useRef(false);
  const latest = useRef(action);
  latest.current = action;
  const run = useCallback(async (...input: Input): Promise<Output | undefined> => {
    if (busy.current) return undefined;
    busy.current = true;
    setRunning(true);
    setError(null);
    try {
      return await latest.current(...input);
    } catch (thrown) {
      const mapped = asError(thrown);
      if (mapped.code !== 'CANCELLED') setError(mapped);
      return undefined;
    } finally {
      busy.current = false;
      setRunning(false);
    }
  }, []);
  const forget = useCallback(() => setError(null), []);
  return { run, running, error, forget };
}
