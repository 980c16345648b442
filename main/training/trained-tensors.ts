import type { TrainingSettings } from '../contract/training.contract.ts';

/** Whether a weight is changed: all of them, or the last blocks with what stands behind them. */
export function isTrained(tensorName: string, layers: TrainingSettings['layers'], layerCount: number): boolean {
  if (layers.kind === 'all') return true;
  const block = /^blk\.(\d+)\./.exec(tensorName);
  if (block !== null) return Number(block[1]) >= layerCount - layers.count;
  return tensorName === 'output_norm.weight' || tensorName === 'output.weight';
}
