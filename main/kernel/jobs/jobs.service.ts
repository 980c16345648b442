import type { z } from 'zod';
import type { AuditType } from '../../contract/audit-types.ts';
import type { ErrorCode, ErrorValue } from '../../contract/errors.ts';
import type { JobKind, JobProgress, JobView } from '../../contract/jobs.contract.ts';
import type { Clock } from '../clock.ts';
import type { DatabaseHandle } from '../database/open-database.ts';
import { asDatabaseError } from '../database/open-database.ts';
import { ExpectedError, isCancelled } from '../errors.ts';
import type { EventBus } from '../event-bus.ts';
import { newId } from '../ids.ts';
import type { Interaction } from '../interaction.ts';
import { newInteraction } from '../interaction.ts';
import { createProgressMeter } from './progress-meter.ts';
import type { ProgressReport } from './progress-meter.ts';
import type { JobResult, JobsStore } from './jobs.store.ts';

/** What a running job is given. */
export interface JobContext<Payload> {
  readonly jobId: string;
  readonly payload: Payload;
  /** Who started it; its signal aborts when the job is cancelled. */
  readonly interaction: Interaction;
  readonly signal: AbortSignal;
  /** Enters a phase; the one before it is finished with `detail` as what it found. */
  phase(name: string, previousDetail?: string): void;
  report(progress: ProgressReport): void;
  /** Marks the job succeeded; called inside the transaction that makes its result, so that both hold or neither. */
  succeed(result: JobResult): void;
}

/** One kind of job: how its stored payload is read, what it does, and the events its bad ends leave. */
export interface JobDefinition<Payload> {
  kind: JobKind;
  payloadSchema: z.ZodType<Payload>;
  failedEvent: AuditType;
  cancelledEvent: AuditType;
  /** Must call `succeed` before it returns. */
  run(job: JobContext<Payload>): Promise<void>;
  /** Cleans up what a crash left behind; called at start for each job found unfinished. */
  sweep(jobId: string): Promise<void>;
}

/** Appends an audit event inside the caller's transaction (given by compose.ts: the audit room lies above this one). */
export type AppendAudit = (
  interaction: Interaction,
  entry: { type: AuditType; object: { type: string; id: string; name: string }; result?: 'done' | 'failed' | 'cancelled' | 'refused'; reason?: ErrorCode },
) => void;

export interface JobsDependencies {
  db: DatabaseHandle;
  store: JobsStore;
  clock: Clock;
  events: EventBus;
  append: AppendAudit;
  reportBug: (error: unknown, where: string) => string;
}

export interface JobsService {
  register<Payload>(definition: JobDefinition<Payload>): void;
  /** Writes the row; call inside the transaction of the event that announces the job, then `kick` after it. */
  enqueue(interaction: Interaction, job: { kind: JobKind; title: string; payload: unknown }): string;
  /** Starts what waits. */
  kick(): void;
  list(): JobView[];
  get(jobId: string): JobView;
  cancel(interaction: Interaction, jobId: string): Promise<JobView>;
  retry(interaction: Interaction, jobId: string): JobView;
  /** Turns rows that a crash left unfinished into `interrupted`, and lets each kind sweep up. */
  recover(interaction: Interaction): Promise<void>;
  /** Resolves once the job has ended. */
  whenEnded(jobId: string): Promise<JobView>;
  /** Cancels everything and waits. */
  dispose(): Promise<void>;
}

interface Running {
  interaction: Interaction;
  abort: AbortController;
  meter: ReturnType<typeof createProgressMeter>;
  ended: Promise<void>;
}

/** Why the signal of a job aborts when the application ends; anything else is a person's cancel. */
export const APPLICATION_ENDS = new DOMException('the application ends', 'AbortError');

const listLimit = 500;
/** Jobs that run at the same time; heavy work shares one machine. */
const parallelJobs = 1;

