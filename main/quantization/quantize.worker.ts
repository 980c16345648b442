import { chmod, copyFile, open, stat } from 'node:fs/promises';
import { constants, setPriority } from 'node:os';
import { dirname, join } from 'node:path';
import { quantizeOptionsSchema } from '../contract/quantization.contract.ts';
import { checkArchitecture } from '../engine/gguf/check-architecture.ts';
import { GgufRefusal } from '../engine/gguf/gguf-refusal.ts';
import { modelFactsOf } from '../engine/gguf/model-facts.ts';
import { readModelHeaders } from '../engine/gguf/split-files.ts';
import { readMachine } from '../engine/hardware/machine.ts';
import { readImportanceMatrixFile, tensorImportances, writeImportanceMatrixFile } from '../engine/native/importance-matrix-file.ts';
import { findLibraryFiles } from '../engine/native/library-files.ts';
import { openLlamaLibrary } from '../engine/native/llama-library.ts';
import { NativeFailure } from '../engine/native/native-failure.ts';
import { listenToLog } from '../engine/native/native-log.ts';
import { checkImportances, prepareQuantization } from '../engine/native/plan-quantize.ts';
import type { QuantizePreparation, QuantizeWish } from '../engine/native/plan-quantize.ts';
import { quantize } from '../engine/native/quantize.ts';
import { tensorBytesAs } from '../engine/native/quantized-size.ts';
import { ExpectedError, throwFileError } from '../kernel/errors.ts';
import { freeBytesAt, syncFolder } from '../kernel/files.ts';
import { modelDigest, readThrough } from '../kernel/hash-files.ts';
import { serveTask } from '../kernel/processes/serve-task.ts';
import type { TaskContext } from '../kernel/processes/serve-task.ts';
import { quantizeRequestSchema } from './quantize-task.ts';
import type { PlanResult, QuantizeRequest } from './quantize-task.ts';

type Of<Kind extends QuantizeRequest['kind']> = Extract<QuantizeRequest, { kind: Kind }>;
type Prepared = { library: ReturnType<typeof openLlamaLibrary>; log: ReturnType<typeof listenToLog>; preparation: QuantizePreparation };

const fileName = 'model.gguf';
/** Left free, so that the database can still write afterwards. */
const airBytes = 64 * 1024 * 1024;
/** A large tensor takes minutes; somebody listens. */
const wordEveryMs = 5000;

/** The quantizing process: one request, one answer, then it exits. What it leaves in the output folder is the caller's to keep or to remove. */
serveTask(async (raw, task) => {
  const request = quantizeRequestSchema.parse(raw);
  try {
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL); // deployments answer people; this can wait
    switch (request.kind) {
      case 'plan':
        return await plan(request);
      case 'quantize':
        return await make(request, task, { ...request, pruneLayers: [], withoutNeededMatrix: false, threads: await threadsFor(request.options.threads) });
      case 'prune':
        return await make(request, task, {
          modelPath: request.modelPath,
          type: 'COPY',
          options: quantizeOptionsSchema.parse({}),
          matrix: null,
          pruneLayers: request.layers,
          withoutNeededMatrix: false,
          threads: 1,
        });
      case 'import-matrix':
        return await importMatrix(request);
    }
  } catch (error) {
    throw await asExpected(error, request);
  }
});

async function threadsFor(wanted: number | null): Promise<number> {
  const { usableCores } = await readMachine();
  return Math.min(wanted ?? usableCores, usableCores);
}

async function prepare(wish: QuantizeWish): Promise<Prepared> {
  const library = openLlamaLibrary(findLibraryFiles('cpu'));
  const log = listenToLog(library);
  return { library, log, preparation: await prepareQuantization(library, log, wish) };
}

async function plan(request: Of<'plan'>): Promise<PlanResult> {
  const { preparation } = await prepare({ ...request, pruneLayers: [], withoutNeededMatrix: true, threads: 1 });
  const { sizeBytes, bitsPerWeight, needsMatrix, tensors } = preparation;
  return { kind: 'plan', sizeBytes, bitsPerWeight, needsMatrix, tensors: tensors.map((tensor) => ({ ...tensor, sizeBytes: tensorBytesAs(tensor.to, tensor.dimensions) })) };
}

async function make({ outputFolder }: { outputFolder: string }, task: TaskContext, wish: QuantizeWish) {
  task.phase('space');
  const prepared = await prepare(wish);
  const { sizeBytes, tensors } = prepared.preparation;
  const freeBytes = await freeBytesAt(outputFolder);
  if (freeBytes < sizeBytes + airBytes) throw new ExpectedError('DISK_FULL', { path: outputFolder, neededBytes: sizeBytes + airBytes, freeBytes });

  task.phase('quantize');
  // The library writes through the C++ library, which on Windows takes a name in the code page of the machine: a plain one, from inside.
  process.chdir(outputFolder);
  const { durationMs, log } = await runQuantizer(prepared, task);
  const path = join(outputFolder, fileName);
  await flush(path);

  task.phase('hash');
  const { sha256 } = await readThrough({ path, signal: task.signal, copyTo: null, onProgress: (done) => task.progress(done, sizeBytes, 'bytes') });

  task.phase('check');
  const { headers } = await readModelHeaders(path);
  checkArchitecture(headers);
  await chmod(path, 0o400);
  syncFolder(outputFolder);
  const written = await stat(path);
  return {
    kind: 'made',
    engineRelease: prepared.library.release,
    sha256: modelDigest([sha256]),
    sizeBytes: written.size,
    files: [{ name: fileName, sizeBytes: written.size, sha256, modifiedAtMs: written.mtimeMs }],
    facts: modelFactsOf(headers),
    fallbackCount: tensors.filter(({ fallbackFrom }) => fallbackFrom !== null).length,
    durationMs,
    log,
  };
}

