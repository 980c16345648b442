import type { ModelFacts } from '../../contract/models.contract.ts';

/**
 * What the memory rules need and the facts do not say in so many words: read from the model's own metadata, or worked out
 * from sizes. All lengths in elements, sizes in bytes.
 */
export interface ModelShape {
  /** The token table; always lies in RAM (llama-model.cpp: "there is very little benefit to offloading the input layer"). */
  tokenEmbeddingBytes: number;
  /** What the output layer takes on a GPU: a matrix of its own, or a copy of the token table where both are one. */
  outputBytes: number;
  outputIsTokenEmbedding: boolean;
  /** False where node-llama-cpp switches it off (GgufInsights.flashAttentionSupported): scores are then kept in full. */
  flashAttention: boolean;
  /** Values kept beside keys; 0 for multi-head latent attention, whose cache holds keys only. */
  storedValueLength: number;
  /** Width of the feed-forward step of one token, all experts it visits together. */
  feedForwardWidth: number;
  expertsUsed: number;
  /** Recurrent state of one layer and one sequence. */
  recurrentStateBytes: number;
  /** Inner width of a recurrent layer, 0 without. */
  recurrentWidth: number;
  /** Whether a block attends only to its sliding window. */
  isSlidingLayer: (layer: number) => boolean;
}

/**
 * Every n-th block attends to everything, the others to their window; [n, whether the first of each n is the full one].
 * From src/models/<architecture>.cpp of llama.cpp v0.4.0. An architecture that is not here is counted as attending to
 * everything everywhere, which never predicts too little.
 */
const SLIDING_PATTERNS: ReadonlyMap<string, readonly [period: number, fullFirst: boolean]> = new Map([
  ['afmoe', [4, false]],
  ['cohere2', [4, false]],
  ['cohere2moe', [4, true]],
  ['exaone-moe', [4, false]],
  ['exaone4', [4, false]],
  ['gemma-embedding', [6, false]],
  ['gemma2', [2, false]],
  ['gemma3', [6, false]],
  ['gemma3n', [5, false]],
  ['gpt-oss', [2, false]],
  ['llama4', [4, false]],
  ['olmo2', [4, false]],
  ['plamo3', [8, false]],
  ['smallthinker', [4, true]],
]);

export function modelShapeOf(facts: ModelFacts): ModelShape {
  const own = (suffix: string): number => metadataNumber(facts, `${facts.architecture}.${suffix}`) ?? 0;
  const isLatent = own('attention.key_length_mla') > 0 && own('attention.value_length_mla') > 0;
  const expertsUsed = facts.isMoe ? Math.max(1, own('expert_used_count')) : 0;
  const expertWidth = expertsUsed * (own('expert_feed_forward_length') || facts.feedForwardLength) + own('expert_shared_feed_forward_length');
  const recurrent = recurrentShapeOf(facts, own);
  return {
    ...embeddingShapeOf(facts),
    flashAttention: facts.architecture !== 'grok' && facts.architecture !== 'gemma2' && facts.keyLength === facts.valueLength,
    storedValueLength: isLatent ? 0 : facts.valueLength,
    feedForwardWidth: facts.isMoe ? Math.max(expertWidth, facts.feedForwardLength) : facts.feedForwardLength,
    expertsUsed,
    ...recurrent,
    isSlidingLayer: slidingLayersOf(facts, own('attention.sliding_window_pattern')),
  };
}

/**
 * The facts name only the sum of what belongs to no block. Token table and output matrix have the same number of elements,
 * and quantizers store the output matrix in the best type of the file: what is left over is the token table. Where one
 * matrix of the best type explains the whole sum, the model uses it for both.
 */
function embeddingShapeOf(facts: ModelFacts): Pick<ModelShape, 'tokenEmbeddingBytes' | 'outputBytes' | 'outputIsTokenEmbedding'> {
  const sum = facts.nonLayerWeightsBytes;
  const elements = facts.vocabularySize * facts.embeddingLength;
  const elementCount = facts.parameterCount > 0 ? facts.parameterCount : 1;
  // Vectors (norms, biases) stay F32 in every recipe; they are a tiny part and say nothing about the matrices.
  const matrixTypes = facts.tensorTypes.filter(({ bytes }) => bytes > facts.weightsBytes * 0.01);
  const bestBits = Math.max(...matrixTypes.map(({ type }) => bitsOfType(type)), (facts.weightsBytes * 8) / elementCount);
  const bestMatrix = (elements * bestBits) / 8;
  if (elements === 0 || sum <= bestMatrix * 1.1) return { tokenEmbeddingBytes: sum, outputBytes: sum, outputIsTokenEmbedding: true };
  const outputBytes = Math.min(bestMatrix, sum);
  return { tokenEmbeddingBytes: sum - outputBytes, outputBytes, outputIsTokenEmbedding: false };
}

