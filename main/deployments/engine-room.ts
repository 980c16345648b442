import type { EngineStats, SuperviseOptions, SupervisedEngine } from '../engine/supervisor/supervised-engine.ts';
import type { WeightedAdapter } from '../engine/inference/inference-protocol.ts';
import { superviseEngine } from '../engine/supervisor/engine-supervisor.ts';
import type { ThreadBudget } from '../engine/supervisor/thread-budget.ts';
import type { DeploymentLimits, EngineSettings } from '../contract/deployments.contract.ts';
import type { ProcessStarter, WorkerResolver } from '../kernel/processes/process-starter.ts';
import type { LoadableVersion } from '../models/index.ts';

/** An engine together with what it was made for: a trial may later be taken over as a deployment only if all of it fits. */
export interface RunningEngine {
  engine: SupervisedEngine;
  name: string;
  versionId: string;
  settings: EngineSettings;
  limits: DeploymentLimits;
  /** Exchanged when a trial becomes a deployment. */
  listener: (stats: EngineStats) => void;
  dispose(): Promise<void>;
}

export interface EngineRoomDependencies {
  startProcess: ProcessStarter;
  resolveWorker: WorkerResolver;
  threadBudget: ThreadBudget;
  policy?: SuperviseOptions['policy'];
}

/** Makes a supervised engine for a version, takes it into the thread budget, and starts it. */
export function startEngine(
  dependencies: EngineRoomDependencies,
  version: LoadableVersion,
  { name, settings, limits, adapters = [] }: Pick<RunningEngine, 'name' | 'settings' | 'limits'> & { adapters?: readonly WeightedAdapter[] },
): RunningEngine {
  const engine = superviseEngine({
    startProcess: dependencies.startProcess,
    workerPath: dependencies.resolveWorker('inference'),
    spec: { name, modelPath: version.path, settings, limits, hasChatTemplate: version.facts.chatTemplate.present, adapters },
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
    listener: () => undefined,
    async dispose() {
      leaveBudget();
      await engine.stop();
    },
  };
  engine.start();
  return running;
}
