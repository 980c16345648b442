import type { AdapterChoice, ChatEvent, ChatMessage, ComparisonEvent, Sampling } from '../contract/deployments.contract.ts';
import type { AuditLog } from '../audit/index.ts';
import type { AdaptersService } from '../adapters/index.ts';
import type { WeightedAdapter } from '../engine/inference/inference-protocol.ts';
import type { SupervisedEngine } from '../engine/supervisor/supervised-engine.ts';
import type { DatabaseHandle } from '../kernel/database/open-database.ts';
import { ExpectedError } from '../kernel/errors.ts';
import type { Interaction } from '../kernel/interaction.ts';
import type { DeploymentRecord, DeploymentsStore } from './deployments.store.ts';
import type { Turns } from './turns.ts';

export interface AttachingDependencies {
  db: DatabaseHandle;
  store: DeploymentsStore;
  audit: AuditLog;
  adapters: Pick<AdaptersService, 'attachable' | 'nameOf'>;
  /** Changes to a deployment come one after the other, in the order of the clicks. */
  turns: Turns;
  /** Raises NOT_FOUND. */
  require: (deploymentId: string) => DeploymentRecord;
  engineOf: (deploymentId: string) => Pick<SupervisedEngine, 'setAdapters'> | null;
  ask: (record: DeploymentRecord, request: { messages: ChatMessage[]; sampling: Sampling; signal: AbortSignal; adapters: readonly WeightedAdapter[] }) => AsyncIterable<ChatEvent>;
}

/** LoRA adapters on deployments: attached for good, or for one answer. */
export interface Attaching {
  /** As an engine takes them. Raises NOT_FOUND, ADAPTER_REFUSED, and WRONG_INPUT for the same one twice. */
  weighted(versionId: string, choices: readonly AdapterChoice[]): Promise<WeightedAdapter[]>;
  /** In the running engine first, then in its row together with the event: either both or neither. */
  set(interaction: Interaction, record: DeploymentRecord, choices: AdapterChoice[]): Promise<void>;
  compare(
    interaction: Interaction,
    record: DeploymentRecord,
    question: { messages: ChatMessage[]; sampling: Sampling; variants: AdapterChoice[][] },
  ): AsyncGenerator<ComparisonEvent, void, void>;
}

export function createAttaching(dependencies: AttachingDependencies): Attaching {
  const { db, store, audit, adapters } = dependencies;
  const objectOf = (record: DeploymentRecord) => ({ type: 'deployment', id: record.id, name: record.name });
  const auditable = (choices: readonly AdapterChoice[]) => choices.map(({ adapterId, weight }) => ({ adapterId, name: adapters.nameOf(adapterId), weight }));

  const weighted: Attaching['weighted'] = async (versionId, choices) => {
    const twice = choices.find(({ adapterId }, index) => choices.findIndex((other) => other.adapterId === adapterId) !== index);
    if (twice !== undefined) throw new ExpectedError('WRONG_INPUT', { issues: [{ path: 'adapters', message: `${twice.adapterId} twice` }] });
    const files: WeightedAdapter[] = [];
    for (const { adapterId, weight } of choices) files.push({ path: (await adapters.attachable(adapterId, versionId)).path, weight });
    return files;
  };

  const change = async (interaction: Interaction, deploymentId: string, choices: AdapterChoice[]): Promise<void> => {
    const record = dependencies.require(deploymentId);
    const wanted = await weighted(record.versionId, choices);
    // One that can no longer be attached was not in effect either: putting the old ones back must not fail for it.
    const before = await weighted(record.versionId, record.adapters).catch(() => []);
    const engine = dependencies.engineOf(deploymentId);
    await engine?.setAdapters(wanted);
    try {
      db.transaction(() => {
        const present = dependencies.require(deploymentId);
        store.setAdapters(deploymentId, choices);
        audit.append(interaction, {
          type: 'deployments.adaptersChanged',
          object: objectOf(present),
          before: { adapters: auditable(present.adapters) },
          after: { adapters: auditable(choices) },
        });
      }).immediate();
    } catch (error) {
      await engine?.setAdapters(before);
      throw error;
    }
  };

  return {
    weighted,
    set: (interaction, record, choices) => dependencies.turns.take(record.id, () => change(interaction, record.id, choices)),

    async *compare(interaction, record, { messages, sampling, variants }) {
      const files: WeightedAdapter[][] = [];
      for (const variant of variants) files.push(await weighted(record.versionId, variant));
      const seed = sampling.seed ?? Math.floor(Math.random() * 4_294_967_296);
      for (const [index, variant] of variants.entries()) {
        if (interaction.signal.aborted) return;
        for await (const event of dependencies.ask(record, { messages, sampling: { ...sampling, seed }, signal: interaction.signal, adapters: files[index] ?? [] })) {
          if (event.kind === 'finished') {
            audit.appendAlone(interaction, {
              type: 'deployments.questionAsked',
              object: objectOf(record),
              result: event.reason === 'cancelled' ? 'cancelled' : 'done',
              after: { usage: event.usage, totalMs: Math.round(event.timing.totalMs), finish: event.reason, adapters: auditable(variant) },
            });
          }
          yield { variant: index, event };
        }
      }
    },
  };
}
