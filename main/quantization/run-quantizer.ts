import { join } from 'node:path';
import type { z } from 'zod';
import type { DataFolderLayout } from '../kernel/data-folder/layout.ts';
import { ExpectedError } from '../kernel/errors.ts';
import { runTask, TaskProcessDied } from '../kernel/processes/run-task.ts';
import type { TaskOptions } from '../kernel/processes/run-task.ts';
import type { QuantizationDependencies } from './quantization-dependencies.ts';
import { matrixFileName } from './quantize-task.ts';
import type { QuantizeRequest } from './quantize-task.ts';
import type { MatrixRecord } from './quantization.store.ts';

/** The process speaks every five seconds; only a hostile or damaged file can keep it silent before that. */
const silenceLimitMs = 60_000;

/** Runs the quantizing process for one request. What ends it from outside is told as what could not be done, in its last words. */
export async function runQuantizer<Result>(
  { startProcess, resolveWorker }: Pick<QuantizationDependencies, 'startProcess' | 'resolveWorker'>,
  { request, ...order }: { request: QuantizeRequest; resultSchema: z.ZodType<Result>; signal: AbortSignal; onMessage?: NonNullable<TaskOptions<Result>['onMessage']> },
): Promise<Result> {
  try {
    return await runTask({ ...order, startProcess, entryPath: resolveWorker('quantize'), serviceName: 'modelward-quantize', request, silenceLimitMs });
  } catch (error) {
    if (!(error instanceof TaskProcessDied)) throw error;
    const detail = [error.exit.signal ?? `code ${error.exit.code}`, error.stderrTail.trim().split('\n').at(-1) ?? ''].filter((part) => part !== '').join(': ');
    if (request.kind === 'prune') throw new ExpectedError('PRUNE_REFUSED', { reason: 'process-died', detail }, { cause: error });
    throw new ExpectedError('QUANTIZATION_REFUSED', { type: request.kind === 'import-matrix' ? '' : request.type, reason: 'process-died', detail }, { cause: error });
  }
}

/** Where a matrix is kept. */
export function matrixPathOf(layout: DataFolderLayout, matrixId: string): string {
  return join(layout.importanceMatrices, `${matrixId}.gguf`);
}

/** A kept matrix as the quantizing process is told of it. */
export function matrixForTask(layout: DataFolderLayout, matrix: MatrixRecord | null): { path: string; fileName: string } | null {
  return matrix === null ? null : { path: matrixPathOf(layout, matrix.id), fileName: matrixFileName(matrix.sha256) };
}
