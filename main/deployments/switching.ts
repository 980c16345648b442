import type { AdapterChoice, DeploymentView, TrialEvent } from '../contract/deployments.contract.ts';
import type { SwitchEvent, SwitchPlan, SwitchTarget } from '../contract/deployment-versions.contract.ts';
import type { JsonValue } from '../kernel/canonical-json.ts';
import { ExpectedError, expectedFromValue } from '../kernel/errors.ts';
import type { Interaction } from '../kernel/interaction.ts';
import type { LoadableVersion } from '../models/index.ts';
import { auditableSettings } from './auditable-settings.ts';
import type { Attaching } from './attaching.ts';
import type { DeploymentsDependencies, DeploymentsTiming } from './deployments-dependencies.ts';
import type { DeploymentStep } from './deployment-versions.store.ts';
import type { DeploymentRecord } from './deployments.store.ts';
import type { EngineOrder, RunningEngine } from './engine-room.ts';
import type { Engines } from './engines.ts';
import { planOf, settingsFor } from './switch-plan.ts';
import type { Trials } from './trials.ts';

export interface SwitchingOptions extends Pick<DeploymentsDependencies, 'db' | 'store' | 'versionsStore' | 'audit' | 'clock' | 'events' | 'models' | 'hardware' | 'adapters' | 'servingGate'> {
  timing: DeploymentsTiming;
  engines: Engines;
  trials: Trials;
  attaching: Pick<Attaching, 'weighted'>;
  /** Raises NOT_FOUND. */
  require: (deploymentId: string) => DeploymentRecord;
  /** Raises MODEL_RETIRED, MODEL_NOT_CHATTABLE. */
  requireDeployable: (version: LoadableVersion) => void;
  viewOf: (record: DeploymentRecord) => DeploymentView;
  changed: (deploymentId: string) => void;
}

type Input<Extra> = { deploymentId: string } & SwitchTarget & Extra;

/** A live deployment moves to another version, and back. Until the last step of each nothing is changed, and the old one serves. */
export interface Switching {
  plan(deploymentId: string, versionId: string, settings?: SwitchTarget['settings']): Promise<SwitchPlan>;
  try(interaction: Interaction, input: Input<{ question: string }>): AsyncGenerator<TrialEvent, void, void>;
  switch(interaction: Interaction, input: Input<{ trialId: string }>): Promise<DeploymentView>;
  switchStoppingFirst(interaction: Interaction, input: Input<{ question: string }>): AsyncGenerator<SwitchEvent, void, void>;
  rollBack(interaction: Interaction, input: { deploymentId: string; stopFirst: boolean }): AsyncGenerator<SwitchEvent, void, void>;
}

/** A version that is to serve, with everything it is to be loaded with. */
interface Prepared {
  record: DeploymentRecord;
  version: LoadableVersion;
  order: EngineOrder;
  /** As they stand in the deployment's row. */
  adapters: AdapterChoice[];
  how: 'switched' | 'rolled-back';
  /** Where a later roll-back goes. */
  earlierStep: number | null;
}

/** Asked of a version that was loaded again for a roll-back: that it answers is what counts. */
const ROLL_BACK_QUESTION = 'Hello';
const LOOK_FOR_IDLE_MS = 50;

