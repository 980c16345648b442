import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { openDatabaseReadOnly } from '../kernel/database/open-database.ts';
import { createAuditStore } from './audit.store.ts';
import { queryRequestSchema } from './audit-query.ts';
import type { QueryAnswer } from './audit-query.ts';
import { createFilterCounter } from './filter-counter.ts';

/**
 * Worker thread: searches the audit log on a read-only connection of its own. A filter may touch every row of a year,
 * which the main thread must not wait for. Answers requests in order until it is ended.
 */
const input = z.object({ path: z.string(), key: z.instanceof(Uint8Array) }).parse(workerData);
const db = openDatabaseReadOnly({ path: input.path, key: Buffer.from(input.key), expectedSalt: null });
const store = createAuditStore(db);
const counter = createFilterCounter(store);

parentPort?.on('message', (raw: unknown) => {
  const { id, filter, cursor, limit } = queryRequestSchema.parse(raw);
  let answer: QueryAnswer;
  try {
    // One read transaction: the page and the count are of the same moment.
    const { events, total } = db.transaction(() => ({ events: store.list(filter, cursor, limit + 1), total: counter.count(filter) }))();
    const more = events.length > limit;
    const page = more ? events.slice(0, limit) : events;
    answer = { id, page: { events: page, nextCursor: more ? (page.at(-1)?.sequence ?? null) : null, total } };
  } catch (error) {
    answer = { id, problem: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  parentPort?.postMessage(answer);
});
