import { useMemo } from 'react';
import type { DeploymentLimits, EngineSettings, FitReport } from '../../../../main/contract/deployments.contract.ts';
import { client } from '../../../client/connection.ts';
import { useDeployments } from '../../../state/lists.ts';
import { useQuery } from '../../../state/queries.ts';
import type { Query } from '../../../state/queries.ts';
import { useViewState } from '../../../state/view-state.ts';
import { emptyDraft, suggestName } from './deploy-draft.ts';
import type { ChosenVersion, DeployDraft } from './deploy-draft.ts';

/** The prefix of everything the wizard keeps while one looks elsewhere. */
export const WIZARD_STATE = 'deploy/';

export interface DeployWizard {
  draft: DeployDraft;
  change: (change: Partial<DeployDraft>) => void;
  /** Chooses a version: settings and limits follow its recommendation again. */
  choose: (version: ChosenVersion) => void;
  fit: Query<FitReport>;
  /** Names that are in use. */
  takenNames: ReadonlySet<string>;
  /** The name in effect: entered, else suggested. */
  name: string;
}

/** The wizard's entries and what the main side says about the chosen version. */
export function useDeployWizard(): DeployWizard {
  const [draft, setDraft] = useViewState<DeployDraft>(`${WIZARD_STATE}draft`, emptyDraft);
  const deployments = useDeployments();
  const versionId = draft.version?.versionId;
  const fit = useQuery(`fit/${versionId ?? ''}`, (signal) => client.deployments.fit({ versionId: versionId ?? '' }, { signal }), {
    enabled: versionId !== undefined,
  });
  const takenNames = useMemo(() => new Set((deployments.data ?? []).map(({ name }) => name)), [deployments.data]);
  const change = (changed: Partial<DeployDraft>): void => setDraft((before) => ({ ...before, ...changed }));
  return {
    draft,
    change,
    choose: (version) => change({ version, settings: null, limits: {}, ...(version.modelId === draft.version?.modelId ? {} : { name: null }) }),
    fit,
    takenNames,
    name: draft.name ?? (draft.version === null ? '' : suggestName(draft.version.modelName, takenNames)),
  };
}

/** Everything a trial or a deployment is made from. */
export interface DeployRequest {
  name: string;
  versionId: string;
  settings: EngineSettings;
  limits: DeploymentLimits;
}