export function createSwitching(options: SwitchingOptions): Switching {
  const { db, store, versionsStore, audit, clock, events, models, hardware, adapters, engines, trials, attaching, require, changed } = options;

  const fits = async (adapterId: string, versionId: string): Promise<boolean> => {
    try {
      await adapters.attachable(adapterId, versionId);
      return true;
    } catch (error) {
      if (error instanceof ExpectedError) return false;
      throw error;
    }
  };
  const mayServe = async (versionId: string): Promise<LoadableVersion> => {
    const version = await models.versionForLoading(versionId);
    options.requireDeployable(version);
    options.servingGate(versionId);
    return version;
  };
  const prepareSwitch = async (record: DeploymentRecord, target: SwitchTarget): Promise<Prepared> => {
    const version = await mayServe(target.versionId);
    const { purpose } = models.version(record.versionId).facts;
    if (version.facts.purpose !== purpose) throw new ExpectedError('OTHER_PURPOSE', { name: record.name, purpose, wanted: version.facts.purpose });
    const kept: AdapterChoice[] = [];
    for (const choice of record.adapters) if (!target.detachAdapters || (await fits(choice.adapterId, target.versionId))) kept.push(choice);
    const weighted = await attaching.weighted(target.versionId, kept);
    const order: EngineOrder = { name: record.name, versionId: target.versionId, settings: target.settings, limits: target.limits, adapters: weighted };
    return { record, version, order, adapters: kept, how: 'switched', earlierStep: versionsStore.latest(record.id)?.step ?? null };
  };
  const prepareRollBack = async (record: DeploymentRecord): Promise<Prepared> => {
    const latest = versionsStore.latest(record.id);
    const earlier: DeploymentStep | undefined = latest?.earlierStep == null ? undefined : versionsStore.get(record.id, latest.earlierStep);
    if (earlier?.versionId == null) throw new ExpectedError('NOTHING_TO_ROLL_BACK_TO', { name: record.name });
    const version = await mayServe(earlier.versionId);
    const choices = earlier.adapters.map(({ adapterId, weight }) => ({ adapterId, weight }));
    const weighted = await attaching.weighted(earlier.versionId, choices);
    const order: EngineOrder = { name: record.name, versionId: earlier.versionId, settings: earlier.settings, limits: earlier.limits, adapters: weighted };
    return { record, version, order, adapters: choices, how: 'rolled-back', earlierStep: earlier.earlierStep };
  };
  const planFor = async (record: DeploymentRecord, version: LoadableVersion, { settings, refresh }: { settings: SwitchTarget['settings'] | undefined; refresh: boolean }) => {
    const from = models.version(record.versionId);
    const wanted = settings ?? settingsFor({ settings: record.settings, from, version });
    // A graphics card's free memory is only known by looking again.
    const view = await hardware.look({ refresh: refresh && wanted.backend !== 'cpu' });
    return planOf({ record, from, version, settings: wanted, serving: engines.get(record.id), hardware: view, memory: engines.memory });
  };

  const described = ({ versionId, settings, limits, adapters: attached }: Pick<DeploymentRecord, 'versionId' | 'settings' | 'limits' | 'adapters'>, version: LoadableVersion): JsonValue => ({
    versionId,
    model: version.modelName,
    version: version.number,
    settings: auditableSettings(settings),
    limits: { ...limits, queueTimeoutMs: limits.queueTimeoutMs ?? null },
    adapters: attached.map(({ adapterId, weight }) => ({ adapterId, name: adapters.nameOf(adapterId), weight })),
  });
  /**
   * The step itself: row, history and event in one transaction, then the engine; nothing waits in between, so a request is asked of
   * the old one or of the new one. Raises DEPLOYMENT_CHANGED where the deployment is no longer what the switch was prepared for.
   */
  const commit = (interaction: Interaction, { record, version, order, adapters: attached, how, earlierStep }: Prepared, running: RunningEngine): void => {
    const served = { versionId: order.versionId, settings: order.settings, limits: order.limits, adapters: attached };
    const before = db
      .transaction(() => {
        const present = require(record.id);
        if (!isUnchanged(present, record)) throw new ExpectedError('DEPLOYMENT_CHANGED', { name: record.name });
        const old = models.version(present.versionId);
        models.version(order.versionId); // NOT_FOUND where it was deleted meanwhile
        const latest = versionsStore.latest(record.id);
        if (latest !== undefined) versionsStore.setAdapters(record.id, latest.step, present.adapters.map((choice) => ({ ...choice, name: adapters.nameOf(choice.adapterId) })));
        store.setVersion(record.id, served);
        versionsStore.append(record.id, {
          versionId: order.versionId,
          earlierStep,
          atMs: clock.nowMs(),
          modelName: version.modelName,
          versionNumber: version.number,
          quantization: version.facts.quantization,
          settings: order.settings,
          limits: order.limits,
          adapters: attached.map((choice) => ({ ...choice, name: adapters.nameOf(choice.adapterId) })),
          how,
          byName: interaction.actor.name,
        });
        audit.append(interaction, {
          type: how === 'switched' ? 'deployments.versionSwitched' : 'deployments.rolledBack',
          object: { type: 'deployment', id: record.id, name: record.name },
          before: described(present, old),
          after: described(served, version),
        });
        return { old, desired: present.desired };
      })
      .immediate();
    if (before.desired === 'running') engines.adopt(record, running);
    else void running.dispose(); // it was stopped and stays so
    changed(record.id);
    for (const modelId of new Set([before.old.modelId, version.modelId])) events.publish({ type: 'models.changed', modelId });
    if (record.adapters.length + attached.length > 0) events.publish({ type: 'adapters.changed' });
  };
  const commitTried = async (interaction: Interaction, prepared: Prepared, trialId: string): Promise<DeploymentView> => {
    const running = await trials.take(trialId, prepared.order);
    if (running === null) throw new ExpectedError('TRIAL_OVER', { name: prepared.record.name });
    try {
      commit(interaction, prepared, running);
    } catch (error) {
      await running.dispose();
      throw error;
    }
    return options.viewOf(require(prepared.record.id));
  };

  /** Loads and asks; the events are those of a trial, and the last one leaves its event in the log. */
  async function* tryIt(interaction: Interaction, { version, order, record }: Prepared, question: string): AsyncGenerator<TrialEvent, void, void> {
    for await (const event of trials.run(version, { ...order, question, keep: engines.get(record.id) }, interaction.signal)) {
      if (event.kind === 'finished') {
        audit.appendAlone(interaction, {
          type: 'deployments.tried',
          object: { type: 'version', id: version.versionId, name: version.modelName },
          after: { deployment: record.name, settings: auditableSettings(order.settings), usage: event.usage, timing: event.timing },
        });
      }
      yield event;
    }
  }
  /** Beside what serves, then in its place. */
  async function* replace(interaction: Interaction, prepared: Prepared, question: string): AsyncGenerator<SwitchEvent, void, void> {
    const plan = await planFor(prepared.record, prepared.version, { settings: prepared.order.settings, refresh: true });
    if (plan.problem !== null) throw expectedFromValue(plan.problem);
    yield* tryAndCommit(interaction, prepared, question);
  }
  async function* tryAndCommit(interaction: Interaction, prepared: Prepared, question: string): AsyncGenerator<SwitchEvent, void, void> {
    let trialId = '';
    for await (const event of tryIt(interaction, prepared, question)) {
      if (event.kind === 'finished') trialId = event.trialId;
      yield event;
    }
    const deployment = await engines.turns.take(prepared.record.id, () => commitTried(interaction, prepared, trialId));
    yield { kind: 'switched', deployment };
  }
  /** With a gap: requests wait, running answers end, the old one goes, the new one comes; or the old one again. */
  async function* replaceStoppingFirst(interaction: Interaction, prepared: Prepared, question: string): AsyncGenerator<SwitchEvent, void, void> {
    const { record } = prepared;
    const plan = await planFor(record, prepared.version, { settings: prepared.order.settings, refresh: true });
    if (plan.problem !== null && !plan.fitsAfterStopping) throw expectedFromValue(plan.problem);
    const gap = Promise.withResolvers<void>();
    void engines.whileAway(record.id, () => gap.promise);
    let switched = false;
    try {
      await untilIdle(engines.get(record.id), options.timing.drainBeforeStopMs);
      await Promise.all([engines.unload(record.id), engines.previous.endAll(record.id)]);
      yield { kind: 'stopped' };
      for await (const event of tryAndCommit(interaction, prepared, question)) {
        switched ||= event.kind === 'switched';
        yield event;
      }
    } finally {
      if (!switched) await bringBack(record);
      gap.resolve();
    }
  }
  const bringBack = async (record: DeploymentRecord): Promise<void> => {
    if (require(record.id).desired !== 'running' || engines.get(record.id) !== undefined) return;
    try {
      await engines.launch(require(record.id), { force: true });
      await engines.get(record.id)?.engine.whenReady();
    } catch (error) {
      if (!(error instanceof ExpectedError)) throw error;
      if (engines.get(record.id) === undefined) engines.setProblem(record.id, error.toValue());
    } finally {
      changed(record.id);
    }
  };

  return {
    async plan(deploymentId, versionId, settings) {
      const record = require(deploymentId);
      const version = await mayServe(versionId);
      const attached = [];
      for (const choice of record.adapters) attached.push({ ...choice, name: adapters.nameOf(choice.adapterId), fits: await fits(choice.adapterId, versionId) });
      return { ...(await planFor(record, version, { settings, refresh: false })), adapters: attached };
    },
    async *try(interaction, { deploymentId, question, ...target }) {
      const prepared = await prepareSwitch(require(deploymentId), target);
      const plan = await planFor(prepared.record, prepared.version, { settings: target.settings, refresh: true });
      if (plan.problem !== null) throw expectedFromValue(plan.problem);
      yield* tryIt(interaction, prepared, question);
    },
    switch: (interaction, { deploymentId, trialId, ...target }) =>
      engines.turns.take(deploymentId, async () => commitTried(interaction, await prepareSwitch(require(deploymentId), target), trialId)),
    async *switchStoppingFirst(interaction, { deploymentId, question, ...target }) {
      yield* replaceStoppingFirst(interaction, await prepareSwitch(require(deploymentId), target), question);
    },
    async *rollBack(interaction, { deploymentId, stopFirst }) {
      const prepared = await prepareRollBack(require(deploymentId));
      const warm = engines.previous.take(deploymentId, prepared.order);
      if (warm !== null) {
        try {
          await engines.turns.take(deploymentId, async () => commit(interaction, prepared, warm));
        } catch (error) {
          engines.previous.add(deploymentId, warm);
          throw error;
        }
        yield { kind: 'switched', deployment: options.viewOf(require(deploymentId)) };
        return;
      }
      yield* stopFirst ? replaceStoppingFirst(interaction, prepared, ROLL_BACK_QUESTION) : replace(interaction, prepared, ROLL_BACK_QUESTION);
    },
  };
}

/** What it serves with is what it was; whether it is to run may have changed. */
function isUnchanged(present: DeploymentRecord, before: DeploymentRecord): boolean {
  const key = ({ versionId, settings, limits, adapters }: DeploymentRecord): string => JSON.stringify([versionId, settings, limits, adapters]);
  return key(present) === key(before);
}

/** Until its answers have ended, or as long as the others can be asked to wait. */
async function untilIdle(running: RunningEngine | undefined, mostMs: number): Promise<void> {
  const deadlineMs = performance.now() + mostMs;
  const isBusy = (): boolean => (running?.leases ?? 0) > 0 && performance.now() < deadlineMs;
  while (isBusy()) await new Promise((resolve) => setTimeout(resolve, LOOK_FOR_IDLE_MS));
}
