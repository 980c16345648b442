import { useEffect, useState } from 'react';
import type { PruneProposal } from '../../../main/contract/quantization.contract.ts';
import { asError } from '../../client/as-error.ts';
import type { AppError } from '../../client/as-error.ts';
import { client } from '../../client/connection.ts';

export interface Pruning {
  /** The newest answer; while `current` is false it belongs to an earlier choice. */
  proposal: PruneProposal | null;
  current: boolean;
  error: AppError | null;
}

interface Question {
  reportId: string | null;
  removeCount: number;
  layers: readonly number[] | null;
}

/** What leaving out layers would bring, following every move of the slider. */
export function usePruning({ reportId, removeCount, layers }: Question): Pruning {
  const [answer, setAnswer] = useState<{ asked: string; proposal: PruneProposal } | null>(null);
  const [error, setError] = useState<AppError | null>(null);
  const possible = reportId !== null && removeCount > 0;
  const asked = possible ? JSON.stringify({ reportId, removeCount, layers }) : '';
  useEffect(() => {
    setError(null);
    if (asked === '') return undefined;
    const controller = new AbortController();
    client.quantization
      .proposePruning(JSON.parse(asked) as Parameters<typeof client.quantization.proposePruning>[0], { signal: controller.signal })
      .then((proposal) => {
        if (!controller.signal.aborted) setAnswer({ asked, proposal });
      })
      .catch((thrown: unknown) => {
        if (!controller.signal.aborted) setError(asError(thrown));
      });
    return () => controller.abort();
  }, [asked]);
  return { proposal: possible ? (answer?.proposal ?? null) : null, current: answer?.asked === asked && asked !== '', error };
}
