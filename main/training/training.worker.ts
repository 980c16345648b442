import { chmod, mkdir, rm, stat } from 'node:fs/promises';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import type { DataRow } from '../contract/datasets.contract.ts';
import { GgufRefusal } from '../engine/gguf/gguf-refusal.ts';
import { checkArchitecture } from '../engine/gguf/check-architecture.ts';
import { readGgufFile } from '../engine/gguf/gguf-reader.ts';
import { textOf } from '../engine/gguf/metadata-values.ts';
import { modelFactsOf } from '../engine/gguf/model-facts.ts';
import { readModelHeaders } from '../engine/gguf/split-files.ts';
import { readMachine } from '../engine/hardware/machine.ts';
import { findLibraryFiles } from '../engine/native/library-files.ts';
import { openLlamaLibrary } from '../engine/native/llama-library.ts';
import type { LlamaLibrary } from '../engine/native/llama-library.ts';
import { NativeFailure } from '../engine/native/native-failure.ts';
import { listenToLog } from '../engine/native/native-log.ts';
import type { NativeLog } from '../engine/native/native-log.ts';
import { createServingTokenizer } from '../engine/native/serving-tokenizer.ts';
import { createChatExamples } from '../engine/native/training/chat-examples.ts';
import type { ChatExamples } from '../engine/native/training/chat-examples.ts';
import { openTrainer } from '../engine/native/training/trainer.ts';
import type { Trainer } from '../engine/native/training/trainer.ts';
import { TrainingRefusal } from '../engine/native/training/training-refusal.ts';
import type { TrainingWindow } from '../engine/native/training/window-io.ts';
import { ExpectedError, systemCodeOf } from '../kernel/errors.ts';
import { freeBytesAt, syncFolder } from '../kernel/files.ts';
import { modelDigest, readThrough } from '../kernel/hash-files.ts';
import { serveTask } from '../kernel/processes/serve-task.ts';
import type { TaskContext } from '../kernel/processes/serve-task.ts';
import { makeWindows } from './make-windows.ts';
import { isTrained } from './trained-tensors.ts';
import { trainToEnd } from './training-loop.ts';
import { refused } from './training-refused.ts';
import { CHECKPOINTS, MODEL_FILE, RUN_FOLDERS, trainingRequestSchema, trainingTellSchema } from './training-task.ts';
import type { RowPart, TrainingChunk, TrainingRequest } from './training-task.ts';

/** A step of a large model takes minutes; somebody listens. */
const wordEveryMs = 5000;
/** Windows on which the saved file must give what its weights gave before. */
const checkedWindows = 4;
const tolerance = 1e-4;
/** llama.cpp's own words kept with the version. */
const logCharacters = 64 * 1024;

/** The training process: one run's sitting, then it exits. Checkpoints and the result lie in the run's folder. */
serveTask(async (raw, task) => {
  const request = trainingRequestSchema.parse(raw);
  const inbox = openInbox(task);
  let again = (): void => task.progress(0, null, 'steps');
  const lively: TaskContext = {
    ...task,
    progress(...said) {
      again = () => task.progress(...said);
      again();
    },
  };
  const timer = setInterval(() => again(), wordEveryMs);
  try {
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL); // deployments answer people; this can wait
    return await sitting(request, lively, inbox);
  } catch (error) {
    throw await asExpected(error, request);
  } finally {
    clearInterval(timer);
  }
});

interface Inbox {
  /** All rows, once the last has come. */
  readonly rows: Promise<Record<RowPart, DataRow[]>>;
  readonly pauseWanted: () => boolean;
}

function openInbox(task: TaskContext): Inbox {
  const rows: Record<RowPart, DataRow[]> = { train: [], old: [], validation: [] };
  let pause = false;
  return {
    rows: new Promise((resolve) => {
      task.onTell((raw) => {
        const told = trainingTellSchema.parse(raw);
        switch (told.kind) {
          case 'rows':
            return void rows[told.part].push(...told.rows);
          case 'rows-end':
            return resolve(rows);
          case 'pause':
            pause = true;
        }
      });
    }),
    pauseWanted: () => pause,
  };
}

