import type { TrainingMode, TrainingOptions, TrainingOrder, TrainingSettings } from '../../../main/contract/training.contract.ts';
import { shellWord } from '../deployments/deploy/deploy-command.ts';
import { versionWord } from '../shrinking/shrink-version.ts';
import type { ShrinkVersion } from '../shrinking/shrink-version.ts';
import { rateText } from './run-words.ts';

/** The version of a data set the wizard works with. */
export interface ChosenData {
  datasetId: string;
  datasetName: string;
  versionId: string;
  number: number;
  trainRows: number;
  validationRows: number;
}

/** What the person has entered so far. */
export interface TrainDraft {
  version: ShrinkVersion | null;
  data: ChosenData | null;
  /** Null while the recommended one is taken. */
  mode: TrainingMode['kind'] | null;
  oldData: ChosenData | null;
  oldShare: number;
  /** Null while the recommended ones are taken. */
  settings: TrainingSettings | null;
  /** Fields as typed that may not be numbers within their bounds; empty when all are. */
  wrong: readonly string[];
}

/** A quarter to a third of old rows is what keeps a model from forgetting at little cost in time. */
export const USUAL_OLD_SHARE = 0.3;

export const emptyTrainDraft: TrainDraft = { version: null, data: null, mode: null, oldData: null, oldShare: USUAL_OLD_SHARE, settings: null, wrong: [] };

/** Going on with new rows only where the version was tuned on an earlier version of the same data; else on the data as it is. */
export function recommendedMode(options: TrainingOptions | undefined, data: ChosenData | null): TrainingMode['kind'] {
  const earlier = (options?.tunedOn ?? []).some(({ datasetName, datasetVersionId }) => datasetName === data?.datasetName && datasetVersionId !== data.versionId);
  return earlier ? 'incremental' : 'new';
}

/** The mode in effect; null while the older data is not chosen. */
export function modeOf(draft: TrainDraft, recommended: TrainingMode['kind']): TrainingMode | null {
  const kind = draft.mode ?? recommended;
  if (kind !== 'mixed') return { kind };
  return draft.oldData === null ? null : { kind, oldDatasetVersionId: draft.oldData.versionId, oldShare: draft.oldShare };
}

/** Everything a run is made from; null while something is missing. */
export function orderOf(draft: TrainDraft, options: TrainingOptions | undefined): TrainingOrder | null {
  const mode = modeOf(draft, recommendedMode(options, draft.data));
  const settings = draft.settings ?? options?.recommended;
  if (draft.version === null || draft.data === null || mode === null || settings === undefined) return null;
  return { versionId: draft.version.versionId, datasetVersionId: draft.data.versionId, mode, settings };
}

/** How many settings differ from the recommended. */
export function changedCount(settings: TrainingSettings | null, recommended: TrainingSettings): number {
  if (settings === null) return 0;
  return (Object.keys(recommended) as (keyof TrainingSettings)[]).filter((name) => JSON.stringify(settings[name]) !== JSON.stringify(recommended[name])).length;
}

/** A learning rate as typed: 0.0001, 0,0001, 1e-4; null when it is none within the bounds of the contract. */
export function parseRate(text: string): number | null {
  const plain = text.trim().replace(',', '.');
  const rate = Number(plain);
  return plain !== '' && Number.isFinite(rate) && rate > 0 && rate <= 0.1 ? rate : null;
}

/** Contexts to choose from, up to what the model was made for; `chosen` is always among them. */
export function contextChoices(trainedContextSize: number, chosen: number): number[] {
  const usual = [256, 512, 768, 1024, 1536, 2048, 3072, 4096, 6144, 8192, 12_288, 16_384, 24_576, 32_768];
  const most = Math.max(trainedContextSize, 256);
  return [...new Set([...usual.filter((size) => size <= most), chosen])].sort((a, b) => a - b);
}

export function dataWord({ datasetName, number }: Pick<ChosenData, 'datasetName' | 'number'>): string {
  return shellWord(`${datasetName}@${String(number)}`);
}

/** The same on the command line; settings are written out where they are not the recommended ones. */
export function trainCommand(draft: TrainDraft & { version: ShrinkVersion; data: ChosenData }, mode: TrainingMode, recommended: TrainingSettings): string {
  const words = ['modelward', 'train', versionWord(draft.version), dataWord(draft.data), '--mode', mode.kind];
  if (mode.kind === 'mixed' && draft.oldData !== null) words.push('--old', dataWord(draft.oldData), '--old-share', String(mode.oldShare));
  const { settings } = draft;
  if (settings === null) return words.join(' ');
  const written: [keyof TrainingSettings, string, string][] = [
    ['contextSize', '--context', String(settings.contextSize)],
    ['epochs', '--epochs', String(settings.epochs)],
    ['learningRate', '--learning-rate', rateText(settings.learningRate)],
    ['schedule', '--schedule', settings.schedule],
    ['warmupShare', '--warmup', String(settings.warmupShare)],
    ['weightDecay', '--weight-decay', String(settings.weightDecay)],
    // All layers and all cores are what is recommended: they are said by leaving the option out.
    ['layers', '--layers', settings.layers.kind === 'all' ? '' : String(settings.layers.count)],
    ['learnFrom', '--learn-from', settings.learnFrom],
    ['patience', '--patience', settings.patience === null ? 'none' : String(settings.patience)],
    ['evaluationsPerEpoch', '--evaluations', String(settings.evaluationsPerEpoch)],
    ['seed', '--seed', String(settings.seed)],
    ['saveAs', '--save-as', settings.saveAs],
    ['threads', '--threads', settings.threads === null ? '' : String(settings.threads)],
  ];
  for (const [name, option, value] of written) {
    if (value !== '' && JSON.stringify(settings[name]) !== JSON.stringify(recommended[name])) words.push(option, value);
  }
  return words.join(' ');
}
