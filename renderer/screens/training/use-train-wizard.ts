import type { DatasetVersion } from '../../../main/contract/datasets.contract.ts';
import type { TrainingMode, TrainingOptions, TrainingSettings } from '../../../main/contract/training.contract.ts';
import { client } from '../../client/connection.ts';
import { useQuery } from '../../state/queries.ts';
import type { Query } from '../../state/queries.ts';
import type { RouteOf } from '../../state/routes.ts';
import { useMay } from '../../state/session.ts';
import { useViewState } from '../../state/view-state.ts';
import { emptyTrainDraft, modeOf, orderOf, recommendedMode } from './train-draft.ts';
import type { ChosenData, TrainDraft } from './train-draft.ts';
import { usePlan } from './use-plan.ts';
import type { PlanAnswer } from './use-plan.ts';

/** The prefix of everything the wizard keeps while one looks elsewhere. */
export const TRAIN_STATE = 'train/';

/** Under what its entries are kept: who comes from a version or a data set begins anew with it. */
export function stateOf({ versionId, data }: RouteOf<'train'>): string {
  return `${TRAIN_STATE}${versionId ?? ''}/${data ?? ''}/`;
}

export interface TrainWizardState {
  draft: TrainDraft;
  change: (part: Partial<TrainDraft>) => void;
  /** What may be chosen for the version, and with it for the data; the second one recommends settings. */
  baseOptions: Query<TrainingOptions>;
  options: Query<TrainingOptions>;
  mode: TrainingMode | null;
  modeKind: TrainingMode['kind'];
  settings: TrainingSettings | null;
  answer: PlanAnswer;
}

/** The wizard's entries, and what the main side says about what was chosen. */
export function useTrainWizard(route: RouteOf<'train'>): TrainWizardState {
  const [draft, setDraft] = useViewState<TrainDraft>(`${stateOf(route)}draft`, emptyTrainDraft);
  const versionId = draft.version?.versionId ?? '';
  const datasetVersionId = draft.data?.versionId ?? null;
  const ask = (data: string | null) => (signal: AbortSignal) => client.training.options({ versionId, datasetVersionId: data }, { signal });
  const trainable = draft.version !== null && !draft.version.quantized;
  const baseOptions = useQuery(`training/options/${versionId}`, ask(null), { topics: ['models'], enabled: trainable });
  const options = useQuery(`training/options/${versionId}/${datasetVersionId ?? ''}`, ask(datasetVersionId), {
    topics: ['models', 'training', 'datasets'],
    enabled: trainable && datasetVersionId !== null,
  });
  const recommended = recommendedMode(options.data, draft.data);
  const order = orderOf(draft, options.data);
  return {
    draft,
    change: (part) => setDraft((before) => ({ ...before, ...part })),
    baseOptions,
    options,
    mode: modeOf(draft, recommended),
    modeKind: draft.mode ?? recommended,
    settings: draft.settings ?? options.data?.recommended ?? null,
    answer: usePlan(draft.wrong.length === 0 ? order : null),
  };
}

export function chosenData({ datasetId, datasetName, id, number, splits }: DatasetVersion): ChosenData {
  return { datasetId, datasetName, versionId: id, number, trainRows: splits.train, validationRows: splits.validation };
}

/** One data set with its versions; the same answer as on its page. */
export function useDataset(datasetId: string | null) {
  return useQuery(`dataset/${datasetId ?? ''}`, (signal) => client.datasets.get({ datasetId: datasetId ?? '' }, { signal }), {
    topics: ['datasets', 'training'],
    enabled: datasetId !== null,
  });
}

/** Every version of every data set, newest first: what could be mixed in. */
export function useAllDatasetVersions(enabled: boolean): Query<DatasetVersion[]> {
  const allowed = useMay('data.read');
  return useQuery(
    'datasets/all-versions',
    async (signal) => {
      const details = await Promise.all((await client.datasets.list({}, { signal })).map(({ id }) => client.datasets.get({ datasetId: id }, { signal })));
      return details.flatMap(({ versions }) => versions).toSorted((a, b) => b.createdAtMs - a.createdAtMs);
    },
    { topics: ['datasets'], enabled: enabled && allowed },
  );
}
