import { ExpectedError, isCancelled } from '../errors.ts';
import { openParentPort } from './parent-port.ts';
import { taskRequestSchema } from './run-task.ts';
import type { TaskMessage } from './run-task.ts';

export interface TaskContext {
  /** Aborts when the parent asks the task to stop. */
  signal: AbortSignal;
  phase(name: string, previousDetail?: string): void;
  /** What progress is about from now on: the name of a tensor, of a file. */
  about(detail: string): void;
  progress(done: number, total: number | null, unit: 'bytes' | 'steps' | 'tokens' | 'rows'): void;
  /** Gives a part of what is made to the parent. */
  chunk(value: unknown): void;
  /** Who hears what the parent tells while the task works; what came before is heard at once. */
  onTell(listener: (value: unknown) => void): void;
}

/** The child's side of runTask: waits for the request, does the work, says the result or why not, and exits. */
export function serveTask(work: (request: unknown, task: TaskContext) => Promise<unknown>): void {
  const port = openParentPort();
  const abort = new AbortController();
  const say = (message: TaskMessage): void => port.send(message);
  let detail = '';
  const early: unknown[] = [];
  let heard = (value: unknown): void => void early.push(value);
  const run = async (request: unknown): Promise<void> => {
    try {
      const value = await work(request, {
        signal: abort.signal,
        phase(phase, previousDetail = '') {
          detail = '';
          say({ kind: 'phase', phase, detail: previousDetail });
        },
        about(next) {
          detail = next;
        },
        progress: (done, total, unit) => say({ kind: 'progress', done, total, unit, detail }),
        chunk: (value) => say({ kind: 'chunk', value }),
        onTell(listener) {
          heard = listener;
          for (const value of early.splice(0)) listener(value);
        },
      });
      say({ kind: 'result', value });
    } catch (error) {
      if (error instanceof ExpectedError) say({ kind: 'refused', error: error.toValue() });
      else if (isCancelled(error)) say({ kind: 'refused', error: { code: 'CANCELLED', data: {} } });
      else say({ kind: 'broken', message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
    port.exit(0);
  };
  port.onMessage((raw) => {
    const message = taskRequestSchema.parse(raw);
    switch (message.kind) {
      case 'stop':
        return abort.abort();
      case 'tell':
        return heard(message.value);
      case 'run':
        return void run(message.request);
    }
  });
}
