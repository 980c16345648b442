import type { ModelDetail, ModelVersion } from '../../../main/contract/models.contract.ts';
import { isQuantized } from './use-model.ts';

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
