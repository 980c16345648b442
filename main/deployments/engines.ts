import { DEFAULT_QUEUE_TIMEOUT_MS } from '../contract/deployments.contract.ts';
import type { DeploymentLimits } from '../contract/deployments.contract.ts';
import type { ErrorValue } from '../contract/errors.ts';
import type { WeightedAdapter } from '../engine/inference/inference-protocol.ts';
import type { EngineStats, SupervisedEngine } from '../engine/supervisor/supervised-engine.ts';
import { cancelled, ExpectedError } from '../kernel/errors.ts';
import type { DeploymentsDependencies, DeploymentsTiming } from './deployments-dependencies.ts';
import type { DeploymentRecord } from './deployments.store.ts';
import { watchEngine } from './engine-events.ts';
import { startEngine } from './engine-room.ts';
import type { RunningEngine } from './engine-room.ts';
import type { EngineRecorder } from './engine-recorder.ts';
import { createMemoryRoom } from './memory-room.ts';
import type { MemoryRoom } from './memory-room.ts';
import { createPreviousEngines } from './previous-engines.ts';
import type { PreviousEngines } from './previous-engines.ts';
import { createTurns } from './turns.ts';
import type { Turns } from './turns.ts';
import { waitFor } from './wait-for.ts';

/** An engine for one request. As long as it is held, the engine is not ended: neither for a switch, nor for want of work or memory. */
export interface Lease {
  readonly engine: SupervisedEngine;
  /** Those of what is loaded, which a switch may have changed since the request came. */
  readonly limits: DeploymentLimits;
  /** Exactly once counts; further calls do nothing. */
  release(): void;
}

/** Cumulative figures of a deployment over all the engines it has had since it was started. */
export type Totals = Pick<EngineStats, 'requestCount' | 'errorCount' | 'promptTokens' | 'outputTokens' | 'activeRequests' | 'queuedRequests'>;

export interface EnginesOptions {
  dependencies: DeploymentsDependencies;
  timing: DeploymentsTiming;
  recorder: EngineRecorder;
  loaded: Set<RunningEngine>;
  /** Raises NOT_FOUND, ADAPTER_REFUSED. */
  weighted: (record: DeploymentRecord) => Promise<WeightedAdapter[]>;
  changed: (deploymentId: string) => void;
}

/** The engines of deployments: which one serves, which still end, which are asleep. */
export interface Engines {
  readonly memory: MemoryRoom;
  readonly previous: PreviousEngines;
  /** Changes of a deployment, one after the other. */
  readonly turns: Turns;
  get(deploymentId: string): RunningEngine | undefined;
  /** Why a deployment that should run has no engine. */
  problemOf(deploymentId: string): ErrorValue | null;
  setProblem(deploymentId: string, problem: ErrorValue | null): void;
  totals(deploymentId: string): Totals;
  /**
   * The engine a request is to be asked of. One that sleeps is loaded first: requests that come meanwhile share the load, which goes on
   * when one of them leaves. Waits at most the limits' queueTimeoutMs.
   * Raises DEPLOYMENT_NOT_READY, DEPLOYMENT_BUSY, MEMORY_HELD, DOES_NOT_FIT, ENGINE_FAILED, MODEL_FILE_CHANGED; CANCELLED when `signal` aborts.
   */
  engineForRequest(record: DeploymentRecord, signal: AbortSignal): Promise<Lease>;
  /** Loads it unless it is; resolves once the process is started. `force` does not ask the memory budget. */
  launch(record: DeploymentRecord, options?: { force?: boolean }): Promise<void>;
  /** Makes a loaded engine the one that serves; one there was becomes a previous one. One step: no request falls between. */
  adopt(record: Pick<DeploymentRecord, 'id' | 'name'>, running: RunningEngine): void;
  /** Requests that come until `work` ends wait for its end, bounded as ever. */
  whileAway<Value>(deploymentId: string, work: () => Promise<Value>): Promise<Value>;
  /** Takes the serving one out and ends it. Figures stay. */
  unload(deploymentId: string): Promise<void>;
  /** Ends everything of a deployment; its figures begin anew. */
  end(deploymentId: string): Promise<void>;
  /** Unloads what nobody has asked for long enough, and ends previous ones that have had their time. */
  sweep(): void;
  dispose(): Promise<void>;
}

const nothing: Totals = { requestCount: 0, errorCount: 0, promptTokens: 0, outputTokens: 0, activeRequests: 0, queuedRequests: 0 };

