import { useEffect, useRef, useState } from 'react';
import type { SwitchEvent } from '../../../../main/contract/deployment-versions.contract.ts';
import type { DeploymentView } from '../../../../main/contract/deployments.contract.ts';
import { asError } from '../../../client/as-error.ts';
import type { AppError } from '../../../client/as-error.ts';

/** How far a switch is that does everything by itself. */
export interface SwitchProgress {
  phase: 'stopping' | 'loading' | 'asking';
  fraction: number;
  text: string;
}

export interface SwitchRun {
  progress: SwitchProgress | null;
  error: AppError | null;
  run: (events: (signal: AbortSignal) => Promise<AsyncIterable<SwitchEvent>>, first: SwitchProgress['phase']) => void;
  cancel: () => void;
  forget: () => void;
}

/** Follows a switch with a gap, or a roll-back, to its end. Leaving the screen stops it: the version before then serves again. */
export function useSwitchRun(onSwitched: (deployment: DeploymentView) => void): SwitchRun {
  const [progress, setProgress] = useState<SwitchProgress | null>(null);
  const [error, setError] = useState<AppError | null>(null);
  const controller = useRef<AbortController | null>(null);
  const done = useRef(onSwitched);
  done.current = onSwitched;
  useEffect(() => () => controller.current?.abort(), []);

  const follow = async (events: AsyncIterable<SwitchEvent>, own: AbortController, first: SwitchProgress['phase']): Promise<void> => {
    let seen: SwitchProgress = { phase: first, fraction: 0, text: '' };
    for await (const event of events) {
      if (own.signal.aborted) return;
      if (event.kind === 'switched') {
        done.current(event.deployment);
        continue;
      }
      seen = after(seen, event);
      setProgress(seen);
    }
  };
  return {
    progress,
    error,
    run(events, first) {
      if (controller.current !== null) return;
      const own = new AbortController();
      controller.current = own;
      setError(null);
      setProgress({ phase: first, fraction: 0, text: '' });
      events(own.signal)
        .then((opened) => follow(opened, own, first))
        .catch((thrown: unknown) => {
          const mapped = asError(thrown);
          if (mapped.code !== 'CANCELLED' && !own.signal.aborted) setError(mapped);
        })
        .finally(() => {
          controller.current = null;
          setProgress(null);
        })
        .catch(console.error);
    },
    cancel: () => controller.current?.abort(),
    forget: () => setError(null),
  };
}

function after(seen: SwitchProgress, event: Exclude<SwitchEvent, { kind: 'switched' }>): SwitchProgress {
  switch (event.kind) {
    case 'stopped':
      return { ...seen, phase: 'loading', fraction: 0 };
    case 'loading':
      return { ...seen, phase: 'loading', fraction: event.fraction };
    case 'loaded':
      return { ...seen, phase: 'asking', fraction: 1 };
    case 'text':
      return { ...seen, text: seen.text + event.text };
    case 'embedded':
    case 'ranked':
    case 'finished':
      return seen;
  }
}
