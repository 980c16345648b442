import type { DeploymentState } from '../../main/contract/deployments.contract.ts';
import type { Tone } from './status-badge.tsx';

/** Colour of a deployment's state, the same on every screen. */
export const toneOfState: Record<DeploymentState, Tone> = {
  stopped: 'off',
  sleeping: 'off',
  starting: 'running',
  ready: 'fine',
  restarting: 'look',
  stopping: 'running',
  failed: 'act',
};
