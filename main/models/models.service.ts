import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { z } from 'zod';
import type { contract } from '../contract/contract.ts';
import type { BundledModel, Derivation, FolderListing, Inspection, MemoryNeed, ModelDetail, ModelFacts, ModelSummary, ModelVersion } from '../contract/models.contract.ts';
import type { AuditService } from '../audit/index.ts';
import { predictMemory } from '../engine/fit/predict-memory.ts';
import { browseFolder } from '../kernel/browse-folder.ts';
import { ExpectedError, systemCodeOf } from '../kernel/errors.ts';
import { freeBytesAt, syncFolder } from '../kernel/files.ts';
import type { Interaction } from '../kernel/interaction.ts';
import type { JobsService } from '../kernel/jobs/jobs.service.ts';
import { nameKeyOf } from '../kernel/names.ts';
import { runTask } from '../kernel/processes/run-task.ts';
import { findBundledModel } from './bundled-model.ts';
import { importJob } from './import-job.ts';
import type { ImportDependencies } from './import-job.ts';
import { inspectResultSchema } from './import-task.ts';
import type { ImportRequest } from './import-task.ts';
import type { ModelRecord, VersionRecord } from './models.store.ts';
import { alreadyImported, registerVersion } from './register-version.ts';
import type { FinishedFolder, RegisteredVersion } from './register-version.ts';
import { candidatesFor, freeName, suggestName } from './suggest-name.ts';

type Input<Name extends keyof typeof contract.models> = z.infer<
  NonNullable<(typeof contract.models)[Name]['~orpc']['inputSchema']> extends z.ZodType<infer Value> ? z.ZodType<Value> : never
>;

export interface ModelsDependencies extends ImportDependencies {
  jobs: JobsService;
  auditLog: Pick<AuditService, 'ofObject'>;
  /** Raises APPROVAL_BLOCKED where the quality policy does not let a version be approved. */
  approvalGate: (versionId: string) => void;
  /** Called when rows of versions are gone, to remove files elsewhere that belonged to them. */
  afterDelete: () => Promise<void>;
}

/** What a deployment needs to load a version. */
export interface LoadableVersion {
  versionId: string;
  number: number;
  modelId: string;
  modelName: string;
  retired: boolean;
  facts: ModelFacts;
  sizeBytes: number;
  /** Absolute path of the file, or of the first part. */
  path: string;
}

/** A version made from another one, as a job leaves it in quarantine. */
export interface DerivedVersion {
  finished: FinishedFolder;
  parentVersionId: string;
  derivation: Derivation;
}

/** A version and what it was made from, where it was not imported. */
export interface FamilyMember {
  versionId: string;
  number: number;
  parentVersionId: string | null;
  quantization: string;
  approved: boolean;
}

export interface ModelsService {
  browse(path: string | null): Promise<FolderListing>;
  inspect(interaction: Interaction, input: Input<'inspect'>): Promise<Inspection>;
  import(interaction: Interaction, input: Input<'import'>): { jobId: string };
  /** The model that comes with the application; null where it was left out of the installation. */
  bundled(): Promise<BundledModel | null>;
  /** Raises BUNDLED_MODEL_MISSING, MODEL_ALREADY_IMPORTED. */
  importBundled(interaction: Interaction): Promise<{ jobId: string }>;
  list(): ModelSummary[];
  get(modelId: string): ModelDetail;
  rename(interaction: Interaction, input: Input<'rename'>): void;
  annotate(interaction: Interaction, input: Input<'annotate'>): void;
  setRetired(interaction: Interaction, input: { modelId: string; retired: boolean }): void;
  approveVersion(interaction: Interaction, input: Input<'approveVersion'>): void;
  withdrawApproval(interaction: Interaction, input: Input<'withdrawApproval'>): void;
  delete(interaction: Interaction, input: Input<'delete'>): Promise<void>;
  /** Raises NOT_FOUND. */
  version(versionId: string): LoadableVersion;
  /** The same, after making sure that the stored bytes are still those that were hashed: MODEL_FILE_CHANGED. */
  versionForLoading(versionId: string): Promise<LoadableVersion>;
  /**
   * Enters a finished folder as the next version of its parent's model; `commit` runs in the same transaction, for the job's end and
   * its event. Raises MODEL_ALREADY_IMPORTED, NOT_FOUND when the parent was deleted meanwhile.
   */
  registerDerived(interaction: Interaction, derived: DerivedVersion, commit: (version: RegisteredVersion) => void): Promise<void>;
  /** All versions of the same model and what each was made from, oldest first. Raises NOT_FOUND. */
  familyOf(versionId: string): FamilyMember[];
  /** Every version there is, without reading its files. */
  versions(): LoadableVersion[];
  /** Removes stored files that no row knows: what a crash between rename and commit left. */
  sweep(): Promise<void>;
}

