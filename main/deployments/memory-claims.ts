import type { MemoryBudget } from '../contract/deployment-memory.contract.ts';
import type { HardwareView } from '../contract/system.contract.ts';
import type { EngineSettings, MemoryPrediction } from '../contract/deployments.contract.ts';
import type { RunningEngine } from './engine-room.ts';

/** Bytes of each kind of memory. */
export interface Amount {
  ramBytes: number;
  vramBytes: number;
}

export interface Claim extends Amount {
  running: RunningEngine;
  evictable: boolean;
}

/**
 * What an engine counts for: its prediction, or its resident memory where that is more. On a device that shares RAM everything
 * counts as RAM.
 */
export function amountOf({ prediction, settings }: { prediction: MemoryPrediction; settings: EngineSettings }, hardware: HardwareView | null, rssBytes = 0): Amount {
  const shares = sharesRam(settings, hardware);
  return {
    ramBytes: Math.max(prediction.totalRamBytes + (shares ? prediction.totalVramBytes : 0), rssBytes),
    vramBytes: shares ? 0 : prediction.totalVramBytes,
  };
}

function sharesRam({ backend }: EngineSettings, hardware: HardwareView | null): boolean {
  const devices = hardware?.backends.find((view) => view.backend === backend)?.devices ?? [];
  return devices.length > 0 && devices.every((device) => device.sharesRam === true);
}

/**
 * Memory of the machine that there is at all. A graphics card is seen through several backends: it counts once, as the backend that
 * sees the most of it.
 */
export function totalOf(hardware: Pick<HardwareView, 'ramTotalBytes' | 'backends'>): Amount {
  const own = hardware.backends
    .filter((view) => view.available && !view.software && view.backend !== 'cpu')
    .map((view) => view.devices.filter((device) => device.sharesRam !== true).reduce((sum, device) => sum + device.totalBytes, 0));
  return { ramBytes: hardware.ramTotalBytes, vramBytes: Math.max(0, ...own) };
}

export function budgetOf(total: Amount, { ramPercent, vramPercent }: MemoryBudget): Amount {
  return { ramBytes: Math.floor((total.ramBytes * ramPercent) / 100), vramBytes: Math.floor((total.vramBytes * vramPercent) / 100) };
}

export function sumOf(amounts: readonly Amount[]): Amount {
  return amounts.reduce<Amount>((sum, { ramBytes, vramBytes }) => ({ ramBytes: sum.ramBytes + ramBytes, vramBytes: sum.vramBytes + vramBytes }), { ramBytes: 0, vramBytes: 0 });
}

/** Which kind is short by adding `need`; null when there is room. */
export function shortKind(used: Amount, need: Amount, budget: Amount): 'ram' | 'vram' | null {
  if (need.vramBytes > 0 && used.vramBytes + need.vramBytes > budget.vramBytes) return 'vram';
  return used.ramBytes + need.ramBytes > budget.ramBytes ? 'ram' : null;
}

/**
 * Engines to be ended so that `need` fits into the budget: first those only kept as a way back, then by last use, oldest first, and
 * only as many as are needed. `short` says which kind is still short when all that may go were gone; nothing is then to be ended.
 */
export function chooseEvictions(claims: readonly Claim[], need: Amount, budget: Amount): { evict: Claim[]; short: 'ram' | 'vram' | null } {
  const order = claims
    .filter(({ evictable }) => evictable)
    .sort((a, b) => Number(a.running.role !== 'previous') - Number(b.running.role !== 'previous') || a.running.lastUsedMs - b.running.lastUsedMs);
  const evict: Claim[] = [];
  let left = [...claims];
  for (;;) {
    const short = shortKind(sumOf(left), need, budget);
    if (short === null) return { evict, short };
    const next = order.find((claim) => left.includes(claim) && (short === 'ram' ? claim.ramBytes : claim.vramBytes) > 0);
    if (next === undefined) return { evict: [], short };
    evict.push(next);
    left = left.filter((claim) => claim !== next);
  }
}
