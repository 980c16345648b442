import { useRef } from 'react';
import type { SwitchChoice, SwitchPlan, SwitchTarget } from '../../../../main/contract/deployment-versions.contract.ts';
import type { DeploymentView, EngineSettings } from '../../../../main/contract/deployments.contract.ts';
import type { HardwareView } from '../../../../main/contract/system.contract.ts';
import { client } from '../../../client/connection.ts';
import { useQuery } from '../../../state/queries.ts';
import type { Query } from '../../../state/queries.ts';
import { useViewState } from '../../../state/view-state.ts';

/** What the person has entered so far. */
export interface SwitchDraft {
  choice: SwitchChoice | null;
  otherModels: boolean;
  /** Null while those of the deployment are taken as they are. */
  settings: EngineSettings | null;
  detachAdapters: boolean;
  stopFirst: boolean;
  question: string | null;
}

const emptyDraft: SwitchDraft = { choice: null, otherModels: false, settings: null, detachAdapters: false, stopFirst: false, question: null };

/** The prefix of everything the wizard of a deployment keeps while one looks elsewhere. */
export const switchState = (deploymentId: string): string => `switch/${deploymentId}/`;

export interface SwitchWizard {
  draft: SwitchDraft;
  change: (change: Partial<SwitchDraft>) => void;
  choices: Query<{ choices: SwitchChoice[]; notOffered: number }>;
  hardware: Query<HardwareView>;
  plan: Query<SwitchPlan>;
  /** The newest plan of the chosen version; while `planCurrent` is false it belongs to earlier settings. */
  latestPlan: SwitchPlan | null;
  planCurrent: boolean;
  /** What a trial and the switch are asked for; null until it is known and fits. */
  target: ({ deploymentId: string } & SwitchTarget) | null;
  /** Adapters that are attached and do not fit the chosen version. */
  misfits: string[];
}

/** The entries of the wizard, and what the main side says about them. */
export function useSwitchWizard(deployment: DeploymentView): SwitchWizard {
  const { id: deploymentId } = deployment;
  const [draft, setDraft] = useViewState<SwitchDraft>(`${switchState(deploymentId)}draft`, emptyDraft);
  const choices = useQuery(`switch/${deploymentId}/choices`, (signal) => client.deployments.switchChoices({ deploymentId }, { signal }), { topics: ['models', 'deployments', 'quantization'] });
  const hardware = useQuery('hardware', (signal) => client.system.hardware({ refresh: false }, { signal }));
  const versionId = draft.choice?.versionId ?? '';
  const asked = draft.settings === null ? '' : JSON.stringify(draft.settings);
  const plan = useQuery(
    `switch/${deploymentId}/plan/${versionId}/${asked}`,
    (signal) => client.deployments.planSwitch({ deploymentId, versionId, ...(draft.settings === null ? {} : { settings: draft.settings }) }, { signal }),
    { enabled: versionId !== '', topics: ['deployments'] },
  );
  const kept = useRef<{ versionId: string; plan: SwitchPlan } | null>(null);
  if (plan.data !== undefined) kept.current = { versionId, plan: plan.data };
  const latestPlan = kept.current?.versionId === versionId ? kept.current.plan : null;
  const planCurrent = plan.data !== undefined;
  const misfits = (latestPlan?.adapters ?? []).filter(({ fits }) => !fits).map(({ name }) => name);
  const fits = latestPlan !== null && planCurrent && (latestPlan.problem === null || (latestPlan.fitsAfterStopping && draft.stopFirst)) && (misfits.length === 0 || draft.detachAdapters);
  return {
    draft,
    change: (changed) => setDraft((before) => ({ ...before, ...changed })),
    choices,
    hardware,
    plan,
    latestPlan,
    planCurrent,
    target: fits ? { deploymentId, versionId, settings: latestPlan.settings, limits: latestPlan.limits, detachAdapters: draft.detachAdapters } : null,
    misfits,
  };
}
