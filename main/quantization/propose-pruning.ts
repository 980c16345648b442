import type { ModelFacts } from '../contract/models.contract.ts';
import type { LayerReport, PruneProposal } from '../contract/quantization.contract.ts';
import { predictMemory } from '../engine/fit/predict-memory.ts';
import { ExpectedError } from '../kernel/errors.ts';
import { checkLayers, checkPrunable } from './check-pruning.ts';
import { pruningOrder } from './pruning-order.ts';

export interface PruneQuestion {
  facts: ModelFacts;
  sizeBytes: number;
  report: Pick<LayerReport, 'versionId' | 'influence'>;
  removeCount: number;
  /** Chosen by hand; null takes the least important ones. */
  layers: readonly number[] | null;
  freeBytes: number;
}

/** Left free on the disk beside the new file. */
const airBytes = 64 * 1024 * 1024;
const usualContextSize = 8192;

/** What leaving out blocks would bring. The size is exact but for the header, which loses about 100 bytes a tensor. Raises PRUNE_REFUSED. */
export function proposePruning({ facts, sizeBytes, report, removeCount, layers, freeBytes }: PruneQuestion): PruneProposal {
  checkPrunable(facts);
  const order = pruningOrder(report.influence);
  if (layers === null && removeCount > order.length) throw new ExpectedError('PRUNE_REFUSED', { reason: 'too-many', detail: '' });
  const removed = [...new Set(layers ?? order.slice(0, removeCount))].sort((a, b) => a - b);
  checkLayers(removed, facts.layerCount);
  const after = withoutLayers(facts, removed);
  const removedBytes = facts.weightsBytes - after.weightsBytes;
  const outsideBytes = bytesReadOutsideBlocks(facts);
  return {
    versionId: report.versionId,
    layers: removed,
    layerCount: facts.layerCount,
    sizeBytes: sizeBytes - removedBytes,
    sourceSizeBytes: sizeBytes,
    speedRatio: (sumOf(facts.layerWeightsBytes) + outsideBytes) / (sumOf(after.layerWeightsBytes) + outsideBytes),
    ramBytes: ramOf(after),
    sourceRamBytes: ramOf(facts),
    freeBytes,
    fits: sizeBytes - removedBytes + airBytes <= freeBytes,
  };
}

function withoutLayers(facts: ModelFacts, removed: readonly number[]): ModelFacts {
  const stays = (_: unknown, layer: number): boolean => !removed.includes(layer);
  const layerWeightsBytes = facts.layerWeightsBytes.filter(stays);
  return {
    ...facts,
    layerCount: facts.layerCount - removed.length,
    layerWeightsBytes,
    kvHeadCountPerLayer: facts.kvHeadCountPerLayer.filter(stays),
    weightsBytes: facts.nonLayerWeightsBytes + sumOf(layerWeightsBytes),
  };
}

/**
 * Bytes outside the blocks that generating one token reads: the output matrix. Of the token embeddings only a row is read; where they are
 * a table of their own they are about half of what lies outside, where the output shares them (tied) they are all of it.
 */
function bytesReadOutsideBlocks(facts: ModelFacts): number {
  const bytesPerWeight = facts.parameterCount === 0 ? 0 : facts.weightsBytes / facts.parameterCount;
  const tableBytes = facts.vocabularySize * facts.embeddingLength * bytesPerWeight;
  return facts.nonLayerWeightsBytes < 1.5 * tableBytes ? facts.nonLayerWeightsBytes : facts.nonLayerWeightsBytes / 2;
}

function ramOf(facts: ModelFacts): number {
  const contextSize = facts.contextLength === 0 ? usualContextSize : Math.min(usualContextSize, facts.contextLength);
  return predictMemory(facts, { backend: 'cpu', gpuLayers: 0, contextSize, parallelSequences: 1, threads: 1 }).totalRamBytes;
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
