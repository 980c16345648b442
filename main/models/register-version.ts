import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Derivation, ModelFacts, ModelVersion, StorageMethod } from '../contract/models.contract.ts';
import type { Clock } from '../kernel/clock.ts';
import type { DatabaseHandle } from '../kernel/database/open-database.ts';
import type { DataFolderLayout } from '../kernel/data-folder/layout.ts';
import { ExpectedError, systemCodeOf, throwFileError } from '../kernel/errors.ts';
import type { EventBus } from '../kernel/event-bus.ts';
import { syncFolder } from '../kernel/files.ts';
import { newId } from '../kernel/ids.ts';
import type { Interaction } from '../kernel/interaction.ts';
import type { StoredFile } from './import-task.ts';
import type { ModelRecord, ModelsStore } from './models.store.ts';

export interface RegisterDependencies {
  db: DatabaseHandle;
  store: ModelsStore;
  clock: Clock;
  events: EventBus;
  layout: DataFolderLayout;
}

/** A folder in quarantine that holds a whole, checked model and nothing else. */
export interface FinishedFolder {
  folder: string;
  sha256: string;
  files: StoredFile[];
  sizeBytes: number;
  facts: ModelFacts;
  trial: NonNullable<ModelVersion['trial']>;
}

/** What a version was made of: told where it is entered. */
export interface RegisteredVersion {
  versionId: string;
  number: number;
  model: ModelRecord;
}

interface Entry {
  finished: FinishedFolder;
  storageMethod: StorageMethod;
  sourceName: string;
  derived: { parentVersionId: string; derivation: Derivation } | null;
}

/**
 * The moment a version comes into being: the folder gets its final place, then its rows, and whatever `commit` writes, in one
 * transaction. `modelOf` finds or makes the model inside it. Raises MODEL_ALREADY_IMPORTED and what both of them raise.
 */
export async function registerVersion(
  { db, store, clock, events, layout }: RegisterDependencies,
  interaction: Interaction,
  { entry, modelOf, commit }: { entry: Entry; modelOf: () => ModelRecord; commit: (version: RegisteredVersion) => void },
): Promise<void> {
  const { finished } = entry;
  const folder = join(layout.models, finished.sha256);
  if (store.versionWithDigest(finished.sha256) !== undefined) throw alreadyImported(store, finished.sha256);
  await mkdir(layout.models, { recursive: true, mode: 0o700 });
  await rm(folder, { recursive: true, force: true }); // no row knows it: the remains of a crash between rename and commit
  await rename(finished.folder, folder).catch((error: unknown) => throwFileError(error, folder));
  syncFolder(layout.models);
  const insert = db.transaction(() => {
    const model = modelOf();
    const versionId = newId('ver');
    const number = (store.versionsOf(model.id).at(-1)?.number ?? 0) + 1;
    store.insertVersion({
      id: versionId,
      modelId: model.id,
      number,
      sha256: finished.sha256,
      files: finished.files,
      sizeBytes: finished.sizeBytes,
      storageMethod: entry.storageMethod,
      sourceName: entry.sourceName,
      facts: finished.facts,
      trial: finished.trial,
      importedBy: interaction.actor.name,
      importedAtMs: clock.nowMs(),
      derived: entry.derived,
      approval: null,
    });
    commit({ versionId, number, model });
    return model.id;
  });
  try {
    const modelId = insert.immediate();
    events.publish({ type: 'models.changed', modelId });
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    if (systemCodeOf(error) === 'SQLITE_CONSTRAINT_UNIQUE') throw alreadyImported(store, finished.sha256);
    throw error;
  }
}

export function alreadyImported(store: ModelsStore, sha256: string): ExpectedError {
  const version = store.versionWithDigest(sha256);
  const model = version === undefined ? undefined : store.model(version.modelId);
  return new ExpectedError('MODEL_ALREADY_IMPORTED', { modelId: model?.id ?? '', versionId: version?.id ?? '', name: model?.name ?? '' });
}