/** Bits an element takes, scales included (ggml-common.h block layouts); an unknown type counts by the digits in its name. */
function bitsOfType(type: string): number {
  const known: Readonly<Record<string, number>> = {
    F32: 32, F16: 16, BF16: 16, Q8_0: 8.5, Q8_K: 9.125, Q6_K: 6.5625, Q5_0: 5.5, Q5_1: 6, Q5_K: 5.5, Q4_0: 4.5, Q4_1: 5, Q4_K: 4.5,
    Q3_K: 3.4375, Q2_K: 2.625, IQ4_NL: 4.5, IQ4_XS: 4.25, IQ3_S: 3.4375, IQ3_XXS: 3.0625, IQ2_S: 2.5625, IQ2_XS: 2.3125, IQ2_XXS: 2.0625,
    IQ1_S: 1.5625, IQ1_M: 1.75, MXFP4: 4.25, TQ1_0: 1.6875, TQ2_0: 2.0625,
  };
  return known[type] ?? Number(/\d+/.exec(type)?.[0] ?? 16) + 1;
}

/** State of a recurrent layer for one sequence, F32: llama_hparams::n_embd_r and n_embd_s (src/llama-hparams.cpp). */
function recurrentShapeOf(facts: ModelFacts, own: (suffix: string) => number): Pick<ModelShape, 'recurrentStateBytes' | 'recurrentWidth'> {
  if (facts.recurrentLayerCount === 0) return { recurrentStateBytes: 0, recurrentWidth: 0 };
  const { embeddingLength: embedding, headCount: heads } = facts;
  const convolution = own('ssm.conv_kernel');
  const delta = own('kda.head_dim');
  const wkv = own('wkv.head_size');
  const shortConvolution = own('shortconv.l_cache');
  if (wkv > 0) {
    const shifts = own('token_shift_count') || 2;
    return { recurrentStateBytes: 4 * (shifts * embedding + embedding * wkv), recurrentWidth: embedding };
  }
  if (shortConvolution > 0) return { recurrentStateBytes: 4 * embedding * (shortConvolution - 1), recurrentWidth: embedding };
  if (delta > 0) {
    const taps = convolution > 0 ? convolution - 1 : 3;
    return { recurrentStateBytes: 4 * (3 * taps * heads * delta + delta * delta * heads), recurrentWidth: heads * delta };
  }
  const inner = own('ssm.inner_size');
  if (inner > 0) {
    const state = own('ssm.state_size');
    const taps = Math.max(0, convolution - 1);
    return { recurrentStateBytes: 4 * (taps * (inner + 2 * own('ssm.group_count') * state) + state * inner), recurrentWidth: inner };
  }
  // Linear attention without keys of its own (MiniMax): a square state for each head.
  return { recurrentStateBytes: 4 * facts.keyLength * facts.keyLength * heads, recurrentWidth: heads * facts.keyLength };
}

function slidingLayersOf(facts: ModelFacts, ownPeriod: number): (layer: number) => boolean {
  const pattern = SLIDING_PATTERNS.get(facts.architecture);
  if (facts.slidingWindow === null || pattern === undefined) return () => false;
  // A file that lists the pattern block by block says so in an array, which the facts do not hold: then count in full.
  if (facts.metadata.some(({ key, type }) => key.endsWith('.attention.sliding_window_pattern') && type.endsWith('[]'))) return () => false;
  const period = ownPeriod > 0 ? ownPeriod : pattern[0];
  return pattern[1] ? (layer) => layer % period !== 0 : (layer) => layer % period < period - 1;
}

function metadataNumber(facts: ModelFacts, key: string): number | null {
  const text = facts.metadata.find((entry) => entry.key === key)?.text;
  if (text === undefined || text.trim() === '') return null;
  const value = Number(text);
  return Number.isFinite(value) && value >= 0 ? value : null;
}
