import { lstat, realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ErrorData } from '../contract/errors.ts';
import { readGgufFile } from '../engine/gguf/gguf-reader.ts';
import { GgufRefusal } from '../engine/gguf/gguf-refusal.ts';
import { readModelHeaders } from '../engine/gguf/split-files.ts';
import { ExpectedError, throwFileError } from '../kernel/errors.ts';
import { freeBytesAt, syncFolder } from '../kernel/files.ts';
import { readThrough } from '../kernel/hash-files.ts';
import { serveTask } from '../kernel/processes/serve-task.ts';
import type { TaskContext } from '../kernel/processes/serve-task.ts';
import { adapterFileOf, misfitOf } from './adapter-file.ts';
import type { AdapterFile, BaseTensors } from './adapter-file.ts';
import { adapterRequestSchema } from './adapter-task.ts';
import type { AdapterBase, AdapterRequest } from './adapter-task.ts';

/**
 * The adapter process: reads hostile files and the headers of stored models so that the main process need not. One request, one answer,
 * then it exits. What it copied is the main process's to keep or to remove.
 */
serveTask(async (raw, task) => {
  const request = adapterRequestSchema.parse(raw);
  switch (request.kind) {
    case 'inspect':
      return inspect(request);
    case 'import':
      return importFile(request, task);
    case 'fits':
      return fitsOfAll(request);
  }
});

/** Room beside the copy, so that the database can still write afterwards. */
const airBytes = 64 * 1024 * 1024;

async function inspect({ path, bases }: Extract<AdapterRequest, { kind: 'inspect' }>) {
  const file = await readAdapter((await resolveSource(path)).realPath, path);
  const fits: string[] = [];
  for (const base of bases) if ((await misfit(file, base)) === null) fits.push(base.versionId);
  return { facts: file.facts, fits };
}

async function importFile({ path, bases, copyTo }: Extract<AdapterRequest, { kind: 'import' }>, task: TaskContext) {
  task.phase('structure');
  const source = await resolveSource(path);
  const file = await readAdapter(source.realPath, path);

  task.phase('base', `${file.facts.targets.length}`);
  const fits: Record<string, boolean> = {};
  let first: ErrorData<'ADAPTER_REFUSED'> | null = null;
  for (const base of bases) {
    const found = await misfit(file, base);
    fits[base.versionId] = found === null;
    first ??= found;
  }
  if (!Object.values(fits).includes(true)) throw new ExpectedError('ADAPTER_REFUSED', first ?? { reason: 'architecture', detail: file.facts.architecture });

  task.phase('store');
  const folder = dirname(copyTo);
  const neededBytes = source.sizeBytes + airBytes;
  const freeBytes = await freeBytesAt(folder);
  if (freeBytes < neededBytes) throw new ExpectedError('DISK_FULL', { path: folder, neededBytes, freeBytes });
  const { sha256, sizeBytes } = await readThrough({ path: source.realPath, signal: task.signal, copyTo, onProgress: (done) => task.progress(done, source.sizeBytes, 'bytes') });
  syncFolder(folder);
  // What was stored is read again: the original may have been exchanged since its header was checked.
  const stored = await readAdapter(copyTo, path);
  if (describe(stored) !== describe(file)) throw new ExpectedError('FILE_CHANGED_DURING_IMPORT', { path });
  return { sha256, sizeBytes, facts: stored.facts, fits };
}

async function fitsOfAll({ pairs }: Extract<AdapterRequest, { kind: 'fits' }>) {
  const answers: { adapterId: string; versionId: string; fits: boolean }[] = [];
  for (const { adapterId, path, base } of pairs) {
    try {
      answers.push({ adapterId, versionId: base.versionId, fits: (await misfit(await readAdapter(path, path), base)) === null });
    } catch (error) {
      // A kept file that is gone or damaged: no answer, so that the others have theirs. Attaching it says what is wrong.
      if (!(error instanceof ExpectedError)) throw error;
    }
  }
  return answers;
}

/** Follows links once, so that what is checked is what is read, and insists on a regular file. */
async function resolveSource(path: string): Promise<{ realPath: string; sizeBytes: number }> {
  const realPath = await realpath(path).catch((error: unknown) => throwFileError(error, path));
  const found = await lstat(realPath).catch((error: unknown) => throwFileError(error, path));
  if (!found.isFile()) throw new ExpectedError('NOT_A_REGULAR_FILE', { path });
  return { realPath, sizeBytes: found.size };
}

async function readAdapter(realPath: string, path: string): Promise<AdapterFile> {
  return refusing(async () => adapterFileOf(await readGgufFile(realPath).catch((error: unknown) => throwFileError(error, path))));
}

const tensorsOf = new Map<string, Promise<BaseTensors>>();

/** The architecture is known without reading: a model of another one is not opened. */
async function misfit(file: AdapterFile, base: AdapterBase): Promise<ErrorData<'ADAPTER_REFUSED'> | null> {
  if (file.facts.architecture !== base.architecture) return misfitOf(file, { architecture: base.architecture, tensors: new Map() });
  let tensors = tensorsOf.get(base.path);
  if (tensors === undefined) {
    tensors = readBase(base);
    tensorsOf.set(base.path, tensors);
  }
  return misfitOf(file, await tensors);
}

async function readBase({ path, architecture }: AdapterBase): Promise<BaseTensors> {
  const { headers } = await refusing(() => readModelHeaders(path).catch((error: unknown) => throwFileError(error, path)));
  return { architecture, tensors: new Map(headers.flatMap((header) => header.tensors.map((tensor) => [tensor.name, tensor] as const))) };
}

function describe({ facts, pairs }: AdapterFile): string {
  return JSON.stringify([facts, pairs.map(({ a, b }) => [a.dimensions, a.type.name, b.dimensions, b.type.name])]);
}

async function refusing<Value>(check: () => Promise<Value>): Promise<Value> {
  try {
    return await check();
  } catch (error) {
    if (!(error instanceof GgufRefusal)) throw error;
    throw new ExpectedError('GGUF_REFUSED', { rule: error.rule, byteOffset: error.byteOffset, detail: error.detail }, { cause: error });
  }
}
