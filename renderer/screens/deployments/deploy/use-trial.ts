import { useEffect, useRef, useState } from 'react';
import type { AnswerTiming, TrialEvent, Usage } from '../../../../main/contract/deployments.contract.ts';
import { asError } from '../../../client/as-error.ts';
import type { AppError } from '../../../client/as-error.ts';
import { client } from '../../../client/connection.ts';
import { useViewState } from '../../../state/view-state.ts';
import type { Made } from '../vectors/made-view.tsx';
import { WIZARD_STATE } from './use-deploy-wizard.ts';
import type { DeployRequest } from './use-deploy-wizard.ts';

/** What a trial measured, and under which id its engine still waits. */
export interface TrialResult {
  /** The request it was made with; another request makes it out of date. */
  requestKey: string;
  /** Null once its engine has been ended: then deploying loads again. */
  trialId: string | null;
  text: string;
  /** Of a model that writes no text. */
  made: Made | null;
  loadMs: number;
  rssBytes: number;
  usage: Usage;
  timing: AnswerTiming;
}

export interface RunningTrial {
  phase: 'loading' | 'answering';
  fraction: number;
  loadMs: number | null;
  text: string;
  tokens: number;
  made: Made | null;
}

export interface Trial {
  running: RunningTrial | null;
  result: TrialResult | null;
  /** The result was measured with exactly what would be deployed now. */
  current: boolean;
  error: AppError | null;
  run: (question: string) => void;
  cancel: () => void;
  /** The engine now belongs to the deployment: leaving the wizard must not end it. */
  handOver: () => void;
}

/** The trial of the deploy wizard. `documents` are what a reranking model orders. */
export function useTrial(request: DeployRequest | null, documents: string[] | null): Trial {
  return useTrialOf(request, {
    stateKey: `${WIZARD_STATE}trial`,
    ask: (asked, question, signal) => client.deployments.trial({ ...asked, question, ...(documents === null ? {} : { documents }) }, { signal }),
  });
}

export interface TrialKind<Request> {
  /** Where the result is kept while one looks elsewhere. */
  stateKey: string;
  ask: (request: Request, question: string, signal: AbortSignal) => Promise<AsyncIterable<TrialEvent>>;
}

/** The trial of a wizard. Its engine ends when the wizard is left, and when what was tried is changed. */
export function useTrialOf<Request>(request: Request | null, { stateKey, ask }: TrialKind<Request>): Trial {
  const [running, setRunning] = useState<RunningTrial | null>(null);
  const [result, setResult] = useViewState<TrialResult | null>(stateKey, null);
  const [error, setError] = useState<AppError | null>(null);
  const controller = useRef<AbortController | null>(null);
  const waiting = useRef<string | null>(result?.trialId ?? null);
  const requestKey = request === null ? '' : JSON.stringify(request);
  const current = result !== null && result.requestKey === requestKey;

  const endWaiting = (): void => {
    const trialId = waiting.current;
    waiting.current = null;
    if (trialId === null) return;
    setResult((before) => (before === null ? null : { ...before, trialId: null }));
    // It ends by itself after some minutes; a lost line is no reason to trouble anybody.
    client.deployments.endTrial({ trialId }).catch(() => undefined);
  };
  const leave = useRef(endWaiting);
  leave.current = endWaiting;
  useEffect(
    () => () => {
      controller.current?.abort();
      leave.current();
    },
    [],
  );
  useEffect(() => {
    if (result?.trialId != null && !current) leave.current();
  }, [result?.trialId, current]);

  const run = (question: string): void => {
    if (request === null || controller.current !== null) return;
    const own = new AbortController();
    controller.current = own;
    endWaiting();
    setError(null);
    setResult(null);
    setRunning(nothingYet);
    follow(request, question, own.signal)
      .catch((thrown: unknown) => {
        const mapped = asError(thrown);
        if (mapped.code !== 'CANCELLED' && !own.signal.aborted) setError(mapped);
      })
      .finally(() => {
        controller.current = null;
        if (!own.signal.aborted) setRunning(null);
      })
      .catch(console.error);
  };
  const follow = async (asked: Request, question: string, signal: AbortSignal): Promise<void> => {
    let seen: RunningTrial = nothingYet;
    for await (const event of await ask(asked, question, signal)) {
      if (event.kind === 'finished') {
        waiting.current = event.trialId;
        setResult(resultOf(event, seen, JSON.stringify(asked)));
        continue;
      }
      seen = after(seen, event);
      setRunning(seen);
    }
  };
  return {
    running,
    result,
    current,
    error,
    run,
    cancel: () => {
      controller.current?.abort();
      setRunning(null);
    },
    handOver: () => {
      waiting.current = null;
    },
  };
}

const nothingYet: RunningTrial = { phase: 'loading', fraction: 0, loadMs: null, text: '', tokens: 0, made: null };

/** A running trial after one more event. */
function after(seen: RunningTrial, event: Exclude<TrialEvent, { kind: 'finished' }>): RunningTrial {
  switch (event.kind) {
    case 'loading':
      return { ...seen, fraction: event.fraction };
    case 'loaded':
      return { ...seen, phase: 'answering', fraction: 1, loadMs: event.loadMs };
    case 'text':
      return { ...seen, text: seen.text + event.text, tokens: seen.tokens + event.tokens };
    case 'embedded':
    case 'ranked':
      return { ...seen, made: event };
  }
}

function resultOf(event: Extract<TrialEvent, { kind: 'finished' }>, seen: RunningTrial, requestKey: string): TrialResult {
  const { trialId, usage, timing, rssBytes } = event;
  return { requestKey, trialId, text: seen.text, made: seen.made, loadMs: seen.loadMs ?? 0, rssBytes, usage, timing };
}

/** Tokens a second: those that were written, or those of the text where none are. */
export function trialSpeed({ made, timing }: TrialResult): number {
  return made === null ? timing.outputTokensPerSecond : timing.promptTokensPerSecond;
}
