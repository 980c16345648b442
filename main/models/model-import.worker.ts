import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { checkArchitecture } from '../engine/gguf/check-architecture.ts';
import { readGgufFile } from '../engine/gguf/gguf-reader.ts';
import type { GgufHeader } from '../engine/gguf/gguf-header.ts';
import { GgufRefusal } from '../engine/gguf/gguf-refusal.ts';
import { modelFactsOf } from '../engine/gguf/model-facts.ts';
import { checkSplit, findSplit } from '../engine/gguf/split-files.ts';
import type { StorageMethod } from '../contract/models.contract.ts';
import { ExpectedError, throwFileError } from '../kernel/errors.ts';
import { freeBytesAt, syncFolder } from '../kernel/files.ts';
import { serveTask } from '../kernel/processes/serve-task.ts';
import type { TaskContext } from '../kernel/processes/serve-task.ts';
import { checkTemplate } from './check-template.ts';
import { modelDigest, readThrough } from '../kernel/hash-files.ts';
import { importRequestSchema } from './import-task.ts';
import type { ImportRequest, StoredFile } from './import-task.ts';
import { requireServed } from './require-purpose.ts';
import { modifiedAtMs, moveInto, placeWithoutCopy, probeMethod, resolveSource, storedName } from './store-files.ts';
import type { SourceFile } from './store-files.ts';

/**
 * The import process: reads a hostile file so that the main process need not. One request, one answer, then it exits.
 * Whatever it leaves in the quarantine folder is the main process's to keep or to remove.
 */
serveTask(async (raw, task) => {
  const request = importRequestSchema.parse(raw);
  return request.kind === 'inspect' ? inspect(request) : importFiles(request, task);
});

