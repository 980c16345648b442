import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { InferContractRouterInputs } from '@orpc/contract';
import type { Adapter, AdapterInspection, adaptersContract } from '../contract/adapters.contract.ts';
import { ExpectedError } from '../kernel/errors.ts';
import { syncFolder } from '../kernel/files.ts';
import type { Interaction } from '../kernel/interaction.ts';
import { nameKeyOf } from '../kernel/names.ts';
import { runTask } from '../kernel/processes/run-task.ts';
import type { LoadableVersion } from '../models/index.ts';
import { fitsResultSchema, inspectResultSchema } from './adapter-task.ts';
import type { AdapterRequest } from './adapter-task.ts';
import type { AdaptersDependencies } from './adapters-dependencies.ts';
import type { AdapterRecord } from './adapters.store.ts';
import { baseOf, importJob, requireFreeName, silenceLimitMs, storedPath, writes } from './import-job.ts';

type Input<Name extends keyof typeof adaptersContract> = InferContractRouterInputs<typeof adaptersContract>[Name];

/** An adapter as an engine takes it. */
export interface AttachableAdapter {
  adapterId: string;
  name: string;
  path: string;
}

export interface AdaptersService {
  inspect(interaction: Interaction, input: Input<'inspect'>): Promise<AdapterInspection>;
  import(interaction: Interaction, input: Input<'import'>): { jobId: string };
  list(): Promise<Adapter[]>;
  get(adapterId: string): Promise<Adapter>;
  /** Raises NOT_FOUND. */
  nameOf(adapterId: string): string;
  rename(interaction: Interaction, input: Input<'rename'>): void;
  delete(interaction: Interaction, input: Input<'delete'>): Promise<void>;
  /** Raises NOT_FOUND, ADAPTER_REFUSED where it does not fit this version, and MODEL_FILE_CHANGED where its file is not what was kept. */
  attachable(adapterId: string, versionId: string): Promise<AttachableAdapter>;
  /** Removes files that no row knows: of a deleted model, or what a crash left. */
  sweep(): Promise<void>;
}

