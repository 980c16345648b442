import type { ApiKey } from '../../../main/contract/api-keys.contract.ts';
import type { DeploymentView } from '../../../main/contract/deployments.contract.ts';
import type { ModelSummary } from '../../../main/contract/models.contract.ts';
import type { Route } from '../../state/routes.ts';

export interface GuideStep {
  id: 'import' | 'deploy' | 'ask' | 'key';
  done: boolean;
  route: Route;
}

interface Progress {
  models: readonly ModelSummary[] | undefined;
  deployments: readonly DeploymentView[] | undefined;
  keys: readonly ApiKey[] | undefined;
}

/** The way from an empty installation to a working one, and how far it is. Null while that is not known. */
export function guideSteps({ models, deployments, keys }: Progress): GuideStep[] | null {
  if (models === undefined || deployments === undefined || keys === undefined) return null;
  const first = deployments.find(({ purpose }) => purpose === 'text-generation') ?? deployments[0];
  return [
    { id: 'import', done: models.length > 0, route: { screen: 'import' } },
    { id: 'deploy', done: deployments.length > 0, route: { screen: 'deploy' } },
    {
      id: 'ask',
      done: deployments.some(({ requestCount }) => requestCount > 0) || keys.some(({ requestCount }) => requestCount > 0),
      route: first === undefined ? { screen: 'playground' } : { screen: first.purpose === 'text-generation' ? 'playground' : 'deployment', deploymentId: first.id },
    },
    { id: 'key', done: keys.length > 0, route: { screen: 'create-key' } },
  ];
}