export function createJobsService(dependencies: JobsDependencies): JobsService {
  const { db, store, clock, events, append, reportBug } = dependencies;
  const definitions = new Map<JobKind, JobDefinition<unknown>>();
  const running = new Map<string, Running>();
  const starters = new Map<string, Interaction>();
  let disposed = false;

  const withProgress = (view: JobView): JobView => {
    const live = running.get(view.id);
    return live === undefined ? view : { ...view, progress: live.meter.latest(), phases: live.meter.phases() };
  };
  const get = (jobId: string): JobView => {
    const view = store.get(jobId);
    if (view === undefined) throw new ExpectedError('NOT_FOUND', { what: 'job', id: jobId });
    return withProgress(view);
  };
  const announce = (jobId: string): void => {
    if (disposed || !db.open) return; // nobody listens any more
    const view = store.get(jobId);
    if (view !== undefined) events.publish({ type: 'jobs.changed', jobId, kind: view.kind, state: view.state, title: view.title });
  };
  const objectOf = (view: JobView) => ({ type: 'job', id: view.id, name: view.title });

  const end = (jobId: string, live: Running, error: unknown): void => {
    const view = get(jobId);
    const definition = definitions.get(view.kind);
    if (definition === undefined || view.state === 'succeeded') return;
    const wasCancelled = isCancelled(error) || (live.abort.signal.aborted && !(error instanceof ExpectedError && error.code === 'BUG'));
    const value = wasCancelled ? null : asErrorValue(error, view.kind);
    const end = db.transaction(() => {
      store.ended(jobId, {
        state: wasCancelled ? 'cancelled' : 'failed',
        atMs: clock.nowMs(),
        phases: live.meter.phases(),
        result: null,
        error: value,
      });
      append(live.interaction, {
        type: wasCancelled ? definition.cancelledEvent : definition.failedEvent,
        object: objectOf(view),
        result: wasCancelled ? 'cancelled' : 'failed',
        reason: value?.code ?? 'CANCELLED',
      });
    });
    end.immediate();
  };
  const asErrorValue = (error: unknown, where: string): ErrorValue => {
    const known = asDatabaseError(error, '');
    if (known instanceof ExpectedError) return known.toValue();
    return { code: 'BUG', data: { referenceId: reportBug(error, where) } };
  };

  const run = (view: JobView, definition: JobDefinition<unknown>): void => {
    const abort = new AbortController();
    const starter = starters.get(view.id);
    starters.delete(view.id);
    const actor = starter?.actor ?? { kind: 'system' as const, id: 'system', name: view.startedBy, role: '' };
    const interaction = newInteraction(actor, starter?.source ?? { host: '', address: '' }, abort.signal);
    const meter = createProgressMeter(view.id, (progress: JobProgress) => events.publish({ type: 'jobs.progressed', progress }));
    const live: Running = { interaction, abort, meter, ended: Promise.resolve() };
    running.set(view.id, live);
    store.started(view.id, clock.nowMs());
    announce(view.id);
    const work = async (): Promise<void> => {
      try {
        const payload = definition.payloadSchema.parse(store.payload(view.id));
        await definition.run({
          jobId: view.id,
          payload,
          interaction,
          signal: abort.signal,
          phase: (name, detail) => meter.enter(name, detail),
          report: (progress) => meter.report(progress),
          succeed(result) {
            meter.finish();
            store.ended(view.id, { state: 'succeeded', atMs: clock.nowMs(), phases: meter.phases(), result, error: null });
          },
        });
        if (store.get(view.id)?.state === 'running') throw new Error(`job ${view.kind} ended without a result`);
      } catch (error) {
        meter.finish();
        end(view.id, live, error);
      }
    };
    live.ended = work()
      .catch((error: unknown) => void reportBug(error, view.kind)) // even the end could not be written: found and named at the next start
      .finally(() => {
        meter.finish();
        running.delete(view.id);
        announce(view.id);
        kick();
      });
  };

  const kick = (): void => {
    if (disposed || !db.open) return;
    for (const view of store.inState(['queued'])) {
      if (running.size >= parallelJobs) return;
      const definition = definitions.get(view.kind);
      if (definition !== undefined && !running.has(view.id)) run(view, definition);
    }
  };

  const enqueue: JobsService['enqueue'] = (interaction, job) => {
    const id = newId('job');
    store.insert({ id, ...job, startedBy: interaction.actor.name, createdAtMs: clock.nowMs() });
    starters.set(id, interaction);
    setImmediate(() => announce(id));
    return id;
  };

  return {
    register(definition) {
      definitions.set(definition.kind, definition as unknown as JobDefinition<unknown>);
    },
    enqueue,
    kick,
    list: () => store.list(listLimit).map(withProgress),
    get,
    async cancel(interaction, jobId) {
      const view = get(jobId);
      const live = running.get(jobId);
      if (live === undefined && view.state !== 'queued') throw new ExpectedError('JOB_NOT_CANCELLABLE', { state: view.state });
      db.transaction(() => {
        append(interaction, { type: 'jobs.cancelled', object: objectOf(view) });
        if (live === undefined) store.ended(jobId, { state: 'cancelled', atMs: clock.nowMs(), phases: [], result: null, error: null });
      }).immediate();
      live?.abort.abort();
      await live?.ended;
      announce(jobId);
      return get(jobId);
    },
    retry(interaction, jobId) {
      const view = get(jobId);
      if (!['failed', 'cancelled', 'interrupted'].includes(view.state)) throw new ExpectedError('JOB_NOT_RETRYABLE', { state: view.state });
      const again = db.transaction(() => {
        append(interaction, { type: 'jobs.retried', object: objectOf(view) });
        return enqueue(interaction, { kind: view.kind, title: view.title, payload: store.payload(jobId) });
      });
      const newJobId = again.immediate();
      kick();
      return get(newJobId);
    },
    async recover(interaction) {
      for (const view of store.inState(['running', 'queued'])) {
        await definitions.get(view.kind)?.sweep(view.id);
        db.transaction(() => {
          store.ended(view.id, { state: 'interrupted', atMs: clock.nowMs(), phases: view.phases, result: null, error: null });
          append(interaction, { type: 'jobs.interrupted', object: objectOf(view), result: 'failed' });
        }).immediate();
        announce(view.id);
      }
    },
    async whenEnded(jobId) {
      await running.get(jobId)?.ended;
      const view = get(jobId);
      if (view.state !== 'queued' && view.state !== 'running') return view;
      return new Promise((resolve) => {
        const stop = events.subscribe((event) => {
          if (event.type !== 'jobs.changed' || event.jobId !== jobId || event.state === 'queued' || event.state === 'running') return;
          stop();
          resolve(get(jobId));
        });
      });
    },
    async dispose() {
      disposed = true;
      for (const live of running.values()) live.abort.abort(APPLICATION_ENDS);
      await Promise.all([...running.values()].map((live) => live.ended));
    },
  };
}
