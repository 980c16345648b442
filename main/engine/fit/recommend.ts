import type { DeploymentLimits, EngineSettings, Fit, FitReport, MemoryPrediction } from '../../contract/deployments.contract.ts';
import type { ModelFacts } from '../../contract/models.contract.ts';
import type { BackendView, HardwareView } from '../../contract/system.contract.ts';
import { checkFit, fitsInMemory, largestContext, mostGpuLayers, SMALLEST_OFFERED_CONTEXT } from './check-fit.ts';
import { isRealGpu, roomOf } from './hardware-room.ts';
import { maxGpuLayersOf, predictMemory } from './predict-memory.ts';

const MEGABYTE = 1_000_000;
/** Context recommended where model and memory allow it: several pages of conversation. */
const WANTED_CONTEXT = 8192;
/** The longest text of an embedding or a reranking model: several pages. Each token more takes memory for as many numbers as the vocabulary has. */
const WANTED_TEXT = 2048;
/** Below this a second sequence or a few more layers on the GPU are given up before the context shrinks further. */
const COMFORTABLE_CONTEXT = 4096;
/** Two answers at a time cost a second KV cache and nearly no speed. */
const WANTED_SEQUENCES = 2;
/** Share of the room above which memory counts as tight, and one sequence is recommended. */
const TIGHT_SHARE = 0.8;
/** With fewer layers than this share on the GPU, copying to and fro costs what the GPU saves. */
const SMALLEST_USEFUL_GPU_SHARE = 0.2;
/** A GPU is seen through several backends; the first of these is the fastest for it. */
const GPU_ORDER = ['cuda', 'metal', 'vulkan'] as const;
const LIMIT_STEP_BYTES = 64 * 1024 * 1024;

type Why = FitReport['why'];
type Recommendation = Pick<FitReport, 'recommended' | 'why' | 'limits'>;

/**
 * Settings a person who is no engineer can take as they are: a real GPU that holds the whole model, else one that holds a
 * good part, else the CPU; as much context as is useful and fits; never more threads than physical cores. Software
 * renderers are never recommended. When nothing fits, the smallest settings come back with `fits` false and the numbers.
 */
export function recommendSettings(facts: ModelFacts, hardware: HardwareView): Recommendation {
  const gpus = GPU_ORDER.flatMap((backend) => hardware.backends.filter((view) => view.backend === backend && isRealGpu(view)));
  for (const gpu of gpus) {
    const settings = wholeOn(gpu, facts, hardware);
    if (settings !== null) return report(facts, { settings, hardware, why: gpuWhy('all-on-gpu', gpu, { facts, settings }) });
  }
  for (const gpu of gpus) {
    const settings = partlyOn(gpu, facts, hardware);
    if (settings !== null) return report(facts, { settings, hardware, why: gpuWhy('part-on-gpu', gpu, { facts, settings }) });
  }
  const settings = onCpu(facts, hardware);
  if (settings === null) return nothingFits(facts, hardware);
  const [gpu] = gpus;
  const why: Why = gpu === undefined ? { code: 'cpu-no-gpu', data: {} } : gpuWhy('cpu-gpu-too-small', gpu, { facts, settings });
  return report(facts, { settings, hardware, why });
}

function baseSettings(facts: ModelFacts, hardware: HardwareView): EngineSettings {
  // Texts stand for themselves, and are computed together whatever the number of sequences.
  const isPooled = facts.purpose === 'embedding' || facts.purpose === 'reranking';
  const most = isPooled ? WANTED_TEXT : WANTED_CONTEXT;
  const trained = facts.contextLength > 0 ? facts.contextLength : most;
  return {
    backend: 'cpu',
    gpuLayers: 0,
    contextSize: Math.max(64, Math.min(trained, most)),
    parallelSequences: isPooled ? 1 : WANTED_SEQUENCES,
    threads: Math.max(1, Math.min(hardware.usableCores, hardware.physicalCores)),
  };
}

