import type { EnginePerformance, EngineSettings, MemoryPrediction } from '../../contract/deployments.contract.ts';
import type { ModelFacts } from '../../contract/models.contract.ts';
import type { Backend } from '../../contract/system.contract.ts';
import { performanceOf } from '../measuring/engine-performance.ts';
import { modelShapeOf } from './model-shape.ts';
import type { ModelShape } from './model-shape.ts';
import { pooledLoadOf } from './pooled-load.ts';

const MEBIBYTE = 1024 * 1024;

/** llama.cpp rounds contexts and sliding windows up to this many cells. */
const CELL_PADDING = 256;
/** The inference process without a model: Node, node-llama-cpp, llama.cpp's libraries; measured with all it needs for a first answer. */
const PROCESS_BYTES = 146 * MEBIBYTE;
/** What a driver adds to the process: Vulkan measured with Mesa, CUDA and Metal from their documentation's order of magnitude. */
const DRIVER_BYTES: Readonly<Record<Backend, number>> = { cpu: 0, vulkan: 64 * MEBIBYTE, cuda: 320 * MEBIBYTE, metal: 64 * MEBIBYTE };
/** Graph, scheduler and samplers of one context, measured: 7–12 MiB and a little for each sequence. */
const CONTEXT_BYTES = 14 * MEBIBYTE;
const SEQUENCE_BYTES = 2 * MEBIBYTE;
/** Tables of the vocabulary in llama.cpp and in node-llama-cpp for each token, measured: byte-pair ones keep merges too. */
const TOKEN_BYTES = { bytePair: 1300, other: 900 } as const;
/** Saved states each sequence keeps where a model cannot go back by itself (engine/inference/library-loop/sequence-pool.ts). */
const CHECKPOINTS = 2;
const F16_BYTES = 2;
const F32_BYTES = 4;
/** Bytes of an element in the KV cache: blocks of 32 with their scales (ggml-common.h). */
const KV_BYTES: Readonly<Record<EnginePerformance['kvType'], number>> = { F32: 4, F16: 2, BF16: 2, Q8_0: 34 / 32, Q5_1: 24 / 32, Q4_0: 18 / 32 };

/** Layers that could go to a GPU: blocks and the output layer. */
export function maxGpuLayersOf(facts: ModelFacts): number {
  return facts.layerCount + 1;
}

/** Cells of the KV cache each sequence gets, as llama.cpp rounds (LlamaContext.js and llama_context::llama_context). */
export function cellsPerSequence(settings: EngineSettings): number {
  const wanted = pad(settings.contextSize * settings.parallelSequences);
  return pad(Math.floor(wanted / settings.parallelSequences));
}

/**
 * Memory an engine will need, in bytes, by what for and where. The rules are llama.cpp's own (release v0.4.0; sources named
 * at each part), the constants measured on real loads: see fit calibration in the tests. RAM is what stays resident in use;
 * a file mapped into memory may show up to its own size more while pages nobody needs any more wait to be dropped.
 * Errors measured (predict-memory.int.test.ts holds them): −2 to +6 % of resident memory on the CPU, 0 to +10 % of what is
 * allocated on a GPU that holds everything, more on one that holds a part.
 * `devices`: GPUs the layers are spread over; each has its own scratch buffers.
 */
export function predictMemory(facts: ModelFacts, settings: EngineSettings, devices = 1): MemoryPrediction {
  const pooled = pooledLoadOf(facts, settings);
  if (pooled === null) return predictLoad(facts, settings, { devices, outputBytes: 0, keepsCells: true });
  return predictLoad(facts, pooled.settings, { devices, ...pooled });
}

interface Load {
  devices: number;
  /** Of the buffer that takes what a batch comes to, beyond what an answer needs. */
  outputBytes: number;
  keepsCells: boolean;
}

