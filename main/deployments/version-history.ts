import type { DeploymentVersions, SwitchChoice } from '../contract/deployment-versions.contract.ts';
import { ExpectedError } from '../kernel/errors.ts';
import type { ModelsService } from '../models/index.ts';
import type { DeploymentVersionsStore } from './deployment-versions.store.ts';
import type { DeploymentRecord } from './deployments.store.ts';
import type { PreviousEngines } from './previous-engines.ts';

interface HistoryParts {
  versionsStore: DeploymentVersionsStore;
  models: Pick<ModelsService, 'versions'>;
  previous: PreviousEngines;
  adapterNameOf: (adapterId: string) => string;
}

/** What a deployment has served with, newest first, and where one click goes back to. */
export function historyOf(record: DeploymentRecord, { versionsStore, previous, adapterNameOf }: HistoryParts): DeploymentVersions {
  const steps = versionsStore.list(record.id);
  const [latest] = steps;
  const earlier = steps.find(({ step }) => step === latest?.earlierStep);
  return {
    rows: steps.map(({ earlierStep: _, ...row }) =>
      row.step === latest?.step ? { ...row, adapters: record.adapters.map((choice) => ({ ...choice, name: adapterNameOf(choice.adapterId) })) } : row,
    ),
    rollBack:
      earlier === undefined || earlier.versionId === null
        ? null
        : {
            step: earlier.step,
            modelName: earlier.modelName,
            versionNumber: earlier.versionNumber,
            warmUntilMs: previous.warmUntilMs(record.id, (running) => running.versionId === earlier.versionId && JSON.stringify(running.settings) === JSON.stringify(earlier.settings)),
          },
    draining: previous.draining(record.id),
  };
}

interface ChoiceParts {
  models: Pick<ModelsService, 'versions' | 'version'>;
  /** Raises VERSION_NOT_APPROVED. */
  servingGate: (versionId: string) => void;
}

/** Versions that may serve under this name: of the same purpose, those of its own model first, newest first; and how many may not. */
export function choicesFor(record: DeploymentRecord, { models, servingGate }: ChoiceParts): { choices: SwitchChoice[]; notOffered: number } {
  const { modelId, facts: own } = models.version(record.versionId);
  const usable = models.versions().filter(({ retired, facts }) => !retired && facts.purpose === own.purpose);
  const offered = usable.filter(({ versionId }) => mayServe(versionId, servingGate));
  const choices = offered.map((version): SwitchChoice => ({
    versionId: version.versionId,
    modelId: version.modelId,
    modelName: version.modelName,
    number: version.number,
    quantization: version.facts.quantization,
    sizeBytes: version.sizeBytes,
    hasChatTemplate: version.facts.chatTemplate.present,
    sameModel: version.modelId === modelId,
    current: version.versionId === record.versionId,
  }));
  choices.sort((a, b) => Number(b.sameModel) - Number(a.sameModel) || a.modelName.localeCompare(b.modelName) || b.number - a.number);
  return { choices, notOffered: usable.length - offered.length };
}

function mayServe(versionId: string, servingGate: (versionId: string) => void): boolean {
  try {
    servingGate(versionId);
    return true;
  } catch (error) {
    if (error instanceof ExpectedError) return false;
    throw error;
  }
}
