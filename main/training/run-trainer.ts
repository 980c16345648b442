import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { quantizeOptionsSchema } from '../contract/quantization.contract.ts';
import { ExpectedError, throwFileError } from '../kernel/errors.ts';
import { syncFolder } from '../kernel/files.ts';
import type { JobContext } from '../kernel/jobs/jobs.service.ts';
import { APPLICATION_ENDS } from '../kernel/jobs/jobs.service.ts';
import { runTask, TaskProcessDied } from '../kernel/processes/run-task.ts';
import { madeResultSchema, runQuantizer } from '../quantization/index.ts';
import type { MadeResult } from '../quantization/index.ts';
import type { TrainingDependencies } from './training-dependencies.ts';
import { rowsOfRun } from './training-data.ts';
import type { RunRecord } from './training-run.ts';
import { CHECKPOINTS, MODEL_FILE, RUN_FOLDERS, trainingChunkSchema, trainingResultSchema } from './training-task.ts';
import type { TrainingChunk, TrainingRequest, TrainingResult, TrainingTell } from './training-task.ts';

/** The process speaks every five seconds; a step computes beside its event loop. */
const silenceLimitMs = 120_000;
/** What a last checkpoint may take when the application ends. */
const lastCheckpointMs = 5000;

/** A wish to pause, from the service to the sitting that goes on. */
export interface PauseSwitch {
  wanted: boolean;
  /** Set while a process listens. */
  tell: (() => void) | null;
}

type Ports = Pick<TrainingDependencies, 'startProcess' | 'resolveWorker' | 'datasets' | 'store'>;

/** The folder of a run, made where it is missing. Raises DISK_FULL, PATH_NOT_READABLE. */
export async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: unknown) => throwFileError(error, folder));
}

/** The base as float32 in the run's folder, widened once: what is there under its name is whole. Raises as the quantizer does. */
export async function widenBase(ports: Ports, { basePath, folder, job }: { basePath: string; folder: string; job: JobContext<unknown> }): Promise<string> {
  const wide = join(folder, RUN_FOLDERS.base);
  const path = join(wide, MODEL_FILE);
  if (await exists(path)) return path;
  const unfinished = `${wide}.part`;
  await rm(unfinished, { recursive: true, force: true });
  await convert(ports, { modelPath: basePath, type: 'F32', outputFolder: unfinished, job, onHash: () => undefined });
  await rename(unfinished, wide).catch((error: unknown) => throwFileError(error, wide));
  syncFolder(folder);
  return path;
}

/** Writes a model with other float weights into a folder of its own, through the quantizing process. */
export async function convert(
  { startProcess, resolveWorker }: Pick<Ports, 'startProcess' | 'resolveWorker'>,
  { modelPath, type, outputFolder, job, onHash }: { modelPath: string; type: string; outputFolder: string; job: JobContext<unknown>; onHash: () => void },
): Promise<MadeResult> {
  await rm(outputFolder, { recursive: true, force: true });
  await makeFolder(outputFolder);
  return runQuantizer(
    { startProcess, resolveWorker },
    {
      request: { kind: 'quantize', modelPath, type, options: quantizeOptionsSchema.parse({}), matrix: null, outputFolder },
      resultSchema: madeResultSchema,
      signal: job.signal,
      onMessage(message) {
        if (message.kind === 'progress') job.report(message);
        else if (message.phase === 'hash') onHash();
      },
    },
  );
}

/** The checkpoint a sitting begins with: the newest, or the best where that is wanted or alone there; null before the first. */
export async function checkpointToUse(folder: string, from: RunRecord['resumeFrom']): Promise<string | null> {
  const names = from === 'best' ? [CHECKPOINTS.best] : [CHECKPOINTS.newest, CHECKPOINTS.best];
  for (const name of names) if (await exists(join(folder, name))) return name;
  return null;
}

/**
 * One sitting of the training process. A cancel stops it at once; the application's end asks for a checkpoint first. Raises what the
 * process refused with, CANCELLED, TRAINING_FAILED ('process-died').
 */
export async function runTrainer(
  ports: Ports,
  { record, request, job, pause, onChunk }: { record: RunRecord; request: TrainingRequest; job: JobContext<unknown>; pause: PauseSwitch; onChunk: (chunk: TrainingChunk) => void },
): Promise<TrainingResult> {
  const stop = new AbortController();
  let grace: NodeJS.Timeout | undefined;
  let sending: Promise<void> = Promise.resolve();
  const onAbort = (): void => {
    if (job.signal.reason !== APPLICATION_ENDS) return stop.abort();
    pause.wanted = true;
    pause.tell?.();
    grace = setTimeout(() => stop.abort(), lastCheckpointMs);
  };
  job.signal.addEventListener('abort', onAbort, { once: true });
  if (job.signal.aborted) onAbort();
  try {
    return await runTask({
      startProcess: ports.startProcess,
      entryPath: ports.resolveWorker('training'),
      serviceName: 'modelward-training',
      request,
      resultSchema: trainingResultSchema,
      signal: stop.signal,
      silenceLimitMs,
      onMessage: (message) => (message.kind === 'phase' ? job.phase(message.phase, message.detail) : job.report(message)),
      onChunk: (value) => onChunk(trainingChunkSchema.parse(value)),
      onStarted(tell) {
        const say = (value: TrainingTell): void => tell(value);
        pause.tell = () => say({ kind: 'pause' });
        if (pause.wanted) pause.tell();
        sending = sendRows(ports, record, say);
        // Rows that cannot be read end the sitting; the process would wait for them for ever.
        sending.catch(() => stop.abort());
      },
    });
  } catch (error) {
    if (stop.signal.aborted && !job.signal.aborted) await sending; // says why
    if (!(error instanceof TaskProcessDied)) throw error;
    const detail = [error.exit.signal ?? `code ${error.exit.code}`, error.stderrTail.trim().split('\n').at(-1) ?? ''].filter((part) => part !== '').join(': ');
    throw new ExpectedError('TRAINING_FAILED', { reason: 'process-died', detail }, { cause: error });
  } finally {
    pause.tell = null;
    clearTimeout(grace);
    job.signal.removeEventListener('abort', onAbort);
  }
}

async function sendRows(ports: Ports, record: RunRecord, say: (value: TrainingTell) => void): Promise<void> {
  const { versionId, mode, dataset } = record;
  if (versionId === null) throw new ExpectedError('NOT_FOUND', { what: 'version', id: '' });
  for await (const { part, rows } of rowsOfRun(ports, { versionId, datasetVersionId: dataset.versionId, mode })) say({ kind: 'rows', part, rows });
  say({ kind: 'rows-end' });
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}