function predictLoad(facts: ModelFacts, settings: EngineSettings, { devices, outputBytes, keepsCells }: Load): MemoryPrediction {
  const ownShape = modelShapeOf(facts);
  // Switched on for a model that cannot, llama.cpp leaves it off; switched off, it is off.
  const shape = performanceOf(settings).flashAttention === 'off' ? { ...ownShape, flashAttention: false } : ownShape;
  const gpuLayers = settings.backend === 'cpu' ? 0 : Math.min(settings.gpuLayers, maxGpuLayersOf(facts));
  const weights = weightsOf(facts, shape, gpuLayers);
  const kv = keepsCells ? keyValuesOf(facts, { shape, settings, gpuLayers }) : { ramBytes: 0, vramBytes: 0, largestLayerBytes: 0, checkpointBytes: 0 };
  const compute = computeOf(facts, { shape, settings, gpuLayers, largestKvLayerBytes: kv.largestLayerBytes });
  const computeRamBytes = compute.ramBytes + kv.checkpointBytes + processBytes(facts, settings) + outputBytes;
  const computeVramBytes = compute.vramBytes * Math.max(1, devices);
  return round({
    weightsRamBytes: weights.ramBytes,
    weightsVramBytes: weights.vramBytes,
    kvRamBytes: kv.ramBytes,
    kvVramBytes: kv.vramBytes,
    computeRamBytes,
    computeVramBytes,
    totalRamBytes: weights.ramBytes + kv.ramBytes + computeRamBytes,
    totalVramBytes: weights.vramBytes + kv.vramBytes + computeVramBytes,
  });
}

interface Placed {
  ramBytes: number;
  vramBytes: number;
}

/** The first block that lies on the GPU when `gpuLayers` are counted from the end, output layer first (load_tensors, i_gpu_start). */
function firstGpuBlock(facts: ModelFacts, gpuLayers: number): number {
  return Math.max(0, maxGpuLayersOf(facts) - gpuLayers);
}

function weightsOf(facts: ModelFacts, shape: ModelShape, gpuLayers: number): Placed {
  if (gpuLayers === 0) return { ramBytes: facts.weightsBytes, vramBytes: 0 };
  const first = firstGpuBlock(facts, gpuLayers);
  const blocks = facts.layerWeightsBytes.reduce((sum, bytes, layer) => (layer >= first ? sum + bytes : sum), 0);
  // A shared matrix lies twice: as token table in RAM, as output layer on the GPU.
  const leavesRam = blocks + (shape.outputIsTokenEmbedding ? 0 : shape.outputBytes);
  return { ramBytes: Math.max(0, facts.weightsBytes - leavesRam), vramBytes: blocks + shape.outputBytes };
}

interface Context {
  shape: ModelShape;
  settings: EngineSettings;
  gpuLayers: number;
}

/**
 * KV cache (llama_kv_cache) in its type and F32 states of recurrent layers (llama_memory_recurrent), each on the device of its
 * block. Layers with a sliding window keep the window and one batch only (llama_kv_cache_iswa).
 */
function keyValuesOf(facts: ModelFacts, { shape, settings, gpuLayers }: Context): Placed & { largestLayerBytes: number; checkpointBytes: number } {
  const cells = cellsPerSequence(settings);
  const windowCells = windowCellsOf(facts, settings);
  const sequences = settings.parallelSequences;
  const mostHeads = Math.max(0, ...facts.kvHeadCountPerLayer);
  const first = firstGpuBlock(facts, gpuLayers);
  const stateful = facts.kvHeadCountPerLayer.filter((heads) => heads === 0).length;
  const alsoAttends = stateful === 0 && facts.recurrentLayerCount > 0;
  const statePerLayer = (shape.recurrentStateBytes * sequences * facts.recurrentLayerCount) / Math.max(1, alsoAttends ? facts.layerCount : stateful);
  const result = { ramBytes: 0, vramBytes: 0, largestLayerBytes: 0, checkpointBytes: 0 };
  facts.kvHeadCountPerLayer.forEach((heads, layer) => {
    const sliding = shape.isSlidingLayer(layer);
    // Without flash attention values lie transposed, and every layer gets rows of the widest one.
    const valueHeads = heads === 0 || shape.flashAttention ? heads : mostHeads;
    const cellBytes = KV_BYTES[performanceOf(settings).kvType] * (heads * facts.keyLength + valueHeads * shape.storedValueLength);
    let bytes = cellBytes * (sliding ? windowCells : cells) * sequences;
    if (sliding) result.checkpointBytes += CHECKPOINTS * cellBytes * Math.min(cells, facts.slidingWindow ?? 0) * sequences;
    if (heads === 0 || alsoAttends) {
      bytes += statePerLayer;
      result.checkpointBytes += CHECKPOINTS * statePerLayer;
    }
    result.largestLayerBytes = Math.max(result.largestLayerBytes, bytes);
    if (layer >= first && gpuLayers > 0) result.vramBytes += bytes;
    else result.ramBytes += bytes;
  });
  return result;
}

