import type { Tuning } from '../contract/benchmarks.contract.ts';
import type { EngineSettings, FitReport } from '../contract/deployments.contract.ts';
import type { ModelFacts } from '../contract/models.contract.ts';
import type { HardwareView } from '../contract/system.contract.ts';
import { checkFit } from '../engine/fit/check-fit.ts';
import { recommendLimits } from '../engine/fit/recommend.ts';

type Recommendation = Pick<FitReport, 'recommended' | 'why' | 'limits'>;

/**
 * A recommendation with what auto-tuning measured on this machine in place of what is usual. Context and parallel answers stay as
 * recommended, and so does everything where what was found would not fit into the memory there is now.
 */
export function withTuning(recommendation: Recommendation, tuning: Pick<Tuning, 'chosen' | 'atMs' | 'goal'>, { facts, hardware }: { facts: ModelFacts; hardware: HardwareView }): Recommendation {
  const usual = recommendation.recommended.settings;
  const found = tuning.chosen.settings;
  const settings: EngineSettings = {
    ...usual,
    // Layers were found with another context perhaps: never more than fit with this one.
    gpuLayers: Math.min(usual.gpuLayers, found.gpuLayers),
    threads: Math.min(found.threads, hardware.usableCores),
    ...(found.performance === undefined ? {} : { performance: found.performance }),
  };
  const recommended = checkFit(facts, settings, hardware);
  if (!recommended.fits) return recommendation;
  return {
    recommended,
    limits: recommendLimits(settings, recommended.prediction, hardware),
    why: {
      code: 'tuned',
      // What was recommended without it, and why, stays readable beside it.
      data: { ...recommendation.why.data, usualCode: recommendation.why.code, gain: tuning.chosen.score, gainPercent: Math.round((tuning.chosen.score - 1) * 100), atMs: tuning.atMs, goal: tuning.goal, backend: settings.backend, threads: settings.threads, promptTokensPerSecond: tuning.chosen.promptTokensPerSecond, generationTokensPerSecond: tuning.chosen.generationTokensPerSecond },
    },
  };
}