const historyLimit = 200;
const inspectSilenceMs = 20_000;

export function createModelsService(dependencies: ModelsDependencies): ModelsService {
  const { db, store, audit, auditLog, clock, events, jobs, layout, uploads } = dependencies;
  jobs.register(importJob(dependencies));

  const requireModel = (modelId: string): ModelRecord => {
    const model = store.model(modelId);
    if (model === undefined) throw new ExpectedError('NOT_FOUND', { what: 'model', id: modelId });
    return model;
  };
  const requireFreeName = (name: string, exceptId: string | null): void => {
    const other = store.modelNamed(name);
    if (other !== undefined && other.id !== exceptId) throw new ExpectedError('NAME_TAKEN', { name });
  };
  const objectOf = (model: ModelRecord) => ({ type: 'model', id: model.id, name: model.name });
  const changed = (modelId: string): void => events.publish({ type: 'models.changed', modelId });
  const sourcePath = (source: Input<'import'>['source']): string => (source.kind === 'path' ? source.path : uploads.pathOf(source.uploadId));

  const loadable = (version: VersionRecord): LoadableVersion => {
    const model = requireModel(version.modelId);
    return {
      versionId: version.id,
      number: version.number,
      modelId: model.id,
      modelName: model.name,
      retired: model.retiredAtMs !== null,
      facts: version.facts,
      sizeBytes: version.sizeBytes,
      path: join(layout.models, version.sha256, version.files[0]?.name ?? ''),
    };
  };
  const requireVersion = (versionId: string): VersionRecord => {
    const version = store.version(versionId);
    if (version === undefined) throw new ExpectedError('NOT_FOUND', { what: 'version', id: versionId });
    return version;
  };

  const setApproval = (
    interaction: Interaction,
    versionId: string,
    { type, note, approval }: { type: 'models.versionApproved' | 'models.approvalWithdrawn'; note: string; approval: ModelVersion['approval'] },
  ): void => {
    const model = db
      .transaction(() => {
        const version = requireVersion(versionId);
        const owner = requireModel(version.modelId);
        if (approval !== null) dependencies.approvalGate(versionId);
        store.setApproval(versionId, approval);
        audit.append(interaction, {
          type,
          object: objectOf(owner),
          before: { approval: version.approval },
          after: { approval, note, versionId, number: version.number, sha256: version.sha256 },
        });
        return owner;
      })
      .immediate();
    changed(model.id);
  };

  const startImport = (interaction: Interaction, input: Input<'import'>): { jobId: string } => {
    const title = input.source.kind === 'path' ? basename(input.source.path) : basename(sourcePath(input.source));
    if (input.target.kind === 'new-model') requireFreeName(input.target.name, null);
    else requireModel(input.target.modelId);
    const enqueue = db.transaction(() => {
      const jobId = jobs.enqueue(interaction, { kind: 'models.import', title, payload: input });
      audit.append(interaction, {
        type: 'models.importStarted',
        object: { type: 'job', id: jobId, name: title },
        after: { source: input.source.kind === 'path' ? input.source.path : 'upload', target: input.target },
      });
      return jobId;
    });
    const jobId = enqueue.immediate();
    jobs.kick();
    return { jobId };
  };

  return {
    browse: (path) => browseFolder(path, { kind: 'model', isListed: (name) => /\.gguf$/i.test(name), partOf: partOfSplit }),

    async inspect(interaction, { source }) {
      await mkdir(layout.quarantine, { recursive: true, mode: 0o700 });
      const path = sourcePath(source);
      const request: ImportRequest = { kind: 'inspect', path, probeFolder: layout.quarantine };
      const fileName = basename(path);
      const found = await runTask({
        startProcess: dependencies.startProcess,
        entryPath: dependencies.resolveWorker('model-import'),
        serviceName: 'modelward-inspect',
        request,
        resultSchema: inspectResultSchema,
        signal: interaction.signal,
        silenceLimitMs: inspectSilenceMs,
      }).catch((error: unknown) => {
        // Looking changes nothing and leaves no event; a file that is refused does.
        if (error instanceof ExpectedError && error.code !== 'CANCELLED') {
          audit.appendAlone(interaction, { type: 'models.importFailed', object: { type: 'file', id: '', name: fileName }, result: 'refused', reason: error.code, after: { path } });
        }
        throw error;
      });
      const suggestedName = suggestName(found.facts, fileName);
      return {
        fileName,
        partCount: found.partCount,
        sizeBytes: found.sizeBytes,
        facts: found.facts,
        need: memoryNeedOf(found.facts),
        suggestedName: freeName(suggestedName, (name) => store.modelNamed(name) === undefined),
        expectedMethod: source.kind === 'upload' ? 'move' : found.method,
        neededBytes: found.method === 'copy' && source.kind === 'path' ? found.sizeBytes : 0,
        freeBytes: await freeBytesAt(layout.root),
        candidates: candidatesFor(found.facts, suggestedName, store.summaries()),
      };
    },

    import: startImport,

    async bundled() {
      const bundled = await findBundledModel();
      if (bundled === null) return null;
      const { name, sizeBytes, sha256, examples } = bundled.card;
      const version = store.versionWithDigest(sha256);
      return { name, sizeBytes, examples, imported: version === undefined ? null : { modelId: version.modelId, versionId: version.id } };
    },

    async importBundled(interaction) {
      const bundled = await findBundledModel();
      if (bundled === null) throw new ExpectedError('BUNDLED_MODEL_MISSING', {});
      if (store.versionWithDigest(bundled.card.sha256) !== undefined) throw alreadyImported(store, bundled.card.sha256);
      const name = freeName(bundled.card.name, (wanted) => store.modelNamed(wanted) === undefined);
      return startImport(interaction, { source: { kind: 'path', path: bundled.path }, target: { kind: 'new-model', name }, notes: '' });
    },

    list: () => store.summaries(),

    get(modelId) {
      const model = requireModel(modelId);
      const deployments = store.deploymentsOf(modelId);
      return {
        id: model.id,
        name: model.name,
        notes: model.notes,
        retired: model.retiredAtMs !== null,
        createdAtMs: model.createdAtMs,
        versions: store
          .versionsOf(modelId)
          .toReversed()
          .map(({ files, modelId: _, derived, ...version }) => ({
            ...version,
            lineage: derived === null ? null : { ...derived, parentNumber: store.version(derived.parentVersionId)?.number ?? null },
            partCount: files.length,
            need: memoryNeedOf(version.facts),
            deployments: deployments.filter((use) => use.versionId === version.id).map(({ id, name }) => ({ id, name })),
          })),
        history: auditLog.ofObject(modelId, historyLimit),
      };
    },

    rename(interaction, { modelId, name }) {
      db.transaction(() => {
        const model = requireModel(modelId);
        requireFreeName(name, modelId);
        store.rename(modelId, name);
        audit.append(interaction, { type: 'models.renamed', object: { ...objectOf(model), name }, before: { name: model.name }, after: { name } });
      }).immediate();
      changed(modelId);
    },

    annotate(interaction, { modelId, notes }) {
      db.transaction(() => {
        const model = requireModel(modelId);
        store.annotate(modelId, notes);
        audit.append(interaction, { type: 'models.annotated', object: objectOf(model), before: { notes: model.notes }, after: { notes } });
      }).immediate();
      changed(modelId);
    },

    setRetired(interaction, { modelId, retired }) {
      db.transaction(() => {
        const model = requireModel(modelId);
        const names = store.deploymentsOf(modelId).map((use) => use.name);
        if (retired && names.length > 0) throw new ExpectedError('MODEL_IN_USE', { deployments: names });
        store.setRetired(modelId, retired ? clock.nowMs() : null);
        audit.append(interaction, {
          type: retired ? 'models.retired' : 'models.restored',
          object: objectOf(model),
          before: { retired: model.retiredAtMs !== null },
          after: { retired },
        });
      }).immediate();
      changed(modelId);
    },

    approveVersion: (interaction, { versionId, note }) =>
      setApproval(interaction, versionId, { type: 'models.versionApproved', note, approval: { by: interaction.actor.name, atMs: clock.nowMs(), note } }),
    withdrawApproval: (interaction, { versionId, note }) => setApproval(interaction, versionId, { type: 'models.approvalWithdrawn', note, approval: null }),

    async delete(interaction, { modelId, confirmName }) {
      const remove = db.transaction(() => {
        const model = requireModel(modelId);
        if (nameKeyOf(confirmName) !== nameKeyOf(model.name)) throw new ExpectedError('CONFIRMATION_MISMATCH', { expected: model.name });
        const names = store.deploymentsOf(modelId).map((use) => use.name);
        if (names.length > 0) throw new ExpectedError('MODEL_IN_USE', { deployments: names });
        const versions = store.versionsOf(modelId);
        store.delete(modelId);
        audit.append(interaction, {
          type: 'models.deleted',
          object: objectOf(model),
          before: { notes: model.notes, versions: versions.map(({ id, sha256, sizeBytes }) => ({ id, sha256, sizeBytes })) },
        });
        return versions;
      });
      const versions = remove.immediate();
      changed(modelId);
      // The rows are gone; files that a crash leaves here are swept at the next start.
      for (const version of versions) await rm(join(layout.models, version.sha256), { recursive: true, force: true });
      syncFolder(layout.models);
      await dependencies.afterDelete();
    },

    version: (versionId) => loadable(requireVersion(versionId)),

    async versionForLoading(versionId) {
      const version = requireVersion(versionId);
      for (const file of version.files) {
        const path = join(layout.models, version.sha256, file.name);
        const found = await stat(path).catch(() => null);
        if (found === null || found.size !== file.sizeBytes || found.mtimeMs !== file.modifiedAtMs) {
          throw new ExpectedError('MODEL_FILE_CHANGED', { path });
        }
      }
      return loadable(version);
    },

    async registerDerived(interaction, { finished, parentVersionId, derivation }, commit) {
      const parentModel = (): ModelRecord => requireModel(requireVersion(parentVersionId).modelId);
      await registerVersion(dependencies, interaction, {
        entry: { finished, storageMethod: 'move', sourceName: parentModel().name, derived: { parentVersionId, derivation } },
        modelOf: parentModel,
        commit,
      });
    },

    familyOf: (versionId) =>
      store.versionsOf(requireVersion(versionId).modelId).map(({ id, number, derived, facts, approval }) => ({
        versionId: id,
        number,
        parentVersionId: derived?.parentVersionId ?? null,
        quantization: facts.quantization,
        approved: approval !== null,
      })),

    versions: () => store.summaries().flatMap(({ id }) => store.versionsOf(id).map(loadable)),

    async sweep() {
      await rm(layout.quarantine, { recursive: true, force: true });
      await uploads.sweep();
      const kept = new Set(store.digests().map(({ sha256 }) => sha256));
      let folders: string[];
      try {
        folders = await readdir(layout.models);
      } catch (error) {
        if (systemCodeOf(error) === 'ENOENT') return;
        throw error;
      }
      for (const folder of folders) {
        if (/^[0-9a-f]{64}$/.test(folder) && !kept.has(folder)) await rm(join(layout.models, folder), { recursive: true, force: true });
      }
    },
  };
}

/** The parts of a split model share their beginning and their number of parts. */
function partOfSplit(name: string): { key: string; partCount: number } | null {
  const match = /^(.*)-\d{5}-of-(\d{5})\.gguf$/i.exec(name);
  return match === null ? null : { key: `${match[1]}/${match[2]}`, partCount: Number(match[2]) };
}

/** Context for which a need is told: long enough for real work, short enough for most machines. */
const usualContextSize = 8192;

function memoryNeedOf(facts: ModelFacts): MemoryNeed {
  const contextSize = facts.contextLength === 0 ? usualContextSize : Math.min(usualContextSize, facts.contextLength);
  const { totalRamBytes } = predictMemory(facts, { backend: 'cpu', gpuLayers: 0, contextSize, parallelSequences: 1, threads: 1 });
  return { ramBytes: totalRamBytes, contextSize };
}
