import type { DeploymentLimits, DeploymentView, EngineSettings } from '../contract/deployments.contract.ts';
import { checkFit } from '../engine/fit/check-fit.ts';
import { recommendSettings } from '../engine/fit/recommend.ts';
import { ExpectedError, expectedFromValue } from '../kernel/errors.ts';
import { newId } from '../kernel/ids.ts';
import { requireServed } from '../models/index.ts';
import type { LoadableVersion } from '../models/index.ts';
import { auditableSettings } from './auditable-settings.ts';
import { createAttaching } from './attaching.ts';
import { DEFAULT_TIMING } from './deployments-dependencies.ts';
import type { DeploymentsDependencies } from './deployments-dependencies.ts';
import type { DeploymentRecord } from './deployments.store.ts';
import { viewOf as viewOfRecord } from './deployment-view.ts';
import { createEngineRecorder } from './engine-recorder.ts';
import { startEngine } from './engine-room.ts';
import type { RunningEngine } from './engine-room.ts';
import type { DeploymentsService } from './deployments-port.ts';
import { createEngines } from './engines.ts';
import { createProgramRequests } from './program-requests.ts';
import { createSwitching } from './switching.ts';
import { createTrials } from './trials.ts';
import type { StartTrial } from './trials.ts';
import { createTryOut } from './try-out.ts';
import { withTuning } from './use-tuning.ts';
import { choicesFor, historyOf } from './version-history.ts';

