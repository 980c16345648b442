import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import type { VerifyStep } from '../contract/audit.contract.ts';
import { openDatabaseReadOnly } from '../kernel/database/open-database.ts';
import { walkChain } from './walk-chain.ts';

/**
 * Worker thread: walks the whole hash chain on a read-only connection of its own, so that the main thread stays free.
 * Posts VerifyStep messages; the last has kind "result". An error that is not a fault of the chain ends the thread.
 */
const input = z
  .object({ path: z.string(), key: z.instanceof(Uint8Array), stop: z.instanceof(SharedArrayBuffer) })
  .parse(workerData);
const stop = new Int32Array(input.stop);
const db = openDatabaseReadOnly({ path: input.path, key: Buffer.from(input.key), expectedSalt: null });
try {
  walkChain(db, { stopped: () => Atomics.load(stop, 0) !== 0, report: (step: VerifyStep) => parentPort?.postMessage(step) });
} finally {
  db.close();
}