export function createAdaptersService(dependencies: AdaptersDependencies): AdaptersService {
  const { db, store, audit, events, jobs, models, uploads, layout } = dependencies;
  jobs.register(importJob(dependencies));

  const require = (adapterId: string): AdapterRecord => {
    const record = store.get(adapterId);
    if (record === undefined) throw new ExpectedError('NOT_FOUND', { what: 'adapter', id: adapterId });
    return record;
  };
  const objectOf = ({ id, name }: AdapterRecord) => ({ type: 'adapter', id, name });
  const changed = (): void => events.publish({ type: 'adapters.changed' });
  const pathOf = (source: Input<'inspect'>['source']): string => (source.kind === 'path' ? source.path : uploads.pathOf(source.uploadId));
  const ask = <Result>(request: AdapterRequest, order: { resultSchema: Parameters<typeof runTask<Result>>[0]['resultSchema']; signal?: AbortSignal }): Promise<Result> =>
    runTask({
      startProcess: dependencies.startProcess,
      entryPath: dependencies.resolveWorker('adapter-import'),
      serviceName: 'modelward-adapter',
      request,
      resultSchema: order.resultSchema,
      signal: order.signal ?? new AbortController().signal,
      silenceLimitMs,
    });

  /** Versions made after the adapter came in are held against it when somebody first asks; the answer is kept. */
  const completeFits = async (records: AdapterRecord[]): Promise<AdapterRecord[]> => {
    const versions = Map.groupBy(models.versions(), ({ modelId }) => modelId);
    const pairs = records.flatMap(({ id, modelId, sha256, fits }) =>
      (versions.get(modelId) ?? [])
        .filter(({ versionId, facts }) => writes(facts) && !Object.hasOwn(fits, versionId))
        .map((version) => ({ adapterId: id, path: storedPath(layout.adapters, sha256), base: baseOf(version) })),
    );
    if (pairs.length === 0) return records;
    const found = await ask({ kind: 'fits', pairs }, { resultSchema: fitsResultSchema });
    const answers = Map.groupBy(found, ({ adapterId }) => adapterId);
    return db
      .transaction(() =>
        records.flatMap(({ id }) => {
          const record = store.get(id);
          if (record === undefined) return []; // deleted while we looked
          const complete = { ...record, fits: { ...record.fits, ...Object.fromEntries((answers.get(id) ?? []).map(({ versionId, fits }) => [versionId, fits])) } };
          if (answers.has(id)) store.update(complete);
          return [complete];
        }),
      )
      .immediate();
  };
  const toView = (record: AdapterRecord, versions: readonly LoadableVersion[]): Adapter => {
    const { fits, ...rest } = record;
    const own = versions.filter(({ modelId }) => modelId === record.modelId);
    return {
      ...rest,
      modelName: own[0]?.modelName ?? '',
      fits: own.filter(({ versionId }) => fits[versionId] === true).map(({ versionId, number }) => ({ versionId, versionNumber: number })),
      deployments: dependencies.attachedTo(record.id),
    };
  };

  return {
    async inspect(interaction, { source }) {
      const path = pathOf(source);
      const fileName = basename(path);
      const versions = models.versions().filter(({ retired, facts }) => !retired && writes(facts));
      const { facts, fits } = await ask({ kind: 'inspect', path, bases: versions.map(baseOf) }, { resultSchema: inspectResultSchema, signal: interaction.signal }).catch((error: unknown) => {
        // Looking changes nothing and leaves no event; a file that is refused does.
        if (error instanceof ExpectedError && error.code !== 'CANCELLED') {
          audit.appendAlone(interaction, { type: 'adapters.importFailed', object: { type: 'file', id: '', name: fileName }, result: 'refused', reason: error.code, after: { path } });
        }
        throw error;
      });
      return {
        fileName,
        facts,
        suggestedName: suggestName(facts.name, fileName, (name) => !store.list().some((other) => nameKeyOf(other.name) === nameKeyOf(name))),
        fits: versions
          .filter(({ versionId }) => fits.includes(versionId))
          .map(({ modelId, modelName, versionId, number }) => ({ modelId, modelName, versionId, versionNumber: number })),
      };
    },

    import(interaction, input) {
      const path = pathOf(input.source);
      const version = models.versions().find(({ modelId }) => modelId === input.modelId);
      if (version === undefined) throw new ExpectedError('NOT_FOUND', { what: 'model', id: input.modelId });
      requireFreeName(store, input.name, null);
      const title = basename(path);
      const jobId = db
        .transaction(() => {
          const id = jobs.enqueue(interaction, { kind: 'adapters.import', title, payload: { ...input, notes: input.notes ?? '' } });
          audit.append(interaction, {
            type: 'adapters.importStarted',
            object: { type: 'job', id, name: title },
            after: { source: input.source.kind === 'path' ? input.source.path : 'upload', modelId: input.modelId, model: version.modelName, name: input.name },
          });
          return id;
        })
        .immediate();
      jobs.kick();
      return { jobId };
    },

    async list() {
      const records = await completeFits(store.list());
      const versions = models.versions();
      return records.map((record) => toView(record, versions));
    },
    async get(adapterId) {
      const [record] = await completeFits([require(adapterId)]);
      if (record === undefined) throw new ExpectedError('NOT_FOUND', { what: 'adapter', id: adapterId });
      return toView(record, models.versions());
    },
    nameOf: (adapterId) => require(adapterId).name,

    rename(interaction, { adapterId, name, notes }) {
      db.transaction(() => {
        const record = require(adapterId);
        requireFreeName(store, name, adapterId);
        store.update({ ...record, name, notes });
        audit.append(interaction, { type: 'adapters.renamed', object: { ...objectOf(record), name }, before: { name: record.name, notes: record.notes }, after: { name, notes } });
      }).immediate();
      changed();
      for (const { id } of dependencies.attachedTo(adapterId)) events.publish({ type: 'deployments.changed', deploymentId: id });
    },

    async delete(interaction, { adapterId }) {
      const record = db
        .transaction(() => {
          const found = require(adapterId);
          const deployments = dependencies.attachedTo(adapterId).map(({ name }) => name);
          if (deployments.length > 0) throw new ExpectedError('ADAPTER_IN_USE', { deployments });
          store.delete(adapterId);
          const { modelId, sha256, notes, sourceName } = found;
          audit.append(interaction, { type: 'adapters.deleted', object: objectOf(found), before: { modelId, sha256, notes, sourceName, sizeBytes: found.facts.sizeBytes } });
          return found;
        })
        .immediate();
      changed();
      // The row is gone; a file that a crash leaves here is swept at the next start.
      await rm(storedPath(layout.adapters, record.sha256), { force: true });
      syncFolder(layout.adapters);
    },

    async attachable(adapterId, versionId) {
      const version = models.version(versionId);
      const [record] = await completeFits([require(adapterId)]);
      if (record === undefined) throw new ExpectedError('NOT_FOUND', { what: 'adapter', id: adapterId });
      if (record.modelId !== version.modelId) {
        const other = models.versions().find(({ modelId }) => modelId === record.modelId);
        throw new ExpectedError('ADAPTER_REFUSED', { reason: 'other-model', detail: other?.modelName ?? '' });
      }
      if (record.fits[versionId] !== true) throw new ExpectedError('ADAPTER_REFUSED', { reason: 'shape', detail: `${version.modelName} v${version.number}` });
      const path = storedPath(layout.adapters, record.sha256);
      const found = await stat(path).catch(() => null); // whatever is wrong with it, it is not the file that was checked
      if (found?.size !== record.facts.sizeBytes) throw new ExpectedError('MODEL_FILE_CHANGED', { path });
      return { adapterId, name: record.name, path };
    },

    async sweep() {
      await mkdir(layout.adapters, { recursive: true, mode: 0o700 });
      const kept = new Set(store.list().map(({ sha256 }) => `${sha256}.gguf`));
      for (const name of await readdir(layout.adapters)) {
        if (/^[0-9a-f]{64}\.gguf$/.test(name) ? !kept.has(name) : name.endsWith('.part')) await rm(join(layout.adapters, name), { force: true });
      }
    },
  };
}

/** The adapter's own name where it has one; otherwise the file's without its extension. */
function suggestName(own: string | null, fileName: string, isFree: (name: string) => boolean): string {
  const name = ((own ?? '').trim() || fileName.replace(/\.gguf$/i, '').replace(/_+/g, ' ').trim()).slice(0, 100) || 'LoRA';
  if (isFree(name)) return name;
  for (let number = 2; ; number += 1) if (isFree(`${name} (${number})`)) return `${name} (${number})`;
}