export function createDeploymentsService(dependencies: DeploymentsDependencies): DeploymentsService {
  const { db, store, versionsStore, audit, clock, events, models, hardware, adapters } = dependencies;
  const timing = { ...DEFAULT_TIMING, ...dependencies.timing };
  const loaded = new Set<RunningEngine>();
  const recorder = createEngineRecorder(dependencies);
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
  const engines = createEngines({
    dependencies,
    timing,
    recorder,
    loaded,
    weighted: (record) => attaching.weighted(record.versionId, record.adapters),
    changed,
  });
  const viewOf = (record: DeploymentRecord): DeploymentView => viewOfRecord(record, { models, adapters, engines });
  const startOnProbation: StartTrial = (version, { name, settings, limits, adapters: weighted, keep }) =>
    engines.memory.withRoom({ name, version, settings, keep }, async () =>
      startEngine({ ...dependencies, loaded }, version, { name, settings, limits, adapters: weighted, role: 'trial', deploymentId: null }),
    );
  const trials = createTrials(startOnProbation);

  const requireDeployable = (version: LoadableVersion): void => {
    if (version.retired) throw new ExpectedError('MODEL_RETIRED', { name: version.modelName });
    requireServed(version.facts);
  };
  const requireFit = async (version: LoadableVersion, settings: EngineSettings): Promise<void> => {
    const fit = checkFit(version.facts, settings, await hardware.look());
    if (fit.problem !== null) throw expectedFromValue(fit.problem);
  };
  const requests = createProgramRequests({ store, engineForRequest: (record, signal) => engines.engineForRequest(record, signal) });

  const attaching = createAttaching({
    ...dependencies,
    turns: engines.turns,
    require,
    engineOf: (deploymentId) => {
      const running = engines.get(deploymentId);
      if (running === undefined) return null;
      return {
        async setAdapters(wanted) {
          const outcome = await running.engine.setAdapters(wanted);
          running.adapters = wanted;
          return outcome;
        },
      };
    },
    ask: requests.chatWith,
  });
  const switching = createSwitching({ ...dependencies, timing, engines, trials, attaching, require, requireDeployable, viewOf, changed });
  const lookTimer = setInterval(() => engines.sweep(), timing.lookEveryMs);
  lookTimer.unref();
  const isUp = (deploymentId: string): boolean => {
    const state = engines.get(deploymentId)?.engine.stats().state;
    return state === 'ready' || state === 'starting' || state === 'restarting';
  };

  return {
    switching,
    versions: (deploymentId) => historyOf(require(deploymentId), { versionsStore, models, previous: engines.previous, adapterNameOf: (id) => adapters.nameOf(id) }),
    switchChoices: (deploymentId) => choicesFor(require(deploymentId), { models, servingGate: dependencies.servingGate }),
    memory: () => engines.memory.view(),
    setMemoryBudget: (interaction, budget) => engines.memory.setBudget(interaction, budget),
    engineForRequest: (record, signal) => engines.engineForRequest(record, signal),
    unloadIdle: () => engines.sweep(),
    async setLifecycle(interaction, { deploymentId, lifecycle }) {
      const record = require(deploymentId);
      // A pinned one is loaded now or the change is refused: it must not be asked for in vain.
      if (lifecycle.kind === 'pinned' && record.desired === 'running' && engines.get(deploymentId) === undefined) await engines.launch(record);
      db.transaction(() => {
        store.setLifecycle(deploymentId, lifecycle);
        audit.append(interaction, { type: 'deployments.lifecycleChanged', object: objectOf(record), before: { ...record.lifecycle }, after: { ...lifecycle } });
      }).immediate();
      changed(deploymentId);
      return viewOf(require(deploymentId));
    },
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
      for await (const event of trials.run(version, { ...input, adapters: [] }, interaction.signal)) {
        if (event.kind === 'finished') {
          audit.appendAlone(interaction, {
            type: 'deployments.tried',
            object: { type: 'version', id: version.versionId, name: version.modelName },
            after: { settings: auditableSettings(input.settings), usage: event.usage, timing: event.timing },
          });
        }
        yield event;
      }
    },
    endTrial: (trialId) => trials.end(trialId),

    async create(interaction, { trialId, lifecycle = { kind: 'pinned' }, ...input }) {
      const version = await models.versionForLoading(input.versionId);
      requireDeployable(version);
      dependencies.servingGate(version.versionId);
      if (store.named(input.name) !== undefined) throw new ExpectedError('NAME_TAKEN', { name: input.name });
      const taken = trialId === null ? null : await trials.take(trialId, { ...input, adapters: [] });
      const running = taken ?? (await startOnProbation(version, { ...input, adapters: [] }));
      try {
        const record: DeploymentRecord = { id: newId('dep'), ...input, adapters: [], lifecycle, desired: 'running', createdAtMs: clock.nowMs() };
        db.transaction(() => {
          if (store.named(input.name) !== undefined) throw new ExpectedError('NAME_TAKEN', { name: input.name });
          store.insert(record);
          versionsStore.append(record.id, {
            versionId: version.versionId,
            earlierStep: null,
            atMs: record.createdAtMs,
            modelName: version.modelName,
            versionNumber: version.number,
            quantization: version.facts.quantization,
            settings: record.settings,
            limits: record.limits,
            adapters: [],
            how: 'created',
            byName: interaction.actor.name,
          });
          audit.append(interaction, {
            type: 'deployments.created',
            object: objectOf(record),
            after: { versionId: record.versionId, model: version.modelName, settings: auditableSettings(record.settings), limits: auditableLimits(record.limits), lifecycle: { ...lifecycle } },
          });
        }).immediate();
        engines.adopt(record, running);
        changed(record.id);
        return viewOf(record);
      } catch (error) {
        await running.dispose();
        throw error;
      }
    },

    list: () => store.list().map(viewOf),
    get: (deploymentId) => viewOf(require(deploymentId)),

    async start(interaction, deploymentId) {
      const record = require(deploymentId);
      const version = await models.versionForLoading(record.versionId);
      const wasUp = isUp(deploymentId);
      if (!wasUp) dependencies.servingGate(version.versionId);
      if (!wasUp) await requireFit(version, record.settings);
      db.transaction(() => {
        store.setDesired(deploymentId, 'running');
        audit.append(interaction, { type: 'deployments.started', object: objectOf(record), before: { desired: record.desired }, after: { desired: 'running' } });
      }).immediate();
      const present = engines.get(deploymentId);
      if (present === undefined) await engines.launch(record);
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
      const ended = engines.end(deploymentId);
      changed(deploymentId);
      await ended;
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
          before: { versionId: record.versionId, settings: auditableSettings(record.settings), limits: auditableLimits(record.limits) },
        });
      }).immediate();
      await engines.end(deploymentId);
      changed(deploymentId);
      events.publish({ type: 'models.changed', modelId: models.version(record.versionId).modelId });
      if (record.adapters.length > 0) events.publish({ type: 'adapters.changed' });
    },

    async *chat(interaction, { deploymentId, messages, sampling }) {
      const record = require(deploymentId);
      for await (const event of requests.chatWith(record, { messages, sampling, signal: interaction.signal })) {
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
    tryOut: createTryOut({ audit, require, engineForRequest: (record, signal) => engines.engineForRequest(record, signal) }),
    ...requests.byName,

    figures: () =>
      store.list().map((record) => {
        const stats = engines.get(record.id)?.engine.stats() ?? null;
        return { view: viewOf(record), stats: stats === null ? null : { ...stats, ...engines.totals(record.id) } };
      }),

    async resume() {
      for (const record of store.list()) {
        if (record.desired !== 'running' || record.lifecycle.kind === 'on-demand') continue;
        try {
          const version = await models.versionForLoading(record.versionId);
          await requireFit(version, record.settings);
          // What a person let run goes on running: the budget is asked when something is added.
          await engines.launch(record, { force: true });
        } catch (error) {
          const problem = error instanceof ExpectedError ? error.toValue() : { code: 'BUG' as const, data: { referenceId: dependencies.reportBug(error, 'resume') } };
          engines.setProblem(record.id, problem);
          recorder.engineEvent(record, 'deployments.engineFailed', problem);
        }
        changed(record.id);
      }
    },

    async dispose() {
      disposed = true;
      clearInterval(lookTimer);
      recorder.stop();
      await trials.dispose();
      await engines.dispose();
    },
  };
}

function auditableLimits({ queueTimeoutMs, ...limits }: DeploymentLimits) {
  return { ...limits, queueTimeoutMs: queueTimeoutMs ?? null };
}