/**
 * Scratch buffers of one batch. llama.cpp reserves them for the worst case (sched_reserve); the peaks below were fitted to
 * what it reports for eight generated models, whole and partly on a GPU, up to 32,768 tokens.
 *
 * On the CPU the part for the logits of every token of a batch is reserved but never touched, because an answer needs only
 * those of the last token; on a GPU it is taken all the same.
 */
function computeOf(facts: ModelFacts, { shape, settings, gpuLayers, largestKvLayerBytes }: Context & { largestKvLayerBytes: number }): Placed {
  const tokens = batchTokens(facts, settings);
  const cells = cellsPerSequence(settings);
  const row = tokens * F32_BYTES;
  const embedding = row * facts.embeddingLength;
  const logits = row * facts.vocabularySize;
  const experts = row * shape.expertsUsed * facts.embeddingLength * 2;
  const feedForward = 3 * row * shape.feedForwardWidth + experts;
  const heads = 4 * row * facts.headCount * Math.max(facts.keyLength, facts.valueLength);
  const recurrent = 8 * row * shape.recurrentWidth;
  // The mask is F16 for flash attention, F32 without. Windowed models have a second one, recurrent ones need none.
  const maskedCells = facts.kvHeadCountPerLayer.some((kvHeads) => kvHeads > 0) ? cells + (facts.slidingWindow === null ? 0 : windowCellsOf(facts, settings)) : 0;
  const mask = tokens * maskedCells * (shape.flashAttention ? F16_BYTES : F32_BYTES);
  const scores = shape.flashAttention ? 0 : row * cells * facts.headCount;
  const stage = Math.max(feedForward, heads, recurrent, scores) + 4 * embedding;
  const outputs = settings.parallelSequences * facts.vocabularySize * F32_BYTES * 8;
  if (settings.backend === 'cpu') return { ramBytes: stage + mask + outputs, vramBytes: 0 };

  const hostBytes = mask + 5 * embedding + outputs;
  const whole = mask + Math.max(logits + 2 * embedding, stage);
  if (gpuLayers >= maxGpuLayersOf(facts)) return { ramBytes: hostBytes, vramBytes: whole };
  // Long prompts are computed on the GPU also for blocks in RAM (op_offload): their weights and caches visit it in turn.
  const visitingWeights = Math.max(0, ...facts.layerWeightsBytes) / 3 + (gpuLayers === 0 ? shape.outputBytes : 0);
  return { ramBytes: hostBytes + stage, vramBytes: whole + visitingWeights + largestKvLayerBytes };
}

function processBytes(facts: ModelFacts, settings: EngineSettings): number {
  const perToken = facts.tokenizerModel === 'gpt2' ? TOKEN_BYTES.bytePair : TOKEN_BYTES.other;
  return PROCESS_BYTES + DRIVER_BYTES[settings.backend] + CONTEXT_BYTES + SEQUENCE_BYTES * settings.parallelSequences + perToken * facts.vocabularySize;
}

/** Cells a layer with a sliding window keeps: the window and one batch. */
function windowCellsOf(facts: ModelFacts, settings: EngineSettings): number {
  const cells = cellsPerSequence(settings);
  return Math.min(cells, pad(Math.min(cells, (facts.slidingWindow ?? cells) + batchTokens(facts, settings))));
}

function batchTokens(facts: ModelFacts, settings: EngineSettings): number {
  const total = pad(settings.contextSize * settings.parallelSequences);
  // Left to itself node-llama-cpp takes no more than the context asked for (getDefaultContextBatchSize); a batch that is asked for llama.cpp cuts to the cells.
  const most = settings.performance === undefined ? settings.contextSize * settings.parallelSequences : total;
  const batch = Math.max(settings.parallelSequences, Math.min(performanceOf(settings).batchSize, most));
  return Math.min(total, batch + (facts.slidingWindow === null ? 0 : 1));
}

function pad(cells: number): number {
  return Math.ceil(cells / CELL_PADDING) * CELL_PADDING;
}

function round(prediction: MemoryPrediction): MemoryPrediction {
  return Object.fromEntries(Object.entries(prediction).map(([key, bytes]) => [key, Math.ceil(bytes)])) as MemoryPrediction;
}
