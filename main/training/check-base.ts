import { basename } from 'node:path';
import type { ErrorValue } from '../contract/errors.ts';
import { isQuantizedType } from '../engine/native/quantization-types.ts';
import { TRAINABLE_ARCHITECTURES } from '../engine/native/training/transformer-shape.ts';
import type { LoadableVersion, ModelsService } from '../models/index.ts';
import { refused } from './training-refused.ts';

/** Whether a version's weights are all float32 already, so that it is trained as it lies. */
export function isFloat32({ facts }: Pick<LoadableVersion, 'facts'>): boolean {
  return facts.tensorTypes.every(({ type }) => type === 'F32');
}

/** Why a version cannot be trained whatever the data is; null where it can. */
export function baseProblem(models: Pick<ModelsService, 'familyOf' | 'version'>, version: LoadableVersion): ErrorValue | null {
  const { facts } = version;
  if (facts.purpose !== 'text-generation') return refused('purpose', { detail: facts.purpose }).toValue();
  if (/-\d{5}-of-\d{5}\.gguf$/i.test(basename(version.path))) return refused('split-file').toValue();
  if (!TRAINABLE_ARCHITECTURES.some((known) => known === facts.architecture) || facts.isMoe) {
    return refused('architecture', { detail: facts.isMoe ? `${facts.architecture} (MoE)` : facts.architecture }).toValue();
  }
  if (!isQuantized(version)) return null;
  const parent = floatParentOf(models, version);
  return refused('quantized', { detail: facts.quantization, parentVersionId: parent?.versionId ?? null, parentNumber: parent?.number ?? null }).toValue();
}

function isQuantized({ facts }: LoadableVersion): boolean {
  return facts.tensorTypes.some(({ type }) => isQuantizedType(type));
}

/** The nearest version it was made from that lost nothing, else another of the same model and size. */
function floatParentOf(models: Pick<ModelsService, 'familyOf' | 'version'>, version: LoadableVersion): LoadableVersion | null {
  const family = models.familyOf(version.versionId);
  const parentOf = (versionId: string): string | null => family.find((member) => member.versionId === versionId)?.parentVersionId ?? null;
  for (let ancestor = parentOf(version.versionId); ancestor !== null; ancestor = parentOf(ancestor)) {
    const found = models.version(ancestor);
    if (!isQuantized(found)) return found;
  }
  for (const { versionId } of family) {
    const found = models.version(versionId);
    if (!isQuantized(found) && found.facts.layerCount === version.facts.layerCount && found.facts.embeddingLength === version.facts.embeddingLength) return found;
  }
  return null;
}