/** @returns a TrainingResult, which the parent checks. */
async function sitting(request: TrainingRequest, task: TaskContext, inbox: Inbox) {
  const { settings, folder, modelPath } = request;
  const { usableCores } = await readMachine();
  const threads = Math.min(settings.threads ?? usableCores, usableCores);
  const library = openLlamaLibrary(findLibraryFiles('cpu'));
  const log = listenToLog(library);
  const words: string[] = [];
  log.onLine(({ text }) => void words.push(text));
  const trainable = (name: string): boolean => isTrained(name, settings.layers, request.layerCount);

  task.phase('tokenize');
  const trainer = await openTrainer(library, log, { modelPath, contextSize: settings.contextSize, threads, trainable });
  const expected: number[] = [];
  let checked: readonly TrainingWindow[] = [];
  try {
    const rows = await inbox.rows;
    const hasChats = Object.values(rows).some((part) => part.some(({ kind }) => kind === 'chat'));
    const data = await makeWindows({
      rows,
      vocabulary: createServingTokenizer(library, trainer.model),
      chat: hasChats ? await chatOf(library, trainer, modelPath) : null,
      settings,
      oldShare: request.oldShare,
      signal: task.signal,
      onProgress: (done, total) => task.progress(done, total, 'rows'),
    });
    if (!request.finishOnly) {
      const { end } = await trainToEnd({
        trainer,
        data,
        settings,
        folder,
        checkpoint: request.checkpoint,
        signal: task.signal,
        pauseWanted: inbox.pauseWanted,
        nowMs: () => Date.now(),
        phase: (name) => task.phase(name),
        tell(state, { points, whole, secondsPerStep }) {
          const chunk: TrainingChunk = {
            state,
            tokensPerSecond: secondsPerStep === null ? null : settings.contextSize / secondsPerStep,
            etaMs: secondsPerStep === null ? null : Math.round((state.stepCount - state.step) * secondsPerStep * 1000),
            peakRssBytes: process.resourceUsage().maxRSS * 1024,
            points,
            whole,
          };
          task.chunk(chunk);
          task.progress(state.step, state.stepCount, 'steps');
        },
      });
      if (end === 'paused') return { kind: 'paused' as const };
    }
    task.phase('save');
    await trainer.restoreCheckpoint(join(folder, CHECKPOINTS.best));
    checked = data.validation.slice(0, checkedWindows);
    for (const window of checked) expected.push((await trainer.evaluateAside(window)).loss);
    await rm(join(folder, RUN_FOLDERS.trained), { recursive: true, force: true });
    await mkdir(join(folder, RUN_FOLDERS.trained), { mode: 0o700 });
    await trainer.saveModel(join(folder, RUN_FOLDERS.trained, MODEL_FILE));
  } finally {
    trainer.free();
  }
  const path = join(folder, RUN_FOLDERS.trained, MODEL_FILE);
  await checkSaved(library, log, { path, contextSize: settings.contextSize, threads, windows: checked, expected });
  const file = settings.saveAs === 'F32' ? await finished(path, task) : null;
  return { kind: 'saved' as const, engineRelease: library.release, log: words.join('\n').slice(-logCharacters), file };
}

async function chatOf(library: LlamaLibrary, trainer: Trainer, modelPath: string): Promise<ChatExamples | null> {
  const template = textOf((await readGgufFile(modelPath)).metadata, 'tokenizer.chat_template');
  if (template === null || template.trim() === '') return null;
  try {
    return await createChatExamples(createServingTokenizer(library, trainer.model), template);
  } catch (error) {
    // The template comes from the model's file and may be anything.
    throw refused('no-chat-template', { detail: error instanceof Error ? error.message : String(error) });
  }
}

/** The file as anyone would load it gives the figures that were measured; otherwise it is not what was trained. */
async function checkSaved(library: LlamaLibrary, log: NativeLog, { path, contextSize, threads, windows, expected }: { path: string; contextSize: number; threads: number; windows: readonly TrainingWindow[]; expected: readonly number[] }): Promise<void> {
  const saved = await openTrainer(library, log, { modelPath: path, contextSize, threads, trainable: () => false });
  try {
    for (const [index, window] of windows.entries()) {
      const { loss } = await saved.evaluateAside(window);
      const wanted = expected[index] ?? Number.NaN;
      if (!(Math.abs(loss - wanted) <= tolerance)) throw new ExpectedError('TRAINING_FAILED', { reason: 'not-exact', detail: `${loss} ≠ ${wanted}` });
    }
  } finally {
    saved.free();
  }
}

async function finished(path: string, task: TaskContext) {
  task.phase('hash');
  const { size } = await stat(path);
  const { sha256 } = await readThrough({ path, signal: task.signal, copyTo: null, onProgress: (done) => task.progress(done, size, 'bytes') });
  const { headers } = await readModelHeaders(path);
  checkArchitecture(headers);
  await chmod(path, 0o400);
  syncFolder(join(path, '..'));
  const { mtimeMs } = await stat(path);
  return { sha256: modelDigest([sha256]), sizeBytes: size, modifiedAtMs: mtimeMs, facts: modelFactsOf(headers) };
}

async function asExpected(error: unknown, { folder, settings }: TrainingRequest): Promise<unknown> {
  const code = systemCodeOf(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') return new ExpectedError('DISK_FULL', { path: folder, neededBytes: null, freeBytes: await freeBytesAt(folder) }, { cause: error });
  if (error instanceof GgufRefusal) return new ExpectedError('GGUF_REFUSED', { rule: error.rule, byteOffset: error.byteOffset, detail: error.detail }, { cause: error });
  if (error instanceof TrainingRefusal) return ofRefusal(error, settings.contextSize);
  if (!(error instanceof NativeFailure)) return error;
  if (error.reason === 'library-missing' || error.reason === 'layout-changed') return new ExpectedError('NATIVE_LIBRARY_UNUSABLE', { reason: error.reason, detail: error.detail }, { cause: error });
  return new ExpectedError('TRAINING_FAILED', { reason: 'library-refused', detail: error.detail.slice(-500) }, { cause: error });
}

function ofRefusal(error: TrainingRefusal, contextSize: number): Error {
  switch (error.reason) {
    case 'architecture-not-trainable':
      return refused('architecture', { detail: error.detail });
    case 'weights-not-float32':
    case 'window':
    case 'context-size':
      return error; // what was given here is our own making
    case 'not-enough-memory':
      return new ExpectedError('TRAINING_FAILED', { reason: 'library-refused', detail: `${error.detail} (${contextSize})` }, { cause: error });
    case 'checkpoint-damaged':
    case 'checkpoint-foreign':
      return new ExpectedError('CHECKPOINT_DAMAGED', { detail: error.detail }, { cause: error });
  }
}
