import { useCallback, useEffect, useRef, useState } from 'react';
import type { DataPreview, DataReading } from '../../../main/contract/datasets.contract.ts';
import type { ImportSource } from '../../../main/contract/models.contract.ts';
import { asError } from '../../client/as-error.ts';
import type { AppError } from '../../client/as-error.ts';
import { client } from '../../client/connection.ts';

interface Inspecting {
  /** Reads the data; undefined when that failed or a later reading has taken its place. */
  inspect: (source: ImportSource, reading: DataReading | null) => Promise<DataPreview | undefined>;
  working: boolean;
  error: AppError | null;
  forget: () => void;
}

/** Reads the whole data as often as the way of reading changes; a later call takes the place of one that still runs. */
export function useInspect(): Inspecting {
  const [state, setState] = useState<{ working: boolean; error: AppError | null }>({ working: false, error: null });
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);
  const inspect = useCallback(async (source: ImportSource, reading: DataReading | null): Promise<DataPreview | undefined> => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    setState({ working: true, error: null });
    try {
      const preview = await client.datasets.inspect({ source, reading }, { signal: controller.signal });
      if (controller.signal.aborted) return undefined;
      setState({ working: false, error: null });
      return preview;
    } catch (thrown) {
      if (!controller.signal.aborted) setState({ working: false, error: asError(thrown) });
      return undefined;
    }
  }, []);
  const forget = useCallback(() => {
    running.current?.abort();
    setState({ working: false, error: null });
  }, []);
  return { inspect, ...state, forget };
}
