import { useEffect, useState } from 'react';
import type { TrainingOrder, TrainingPlan } from '../../../main/contract/training.contract.ts';
import { asError } from '../../client/as-error.ts';
import type { AppError } from '../../client/as-error.ts';
import { client } from '../../client/connection.ts';

export interface PlanAnswer {
  /** The newest answer; while `current` is false it belongs to earlier settings. */
  plan: TrainingPlan | null;
  current: boolean;
  error: AppError | null;
}

/** Typing changes the order with every key: only what stays this long is asked. */
const SETTLE_MS = 120;

/** What a training would take, following every change of its settings. */
export function usePlan(order: TrainingOrder | null): PlanAnswer {
  const [answer, setAnswer] = useState<{ asked: string; plan: TrainingPlan } | null>(null);
  const [error, setError] = useState<AppError | null>(null);
  const asked = order === null ? '' : JSON.stringify(order);
  useEffect(() => {
    setError(null);
    if (asked === '') return undefined;
    const controller = new AbortController();
    const timer = setTimeout(() => {
      client.training
        .plan(JSON.parse(asked) as TrainingOrder, { signal: controller.signal })
        .then((plan) => {
          if (!controller.signal.aborted) setAnswer({ asked, plan });
        })
        .catch((thrown: unknown) => {
          if (!controller.signal.aborted) setError(asError(thrown));
        });
    }, SETTLE_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [asked]);
  return { plan: order === null ? null : (answer?.plan ?? null), current: asked !== '' && answer?.asked === asked, error };
}
