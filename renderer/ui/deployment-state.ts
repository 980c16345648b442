import type { DeploymentState, DeploymentView } from '../../main/contract/deployments.contract.ts';
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

/** Whether a question to it is answered: it is ready, or is loaded for the question and the question waits for that. */
export function canBeAsked({ state, lifecycle }: Pick<DeploymentView, 'state' | 'lifecycle'>): boolean {
  return state === 'ready' || state === 'sleeping' || (lifecycle.kind === 'on-demand' && (state === 'starting' || state === 'restarting'));
}
