import { useEffect } from 'react';
import { create } from 'zustand';
import type { Sample } from '../../main/contract/monitoring.contract.ts';
import { asError } from '../client/as-error.ts';
import type { AppError } from '../client/as-error.ts';
import { client, connection } from '../client/connection.ts';
import { useMay, useSession } from './session.ts';

interface LiveState {
  /** Up to ten minutes, oldest first. A new array each second, so that charts notice. */
  samples: readonly Sample[];
  intervalMs: number;
  error: AppError | null;
}

/** What is kept: ten minutes at one sample a second. */
const KEPT_SAMPLES = 600;
const empty: LiveState = { samples: [], intervalMs: 1000, error: null };
const useLive = create<LiveState>(() => empty);

let watchers = 0;
let controller: AbortController | null = null;

/** The last ten minutes of this machine and its deployments, one sample a second while a screen watches. */
export function useLiveSamples(): LiveState {
  const allowed = useMay('monitoring.read');
  const signedIn = useSession((state) => state.session !== null);
  useEffect(() => {
    if (!allowed || !signedIn) return undefined;
    watchers += 1;
    if (watchers === 1) start();
    const end = connection.subscribe((state) => state === 'open' && start());
    return () => {
      end();
      watchers -= 1;
      if (watchers === 0) controller?.abort();
    };
  }, [allowed, signedIn]);
  return useLive();
}

/** Starts the stream again after it failed. */
export function retryLiveSamples(): void {
  start();
}

function start(): void {
  controller?.abort();
  controller = new AbortController();
  void follow(controller.signal);
}

async function follow(signal: AbortSignal): Promise<void> {
  try {
    const steps = await client.monitoring.live({}, { signal });
    for await (const step of steps) {
      if (step.kind === 'history') useLive.setState({ samples: step.samples, intervalMs: step.intervalMs, error: null });
      else useLive.setState(({ samples }) => ({ samples: [...samples.slice(1 - KEPT_SAMPLES), step.sample] }));
    }
  } catch (thrown) {
    if (signal.aborted) return;
    const error = asError(thrown);
    if (error.code !== 'CANCELLED' && error.code !== 'NOT_SIGNED_IN') useLive.setState({ error });
  }
}
