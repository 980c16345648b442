import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { ExpectedError, systemCodeOf } from '../kernel/errors.ts';

/** Of the processor: a template that needs more of it for one short conversation would hold up every answer. */
const processorLimitMs = 3000;
/** By the clock, however busy the machine is with other things. */
const timeLimitMs = 60_000;
const lookEveryMs = 250;
const memoryLimitMiB = 64;

export const templateAnswerSchema = z.object({ works: z.boolean(), message: z.string() });

/**
 * Runs the chat template once over a short conversation, in a thread with a time and a memory limit. Answers how it stands:
 * `absent`, `works`, or `fallback` (it cannot be used; the engine then takes the form of a family it knows).
 * Raises CHAT_TEMPLATE_REFUSED for one that does not come to an end or eats memory.
 */
export async function checkTemplate(template: string | null, entryPath: string): Promise<'absent' | 'works' | 'fallback'> {
  if (template === null) return 'absent';
  const worker = new Worker(entryPath, {
    workerData: { template },
    resourceLimits: { maxOldGenerationSizeMb: memoryLimitMiB, maxYoungGenerationSizeMb: 16 },
  });
  const startedMs = performance.now();
  let timer: NodeJS.Timeout | undefined;
  try {
    const answer = await new Promise<unknown>((resolve, reject) => {
      timer = setInterval(() => {
        processorMs(worker).then(
          (usedMs) => {
            if (usedMs > processorLimitMs || performance.now() - startedMs > timeLimitMs) reject(new ExpectedError('CHAT_TEMPLATE_REFUSED', { reason: 'too-slow' }));
          },
          () => undefined, // it has just ended
        );
      }, lookEveryMs);
      worker.once('message', resolve);
      worker.once('error', (error) => {
        const outOfMemory = systemCodeOf(error) === 'ERR_WORKER_OUT_OF_MEMORY';
        reject(outOfMemory ? new ExpectedError('CHAT_TEMPLATE_REFUSED', { reason: 'too-much-memory' }, { cause: error }) : error);
      });
      worker.once('exit', () => reject(new Error('the template thread ended without an answer')));
    });
    return templateAnswerSchema.parse(answer).works ? 'works' : 'fallback';
  } finally {
    clearInterval(timer);
    worker.removeAllListeners();
    // A thread that is out of time may run out of memory while it is ended; unheard, that would end this process.
    worker.on('error', () => undefined);
    await worker.terminate();
  }
}

/** Processor time of a thread in ms, what it took to load included. */
async function processorMs(worker: Worker): Promise<number> {
  const { user, system } = await worker.cpuUsage();
  return (user + system) / 1000;
}