function wholeOn(gpu: BackendView, facts: ModelFacts, hardware: HardwareView): EngineSettings | null {
  const wanted = { ...baseSettings(facts, hardware), backend: gpu.backend, gpuLayers: maxGpuLayersOf(facts) };
  const comfortable = Math.min(wanted.contextSize, COMFORTABLE_CONTEXT);
  const smallest = Math.min(wanted.contextSize, COMFORTABLE_CONTEXT / 2);
  for (const choice of [wanted, { ...wanted, parallelSequences: 1 }, { ...wanted, contextSize: comfortable, parallelSequences: 1 }, { ...wanted, contextSize: smallest, parallelSequences: 1 }]) {
    if (fitsInMemory(facts, choice, hardware)) return choice;
  }
  return null;
}

function partlyOn(gpu: BackendView, facts: ModelFacts, hardware: HardwareView): EngineSettings | null {
  const wanted = { ...baseSettings(facts, hardware), backend: gpu.backend };
  const comfortable = Math.min(wanted.contextSize, COMFORTABLE_CONTEXT);
  const useful = Math.max(2, Math.ceil(maxGpuLayersOf(facts) * SMALLEST_USEFUL_GPU_SHARE));
  for (const choice of [wanted, { ...wanted, parallelSequences: 1 }, { ...wanted, contextSize: comfortable, parallelSequences: 1 }]) {
    const gpuLayers = mostGpuLayers(facts, choice, hardware);
    if (gpuLayers !== null && gpuLayers >= useful) return { ...choice, gpuLayers };
  }
  return null;
}

function onCpu(facts: ModelFacts, hardware: HardwareView): EngineSettings | null {
  const wanted = baseSettings(facts, hardware);
  const room = roomOf(hardware, 'cpu');
  if (predictMemory(facts, wanted).totalRamBytes <= room.ramBytes * TIGHT_SHARE) return wanted;
  const alone = { ...wanted, parallelSequences: 1 };
  const contextSize = largestContext(facts, alone, hardware);
  return contextSize === null ? null : { ...alone, contextSize };
}

function nothingFits(facts: ModelFacts, hardware: HardwareView): Recommendation {
  const wanted = baseSettings(facts, hardware);
  const settings = { ...wanted, parallelSequences: 1, contextSize: Math.min(wanted.contextSize, SMALLEST_OFFERED_CONTEXT) };
  const neededBytes = predictMemory(facts, settings).totalRamBytes;
  const data = { neededBytes, availableBytes: roomOf(hardware, 'cpu').ramBytes, totalBytes: hardware.ramTotalBytes };
  return report(facts, { settings, hardware, why: { code: 'nothing-fits', data } });
}

function gpuWhy(code: Why['code'], gpu: BackendView, { facts, settings }: { facts: ModelFacts; settings: EngineSettings }): Why {
  const whole = { ...settings, backend: gpu.backend, gpuLayers: maxGpuLayersOf(facts) };
  return {
    code,
    data: {
      backend: gpu.backend,
      device: gpu.devices.map(({ name }) => name).join(' + '),
      gpuLayers: settings.gpuLayers,
      maxGpuLayers: maxGpuLayersOf(facts),
      neededBytes: predictMemory(facts, whole, gpu.devices.length).totalVramBytes,
      freeBytes: gpu.devices.reduce((sum, device) => sum + device.freeBytes, 0),
    },
  };
}

function report(facts: ModelFacts, { settings, hardware, why }: { settings: EngineSettings; hardware: HardwareView; why: Why }): Recommendation {
  const recommended: Fit = checkFit(facts, settings, hardware);
  return { recommended, why, limits: recommendLimits(settings, recommended.prediction, hardware) };
}

/**
 * Limits that stop what has gone wrong and nothing else. Resident memory also counts pages of the mapped file that are no
 * longer needed: weights copied to a GPU, or rearranged for the CPU's vector units; so the weights are counted once more.
 */
export function recommendLimits(settings: EngineSettings, prediction: MemoryPrediction, hardware: HardwareView): DeploymentLimits {
  const wanted = prediction.totalRamBytes * 1.5 + prediction.weightsRamBytes + prediction.weightsVramBytes + 512 * MEGABYTE;
  const most = Math.max(hardware.ramTotalBytes, prediction.totalRamBytes);
  return {
    maxOutputTokens: Math.max(1, Math.min(settings.contextSize, 4096)),
    queueLimit: 32,
    memoryLimitBytes: Math.max(LIMIT_STEP_BYTES, Math.min(Math.ceil(wanted / LIMIT_STEP_BYTES) * LIMIT_STEP_BYTES, Math.floor(most))),
  };
}
