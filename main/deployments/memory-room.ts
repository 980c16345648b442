import { DEFAULT_MEMORY_BUDGET, memoryBudgetSchema } from '../contract/deployment-memory.contract.ts';
import type { MemoryBudget, MemoryView } from '../contract/deployment-memory.contract.ts';
import type { EngineSettings } from '../contract/deployments.contract.ts';
import type { ErrorData } from '../contract/errors.ts';
import type { HardwareView } from '../contract/system.contract.ts';
import type { AuditLog } from '../audit/index.ts';
import type { HardwareService } from '../engine/hardware/hardware.service.ts';
import { checkFit } from '../engine/fit/check-fit.ts';
import { predictMemory } from '../engine/fit/predict-memory.ts';
import type { DatabaseHandle } from '../kernel/database/open-database.ts';
import { ExpectedError, expectedFromValue } from '../kernel/errors.ts';
import type { Interaction } from '../kernel/interaction.ts';
import type { SettingsStore } from '../kernel/settings.store.ts';
import type { LoadableVersion } from '../models/index.ts';
import type { RunningEngine } from './engine-room.ts';
import { amountOf, budgetOf, chooseEvictions, shortKind, sumOf, totalOf } from './memory-claims.ts';
import type { Amount, Claim } from './memory-claims.ts';
import { createTurns } from './turns.ts';

export interface MemoryRoomDependencies {
  db: DatabaseHandle;
  settings: SettingsStore;
  audit: AuditLog;
  hardware: HardwareService;
  loaded: ReadonlySet<RunningEngine>;
  /** Whether it could make way now: nobody is asking it, and it comes back by itself or is only a way back. */
  evictable: (running: RunningEngine) => boolean;
  /** Ends it for `name`; resolves when its memory is free. */
  evict: (running: RunningEngine, name: string) => Promise<void>;
}

/** Who wants memory, for what. */
export interface MemoryOrder {
  name: string;
  version: Pick<LoadableVersion, 'facts'>;
  settings: EngineSettings;
  /** Not to be ended for this: what serves until this one can take over. */
  keep?: RunningEngine | undefined;
}

/** The memory that loaded models share. */
export interface MemoryRoom {
  /**
   * Makes room within the budget by ending engines nobody asks, then lets `begin` start one; one load after the other decides, so that
   * two cannot take the same room. Raises MEMORY_HELD naming who holds it, DOES_NOT_FIT, BACKEND_UNAVAILABLE or CONTEXT_TOO_LARGE where
   * the machine cannot, and what `begin` raises.
   */
  withRoom<Value>(order: MemoryOrder, begin: () => Promise<Value>): Promise<Value>;
  /** MEMORY_HELD as withRoom would raise it; null when there is room or can be made. `without` counts as ended. */
  problemOf(order: MemoryOrder, hardware: HardwareView, without?: RunningEngine): ExpectedError<'MEMORY_HELD'> | null;
  view(): Promise<MemoryView>;
  setBudget(interaction: Interaction, budget: MemoryBudget): Promise<MemoryView>;
}

const BUDGET_SETTING = 'deployments.memoryBudget';
const TURN = 'memory';

function requireFit({ version, settings }: MemoryOrder, hardware: HardwareView): void {
  const { problem } = checkFit(version.facts, settings, hardware);
  if (problem !== null) throw expectedFromValue(problem);
}

export function createMemoryRoom(dependencies: MemoryRoomDependencies): MemoryRoom {
  const { db, settings, audit, hardware, loaded } = dependencies;
  const turns = createTurns();

  const budget = (): MemoryBudget => settings.get(BUDGET_SETTING, memoryBudgetSchema) ?? DEFAULT_MEMORY_BUDGET;
  const claimOf = (running: RunningEngine, view: HardwareView): Claim => ({
    running,
    evictable: dependencies.evictable(running),
    ...amountOf(running, view, running.engine.stats().rssBytes ?? 0),
  });
  const needOf = ({ version, settings: wanted }: MemoryOrder, view: HardwareView): Amount => amountOf({ prediction: predictMemory(version.facts, wanted), settings: wanted }, view);
  const held = (order: MemoryOrder, claims: readonly Claim[], { where, need, limit }: { where: 'ram' | 'vram'; need: Amount; limit: Amount }): ExpectedError<'MEMORY_HELD'> => {
    const of = (amount: Amount): number => (where === 'ram' ? amount.ramBytes : amount.vramBytes);
    const data: ErrorData<'MEMORY_HELD'> = {
      name: order.name,
      where,
      neededBytes: of(need),
      budgetBytes: of(limit),
      usedBytes: of(sumOf(claims)),
      holders: claims
        .map((claim) => ({ name: claim.running.name, bytes: of(claim) }))
        .filter(({ bytes }) => bytes > 0)
        .sort((a, b) => b.bytes - a.bytes),
    };
    return new ExpectedError('MEMORY_HELD', data);
  };

  const view = async (): Promise<MemoryView> => {
    const machine = hardware.latest() ?? (await hardware.look());
    const claims = [...loaded].map((running) => claimOf(running, machine));
    const total = totalOf(machine);
    const limit = budgetOf(total, budget());
    const used = sumOf(claims);
    return {
      budget: budget(),
      ram: { totalBytes: total.ramBytes, budgetBytes: limit.ramBytes, usedBytes: used.ramBytes },
      vram: total.vramBytes === 0 ? null : { totalBytes: total.vramBytes, budgetBytes: limit.vramBytes, usedBytes: used.vramBytes },
      holders: claims
        .sort((a, b) => b.ramBytes + b.vramBytes - a.ramBytes - a.vramBytes)
        .map(({ running, ramBytes, vramBytes, evictable }) => ({
          deploymentId: running.deploymentId,
          name: running.name,
          role: running.role,
          state: running.engine.stats().state,
          ramBytes,
          vramBytes,
          evictable,
        })),
    };
  };

  return {
    withRoom: (order, begin) =>
      turns.take(TURN, async () => {
        const machine = await hardware.look();
        const limit = budgetOf(totalOf(machine), budget());
        const need = needOf(order, machine);
        const claims = [...loaded].map((running) => claimOf(running, machine)).map((claim) => (claim.running === order.keep ? { ...claim, evictable: false } : claim));
        const { evict, short } = chooseEvictions(claims, need, limit);
        if (short !== null) {
          // What the machine could not hold anyway says what would fit.
          requireFit(order, machine);
          throw held(order, claims, { where: short, need, limit });
        }
        await Promise.all(evict.map(({ running }) => dependencies.evict(running, order.name)));
        requireFit(order, await hardware.look());
        return begin();
      }),
    problemOf(order, machine, without) {
      const limit = budgetOf(totalOf(machine), budget());
      const need = needOf(order, machine);
      const claims = [...loaded].filter((running) => running !== without).map((running) => claimOf(running, machine));
      const where = shortKind(sumOf(claims.filter(({ running, evictable }) => !evictable || running === order.keep)), need, limit);
      return where === null ? null : held(order, claims, { where, need, limit });
    },
    view,
    async setBudget(interaction, wanted) {
      const before = budget();
      db.transaction(() => {
        settings.set(BUDGET_SETTING, wanted);
        audit.append(interaction, {
          type: 'deployments.memoryBudgetChanged',
          object: { type: 'system', id: 'modelward', name: '' },
          before: { ...before },
          after: { ...wanted },
        });
      }).immediate();
      return view();
    },
  };
}