async function runQuantizer({ library, log, preparation }: Prepared, task: TaskContext): Promise<{ durationMs: number; log: string }> {
  const { order, tensors, sourceBytesOf } = preparation;
  const totalBytes = [...sourceBytesOf.values()].reduce((sum, bytes) => sum + bytes, 0);
  const before = new Map<string, number>();
  let sum = 0;
  for (const { name } of tensors) {
    before.set(name, sum);
    sum += sourceBytesOf.get(name) ?? 0;
  }
  let doneBytes = 0;
  const say = (): void => task.progress(doneBytes, totalBytes, 'bytes');
  // The library cannot be stopped and Node would wait for its thread: whatever ends this process while it works, ends it at once.
  const end = (): void => void process.kill(process.pid, 'SIGKILL');
  process.on('exit', end);
  task.signal.addEventListener('abort', end, { once: true });
  const timer = setInterval(say, wordEveryMs);
  try {
    task.signal.throwIfAborted();
    return await quantize(library, log, {
      ...order,
      outputPath: fileName,
      onStep({ name, index, count }) {
        doneBytes = before.get(name) ?? doneBytes;
        task.about(`${name} (${index}/${count})`);
        say();
      },
    });
  } finally {
    clearInterval(timer);
    process.off('exit', end);
    task.signal.removeEventListener('abort', end);
  }
}

/** What was written must be on the disk before it counts; a disk that filled up says so here at the latest. */
async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r+').catch((error: unknown) => throwFileError(error, path));
  try {
    await handle.sync().catch((error: unknown) => throwFileError(error, path));
  } finally {
    await handle.close();
  }
}

/** A file in the new format is kept as it is, so that its hash stays what it was; the old format is written anew. */
async function importMatrix({ path, modelPath, outputPath }: Of<'import-matrix'>) {
  const file = await readImportanceMatrixFile(path);
  const { headers } = await readModelHeaders(modelPath);
  checkImportances(tensorImportances(file), headers.flatMap((header) => header.tensors));
  if (file.format === 'gguf') await copyFile(path, outputPath, 1).catch((error: unknown) => throwFileError(error, outputPath));
  else await writeImportanceMatrixFile(outputPath, file).catch((error: unknown) => throwFileError(error, outputPath));
  await chmod(outputPath, 0o600);
  await flush(outputPath);
  const { sha256, sizeBytes } = await readThrough({ path: outputPath, signal: new AbortController().signal, copyTo: null, onProgress: () => undefined });
  await chmod(outputPath, 0o400);
  return { kind: 'matrix', entries: file.entries.length, chunks: file.chunks, contextSize: file.contextSize, datasets: file.datasets.slice(0, 20), sizeBytes, sha256 };
}

async function asExpected(error: unknown, request: QuantizeRequest): Promise<unknown> {
  if (error instanceof GgufRefusal) return new ExpectedError('GGUF_REFUSED', { rule: error.rule, byteOffset: error.byteOffset, detail: error.detail }, { cause: error });
  if (!(error instanceof NativeFailure)) return error;
  if (error.reason === 'library-missing' || error.reason === 'layout-changed') return new ExpectedError('NATIVE_LIBRARY_UNUSABLE', { reason: error.reason, detail: error.detail }, { cause: error });
  const detail = lastWords(error.detail);
  if ('outputFolder' in request && /iostream/i.test(detail)) {
    const path = request.outputFolder;
    return new ExpectedError('DISK_FULL', { path, neededBytes: null, freeBytes: await freeBytesAt(dirname(path)) }, { cause: error });
  }
  if (request.kind === 'prune') return new ExpectedError('PRUNE_REFUSED', { reason: 'library-refused', detail }, { cause: error });
  const type = request.kind === 'import-matrix' ? '' : request.type;
  const reason = /requires an imatrix|Missing importance matrix/.test(detail) ? 'matrix-required' : /regex/i.test(detail) ? 'bad-pattern' : 'library-refused';
  return new ExpectedError('QUANTIZATION_REFUSED', { type, reason, detail }, { cause: error });
}

/** The library frames its words with rules and its own function names. */
function lastWords(detail: string): string {
  return (detail.split('\n').findLast((line) => !/^=+$/.test(line.trim())) ?? '').replace(/^.*failed to quantize: /, '').trim();
}
