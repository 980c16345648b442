import type { TuningGoal } from '../../contract/benchmarks.contract.ts';
import type { EnginePerformance, EngineSettings } from '../../contract/deployments.contract.ts';
import { performanceOf } from '../measuring/engine-performance.ts';

/** What may be chosen, beginning with `settings`. */
export interface TuningSpace {
  settings: EngineSettings;
  goal: TuningGoal;
  maxThreads: number;
  /** Layers that fit on the GPU; 0 without one. */
  maxGpuLayers: number;
  allowSmallerKv: boolean;
  /** Longest prompt a measurement processes: a larger batch would not be filled. */
  promptTokens: number;
}

export type TunedSetting = 'gpuLayers' | 'threads' | 'batchSize' | 'flashAttention' | 'kvType';

export const BATCH_SIZES = [64, 128, 256, 512, 1024, 2048] as const;

export function settingOf(settings: EngineSettings, setting: TunedSetting): string | number {
  return setting === 'gpuLayers' || setting === 'threads' ? settings[setting] : performanceOf(settings)[setting];
}

export function withSetting(settings: EngineSettings, setting: TunedSetting, value: string | number): EngineSettings {
  if (setting === 'gpuLayers' || setting === 'threads') return { ...settings, [setting]: value };
  return { ...settings, performance: { ...performanceOf(settings), [setting]: value } };
}

/** Values one step away on the ladder of a setting, in both directions, nearest first. */
export interface Ladder {
  down: (string | number)[];
  up: (string | number)[];
}

/**
 * In which order values are tried, from where the search stands. GPU layers go down by halves, batches by doubling; threads first one
 * less (another program may need a core), then by quarters, because cores of two kinds make steps and no slope.
 */
export function ladderOf(setting: TunedSetting, settings: EngineSettings, space: TuningSpace): Ladder {
  const present = settingOf(settings, setting);
  switch (setting) {
    case 'gpuLayers': {
      if (settings.backend === 'cpu' || space.maxGpuLayers === 0) return { down: [], up: [] };
      return { down: halves(settings.gpuLayers, 0), up: space.maxGpuLayers > settings.gpuLayers ? [space.maxGpuLayers] : [] };
    }
    case 'threads': {
      const { threads } = settings;
      // Generation has one thread less: what is wanted of it must be asked for with one more.
      const more = space.goal === 'generation' ? 1 : 0;
      const below = [threads - 1, ...[0.5, 0.75, 0.25].map((share) => Math.round(threads * share) + more)];
      const above = [space.maxThreads, Math.ceil((threads + space.maxThreads) / 2)];
      return { down: unique(below.filter((count) => count >= 1 && count < threads)), up: unique(above.filter((count) => count > threads && count <= space.maxThreads)) };
    }
    case 'batchSize': {
      const sizes = BATCH_SIZES.filter((size) => size <= space.promptTokens);
      return { down: sizes.filter((size) => size < Number(present)).toReversed(), up: sizes.filter((size) => size > Number(present)) };
    }
    case 'flashAttention': {
      // "auto" is one of both: what differs from it is the other one.
      const others = (['off', 'on'] as const satisfies readonly EnginePerformance['flashAttention'][]).filter((value) => value !== present);
      return { down: others, up: [] };
    }
    case 'kvType': {
      // A quantized cache of values needs flash attention (llama_context).
      const allowed = space.allowSmallerKv && performanceOf(settings).flashAttention !== 'off';
      return { down: allowed ? (['Q8_0', 'Q4_0'] as const).filter((type) => type !== present) : [], up: [] };
    }
  }
}

function halves(from: number, least: number): number[] {
  const values: number[] = [];
  for (let value = Math.floor(from / 2); value >= least; value = Math.floor(value / 2)) {
    values.push(value);
    if (value === 0) break;
  }
  return values;
}

function unique(values: readonly number[]): number[] {
  return [...new Set(values)];
}

/** Thread counts one and two beside the present one, for a second look once the rough ones are done. */
export function threadsBeside(settings: EngineSettings, space: TuningSpace): Ladder {
  const within = (counts: readonly number[]): number[] => counts.filter((count) => count >= 1 && count <= space.maxThreads);
  return { down: within([settings.threads - 1, settings.threads - 2]), up: within([settings.threads + 1, settings.threads + 2]) };
}
