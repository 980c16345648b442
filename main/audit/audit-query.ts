import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { auditEventSchema, auditFilterSchema } from '../contract/audit.contract.ts';
import type { AuditEvent, AuditFilter } from '../contract/audit.contract.ts';

export const queryRequestSchema = z.object({
  id: z.number().int(),
  filter: auditFilterSchema,
  cursor: z.number().int().nullable(),
  limit: z.number().int(),
});

const pageSchema = z.object({ events: z.array(auditEventSchema), nextCursor: z.number().int().nullable(), total: z.number().int() });
const answerSchema = z.union([z.object({ id: z.number().int(), page: pageSchema }), z.object({ id: z.number().int(), problem: z.string() })]);
export type QueryAnswer = z.infer<typeof answerSchema>;

export interface AuditPage {
  events: AuditEvent[];
  nextCursor: number | null;
  total: number;
}

export interface AuditQuery {
  /** Newest first. Throws an Error (a bug) when the thread fails. */
  list(input: { filter: AuditFilter; cursor: number | null; limit: number }): Promise<AuditPage>;
  dispose(): Promise<void>;
}

/** Searches the log in a worker thread that starts with the first question and stays. */
export function createAuditQuery({ databasePath, key, entryPath }: { databasePath: string; key: Buffer; entryPath: string }): AuditQuery {
  const waiting = new Map<number, { resolve: (page: AuditPage) => void; reject: (error: Error) => void }>();
  let worker: Worker | null = null;
  let nextId = 1;

  const fail = (error: Error): void => {
    worker = null;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  const start = (): Worker => {
    const started = new Worker(entryPath, { workerData: { path: databasePath, key: new Uint8Array(key) } });
    started.unref(); // referenced while a question waits; idle it keeps no process alive
    started.on('message', (raw: unknown) => {
      const answer = answerSchema.parse(raw);
      const asked = waiting.get(answer.id);
      waiting.delete(answer.id);
      if (waiting.size === 0) started.unref();
      if ('page' in answer) asked?.resolve(answer.page);
      else asked?.reject(new Error(answer.problem));
    });
    started.on('error', fail);
    started.on('exit', () => fail(new Error('the search thread ended')));
    return started;
  };

  return {
    list(input) {
      worker ??= start();
      const running = worker;
      const id = nextId++;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        running.ref();
        running.postMessage({ id, ...input });
      });
    },
    async dispose() {
      const running = worker;
      worker = null;
      running?.removeAllListeners();
      await running?.terminate();
      fail(new Error('the search thread ended'));
    },
  };
}
