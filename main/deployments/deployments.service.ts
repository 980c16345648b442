import type { z } from 'zod';
import type {
  AdapterChoice,
  ChatEvent,
  ChatMessage,
  ComparisonEvent,
  DeploymentLimits,
  DeploymentView,
  EngineSettings,
  Fit,
  FitReport,
  Sampling,
  TrialEvent,
  deploymentLimitsSchema,
} from '../contract/deployments.contract.ts';
import type { ErrorValue } from '../contract/errors.ts';
import type { AuditLog } from '../audit/index.ts';
import type { Tuning } from '../contract/benchmarks.contract.ts';
import type { Backend, HardwareView } from '../contract/system.contract.ts';
import { checkFit } from '../engine/fit/check-fit.ts';
import { recommendSettings } from '../engine/fit/recommend.ts';
import type { HardwareService } from '../engine/hardware/hardware.service.ts';
import type { EngineStats } from '../engine/supervisor/supervised-engine.ts';
import type { Clock } from '../kernel/clock.ts';
import type { DatabaseHandle } from '../kernel/database/open-database.ts';
import { ExpectedError, expectedFromValue } from '../kernel/errors.ts';
import type { EventBus } from '../kernel/event-bus.ts';
import { newId } from '../kernel/ids.ts';
import type { Interaction } from '../kernel/interaction.ts';
import type { AdaptersService } from '../adapters/index.ts';
import type { Adapter } from '../contract/adapters.contract.ts';
import type { LoadableVersion, ModelsService } from '../models/index.ts';
import type { DeploymentRecord, DeploymentsStore } from './deployments.store.ts';
import { watchEngine } from './engine-events.ts';
import { startEngine } from './engine-room.ts';
import type { EngineRoomDependencies, RunningEngine } from './engine-room.ts';
import { createAttaching } from './attaching.ts';
import { createProgramRequests } from './program-requests.ts';
import type { ChatRequest, ProgramRequests } from './program-requests.ts';
import { createTrials } from './trials.ts';
import { withTuning } from './use-tuning.ts';

export interface DeploymentsDependencies extends EngineRoomDependencies {
  db: DatabaseHandle;
  store: DeploymentsStore;
  audit: AuditLog;
  clock: Clock;
  events: EventBus;
  models: ModelsService;
  hardware: HardwareService;
  /** The application acting by itself, for what engines do without a person. */
  systemInteraction: () => Interaction;
  reportBug: (error: unknown, where: string) => string;
  /** Raises VERSION_NOT_APPROVED where the quality policy lets only approved versions serve and this one is not. */
  servingGate: (versionId: string) => void;
  /** Adapters as engines take them; raises NOT_FOUND and ADAPTER_REFUSED. */
  adapters: Pick<AdaptersService, 'attachable' | 'nameOf'>;
  /** What auto-tuning found for a version on this machine as it is; null where nothing valid is known. */
  tunedFor: (wanted: { versionId: string; backend: Backend; hardware: HardwareView }) => Pick<Tuning, 'chosen' | 'atMs' | 'goal'> | null;
}

export interface NewDeployment {
  name: string;
  versionId: string;
  settings: EngineSettings;
  limits: z.infer<typeof deploymentLimitsSchema>;
  trialId: string | null;
}

export interface DeploymentsService extends ProgramRequests {
  fit(versionId: string): Promise<FitReport>;
  predict(input: { versionId: string; settings: EngineSettings }): Promise<Fit>;
  trial(
    interaction: Interaction,
    input: { name: string; versionId: string; settings: EngineSettings; limits: DeploymentLimits; question: string },
  ): AsyncGenerator<TrialEvent, void, void>;
  endTrial(trialId: string): Promise<void>;
  create(interaction: Interaction, input: NewDeployment): Promise<DeploymentView>;
  list(): DeploymentView[];
  get(deploymentId: string): DeploymentView;
  start(interaction: Interaction, deploymentId: string): Promise<DeploymentView>;
  stop(interaction: Interaction, deploymentId: string): Promise<DeploymentView>;
  setAdapters(interaction: Interaction, input: { deploymentId: string; adapters: AdapterChoice[] }): Promise<DeploymentView>;
  /** The same question with different adapters; each answer leaves an event like a person's question. */
  compareAdapters(
    interaction: Interaction,
    input: { deploymentId: string; messages: ChatMessage[]; sampling: Sampling; variants: AdapterChoice[][] },
  ): AsyncGenerator<ComparisonEvent, void, void>;
  /** Deployments that have an adapter attached. */
  attachedTo(adapterId: string): Adapter['deployments'];
  remove(interaction: Interaction, deploymentId: string): Promise<void>;
  /** A person's question; leaves an event with counts and times, never the text. */
  chat(interaction: Interaction, input: { deploymentId: string; messages: ChatMessage[]; sampling: Sampling }): AsyncGenerator<ChatEvent, void, void>;
  /** Cumulative figures of each deployment's engine; null where none runs. */
  figures(): { view: DeploymentView; stats: EngineStats | null }[];
  /** Starts again what ran when the application ended. */
  resume(): Promise<void>;
  dispose(): Promise<void>;
}

