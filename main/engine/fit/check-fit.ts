import type { EngineSettings, Fit, MemoryPrediction } from '../../contract/deployments.contract.ts';
import type { ErrorData, ErrorValue } from '../../contract/errors.ts';
import type { ModelFacts } from '../../contract/models.contract.ts';
import type { HardwareView } from '../../contract/system.contract.ts';
import { backendOf, roomOf } from './hardware-room.ts';
import type { Room } from './hardware-room.ts';
import { maxGpuLayersOf, predictMemory } from './predict-memory.ts';

/** Smallest context worth offering; smaller ones hold no conversation. */
export const SMALLEST_OFFERED_CONTEXT = 512;
const CONTEXT_STEP = 256;

/**
 * Whether a model would run with these settings on this hardware as it is now, and if not, why, and what would fit in its
 * place. Pure and fast (well under a millisecond; some milliseconds when it has to search), so that a slider can follow.
 */
export function checkFit(facts: ModelFacts, settings: EngineSettings, hardware: HardwareView): Fit {
  const room = roomOf(hardware, settings.backend);
  const prediction = predictMemory(facts, settings, room.devices);
  const problem = problemOf(facts, { settings, hardware, room, prediction });
  return {
    settings,
    prediction,
    fits: problem === null,
    problem,
    maxGpuLayers: maxGpuLayersOf(facts),
    trainedContextSize: facts.contextLength,
  };
}

interface Attempt {
  settings: EngineSettings;
  hardware: HardwareView;
  room: Room;
  prediction: MemoryPrediction;
}

function problemOf(facts: ModelFacts, attempt: Attempt): ErrorValue | null {
  const { settings, hardware, room, prediction } = attempt;
  const view = backendOf(hardware, settings.backend);
  if (view === null || !view.available) {
    return { code: 'BACKEND_UNAVAILABLE', data: { backend: settings.backend, reason: view?.reason ?? 'no-device' } satisfies ErrorData<'BACKEND_UNAVAILABLE'> };
  }
  if (facts.contextLength > 0 && settings.contextSize > facts.contextLength) {
    return { code: 'CONTEXT_TOO_LARGE', data: { requested: settings.contextSize, trained: facts.contextLength } satisfies ErrorData<'CONTEXT_TOO_LARGE'> };
  }
  const shortage = shortageOf(prediction, room);
  if (shortage === null) return null;
  return { code: 'DOES_NOT_FIT', data: { ...shortage, wouldFit: wouldFit(facts, settings, hardware) } satisfies ErrorData<'DOES_NOT_FIT'> };
}

type Shortage = Pick<ErrorData<'DOES_NOT_FIT'>, 'where' | 'neededBytes' | 'availableBytes' | 'totalBytes'>;

/** What is short; null when everything fits. On devices that share RAM both needs are met from the same memory. */
export function shortageOf(prediction: MemoryPrediction, room: Room): Shortage | null {
  if (prediction.totalVramBytes > room.vramBytes) {
    return { where: 'vram', neededBytes: prediction.totalVramBytes, availableBytes: room.vramBytes, totalBytes: room.vramTotalBytes };
  }
  const ramNeed = prediction.totalRamBytes + (room.sharesRam ? prediction.totalVramBytes : 0);
  if (ramNeed > room.ramBytes) return { where: 'ram', neededBytes: ramNeed, availableBytes: room.ramBytes, totalBytes: room.ramTotalBytes };
  return null;
}

/** Whether the memory suffices, without saying why not. */
export function fitsInMemory(facts: ModelFacts, settings: EngineSettings, hardware: HardwareView): boolean {
  const room = roomOf(hardware, settings.backend);
  return shortageOf(predictMemory(facts, settings, room.devices), room) === null;
}

/**
 * The nearest settings that fit: the same context with as many layers on the same GPU as it holds; else the same context on
 * the CPU; else the largest context that fits on the GPU, then on the CPU. Null when nothing does.
 */
function wouldFit(facts: ModelFacts, settings: EngineSettings, hardware: HardwareView): ErrorData<'DOES_NOT_FIT'>['wouldFit'] {
  const onCpu: EngineSettings = { ...settings, backend: 'cpu', gpuLayers: 0 };
  const choices = settings.backend === 'cpu' || settings.gpuLayers === 0 ? [onCpu] : [settings, onCpu];
  for (const choice of choices) {
    const gpuLayers = mostGpuLayers(facts, choice, hardware);
    if (gpuLayers !== null) return { backend: choice.backend, gpuLayers, contextSize: choice.contextSize };
  }
  for (const choice of choices) {
    const contextSize = largestContext(facts, choice, hardware);
    if (contextSize === null) continue;
    const gpuLayers = mostGpuLayers(facts, { ...choice, contextSize }, hardware);
    if (gpuLayers !== null) return { backend: choice.backend, gpuLayers, contextSize };
  }
  return null;
}

/** The most layers (at least one) that fit on the settings' GPU, 0 for the CPU, or null when none of it fits. */
export function mostGpuLayers(facts: ModelFacts, settings: EngineSettings, hardware: HardwareView): number | null {
  if (backendOf(hardware, settings.backend)?.available !== true) return null;
  if (settings.backend === 'cpu') return fitsInMemory(facts, { ...settings, gpuLayers: 0 }, hardware) ? 0 : null;
  for (let gpuLayers = maxGpuLayersOf(facts); gpuLayers >= 1; gpuLayers -= 1) {
    if (fitsInMemory(facts, { ...settings, gpuLayers }, hardware)) return gpuLayers;
  }
  return null;
}

/**
 * The largest context up to that of the settings with which some number of layers fits, in steps of 256 tokens; null when
 * not even the smallest offered one does. Memory only grows with the context, so halving finds it.
 */
export function largestContext(facts: ModelFacts, settings: EngineSettings, hardware: HardwareView): number | null {
  const fits = (contextSize: number): boolean => mostGpuLayers(facts, { ...settings, contextSize }, hardware) !== null;
  const trained = facts.contextLength > 0 ? facts.contextLength : settings.contextSize;
  const most = Math.min(settings.contextSize, trained);
  if (fits(most)) return most;
  const smallest = Math.min(SMALLEST_OFFERED_CONTEXT, most);
  if (!fits(smallest)) return null;
  let low = Math.floor(smallest / CONTEXT_STEP);
  let high = Math.ceil(most / CONTEXT_STEP);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (fits(middle * CONTEXT_STEP)) low = middle;
    else high = middle;
  }
  return Math.max(smallest, low * CONTEXT_STEP);
}
