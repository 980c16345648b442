import { Worker } from 'node:worker_threads';
import { verifyStepSchema } from '../contract/audit.contract.ts';
import type { AuditEvent, AuditFilter, VerifyStep } from '../contract/audit.contract.ts';
import { cancelled, ExpectedError } from '../kernel/errors.ts';
import type { Interaction } from '../kernel/interaction.ts';
import type { WorkerResolver } from '../kernel/processes/process-starter.ts';
import type { AuditLog } from './audit-log.ts';
import { createAuditQuery } from './audit-query.ts';
import type { AuditPage } from './audit-query.ts';
import type { AuditStore } from './audit.store.ts';

export interface AuditServiceDependencies {
  store: AuditStore;
  log: AuditLog;
  databasePath: string;
  key: Buffer;
  resolveWorker: WorkerResolver;
}

/** Reads and checks the audit log for people. Writing is the AuditLog's alone. */
export interface AuditService {
  list(input: { filter: AuditFilter; cursor: number | null; limit: number }): Promise<AuditPage>;
  /** Raises NOT_FOUND. */
  get(sequence: number): AuditEvent;
  ofObject(objectId: string, limit: number): AuditEvent[];
  /** Walks the chain in a worker thread; the last step is the result, which is itself recorded. */
  verify(interaction: Interaction): AsyncGenerator<VerifyStep, void, void>;
  dispose(): Promise<void>;
}

export function createAuditService(dependencies: AuditServiceDependencies): AuditService {
  const { store, log, databasePath, key, resolveWorker } = dependencies;
  const query = createAuditQuery({ databasePath, key, entryPath: resolveWorker('audit-query') });
  return {
    list: (input) => query.list(input),
    get(sequence) {
      const event = store.get(sequence);
      if (event === undefined) throw new ExpectedError('NOT_FOUND', { what: 'event', id: String(sequence) });
      return event;
    },
    ofObject: (objectId, limit) => store.ofObject(objectId, limit),
    async *verify(interaction) {
      for await (const step of walkInWorker(dependencies, interaction.signal)) {
        if (step.kind === 'result') {
          log.appendAlone(interaction, {
            type: 'audit.verified',
            object: { type: 'audit-log', id: 'audit-log', name: '' },
            after: {
              intact: step.intact,
              checked: step.checked,
              headSequence: step.headSequence,
              headLeaf: step.headLeaf,
              firstFault: step.firstFault === null ? null : { sequence: step.firstFault.sequence, fault: step.firstFault.fault },
            },
          });
        }
        yield step;
      }
    },
    dispose: () => query.dispose(),
  };
}

async function* walkInWorker(
  { databasePath, key, resolveWorker }: AuditServiceDependencies,
  signal: AbortSignal,
): AsyncGenerator<VerifyStep, void, void> {
  signal.throwIfAborted();
  const stop = new SharedArrayBuffer(4);
  const steps: VerifyStep[] = [];
  let failure: unknown = null;
  let ended = false;
  let wake: () => void = () => undefined;
  const worker = new Worker(resolveWorker('audit-verify'), { workerData: { path: databasePath, key: new Uint8Array(key), stop } });
  const onAbort = (): void => {
    Atomics.store(new Int32Array(stop), 0, 1);
    wake();
  };
  worker.on('message', (message: unknown) => {
    steps.push(verifyStepSchema.parse(message));
    wake();
  });
  worker.on('error', (error) => {
    failure = error;
    wake();
  });
  worker.on('exit', () => {
    ended = true;
    wake();
  });
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    for (;;) {
      const step = steps.shift();
      if (step !== undefined) {
        yield step;
        if (step.kind === 'result') return;
        continue;
      }
      if (signal.aborted) throw cancelled();
      if (failure !== null) throw failure;
      if (ended) throw new Error('the verification thread ended without a result');
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    await worker.terminate();
  }
}
