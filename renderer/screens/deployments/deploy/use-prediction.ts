import { useEffect, useState } from 'react';
import type { EngineSettings, Fit, FitReport } from '../../../../main/contract/deployments.contract.ts';
import { asError } from '../../../client/as-error.ts';
import type { AppError } from '../../../client/as-error.ts';
import { client } from '../../../client/connection.ts';
import { sameSettings } from './deploy-draft.ts';

export interface Prediction {
  /** The newest answer; while `current` is false it belongs to earlier settings. */
  fit: Fit;
  current: boolean;
  error: AppError | null;
}

/**
 * What settings would take, following every change; the recommendation's own answer needs no asking. `settings` null
 * stands for the recommendation. Null until there is a report.
 */
export function usePrediction(report: FitReport | undefined, versionId: string, settings: EngineSettings | null): Prediction | null {
  const [answer, setAnswer] = useState<{ versionId: string; fit: Fit } | null>(null);
  const [error, setError] = useState<AppError | null>(null);
  const recommended = report?.recommended;
  const wanted = settings ?? recommended?.settings;
  const known = recommended !== undefined && wanted !== undefined && sameSettings(wanted, recommended.settings);
  const asked = wanted === undefined || known ? '' : JSON.stringify(wanted);
  useEffect(() => {
    setError(null);
    if (asked === '') return undefined;
    const controller = new AbortController();
    client.deployments
      .predict({ versionId, settings: JSON.parse(asked) as EngineSettings }, { signal: controller.signal })
      .then((fit) => {
        if (!controller.signal.aborted) setAnswer({ versionId, fit });
      })
      .catch((thrown: unknown) => {
        if (!controller.signal.aborted) setError(asError(thrown));
      });
    return () => controller.abort();
  }, [versionId, asked]);
  if (recommended === undefined || wanted === undefined) return null;
  const fit = known || answer?.versionId !== versionId ? recommended : answer.fit;
  return { fit, current: sameSettings(fit.settings, wanted), error };
}
