import type { z } from 'zod';
import { ExpectedError } from '../kernel/errors.ts';
import type { JobContext } from '../kernel/jobs/jobs.service.ts';
import { runTask, TaskProcessDied } from '../kernel/processes/run-task.ts';
import type { ProcessStarter, WorkerResolver } from '../kernel/processes/process-starter.ts';
import type { BenchmarkRequest } from './benchmark-task.ts';

/** The process speaks every five seconds, whatever it computes. */
const silenceLimitMs = 60_000;

interface Order<Result> {
  request: BenchmarkRequest;
  resultSchema: z.ZodType<Result>;
  what: 'benchmark' | 'tuning';
}

/**
 * Runs the measuring process for a job. Raises what it refused with, CANCELLED, and MEASURING_FAILED with its last words when it died
 * (killed, out of memory, a native assertion): somebody can do something about that.
 */
export async function runMeasuring<Result>(
  { startProcess, resolveWorker }: { startProcess: ProcessStarter; resolveWorker: WorkerResolver },
  job: Pick<JobContext<unknown>, 'signal' | 'phase' | 'report'>,
  { request, resultSchema, what }: Order<Result>,
): Promise<Result> {
  try {
    return await runTask({
      startProcess,
      entryPath: resolveWorker('benchmark'),
      serviceName: `modelward-${what}`,
      request,
      resultSchema,
      signal: job.signal,
      silenceLimitMs,
      onMessage: (message) => (message.kind === 'phase' ? job.phase(message.phase, message.detail) : job.report(message)),
    });
  } catch (error) {
    if (!(error instanceof TaskProcessDied)) throw error;
    const { code, signal } = error.exit;
    const detail = [signal ?? `exit code ${code ?? '?'}`, error.stderrTail.trim()].filter((part) => part !== '').join('\n');
    throw new ExpectedError('MEASURING_FAILED', { what, detail }, { cause: error });
  }
}