export function createEngines({ dependencies, timing, recorder, loaded, weighted, changed }: EnginesOptions): Engines {
  const { store, clock, models, reportBug } = dependencies;
  const serving = new Map<string, RunningEngine>();
  const problems = new Map<string, ErrorValue>();
  /** Loads that requests wait for, and switches with a gap. */
  const preparing = new Map<string, Promise<unknown>>();
  const waiting = new Map<string, number>();
  /** Figures of engines that have ended. */
  const ended = new Map<string, Totals>();
  const turns = createTurns();
  let disposed = false;

  const keepFigures = (deploymentId: string, running: RunningEngine): void => {
    const figures = added(ended.get(deploymentId) ?? nothing, running.engine.stats());
    ended.set(deploymentId, { ...figures, activeRequests: 0, queuedRequests: 0 });
  };
  const previous = createPreviousEngines({
    clock,
    timing,
    changed,
    ending: keepFigures,
    cutOff: (deploymentId, running) => recorder.cutOff(store.get(deploymentId), running),
    reportBug,
  });
  const isIdle = (running: RunningEngine): boolean => {
    const { state, activeRequests, queuedRequests } = running.engine.stats();
    return running.leases === 0 && activeRequests === 0 && queuedRequests === 0 && state === 'ready';
  };
  const evictable = (running: RunningEngine): boolean => {
    if (running.role === 'previous') return running.leases === 0;
    const { deploymentId } = running;
    if (running.role !== 'serving' || deploymentId === null || serving.get(deploymentId) !== running) return false;
    return isIdle(running) && (waiting.get(deploymentId) ?? 0) === 0 && store.get(deploymentId)?.lifecycle.kind === 'on-demand';
  };
  const unload = async (deploymentId: string): Promise<void> => {
    const running = serving.get(deploymentId);
    if (running === undefined) return;
    serving.delete(deploymentId);
    keepFigures(deploymentId, running);
    running.listener = () => undefined;
    changed(deploymentId);
    await running.dispose();
    changed(deploymentId);
  };
  const memory = createMemoryRoom({
    ...dependencies,
    loaded,
    evictable,
    async evict(running, name) {
      if (running.role === 'previous') return previous.end(running);
      const record = running.deploymentId === null ? undefined : store.get(running.deploymentId);
      if (record === undefined) return;
      recorder.unloaded(record, { why: 'memory', madeWayFor: name });
      await unload(record.id);
    },
  });

  const adopt: Engines['adopt'] = (record, running) => {
    const old = serving.get(record.id);
    running.role = 'serving';
    running.deploymentId = record.id;
    running.lastUsedMs = clock.monotonicMs();
    running.listener = watchEngine(running.engine.stats(), {
      changed: () => changed(record.id),
      failed: (problem) => recorder.engineEvent(record, 'deployments.engineFailed', problem),
      recovered: () => recorder.engineEvent(record, 'deployments.engineRecovered', null),
    });
    serving.set(record.id, running);
    problems.delete(record.id);
    if (old !== undefined && old !== running) previous.add(record.id, old);
  };

  /** Within its turn. Answers the engine that serves, or null where the deployment is to run no longer. */
  const load = async (deploymentId: string, force: boolean): Promise<RunningEngine | null> => {
    const record = store.get(deploymentId);
    const present = serving.get(deploymentId);
    if (present !== undefined) return present;
    if (record === undefined || disposed) return null;
    const version = await models.versionForLoading(record.versionId);
    const adapters = await weighted(record);
    const begin = async (): Promise<RunningEngine | null> => {
      if (disposed || store.get(deploymentId)?.desired !== 'running') return null;
      const running = startEngine({ ...dependencies, loaded }, version, { ...record, adapters, role: 'serving', deploymentId });
      adopt(record, running);
      return running;
    };
    return force ? begin() : memory.withRoom({ name: record.name, version, settings: record.settings }, begin);
  };
  const notReady = (record: DeploymentRecord): ExpectedError => {
    const state = serving.get(record.id)?.engine.stats().state ?? 'stopped';
    return new ExpectedError('DEPLOYMENT_NOT_READY', { name: record.name, state });
  };
  const prepare = (deploymentId: string, work: Promise<unknown>): Promise<unknown> => {
    const own = work.finally(() => {
      if (preparing.get(deploymentId) === own) preparing.delete(deploymentId);
    });
    preparing.set(deploymentId, own);
    own.catch(() => undefined); // whoever waits hears of it; perhaps nobody does any more
    return own;
  };
  const wake = (record: DeploymentRecord): Promise<unknown> =>
    prepare(
      record.id,
      turns.take(record.id, async () => {
        try {
          const running = await load(record.id, false);
          if (running === null) throw notReady(record);
          changed(record.id);
          await running.engine.whenReady();
          recorder.loadedOnDemand(record, running);
        } catch (error) {
          // An engine that is there tells its own problem.
          if (error instanceof ExpectedError && !serving.has(record.id)) problems.set(record.id, error.toValue());
          changed(record.id);
          throw error;
        }
      }),
    );

  const leaseOf = (running: RunningEngine): Lease => {
    let held = true;
    running.leases += 1;
    running.lastUsedMs = clock.monotonicMs();
    return {
      engine: running.engine,
      limits: running.limits,
      release() {
        if (!held) return;
        held = false;
        running.leases -= 1;
        running.lastUsedMs = clock.monotonicMs();
        if (running.role === 'previous' && running.leases === 0) {
          previous.sweep();
          if (running.deploymentId !== null) changed(running.deploymentId);
        }
      },
    };
  };
  /** What there is to wait for before a request can be asked; the engine itself when there is nothing. */
  const stepTowards = (record: DeploymentRecord, signal: AbortSignal): RunningEngine | Promise<unknown> => {
    const inPreparation = preparing.get(record.id);
    if (inPreparation !== undefined) return inPreparation;
    const now = store.get(record.id);
    const running = serving.get(record.id);
    if (running === undefined) {
      if (now === undefined || now.desired !== 'running' || now.lifecycle.kind === 'pinned') throw notReady(record);
      return wake(now);
    }
    const { state } = running.engine.stats();
    // A pinned one that starts says so at once, as a restart is over in seconds; one on demand is expected to be waited for.
    return state === 'ready' || now?.lifecycle.kind !== 'on-demand' ? running : running.engine.whenReady(signal);
  };

  return {
    memory,
    previous,
    turns,
    get: (deploymentId) => serving.get(deploymentId),
    problemOf: (deploymentId) => problems.get(deploymentId) ?? null,
    setProblem(deploymentId, problem) {
      if (problem === null) problems.delete(deploymentId);
      else problems.set(deploymentId, problem);
    },
    totals(deploymentId) {
      const all = [...previous.of(deploymentId), ...(serving.has(deploymentId) ? [serving.get(deploymentId)] : [])];
      return all.reduce<Totals>((sum, running) => (running === undefined ? sum : added(sum, running.engine.stats())), ended.get(deploymentId) ?? nothing);
    },

    async engineForRequest(record, signal) {
      if (signal.aborted) throw cancelled();
      const { limits, settings } = record;
      const timeoutMs = limits.queueTimeoutMs ?? DEFAULT_QUEUE_TIMEOUT_MS;
      const deadlineMs = performance.now() + timeoutMs;
      let counted = false;
      try {
        for (;;) {
          const next = stepTowards(record, signal);
          if (!(next instanceof Promise)) return leaseOf(next);
          if (!counted) {
            const others = waiting.get(record.id) ?? 0;
            if (others >= limits.queueLimit + settings.parallelSequences) {
              next.catch(() => undefined);
              throw new ExpectedError('DEPLOYMENT_BUSY', { name: record.name, queueLimit: limits.queueLimit });
            }
            counted = true;
            waiting.set(record.id, others + 1);
          }
          const outcome = await waitFor(next, { timeoutMs: deadlineMs - performance.now(), signal });
          if (outcome === 'timeout') throw new ExpectedError('DEPLOYMENT_NOT_READY', { name: record.name, state: 'starting' });
          if (outcome === 'aborted') throw cancelled();
        }
      } finally {
        if (counted) waiting.set(record.id, (waiting.get(record.id) ?? 1) - 1);
      }
    },

    async launch(record, { force = false } = {}) {
      await turns.take(record.id, () => load(record.id, force));
    },
    adopt,
    async whileAway(deploymentId, work) {
      const doing = work();
      // Whoever waits looks again at its end: a failed switch leaves an engine too.
      await prepare(deploymentId, doing.catch(() => undefined));
      return doing;
    },
    unload,
    async end(deploymentId) {
      problems.delete(deploymentId);
      await Promise.all([unload(deploymentId), previous.endAll(deploymentId)]);
      ended.delete(deploymentId);
    },

    sweep() {
      previous.sweep();
      const now = clock.monotonicMs();
      for (const [deploymentId, running] of [...serving]) {
        const record = store.get(deploymentId);
        if (record?.lifecycle.kind !== 'on-demand' || !evictable(running)) continue;
        if (now - running.lastUsedMs < record.lifecycle.idleMinutes * 60_000) continue;
        recorder.unloaded(record, { why: 'idle', idleMinutes: record.lifecycle.idleMinutes });
        unload(deploymentId).catch((error: unknown) => reportBug(error, 'unload'));
      }
    },
    async dispose() {
      disposed = true;
      for (const running of loaded) running.listener = () => undefined;
      await Promise.all([...loaded].map((running) => running.dispose()));
      serving.clear();
    },
  };
}

function added(sum: Totals, more: Totals): Totals {
  return {
    requestCount: sum.requestCount + more.requestCount,
    errorCount: sum.errorCount + more.errorCount,
    promptTokens: sum.promptTokens + more.promptTokens,
    outputTokens: sum.outputTokens + more.outputTokens,
    activeRequests: sum.activeRequests + more.activeRequests,
    queuedRequests: sum.queuedRequests + more.queuedRequests,
  };
}
