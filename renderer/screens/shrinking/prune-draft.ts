import type { LayerReport } from '../../../main/contract/quantization.contract.ts';
import { measureDraftFor } from './measure-draft.ts';
import type { MeasureDraft } from './measure-draft.ts';
import { versionWord } from './shrink-version.ts';
import type { ShrinkVersion } from './shrink-version.ts';

/** What has been entered in the prune wizard so far. */
export interface PruneDraft {
  version: ShrinkVersion | null;
  /** The measurement in use; null until there is one. */
  reportId: string | null;
  /** The person wants to measure anew although there is a report. */
  anew: boolean;
  text: MeasureDraft;
  jobId: string | null;
  removeCount: number | null;
  /** Chosen by hand; null follows the number. */
  layers: readonly number[] | null;
  evaluate: boolean;
}

export const emptyPruneDraft: PruneDraft = {
  version: null,
  reportId: null,
  anew: false,
  text: measureDraftFor('calibration'),
  jobId: null,
  removeCount: null,
  layers: null,
  evaluate: true,
};

/** Share of the layers that is proposed at first, and from which on the warning becomes louder. */
const USUAL_SHARE = 0.1;
const LARGE_SHARE = 0.2;

/** First and last layer always stay. */
export function mostRemovable(layerCount: number): number {
  return Math.max(0, layerCount - 2);
}

/** How many layers are proposed at first: a tenth, at least one. */
export function usualCount(layerCount: number): number {
  return Math.min(mostRemovable(layerCount), Math.max(1, Math.round(layerCount * USUAL_SHARE)));
}

export function isLargeShare(count: number, layerCount: number): boolean {
  return count / layerCount > LARGE_SHARE;
}

/** The layers after one was pressed: left out, or kept again. The first and the last are not to be pressed. */
export function toggledLayer(layers: readonly number[], layer: number): number[] {
  return layers.includes(layer) ? layers.filter((each) => each !== layer) : [...layers, layer].toSorted((a, b) => a - b);
}

interface PruneCommand {
  count: number;
  report: Pick<LayerReport, 'text' | 'chunks' | 'contextSize'>;
  evaluate: boolean;
}

/** The same on the command line, which measures again and takes the least important layers; null where the text is not one it has. */
export function pruneCommand(version: ShrinkVersion, { count, report, evaluate }: PruneCommand): string | null {
  if (report.text.name !== 'calibration') return null;
  const words = ['modelward', 'prune', versionWord(version), '--layers', String(count), '--chunks', String(report.chunks), '--context', String(report.contextSize)];
  if (!evaluate) words.push('--no-evaluate');
  return words.join(' ');
}
