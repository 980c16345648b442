import type { BenchmarkPlan, Tuning } from '../../../../main/contract/benchmarks.contract.ts';
import type { DeploymentView, EngineSettings, FitReport } from '../../../../main/contract/deployments.contract.ts';
import { client } from '../../../client/connection.ts';
import { useDeployments } from '../../../state/lists.ts';
import { useBenchmarks, useTunings } from '../../../state/quality.ts';
import { useQuery } from '../../../state/queries.ts';
import type { Query } from '../../../state/queries.ts';
import type { RouteOf } from '../../../state/routes.ts';
import { useViewState } from '../../../state/view-state.ts';
import { usePrediction } from '../../deployments/deploy/use-prediction.ts';
import type { Prediction } from '../../deployments/deploy/use-prediction.ts';
import { contextOf, emptyDraft, MEASURE_STATE, planOf } from './measure-draft.ts';
import type { MeasureDraft } from './measure-draft.ts';
import { assumedSpeeds, estimateMs } from './measure-plan.ts';

export interface MeasureWizardState {
  draft: MeasureDraft;
  change: (part: Partial<MeasureDraft>) => void;
  /** Deployments that answer at the moment. */
  running: readonly DeploymentView[];
  /** The chosen one, while it answers. */
  deployment: DeploymentView | null;
  contextSize: number;
  plan: BenchmarkPlan;
  estimate: { valueMs: number; measured: boolean };
  fit: Query<FitReport>;
  /** The settings in effect for a version; null until the machine was looked at. */
  settings: EngineSettings | null;
  prediction: Prediction | null;
  tuning: Tuning | null;
}

/** Under what its entries are kept: who comes from a version or a deployment begins anew with it. */
export function stateOf({ versionId, deploymentId }: RouteOf<'measure'>): string {
  return `${MEASURE_STATE}${versionId ?? deploymentId ?? ''}/`;
}

/** The wizard's entries, and what the house says about what was chosen. */
export function useMeasureWizard(route: RouteOf<'measure'>): MeasureWizardState {
  const [draft, setDraft] = useViewState<MeasureDraft>(`${stateOf(route)}draft`, {
    ...emptyDraft,
    ...(route.deploymentId === undefined ? {} : { kind: 'deployment', deploymentId: route.deploymentId }),
  });
  const deployments = useDeployments();
  const earlier = useBenchmarks();
  const tunings = useTunings();
  const { version } = draft;
  const running = (deployments.data ?? []).filter(({ state, purpose }) => state === 'ready' && purpose === 'text-generation');
  const deployment = draft.kind === 'deployment' ? (running.find(({ id }) => id === draft.deploymentId) ?? null) : null;
  const fit = useQuery(`fit/${version?.versionId ?? ''}`, (signal) => client.deployments.fit({ versionId: version?.versionId ?? '' }, { signal }), {
    enabled: version !== null && draft.kind === 'version',
  });
  const prediction = usePrediction(fit.data, version?.versionId ?? '', draft.settings);
  const settings = draft.settings ?? fit.data?.recommended.settings ?? null;
  const contextSize = contextOf(draft, deployment);
  const plan = planOf(draft, contextSize);
  const onGpu = (deployment?.settings ?? settings)?.backend !== 'cpu' && ((deployment?.settings ?? settings)?.gpuLayers ?? 0) > 0;
  const sizeBytes = draft.kind === 'version' ? (version?.sizeBytes ?? 0) : (deployment?.rssBytes ?? 0);
  const speeds = assumedSpeeds(earlier.data ?? [], deployment?.versionId ?? version?.versionId ?? '', { sizeBytes, onGpu });
  const holding = (tunings.data ?? []).find((each) => each.versionId === version?.versionId && each.outdated === null) ?? null;
  return {
    draft,
    change: (part) => setDraft((before) => ({ ...before, ...part })),
    running,
    deployment,
    contextSize,
    plan,
    estimate: { valueMs: estimateMs(plan, speeds, draft.kind === 'version' ? sizeBytes : 0), measured: speeds.measured },
    fit,
    settings,
    prediction,
    tuning: holding,
  };
}
