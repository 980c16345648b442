import type { DataRow, DatasetVersion } from '../contract/datasets.contract.ts';
import type { TrainingOrder } from '../contract/training.contract.ts';
import { ExpectedError } from '../kernel/errors.ts';
import type { TrainingDependencies } from './training-dependencies.ts';
import { refused } from './training-refused.ts';
import type { RunRecord } from './training-run.ts';
import type { RowPart } from './training-task.ts';
import type { TrainingStore } from './training.store.ts';

/** What a run learns from, as far as counts tell. */
export interface DataOutline {
  readonly version: DatasetVersion;
  readonly old: DatasetVersion | null;
  readonly trainRows: number;
  readonly trainBytes: number;
  readonly validationRows: number;
  readonly problem: ExpectedError | null;
}

type Datasets = TrainingDependencies['datasets'];
type Outlined = Pick<TrainingOrder, 'versionId' | 'datasetVersionId' | 'mode'>;

/** Data set versions that a model version, and the ones it was tuned from, were trained on. */
export function tunedOn(store: TrainingStore, versionId: string): RunRecord['data'] {
  const found = new Map<string, RunRecord['data'][number]>();
  const seen = new Set<string>();
  for (let run = store.runThatMade(versionId); run !== undefined && !seen.has(run.id); run = run.versionId === null ? undefined : store.runThatMade(run.versionId)) {
    seen.add(run.id);
    for (const data of run.data) found.set(data.datasetVersionId, data);
  }
  return [...found.values()];
}

/** Hashes of the rows an incremental training leaves out; versions that were deleted since teach nothing more about it. */
async function knownHashes(datasets: Datasets, store: TrainingStore, versionId: string): Promise<Set<string>> {
  const known = new Set<string>();
  for (const { datasetVersionId } of tunedOn(store, versionId)) {
    try {
      for (const hash of await datasets.hashesOf(datasetVersionId)) known.add(hash);
    } catch (error) {
      if (!(error instanceof ExpectedError && error.code === 'NOT_FOUND')) throw error;
    }
  }
  return known;
}

/** Counts of what a run would learn from; hashes are compared a piece at a time, so that the event loop stays free. Raises NOT_FOUND. */
export async function outlineData({ datasets, store }: Pick<TrainingDependencies, 'datasets' | 'store'>, { versionId, datasetVersionId, mode }: Outlined): Promise<DataOutline> {
  const version = datasets.version(datasetVersionId);
  const old = mode.kind === 'mixed' ? datasets.version(mode.oldDatasetVersionId) : null;
  const share = version.rowCount === 0 ? 0 : version.splits.train / version.rowCount;
  const outline = { version, old, trainRows: version.splits.train, trainBytes: Math.round(version.textBytes * share), validationRows: version.splits.validation, problem: null };
  if (version.splits.validation === 0) return { ...outline, problem: refused('no-validation') };
  if (mode.kind !== 'incremental') return outline;
  if (tunedOn(store, versionId).length === 0) return { ...outline, problem: refused('not-tuned') };
  const known = await knownHashes(datasets, store, versionId);
  let fresh = 0;
  for (const hash of await datasets.hashesOf(datasetVersionId)) if (!known.has(hash)) fresh += 1;
  const freshShare = version.rowCount === 0 ? 0 : fresh / version.rowCount;
  return {
    ...outline,
    trainRows: Math.round(outline.trainRows * freshShare),
    trainBytes: Math.round(outline.trainBytes * freshShare),
    problem: fresh === 0 ? refused('nothing-new') : null,
  };
}

/** The rows of a run, piece by piece, with what each is for. Raises NOT_FOUND, TRAINING_REFUSED ('nothing-new'). */
export async function* rowsOfRun({ datasets, store }: Pick<TrainingDependencies, 'datasets' | 'store'>, { versionId, datasetVersionId, mode }: Outlined): AsyncGenerator<{ part: RowPart; rows: DataRow[] }, void, void> {
  const known = mode.kind === 'incremental' ? await knownHashes(datasets, store, versionId) : null;
  let fresh = 0;
  for await (const piece of datasets.rowsOf(datasetVersionId)) {
    const train = piece.filter(({ split, hash }) => split === 'train' && known?.has(hash) !== true).map(({ row }) => row);
    const validation = piece.filter(({ split }) => split === 'validation').map(({ row }) => row);
    fresh += train.length;
    if (train.length > 0) yield { part: 'train', rows: train };
    if (validation.length > 0) yield { part: 'validation', rows: validation };
  }
  if (known !== null && fresh === 0) throw refused('nothing-new');
  if (mode.kind !== 'mixed') return;
  for await (const piece of datasets.rowsOf(mode.oldDatasetVersionId)) {
    const rows = piece.filter(({ split }) => split === 'train').map(({ row }) => row);
    if (rows.length > 0) yield { part: 'old', rows };
  }
}

/** Rows looked at to say how long rows are. */
const sampleRows = 2000;
/** What a template writes around a message, about. */
const bytesAroundMessage = 24;

/** Bytes of text that nineteen of twenty rows do not exceed, from the first few thousand. */
export async function longRowBytes(datasets: Pick<Datasets, 'rowsOf'>, datasetVersionId: string): Promise<number> {
  const lengths: number[] = [];
  for await (const piece of datasets.rowsOf(datasetVersionId)) {
    for (const { row } of piece) lengths.push(row.kind === 'text' ? Buffer.byteLength(row.text) : row.messages.reduce((bytes, { content }) => bytes + Buffer.byteLength(content) + bytesAroundMessage, 0));
    if (lengths.length >= sampleRows) break;
  }
  lengths.sort((a, b) => a - b);
  return lengths[Math.floor(lengths.length * 0.95)] ?? 0;
}
