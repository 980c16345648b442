import { implement, ORPCError } from '@orpc/server';
import { contract } from '../contract/contract.ts';
import type { AuditType } from '../contract/audit-types.ts';
import { errorCatalogue } from '../contract/errors.ts';
import type { ErrorCode } from '../contract/errors.ts';
import { roleMay } from '../contract/permissions.ts';
import type { Role } from '../contract/permissions.ts';
import type { ProcedureMeta } from '../contract/procedure.ts';
import { asDatabaseError } from './database/open-database.ts';
import { cancelled, ExpectedError, isCancelled } from './errors.ts';
import { newInteraction } from './interaction.ts';
import type { Actor, Interaction, Source } from './interaction.ts';

/** What a transport knows of a call before it is looked at: which client it comes from, and from where. */
export interface CallContext {
  clientId: string;
  source: Source;
}

/** A call that did not succeed: what it would have been, how it ended, and on which object, as far as its input says. */
export interface Outcome {
  type: AuditType;
  result: 'refused' | 'failed' | 'cancelled';
  reason: ErrorCode;
  procedure: string;
  target: Target | null;
}

export interface Target {
  type: 'model' | 'version' | 'deployment' | 'job' | 'key' | 'dataset' | 'training-run' | 'adapter';
  id: string;
}

/** What the router needs of the house; given by compose.ts. */
export interface RouterPorts {
  /** The person behind a client. Raises NOT_SIGNED_IN, LOCKED, NOT_SET_UP or the problem that keeps the house shut. */
  person(clientId: string): { id: string; name: string; role: Role };
  /** Aborts when the client's session ends, so that its streams end too. */
  sessionEnd(clientId: string): AbortSignal;
  /** Records that a call was refused, failed or cancelled. Must not throw. */
  recordOutcome(interaction: Interaction, outcome: Outcome): void;
  /** Records that a successful call did not leave the event it declares: a bug, made visible. */
  reportUnrecorded(interaction: Interaction, type: AuditType, procedure: string): void;
  /** Path named when the database itself fails in the middle of a call. */
  databasePath(): string;
  /** Writes an unforeseen error to the log and returns the reference under which it is found. */
  reportBug(error: unknown, procedure: string): string;
}

const unknownActor: Actor = { kind: 'unknown', id: '', name: '', role: '' };

/**
 * The implementer every area's router builds on. Around each handler it decides who it is, whether they may, turns every
 * error into one of the catalogue, and sees to it that refusals are recorded under the event the procedure declares.
 */
export function createImplementer(ports: RouterPorts) {
  return implement(contract)
    .$context<CallContext>()
    .use(async ({ context, path, procedure, signal, next }, input) => {
      const name = path.join('.');
      const meta = declaredMeta(procedure['~orpc'].meta, name);
      const open = meta.permission === 'public';
      const callSignal = signal ?? new AbortController().signal;
      let interaction = newInteraction(unknownActor, context.source, callSignal);

      const requireRecorded = (declared: ProcedureMeta, procedureName: string): void => {
        if (declared.audit === 'none' || interaction.recorded.has(declared.audit)) return;
        ports.reportUnrecorded(interaction, declared.audit, procedureName);
      };
      const settle = (error: unknown): ORPCError<string, unknown> => {
        const known = asExpected(asDatabaseError(error, ports.databasePath()));
        if (known === null) {
          const referenceId = ports.reportBug(error, name);
          if (meta.audit !== 'none') {
            ports.recordOutcome(interaction, { type: meta.audit, result: 'failed', reason: 'BUG', procedure: name, target: targetOf(input) });
          }
          return new ORPCError('BUG', { data: { referenceId } });
        }
        const denied = known.code === 'PERMISSION_DENIED' || (known.code === 'NOT_SIGNED_IN' && meta.audit !== 'none');
        const type = denied ? 'access.denied' : meta.audit;
        if (type !== 'none') {
          const result = known.code === 'CANCELLED' ? 'cancelled' : 'refused';
          ports.recordOutcome(interaction, { type, result, reason: known.code, procedure: name, target: targetOf(input) });
        }
        return new ORPCError(known.code, { data: known.data });
      };

      try {
        if (!open) {
          const person = ports.person(context.clientId);
          const ended = AbortSignal.any([callSignal, ports.sessionEnd(context.clientId)]);
          interaction = newInteraction({ kind: 'person', id: person.id, name: person.name, role: person.role }, context.source, ended);
          if (!roleMay(person.role, meta.permission)) throw new ExpectedError('PERMISSION_DENIED', { permission: meta.permission });
        }
        const result = await next({ context: { interaction } });
        if (isAsyncIterator(result.output)) {
          const stream = closeOnAbort(
            guardStream(result.output, {
              settle,
              /** Whoever read it left before the end: as good as pressing "stop". */
              abandoned: () => void settle(cancelled()),
              completed: () => requireRecorded(meta, name),
            }),
            interaction.signal,
          );
          return { ...result, output: stream as typeof result.output };
        }
        requireRecorded(meta, name);
        return result;
      } catch (error) {
        throw settle(error);
      }
    });
}
export type Implementer = ReturnType<typeof createImplementer>;

