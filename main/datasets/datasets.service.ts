import type { InferContractRouterInputs } from '@orpc/contract';
import type { DataPreview, DataRow, DataSplit, DatasetDetail, DatasetDiff, DatasetSummary, DatasetVersion, DataRowView, datasetsContract } from '../contract/datasets.contract.ts';
import type { FolderListing } from '../contract/models.contract.ts';
import type { Interaction } from '../kernel/interaction.ts';
import { notYet } from '../kernel/not-yet.ts';
import type { DatasetsDependencies } from './datasets-dependencies.ts';

type Input<Name extends keyof typeof datasetsContract> = InferContractRouterInputs<typeof datasetsContract>[Name];

/** A row with what training needs to know of it. */
export interface StoredRow {
  /** Hash of its canonical JSON, hex. */
  hash: string;
  split: DataSplit;
  row: DataRow;
}

export interface DatasetsService {
  browse(path: string | null): Promise<FolderListing>;
  inspect(interaction: Interaction, input: Input<'inspect'>): Promise<DataPreview>;
  import(interaction: Interaction, input: Input<'import'>): { jobId: string };
  list(): DatasetSummary[];
  get(datasetId: string): DatasetDetail;
  rows(input: Input<'rows'>): { total: number; rows: DataRowView[] };
  diff(input: Input<'diff'>): DatasetDiff;
  rename(interaction: Interaction, input: Input<'rename'>): void;
  annotate(interaction: Interaction, input: Input<'annotate'>): void;
  delete(interaction: Interaction, input: Input<'delete'>): void;
  /** Raises NOT_FOUND. */
  version(versionId: string): DatasetVersion;
  /** Its rows in order, a piece at a time, so that the event loop stays free. */
  rowsOf(versionId: string): AsyncGenerator<StoredRow[], void, void>;
  /** Hashes of all rows of a version, for what "new since then" means. */
  hashesOf(versionId: string): Set<string>;
  /** Removes rows that no version names: what a crash during an import left. */
  sweep(): void;
}

export function createDatasetsService(_dependencies: DatasetsDependencies): DatasetsService {
  return notYet('datasets');
}
