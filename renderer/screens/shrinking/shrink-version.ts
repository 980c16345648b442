import type { ModelDetail, ModelVersion } from '../../../main/contract/models.contract.ts';
import { shellWord } from '../deployments/deploy/deploy-command.ts';
import { isQuantized } from './version-choice.ts';

/** The version a wizard works on, with what its later steps say about it. */
export interface ShrinkVersion {
  modelId: string;
  modelName: string;
  versionId: string;
  number: number;
  quantization: string;
  /** Something was lost already. */
  quantized: boolean;
  sizeBytes: number;
  parameterCount: number;
  layerCount: number;
  /** Number the new version will bear. */
  nextNumber: number;
}

/** A version as the command line names it: "Ward letters@2". */
export function versionWord({ modelName, number }: ShrinkVersion): string {
  return shellWord(`${modelName}@${String(number)}`);
}

export function shrinkVersionOf(model: ModelDetail, version: ModelVersion): ShrinkVersion {
  const { facts } = version;
  return {
    modelId: model.id,
    modelName: model.name,
    versionId: version.id,
    number: version.number,
    quantization: facts.quantization,
    quantized: isQuantized(facts),
    sizeBytes: version.sizeBytes,
    parameterCount: facts.parameterCount,
    layerCount: facts.layerCount,
    nextNumber: Math.max(...model.versions.map(({ number }) => number)) + 1,
  };
}
