import type { ModelFacts } from '../../../contract/models.contract.ts';
import type { HardwareView } from '../../../contract/system.contract.ts';
import type { SeededRandom } from '../../testing/seeded-random.ts';

/** Facts of a model that exists only on paper: Llama 3.1 8B as Q4_K_M, from its published dimensions. Sizes in bytes. */
export function factsOf8B(changes: Partial<ModelFacts> = {}): ModelFacts {
  const layerCount = changes.layerCount ?? 32;
  const layerWeightsBytes = changes.layerWeightsBytes ?? Array.from({ length: layerCount }, () => 125_000_000);
  const nonLayerWeightsBytes = changes.nonLayerWeightsBytes ?? 295_000_000 + 431_000_000;
  const weightsBytes = layerWeightsBytes.reduce((sum, bytes) => sum + bytes, nonLayerWeightsBytes);
  return {
    architecture: 'llama',
    name: 'Paper 8B',
    organization: null,
    parameterCount: 8_030_000_000,
    quantization: 'Q4_K_M',
    contextLength: 131_072,
    embeddingLength: 4096,
    layerCount,
    headCount: 32,
    headCountKv: 8,
    keyLength: 128,
    valueLength: 128,
    feedForwardLength: 14_336,
    expertCount: null,
    slidingWindow: null,
    vocabularySize: 128_256,
    tokenizerModel: 'gpt2',
    licence: null,
    languages: [],
    chatTemplate: { present: true, lengthBytes: 10, family: null, text: null },
    isMoe: false,
    purpose: 'text-generation',
    kvHeadCountPerLayer: Array.from({ length: layerCount }, () => changes.headCountKv ?? 8),
    recurrentLayerCount: 0,
    tensorTypes: [
      { type: 'Q4_K', count: 193, bytes: weightsBytes * 0.7 },
      { type: 'Q6_K', count: 33, bytes: weightsBytes * 0.29 },
      { type: 'F32', count: 66, bytes: 1_000_000 },
    ],
    metadata: [],
    ...changes,
    layerWeightsBytes,
    nonLayerWeightsBytes,
    weightsBytes,
  };
}

const GIB = 1024 ** 3;

/** A machine with 16 GiB of RAM, 8 cores and no GPU. */
export function hardwareOf(changes: Partial<HardwareView> = {}): HardwareView {
  return {
    cpuName: 'Made-up',
    physicalCores: 8,
    usableCores: 8,
    ramTotalBytes: 16 * GIB,
    ramAvailableBytes: 12 * GIB,
    engineRelease: 'v0.0.0',
    backends: [availableBackend('cpu'), missingBackend('cuda'), missingBackend('vulkan'), missingBackend('metal')],
    ...changes,
  };
}

type BackendView = HardwareView['backends'][number];

export function availableBackend(backend: BackendView['backend'], devices: BackendView['devices'] = [], software = false): BackendView {
  return { backend, available: true, reason: null, detail: '', software, devices };
}

export function missingBackend(backend: BackendView['backend']): BackendView {
  return { backend, available: false, reason: 'package-missing', detail: '', software: false, devices: [] };
}

export function gpu(totalGib: number, options: { freeGib?: number; name?: string; sharesRam?: boolean } = {}): BackendView['devices'][number] {
  return {
    name: options.name ?? `GPU ${totalGib} GiB`,
    totalBytes: totalGib * GIB,
    freeBytes: (options.freeGib ?? totalGib) * GIB,
    ...(options.sharesRam === undefined ? {} : { sharesRam: options.sharesRam }),
  };
}

/** A machine like the given one with this GPU backend put in place of the missing one. */
export function withBackend(view: BackendView, hardware: HardwareView = hardwareOf()): HardwareView {
  return { ...hardware, backends: hardware.backends.map((own) => (own.backend === view.backend ? view : own)) };
}

/** Any model a person may have: 0.1 to 120 billion parameters, dense or with experts, with and without sliding windows. */
export function randomFacts(random: SeededRandom): ModelFacts {
  const layerCount = 2 + random.below(90);
  const headLength = random.pick([64, 80, 128, 256]);
  const headCountKv = random.pick([1, 2, 4, 8, 16]);
  const headCount = headCountKv * random.pick([1, 2, 4, 8]);
  const embeddingLength = headCount * headLength;
  const isMoe = random.below(4) === 0;
  const architecture = random.pick(['llama', 'qwen3', 'gemma3', 'gemma2', 'gpt-oss', 'mamba', 'falcon-h1', 'unheard-of']);
  const recurrent = architecture === 'mamba' || architecture === 'falcon-h1';
  const layerBytes = 1_000_000 + random.below(1_500_000_000);
  return factsOf8B({
    architecture,
    layerCount,
    embeddingLength,
    headCount,
    headCountKv,
    keyLength: headLength,
    valueLength: random.below(10) === 0 ? headLength / 2 : headLength,
    feedForwardLength: embeddingLength * random.pick([1, 3, 4]),
    contextLength: random.pick([0, 512, 2048, 8192, 32_768, 131_072]),
    vocabularySize: random.pick([300, 32_000, 128_256, 256_000]),
    slidingWindow: random.below(3) === 0 ? random.pick([128, 1024, 4096]) : null,
    isMoe,
    expertCount: isMoe ? 64 : null,
    recurrentLayerCount: recurrent ? layerCount : 0,
    kvHeadCountPerLayer: Array.from({ length: layerCount }, () => (architecture === 'mamba' ? 0 : headCountKv)),
    layerWeightsBytes: Array.from({ length: layerCount }, () => Math.floor(layerBytes * (0.8 + random.next() * 0.4))),
    nonLayerWeightsBytes: random.below(2_000_000_000),
    metadata: [
      { key: `${architecture}.ssm.inner_size`, type: 'uint32', text: '4096', byteLength: 4 },
      { key: `${architecture}.ssm.state_size`, type: 'uint32', text: '128', byteLength: 4 },
      { key: `${architecture}.expert_used_count`, type: 'uint32', text: '8', byteLength: 4 },
    ],
  });
}

/** Any machine: from a notebook to a server, with no GPU, one, two, a software renderer, or one that shares the RAM. */
export function randomHardware(random: SeededRandom): HardwareView {
  const totalGib = random.pick([4, 8, 16, 64, 256, 1024]);
  const physicalCores = random.pick([1, 2, 4, 16, 64]);
  let hardware = hardwareOf({
    physicalCores,
    usableCores: 1 + random.below(physicalCores),
    ramTotalBytes: totalGib * GIB,
    ramAvailableBytes: Math.floor(totalGib * GIB * random.next()),
  });
  const device = () => {
    const total = random.pick([2, 4, 8, 24, 80]);
    return gpu(total, { freeGib: total * random.next() });
  };
  if (random.below(3) === 0) hardware = withBackend(availableBackend('cuda', random.below(2) === 0 ? [device()] : [device(), device()]), hardware);
  if (random.below(3) === 0) hardware = withBackend(availableBackend('vulkan', [device()], random.below(2) === 0), hardware);
  if (random.below(4) === 0) hardware = withBackend(availableBackend('metal', [gpu(totalGib, { sharesRam: true })]), hardware);
  return hardware;
}