export function createDeploymentsService(dependencies: DeploymentsDependencies): DeploymentsService {
  const { db, store, audit, clock, events, models, hardware, adapters } = dependencies;
  const running = new Map<string, RunningEngine>();
  /** Why a deployment that should run has no engine at all. */
  const problems = new Map<string, ErrorValue>();
  const trials = createTrials(dependencies);
  let disposed = false;

  const require = (deploymentId: string): DeploymentRecord => {
    const record = store.get(deploymentId);
    if (record === undefined) throw new ExpectedError('NOT_FOUND', { what: 'deployment', id: deploymentId });
    return record;
  };
  const objectOf = (record: Pick<DeploymentRecord, 'id' | 'name'>) => ({ type: 'deployment', id: record.id, name: record.name });
  const changed = (deploymentId: string): void => {
    if (!disposed) events.publish({ type: 'deployments.changed', deploymentId });
  };

  const viewOf = (record: DeploymentRecord): DeploymentView => {
    const version = models.version(record.versionId);
    const stats = running.get(record.id)?.engine.stats() ?? null;
    const problem = stats?.problem ?? problems.get(record.id) ?? null;
    return {
      id: record.id,
      name: record.name,
      state: stats?.state ?? (problems.has(record.id) ? 'failed' : 'stopped'),
      problem,
      restarts: stats?.restarts ?? 0,
      modelId: version.modelId,
      modelName: version.modelName,
      versionId: record.versionId,
      versionNumber: version.number,
      quantization: version.facts.quantization,
      hasChatTemplate: version.facts.chatTemplate.present,
      settings: record.settings,
      limits: record.limits,
      adapters: record.adapters.map((choice) => ({ ...choice, name: adapters.nameOf(choice.adapterId) })),
      createdAtMs: record.createdAtMs,
      readyAtMs: stats?.readyAtMs ?? null,
      loadMs: stats?.loadMs ?? null,
      processId: stats?.processId ?? null,
      rssBytes: stats?.rssBytes ?? null,
      activeRequests: stats?.activeRequests ?? 0,
      queuedRequests: stats?.queuedRequests ?? 0,
      requestCount: stats?.requestCount ?? 0,
      errorCount: stats?.errorCount ?? 0,
    };
  };

  const adopt = (record: DeploymentRecord, engine: RunningEngine): void => {
    running.set(record.id, engine);
    problems.delete(record.id);
    engine.listener = watchEngine(engine.engine.stats(), {
      changed: () => changed(record.id),
      failed: (problem) => recordEngineEvent(record, 'deployments.engineFailed', problem),
      recovered: () => recordEngineEvent(record, 'deployments.engineRecovered', null),
    });
  };
  const recordEngineEvent = (record: DeploymentRecord, type: 'deployments.engineFailed' | 'deployments.engineRecovered', problem: ErrorValue | null): void => {
    if (disposed || !db.open) return;
    try {
      audit.appendAlone(dependencies.systemInteraction(), {
        type,
        object: objectOf(record),
        result: problem === null ? 'done' : 'failed',
        reason: problem?.code ?? '',
        ...(problem === null ? {} : { after: JSON.parse(JSON.stringify(problem.data)) }),
      });
    } catch (error) {
      dependencies.reportBug(error, type); // the engine is restarted all the same
    }
  };
  const launch = async (record: DeploymentRecord): Promise<void> => {
    const version = await models.versionForLoading(record.versionId);
    const weighted = await attaching.weighted(record.versionId, record.adapters);
    if (disposed || running.has(record.id)) return;
    adopt(record, startEngine(dependencies, version, { ...record, adapters: weighted }));
  };
  const requireDeployable = (version: LoadableVersion): void => {
    if (version.retired) throw new ExpectedError('MODEL_RETIRED', { name: version.modelName });
    if (version.facts.purpose !== 'text-generation') throw new ExpectedError('MODEL_NOT_CHATTABLE', { purpose: version.facts.purpose });
  };
  const requireFit = async (version: LoadableVersion, settings: EngineSettings): Promise<void> => {
    const fit = checkFit(version.facts, settings, await hardware.look());
    if (fit.problem !== null) throw expectedFromValue(fit.problem);
  };
  const engineFor = (record: DeploymentRecord): RunningEngine => {
    const engine = running.get(record.id);
    if (engine === undefined) throw new ExpectedError('DEPLOYMENT_NOT_READY', { name: record.name, state: viewOf(record).state });
    return engine;
  };
  const chatWith = (record: DeploymentRecord, request: ChatRequest): AsyncIterable<ChatEvent> => {
    const { messages, sampling, signal } = request;
    const limit = record.limits.maxOutputTokens;
    const maxOutputTokens = Math.min(sampling.maxOutputTokens ?? limit, limit);
    return engineFor(record).engine.chat(messages, { ...sampling, maxOutputTokens }, { signal, ...(request.adapters === undefined ? {} : { adapters: request.adapters }) });
  };

  const attaching = createAttaching({
    ...dependencies,
    require,
    engineOf: (deploymentId) => running.get(deploymentId)?.engine ?? null,
    ask: (record, request) => chatWith(record, request),
  });

  return {
    async setAdapters(interaction, { deploymentId, adapters: choices }) {
      await attaching.set(interaction, require(deploymentId), choices);
      changed(deploymentId);
      events.publish({ type: 'adapters.changed' });
      return viewOf(require(deploymentId));
    },
    compareAdapters: (interaction, { deploymentId, ...question }) => attaching.compare(interaction, require(deploymentId), question),
    attachedTo: (adapterId) =>
      store.list().flatMap(({ id, name, adapters: attached }) => attached.filter((choice) => choice.adapterId === adapterId).map(({ weight }) => ({ id, name, weight }))),
    async fit(versionId) {
      const version = models.version(versionId);
      requireDeployable(version);
      const view = await hardware.look();
      const recommendation = recommendSettings(version.facts, view);
      const tuning = dependencies.tunedFor({ versionId, backend: recommendation.recommended.settings.backend, hardware: view });
      return { hardware: view, ...(tuning === null ? recommendation : withTuning(recommendation, tuning, { facts: version.facts, hardware: view })) };
    },
    async predict({ versionId, settings }) {
      return checkFit(models.version(versionId).facts, settings, hardware.latest() ?? (await hardware.look()));
    },

    async *trial(interaction, input) {
      const version = await models.versionForLoading(input.versionId);
      requireDeployable(version);
      await requireFit(version, input.settings);
      for await (const event of trials.run(version, input, interaction.signal)) {
        if (event.kind === 'finished') {
          audit.appendAlone(interaction, {
            type: 'deployments.tried',
            object: { type: 'version', id: version.versionId, name: version.modelName },
            after: { settings: auditable(input.settings), usage: event.usage, timing: event.timing },
          });
        }
        yield event;
      }
    },
    endTrial: (trialId) => trials.end(trialId),

    async create(interaction, { trialId, ...input }) {
      const version = await models.versionForLoading(input.versionId);
      requireDeployable(version);
      dependencies.servingGate(version.versionId);
      if (store.named(input.name) !== undefined) throw new ExpectedError('NAME_TAKEN', { name: input.name });
      const taken = trialId === null ? null : await trials.take(trialId, input);
      try {
        if (taken === null) await requireFit(version, input.settings);
        const record: DeploymentRecord = { id: newId('dep'), ...input, adapters: [], desired: 'running', createdAtMs: clock.nowMs() };
        db.transaction(() => {
          if (store.named(input.name) !== undefined) throw new ExpectedError('NAME_TAKEN', { name: input.name });
          store.insert(record);
          audit.append(interaction, {
            type: 'deployments.created',
            object: objectOf(record),
            after: { versionId: record.versionId, model: version.modelName, settings: auditable(record.settings), limits: record.limits },
          });
        }).immediate();
        adopt(record, taken ?? startEngine(dependencies, version, { ...record, adapters: [] }));
        changed(record.id);
        return viewOf(record);
      } catch (error) {
        await taken?.dispose();
        throw error;
      }
    },

    list: () => store.list().map(viewOf),
    get: (deploymentId) => viewOf(require(deploymentId)),

    async start(interaction, deploymentId) {
      const record = require(deploymentId);
      const version = await models.versionForLoading(record.versionId);
      const present = running.get(deploymentId);
      const state = present?.engine.stats().state;
      const isUp = state === 'ready' || state === 'starting' || state === 'restarting';
      if (!isUp) dependencies.servingGate(version.versionId);
      if (!isUp) await requireFit(version, record.settings);
      db.transaction(() => {
        store.setDesired(deploymentId, 'running');
        audit.append(interaction, { type: 'deployments.started', object: objectOf(record), before: { desired: record.desired }, after: { desired: 'running' } });
      }).immediate();
      if (present === undefined) await launch(record);
      else present.engine.start();
      changed(deploymentId);
      return viewOf(require(deploymentId));
    },

    async stop(interaction, deploymentId) {
      const record = require(deploymentId);
      db.transaction(() => {
        store.setDesired(deploymentId, 'stopped');
        audit.append(interaction, { type: 'deployments.stopped', object: objectOf(record), before: { desired: record.desired }, after: { desired: 'stopped' } });
      }).immediate();
      problems.delete(deploymentId);
      const engine = running.get(deploymentId);
      running.delete(deploymentId);
      changed(deploymentId);
      await engine?.dispose();
      changed(deploymentId);
      return viewOf(require(deploymentId));
    },

    async remove(interaction, deploymentId) {
      const record = require(deploymentId);
      db.transaction(() => {
        store.delete(deploymentId);
        audit.append(interaction, {
          type: 'deployments.removed',
          object: objectOf(record),
          before: { versionId: record.versionId, settings: auditable(record.settings), limits: record.limits },
        });
      }).immediate();
      problems.delete(deploymentId);
      const engine = running.get(deploymentId);
      running.delete(deploymentId);
      await engine?.dispose();
      changed(deploymentId);
      events.publish({ type: 'models.changed', modelId: models.version(record.versionId).modelId });
      if (record.adapters.length > 0) events.publish({ type: 'adapters.changed' });
    },

    async *chat(interaction, { deploymentId, messages, sampling }) {
      const record = require(deploymentId);
      for await (const event of chatWith(record, { messages, sampling, signal: interaction.signal })) {
        if (event.kind === 'finished') {
          audit.appendAlone(interaction, {
            type: 'deployments.questionAsked',
            object: objectOf(record),
            result: event.reason === 'cancelled' ? 'cancelled' : 'done',
            after: { usage: event.usage, totalMs: Math.round(event.timing.totalMs), finish: event.reason },
          });
        }
        yield event;
      }
    },
    ...createProgramRequests({ store, engineFor, chatWith }),

    figures: () => store.list().map((record) => ({ view: viewOf(record), stats: running.get(record.id)?.engine.stats() ?? null })),

    async resume() {
      for (const record of store.list()) {
        if (record.desired !== 'running') continue;
        try {
          const version = await models.versionForLoading(record.versionId);
          await requireFit(version, record.settings);
          await launch(record);
        } catch (error) {
          const problem = error instanceof ExpectedError ? error.toValue() : { code: 'BUG' as const, data: { referenceId: dependencies.reportBug(error, 'resume') } };
          problems.set(record.id, problem);
          recordEngineEvent(record, 'deployments.engineFailed', problem);
        }
        changed(record.id);
      }
    },

    async dispose() {
      disposed = true;
      await trials.dispose();
      await Promise.all([...running.values()].map((engine) => engine.dispose()));
      running.clear();
    },
  };
}

/** Settings as the audit log keeps them: what was left to the engine is null. */
function auditable({ performance, ...settings }: EngineSettings) {
  return { ...settings, performance: performance ?? null };
}
