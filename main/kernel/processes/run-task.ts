import { z } from 'zod';
import { errorValueSchema } from '../../contract/errors.ts';
import { cancelled, expectedFromValue } from '../errors.ts';
import type { ChildExit, ProcessStarter } from './process-starter.ts';

/** What a job process says: how far it is, then exactly one result or refusal. */
export const taskMessageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('phase'), phase: z.string(), detail: z.string() }),
  z.object({ kind: z.literal('progress'), done: z.number(), total: z.number().nullable(), unit: z.enum(['bytes', 'steps', 'tokens', 'rows']), detail: z.string().default('') }),
  /** A part of what it makes, told while it works. */
  z.object({ kind: z.literal('chunk'), value: z.unknown() }),
  z.object({ kind: z.literal('result'), value: z.unknown() }),
  z.object({ kind: z.literal('refused'), error: errorValueSchema }),
  z.object({ kind: z.literal('broken'), message: z.string() }),
]);
export type TaskMessage = z.infer<typeof taskMessageSchema>;

/** What it is told: once what to do, more of it while it works, and perhaps to stop. */
export const taskRequestSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('run'), request: z.unknown() }),
  z.object({ kind: z.literal('tell'), value: z.unknown() }),
  z.object({ kind: z.literal('stop') }),
]);

export interface TaskOptions<Result> {
  startProcess: ProcessStarter;
  entryPath: string;
  serviceName: string;
  request: unknown;
  resultSchema: z.ZodType<Result>;
  signal: AbortSignal;
  /** Without a word for this long the process is ended: a hostile file must not hold the app. */
  silenceLimitMs: number;
  onMessage?: (message: Extract<TaskMessage, { kind: 'phase' | 'progress' }>) => void;
  /** Called with each part of what it makes, in order. */
  onChunk?: (value: unknown) => void;
  /** Called once the process was told what to do, with a way to tell it more. */
  onStarted?: (tell: (value: unknown) => void) => void;
}

/** The process ended without its last word: killed, out of memory, or a native assertion, which `stderrTail` then names. */
export class TaskProcessDied extends Error {
  readonly exit: ChildExit;
  readonly stderrTail: string;

  constructor(serviceName: string, exit: ChildExit, stderrTail: string) {
    super(`${serviceName} died (code ${exit.code}, signal ${exit.signal}): ${stderrTail}`);
    this.name = 'TaskProcessDied';
    this.exit = exit;
    this.stderrTail = stderrTail;
  }
}

/** Time a process is given to stop by itself after it was asked. */
const graceMs = 3000;

/**
 * Runs one task in a disposable process and awaits its exit. Cancel = ask, grace period, kill, await.
 * Raises what the process refused with, CANCELLED, TaskProcessDied, or an Error (a bug) when it broke or fell silent.
 */
export async function runTask<Result>(options: TaskOptions<Result>): Promise<Result> {
  const { signal, onMessage } = options;
  if (signal.aborted) throw cancelled();
  const child = options.startProcess({ entryPath: options.entryPath, serviceName: options.serviceName });
  let outcome: { value: unknown } | { error: unknown } | null = null;
  let silence: NodeJS.Timeout | undefined;
  let grace: NodeJS.Timeout | undefined;
  const heard = (): void => {
    clearTimeout(silence);
    silence = setTimeout(() => {
      outcome ??= { error: new Error(`${options.serviceName} fell silent for ${options.silenceLimitMs} ms`) };
      child.kill();
    }, options.silenceLimitMs);
  };
  const onAbort = (): void => {
    child.send({ kind: 'stop' });
    grace = setTimeout(() => child.kill(), graceMs);
  };
  const finish = (result: { value: unknown } | { error: unknown }): void => {
    outcome ??= result;
    grace ??= setTimeout(() => child.kill(), graceMs); // it exits by itself after its last word
  };
  const exited = new Promise<{ code: number | null; signal: string | null }>((resolve) => child.onExit(resolve));
  child.onMessage((raw) => {
    heard();
    const parsed = taskMessageSchema.safeParse(raw);
    if (!parsed.success) return finish({ error: new Error(`${options.serviceName} spoke out of turn`) });
    const message = parsed.data;
    switch (message.kind) {
      case 'phase':
      case 'progress':
        return onMessage?.(message);
      case 'chunk':
        try {
          return options.onChunk?.(message.value);
        } catch (error) {
          finish({ error }); // what it makes cannot be taken: it need not go on
          return child.kill();
        }
      case 'result':
        return finish({ value: message.value });
      case 'refused':
        return finish({ error: expectedFromValue(message.error) });
      case 'broken':
        return finish({ error: new Error(message.message) });
    }
  });
  signal.addEventListener('abort', onAbort, { once: true });
  heard();
  child.send({ kind: 'run', request: options.request });
  options.onStarted?.((value) => child.send({ kind: 'tell', value }));
  try {
    const exit = await exited;
    if (signal.aborted) throw cancelled();
    const end = outcome as { value: unknown } | { error: unknown } | null;
    if (end === null) {
      throw new TaskProcessDied(options.serviceName, exit, child.stderrTail().slice(-500));
    }
    if ('error' in end) throw end.error;
    return options.resultSchema.parse(end.value);
  } finally {
    clearTimeout(silence);
    clearTimeout(grace);
    signal.removeEventListener('abort', onAbort);
  }
}
