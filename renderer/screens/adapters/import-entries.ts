import type { AdapterInspection } from '../../../main/contract/adapters.contract.ts';
import type { AdapterChoice } from '../../../main/contract/deployments.contract.ts';

export interface FittingModel {
  modelId: string;
  name: string;
  versionNumbers: number[];
}

/** The models that a file fits, each with those of its versions that it fits. */
export function modelsOf({ fits }: Pick<AdapterInspection, 'fits'>): FittingModel[] {
  const models = new Map<string, FittingModel>();
  for (const { modelId, modelName, versionNumber } of fits) {
    const model = models.get(modelId) ?? { modelId, name: modelName, versionNumbers: [] };
    model.versionNumbers.push(versionNumber);
    models.set(modelId, model);
  }
  return [...models.values()];
}

/** The command that does the same. Paths and names are quoted for a POSIX shell. */
export function importCommand({ path, modelName, name }: { path: string; modelName: string; name: string }): string {
  return ['modelward', 'adapters', 'import', quoted(path), '--model', quoted(modelName), '--name', quoted(name)].join(' ');
}

/** The command that attaches the same. */
export function attachCommand(deploymentName: string, choices: readonly (Pick<AdapterChoice, 'weight'> & { name: string })[]): string {
  const words = choices.length === 0 ? ['--none'] : choices.map(({ name, weight }) => quoted(`${name}=${String(weight)}`));
  return ['modelward', 'deployments', 'adapters', quoted(deploymentName), ...words].join(' ');
}

function quoted(text: string): string {
  return /^[\w./:@+=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
