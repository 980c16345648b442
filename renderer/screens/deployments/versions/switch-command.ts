import type { SwitchChoice, SwitchPlan } from '../../../../main/contract/deployment-versions.contract.ts';
import type { DeploymentView } from '../../../../main/contract/deployments.contract.ts';
import { shellWord } from '../deploy/deploy-command.ts';

interface SwitchCommandOptions {
  choice: SwitchChoice;
  settings: SwitchPlan['settings'];
  question: string;
  stopFirst: boolean;
  detachAdapters: boolean;
}

/** The same switch on the command line. Settings are only named where they differ from those of the deployment. */
export function switchCommand(deployment: DeploymentView, { choice, settings, question, stopFirst, detachAdapters }: SwitchCommandOptions): string {
  const version = choice.sameModel ? String(choice.number) : shellWord(`${choice.modelName}@${String(choice.number)}`);
  const words = ['modelward', 'deployment', 'switch', shellWord(deployment.name), version];
  const own = deployment.settings;
  if (settings.backend !== own.backend) words.push('--backend', settings.backend);
  if (settings.gpuLayers !== own.gpuLayers) words.push('--gpu-layers', String(settings.gpuLayers));
  if (settings.contextSize !== own.contextSize) words.push('--context', String(settings.contextSize));
  if (settings.parallelSequences !== own.parallelSequences) words.push('--parallel', String(settings.parallelSequences));
  if (settings.threads !== own.threads) words.push('--threads', String(settings.threads));
  words.push('--question', shellWord(question));
  if (detachAdapters) words.push('--detach-adapters');
  if (stopFirst) words.push('--stop-first');
  return words.join(' ');
}