async function inspect(request: Extract<ImportRequest, { kind: 'inspect' }>) {
  const sources = await findSources(request.path);
  const headers = await readHeaders(sources);
  refusing(() => checkArchitecture(headers)); // what the import would refuse is refused before anybody is asked for a name
  const scratch = await mkdtemp(join(request.probeFolder, 'probe-'));
  try {
    const [first] = sources;
    const method: StorageMethod = first === undefined ? 'copy' : await probeMethod(first, scratch);
    return { partCount: sources.length, sizeBytes: totalBytes(sources), facts: modelFactsOf(headers), method };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function importFiles(request: Extract<ImportRequest, { kind: 'import' }>, task: TaskContext) {
  task.phase('space');
  const sources = await findSources(request.path);
  const sizeBytes = totalBytes(sources);
  await mkdir(request.quarantine, { recursive: true, mode: 0o700 });
  const method = await place(request, sources);
  if (method === 'copy') await requireSpace(request.quarantine, sizeBytes);

  task.phase('structure', method);
  const headers = await readHeaders(sources);
  task.phase('architecture', `${headers[0]?.tensors.length ?? 0}`);
  refusing(() => checkArchitecture(headers));
  const facts = modelFactsOf(headers);
  requireServed(facts);
  task.phase('chat-template', facts.architecture);
  // Only a model that writes is ever asked in the form of a conversation.
  const template = facts.purpose === 'text-generation' ? await checkTemplate(facts.chatTemplate.text, request.templateCheckPath) : 'absent';

  // The same size as something kept: perhaps the same bytes. Then they are hashed before they are copied.
  const maybeKnown = request.known.some((known) => known.sizeBytes === sizeBytes);
  if (method === 'copy' && maybeKnown) {
    task.phase('hash', template);
    const digest = modelDigest((await passThrough(sources, task, null)).map((file) => file.sha256));
    if (request.known.some((known) => known.sha256 === digest)) return { kind: 'known', sha256: digest };
  }
  task.phase(method === 'copy' ? 'store' : 'hash', template);
  const files = await passThrough(sources, task, { quarantine: request.quarantine, method });
  const sha256 = modelDigest(files.map((file) => file.sha256));
  if (request.known.some((known) => known.sha256 === sha256)) return { kind: 'known', sha256 };

  // What was stored is read again: the original may have been exchanged since its header was checked.
  const stored = await readHeaders(files.map((file) => fileIn(request.quarantine, file)));
  if (JSON.stringify(modelFactsOf(stored)) !== JSON.stringify(facts)) {
    throw new ExpectedError('FILE_CHANGED_DURING_IMPORT', { path: request.path });
  }
  syncFolder(request.quarantine);
  return { kind: 'stored', sha256, sizeBytes, method, files, facts };
}

async function findSources(path: string): Promise<SourceFile[]> {
  await resolveSource(path);
  const { paths } = await refusingAsync(() => findSplit(path)).catch((error: unknown) => throwFileError(error, path));
  return Promise.all(paths.map(resolveSource));
}

async function readHeaders(sources: readonly SourceFile[]): Promise<GgufHeader[]> {
  const headers: GgufHeader[] = [];
  for (const source of sources) {
    headers.push(await refusingAsync(() => readGgufFile(source.realPath)).catch((error: unknown) => throwFileError(error, source.path)));
  }
  refusing(() => checkSplit(headers));
  return headers;
}

/** Moves or links everything into quarantine where that is possible; "copy" says that nothing was placed. */
async function place(request: Extract<ImportRequest, { kind: 'import' }>, sources: readonly SourceFile[]): Promise<StorageMethod> {
  let method: StorageMethod = 'copy';
  for (const [index, source] of sources.entries()) {
    const name = storedName(index, sources.length);
    if (request.ownSource) {
      // Linked first and removed by the main process only when the import is done: a cancelled one can be tried again.
      const placed = await placeWithoutCopy(source, request.quarantine, name);
      if (placed === null) await moveInto(source, request.quarantine, name);
      method = 'move';
      continue;
    }
    const placed = await placeWithoutCopy(source, request.quarantine, name);
    if (placed === null) {
      for (let earlier = 0; earlier < index; earlier += 1) await rm(join(request.quarantine, storedName(earlier, sources.length)), { force: true });
      return 'copy';
    }
    method = placed;
  }
  return method;
}

/** Hashes all parts one after the other; copies them on the way where they were not placed already. Null: hash only. */
async function passThrough(
  sources: readonly SourceFile[],
  task: TaskContext,
  target: { quarantine: string; method: StorageMethod } | null,
): Promise<StoredFile[]> {
  const total = totalBytes(sources);
  let before = 0;
  const files: StoredFile[] = [];
  for (const [index, source] of sources.entries()) {
    const name = storedName(index, sources.length);
    const placed = target !== null && target.method !== 'copy';
    const path = placed ? join(target.quarantine, name) : source.realPath;
    const copyTo = target !== null && !placed ? join(target.quarantine, name) : null;
    const start = before;
    const { sha256, sizeBytes } = await readThrough({
      path,
      signal: task.signal,
      copyTo,
      onProgress: (done) => task.progress(start + done, total, 'bytes'),
    });
    before += sizeBytes;
    files.push({ name, sizeBytes, sha256, modifiedAtMs: await modifiedAtMs(copyTo ?? path) });
  }
  return files;
}

/** Room for the copy and some air, so that the database can still write afterwards. */
async function requireSpace(folder: string, sizeBytes: number): Promise<void> {
  const neededBytes = sizeBytes + 64 * 1024 * 1024;
  const freeBytes = await freeBytesAt(folder);
  if (freeBytes < neededBytes) throw new ExpectedError('DISK_FULL', { path: folder, neededBytes, freeBytes });
}

function refusing<Value>(check: () => Value): Value {
  try {
    return check();
  } catch (error) {
    throw asRefusal(error);
  }
}

async function refusingAsync<Value>(check: () => Promise<Value>): Promise<Value> {
  try {
    return await check();
  } catch (error) {
    throw asRefusal(error);
  }
}

function asRefusal(error: unknown): unknown {
  if (!(error instanceof GgufRefusal)) return error;
  return new ExpectedError('GGUF_REFUSED', { rule: error.rule, byteOffset: error.byteOffset, detail: error.detail }, { cause: error });
}

function totalBytes(sources: readonly SourceFile[]): number {
  return sources.reduce((sum, source) => sum + source.sizeBytes, 0);
}

function fileIn(folder: string, file: StoredFile): SourceFile {
  const path = join(folder, basename(file.name));
  return { path, realPath: path, sizeBytes: file.sizeBytes };
}
