import type { EngineStats, SuperviseOptions, SupervisedEngine } from '../engine/supervisor/supervised-engine.ts';
import { predictMemory } from '../engine/fit/predict-memory.ts';
import { engineTaskOf } from '../engine/supervisor/engine-task.ts';
import type { WeightedAdapter } from '../engine/inference/inference-protocol.ts';
import { superviseEngine } from '../engine/supervisor/engine-supervisor.ts';
import type { ThreadBudget } from '../engine/supervisor/thread-budget.ts';
import type { DeploymentLimits, EngineSettings, MemoryPrediction } from '../contract/deployments.contract.ts';
import type { ProcessStarter, WorkerResolver } from '../kernel/processes/process-starter.ts';
import { requireServed } from '../models/index.ts';
import type { LoadableVersion } from '../models/index.ts';

/** What an engine is made for: a trial may later be taken over as a deployment only if all of it fits. */
export interface EngineOrder {
  name: string;
  versionId: string;
  settings: EngineSettings;
  limits: DeploymentLimits;
  adapters: readonly WeightedAdapter[];
}

/** An engine that is loaded or loading, with what it was made for. */
export interface RunningEngine extends EngineOrder {
  engine: SupervisedEngine;
  prediction: MemoryPrediction;
  /** What it is for: a deployment's requests, a way back after a switch, or a question before going live. */
  role: 'serving' | 'previous' | 'trial';
  deploymentId: string | null;
  /** Requests that hold it: it is not ended for want of memory or work while there are any. */
  leases: number;
  /** By the monotonic clock. */
  lastUsedMs: number;
  /** Exchanged when a trial becomes a deployment. */
  listener: (stats: EngineStats) => void;
  dispose(): Promise<void>;
}

export interface EngineRoomDependencies {
  startProcess: ProcessStarter;
  resolveWorker: WorkerResolver;
  threadBudget: ThreadBudget;
  policy?: SuperviseOptions['policy'];
  /** Every engine that has a process, or is about to; startEngine keeps it. */
  loaded: Set<RunningEngine>;
}

/** Makes a supervised engine for a version, takes it into the thread budget, and starts it. */
export function startEngine(
  dependencies: EngineRoomDependencies,
  version: LoadableVersion,
  { name, settings, limits, adapters, role, deploymentId }: Omit<EngineOrder, 'versionId'> & Pick<RunningEngine, 'role' | 'deploymentId'>,
): RunningEngine {
  const engine = superviseEngine({
    startProcess: dependencies.startProcess,
    workerPath: dependencies.resolveWorker('inference'),
    spec: { name, modelPath: version.path, settings, limits, hasChatTemplate: version.facts.chatTemplate.present, task: engineTaskOf(requireServed(version.facts)), adapters },
    ...(dependencies.policy === undefined ? {} : { policy: dependencies.policy }),
    onChange: (stats) => running.listener(stats),
  });
  const leaveBudget = dependencies.threadBudget.register(engine);
  const running: RunningEngine = {
    engine,
    name,
    versionId: version.versionId,
    settings,
    limits,
    adapters,
    prediction: predictMemory(version.facts, settings),
    role,
    deploymentId,
    leases: 0,
    lastUsedMs: 0,
    listener: () => undefined,
    async dispose() {
      leaveBudget();
      await engine.stop();
      dependencies.loaded.delete(running);
    },
  };
  dependencies.loaded.add(running);
  engine.start();
  return running;
}

/** Whether an engine was made for exactly this. */
export function isMadeFor(running: EngineOrder, wanted: EngineOrder): boolean {
  const key = ({ name, versionId, settings, limits, adapters }: EngineOrder): string => JSON.stringify([name, versionId, settings, limits, adapters]);
  return key(running) === key(wanted);
}