/** Every procedure carries both declarations; one without is a mistake that must not get past the first call. */
export function declaredMeta(meta: Partial<ProcedureMeta>, name: string): ProcedureMeta {
  if (meta.permission === undefined || meta.audit === undefined) throw new Error(`${name} declares no permission or audit event`);
  return { permission: meta.permission, audit: meta.audit };
}

const targetKeys: readonly [string, Target['type']][] = [
  ['modelId', 'model'],
  ['deploymentId', 'deployment'],
  ['versionId', 'version'],
  ['jobId', 'job'],
  ['keyId', 'key'],
];

/** The object a call was about, read from its input before that was checked: anything a stranger may send. */
function targetOf(input: unknown): Target | null {
  if (typeof input !== 'object' || input === null) return null;
  const given = input as Record<string, unknown>;
  for (const [key, type] of targetKeys) {
    const id = given[key];
    if (Object.hasOwn(given, key) && typeof id === 'string' && id !== '' && id.length <= 64) return { type, id };
  }
  return null;
}

function asExpected(error: unknown): { code: ErrorCode; data: unknown } | null {
  if (error instanceof ExpectedError) return { code: error.code, data: error.data };
  if (isCancelled(error)) return { code: 'CANCELLED', data: {} };
  if (error instanceof ORPCError) {
    if (error.code === 'BAD_REQUEST') return { code: 'WRONG_INPUT', data: { issues: issuesOf(error.data) } };
    if (Object.hasOwn(errorCatalogue, error.code)) return { code: error.code as ErrorCode, data: error.data };
  }
  return null;
}

function issuesOf(data: unknown): { path: string; message: string }[] {
  if (typeof data !== 'object' || data === null || !('issues' in data) || !Array.isArray(data.issues)) return [];
  return data.issues.slice(0, 20).map((issue: { path?: unknown[]; message?: unknown }) => ({
    path: (issue.path ?? []).map(String).join('.'),
    message: String(issue.message ?? ''),
  }));
}

function isAsyncIterator(value: unknown): value is AsyncIterator<unknown, unknown, void> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value && 'next' in value;
}

/** Errors thrown while a stream runs come through the same mapping as those of a plain call. */
async function* guardStream(
  inner: AsyncIterator<unknown, unknown, void>,
  outcome: { settle(error: unknown): Error; abandoned(): void; completed(): void },
): AsyncGenerator<unknown, unknown, void> {
  let finished = false;
  try {
    for (;;) {
      const step = await inner.next();
      if (step.done === true) {
        finished = true;
        outcome.completed();
        return step.value;
      }
      yield step.value;
    }
  } catch (error) {
    finished = true;
    throw outcome.settle(error);
  } finally {
    if (!finished) {
      outcome.abandoned();
      await inner.return?.();
    }
  }
}

/** Ends a stream when the session ends, even while it waits for something that may never come. */
async function* closeOnAbort(inner: AsyncGenerator<unknown, unknown, void>, signal: AbortSignal): AsyncGenerator<unknown, unknown, void> {
  let stop: () => void = () => undefined;
  const aborted = new Promise<'aborted'>((resolve) => {
    stop = () => resolve('aborted');
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  let pending: Promise<IteratorResult<unknown, unknown>> | null = null;
  try {
    for (;;) {
      pending = inner.next();
      const step = await Promise.race([pending, aborted]);
      if (step === 'aborted') {
        pending.catch(() => undefined); // its outcome has nobody to hear it any more
        return undefined;
      }
      if (step.done === true) return step.value;
      yield step.value;
    }
  } finally {
    signal.removeEventListener('abort', stop);
    void inner.return(undefined).catch(() => undefined); // waits behind a pending next(); must not hold up the end
  }
}
