import type { DeploymentLimits, EngineSettings } from '../contract/deployments.contract.ts';
import type { ErrorData, ErrorValue } from '../contract/errors.ts';
import type { SwitchPlan } from '../contract/deployment-versions.contract.ts';
import type { HardwareView } from '../contract/system.contract.ts';
import { checkOverlap } from '../engine/fit/check-overlap.ts';
import { roomOf } from '../engine/fit/hardware-room.ts';
import { maxGpuLayersOf } from '../engine/fit/predict-memory.ts';
import { recommendLimits } from '../engine/fit/recommend.ts';
import type { LoadableVersion } from '../models/index.ts';
import type { DeploymentRecord } from './deployments.store.ts';
import type { RunningEngine } from './engine-room.ts';
import { amountOf } from './memory-claims.ts';
import type { MemoryRoom } from './memory-room.ts';

export interface PlanOrder {
  record: DeploymentRecord;
  /** The version that serves now, and the one that shall. */
  from: LoadableVersion;
  version: LoadableVersion;
  settings: EngineSettings;
  /** What is loaded of the old one; undefined where it is not. */
  serving: RunningEngine | undefined;
  hardware: HardwareView;
  memory: Pick<MemoryRoom, 'problemOf'>;
}

/** Settings of a deployment as far as another version can take them. What was tuned holds for the same model only. */
export function settingsFor({ settings, from, version }: { settings: EngineSettings; from: LoadableVersion; version: LoadableVersion }): EngineSettings {
  const { performance, ...own } = settings;
  const most = maxGpuLayersOf(version.facts);
  const trained = version.facts.contextLength;
  return {
    ...own,
    contextSize: trained > 0 ? Math.max(64, Math.min(own.contextSize, trained)) : own.contextSize,
    // All layers stay all layers.
    gpuLayers: own.gpuLayers >= maxGpuLayersOf(from.facts) && own.gpuLayers > 0 ? most : Math.min(own.gpuLayers, most),
    ...(performance === undefined || from.modelId !== version.modelId ? {} : { performance }),
  };
}

/**
 * What a switch would take: the new version beside the old one, in the memory that is free now and within the budget. Where only the
 * old one is in the way the problem is OVERLAP_DOES_NOT_FIT, else what stands in the way.
 */
export function planOf(order: PlanOrder): Omit<SwitchPlan, 'adapters'> {
  const { record, version, settings, serving, hardware, memory } = order;
  const rssBytes = serving?.engine.stats().rssBytes ?? 0;
  const held = serving === undefined ? { ramBytes: 0, vramBytes: 0 } : amountOf(serving, hardware, rssBytes);
  // No more comes back than it has: a file that is mapped counts as free memory already.
  const givenBack = { ...held, ramBytes: Math.min(held.ramBytes, rssBytes === 0 ? held.ramBytes : rssBytes) };
  const overlap = checkOverlap(version.facts, settings, { hardware, held: givenBack, name: record.name });
  const wanted = { name: record.name, version, settings, keep: serving };
  const inBudget = memory.problemOf(wanted, hardware);
  const inBudgetAfter = inBudget !== null && serving !== undefined ? memory.problemOf({ ...wanted, keep: undefined }, hardware, serving) : inBudget;
  const fitsAfterStopping = overlap.fitsAfterStopping && inBudgetAfter === null;
  const room = roomOf(hardware, settings.backend);
  return {
    settings,
    limits: limitsFor(record, { settings, hardware, prediction: overlap.fit.prediction }),
    fit: overlap.fit,
    problem: overlap.fit.problem ?? (inBudget === null ? null : inBudgetAfter === null ? overlapOf(inBudget.data, { held, name: record.name, fitsAfterStopping }) : inBudget.toValue()),
    fitsAfterStopping,
    held,
    free: { ramBytes: room.ramBytes, vramBytes: room.vramBytes },
  };
}

function overlapOf({ where, neededBytes, budgetBytes, usedBytes }: ErrorData<'MEMORY_HELD'>, { held, name, fitsAfterStopping }: { held: { ramBytes: number; vramBytes: number }; name: string; fitsAfterStopping: boolean }): ErrorValue {
  const data: ErrorData<'OVERLAP_DOES_NOT_FIT'> = {
    name,
    where,
    neededBytes,
    availableBytes: Math.max(0, budgetBytes - usedBytes),
    totalBytes: budgetBytes,
    heldBytes: where === 'ram' ? held.ramBytes : held.vramBytes,
    fitsAfterStopping,
  };
  return { code: 'OVERLAP_DOES_NOT_FIT', data };
}

/** The deployment's own limits; the memory limit grows where the new version needs more. */
function limitsFor({ limits, settings: own }: DeploymentRecord, { settings, hardware, prediction }: { settings: EngineSettings; hardware: HardwareView; prediction: SwitchPlan['fit']['prediction'] }): DeploymentLimits {
  const { memoryLimitBytes } = recommendLimits(settings, prediction, hardware);
  // One that was never within the context stays as it was wanted.
  const maxOutputTokens = settings.contextSize < own.contextSize ? Math.min(limits.maxOutputTokens, settings.contextSize) : limits.maxOutputTokens;
  return { ...limits, maxOutputTokens, memoryLimitBytes: Math.max(limits.memoryLimitBytes, memoryLimitBytes) };
}
